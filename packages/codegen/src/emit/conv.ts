/** Convolutions. Stock operations where they are right, on maps without dilation and groups; else our primitives. */

import type { Layer, LayerOf } from "@cnn-lang/shape-checker";
import { code, type Code } from "../code.ts";
import { size, sliding, stockPadding } from "./arguments.ts";
import type { Context, Emitters } from "./emitter.ts";
import { fusedCall, isStock, isStockConv } from "./fused.ts";

export const conv: Emitters<"conv" | "depthwise" | "separable"> = {
  conv: {
    core(layer, here) {
      const { input, inputShape, weight, primitive } = here;
      const { stride, padding, dilation, groups, mode, ...attributes } = layer.attributes;
      const filter = weight("weight");
      const bias = attributes.bias ? weight("bias") : undefined;
      if (isStockConv(layer.attributes, inputShape)) return conv2d(layer, here, { x: input, filter, stride, padding, bias });
      const options = {
        bias,
        ...sliding(stride, padding, dilation),
        groups: groups === 1 ? undefined : groups,
        mode: mode === "zeros" ? undefined : mode,
      };
      return code`${primitive("conv")}(${input}, ${filter}, ${options})`;
    },
  },

  depthwise: {
    core: (layer, here) => depthwise(layer, here, here.weight("weight"), layer.attributes.bias ? here.weight("bias") : undefined),
  },

  separable: {
    core(layer, here) {
      const { attributes, outputShape: { axes } } = layer;
      const between = depthwise({ ...layer, absorbed: [] }, here, here.weight("depthwise.weight"), undefined);
      const filter = here.weight("pointwise.weight");
      const bias = attributes.bias ? here.weight("pointwise.bias") : undefined;
      const ones = axes.map(() => 1);
      if (axes.length !== 2) return code`${here.primitive("conv")}(${between}, ${filter}, ${{ bias, strides: ones }})`;
      return conv2d(layer, here, { x: between, filter, stride: ones, padding: [[0, 0], [0, 0]], bias });
    },
  },
};

type Attributes = LayerOf<"conv">["attributes"];

interface Operands extends Pick<Attributes, "stride" | "padding"> {
  readonly x: Code;
  readonly filter: Code;
  readonly bias: Code | undefined;
}

function conv2d(layer: Layer, { inference }: Context, { x, filter, stride, padding, bias }: Operands): Code {
  const [strides, pad] = [size(stride), stockPadding(padding)];
  if (isFused(layer, inference, bias)) return fusedCall(code`conv2d`, { x, filter, strides, pad }, bias, layer);
  return biased(code`tf.conv2d(${x}, ${filter}, ${strides}, ${pad})`, bias);
}

function depthwise(layer: LayerOf<"depthwise"> | LayerOf<"separable">, { input, inputShape, primitive, inference }: Context, filter: Code, bias: Code | undefined): Code {
  const { stride, padding, dilation } = layer.attributes;
  if (!isStock(inputShape, dilation)) return code`${primitive("depthwiseConv")}(${input}, ${filter}, ${{ bias, ...sliding(stride, padding, dilation) }})`;
  const [strides, pad] = [size(stride), stockPadding(padding)];
  if (isFused(layer, inference, bias)) return fusedCall(code`depthwiseConv2d`, { x: input, filter, strides, pad }, bias, layer);
  return biased(code`tf.depthwiseConv2d(${input}, ${filter}, ${strides}, ${pad})`, bias);
}

/** In training a fused operation would compute the gradient of the network's own input too, wanted or not. */
const isFused = ({ absorbed = [] }: Layer, inference: boolean, bias: Code | undefined): boolean => inference && (bias !== undefined || absorbed.length > 0);

const biased = (y: Code, bias: Code | undefined): Code => (bias ? code`tf.add(${y}, ${bias})` : y);
