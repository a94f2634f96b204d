/** Convolutions. Stock operations where they are right, on maps without dilation and groups; else our primitives. */

import type { LayerOf, Shape } from "@cnn-lang/shape-checker";
import { code, literal, type Code, type Value } from "../code.ts";
import { isOne, size, sliding, stockPadding } from "./arguments.ts";
import type { Emitters } from "./emitter.ts";

export const conv: Emitters<"conv" | "depthwise" | "separable"> = {
  conv: {
    core({ attributes }, { input, inputShape, weight, primitive }) {
      const { stride, padding, dilation, groups, mode } = attributes;
      const filter = weight("weight");
      const bias = attributes.bias ? weight("bias") : undefined;
      if (isStock(inputShape, dilation) && groups === 1 && mode === "zeros") {
        return biased(code`tf.conv2d(${input}, ${filter}, ${size(stride)}, ${stockPadding(padding)})`, bias);
      }
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
    core: ({ attributes }, { input, inputShape, weight, primitive }) =>
      depthwise(attributes, input, inputShape, weight("weight"), attributes.bias ? weight("bias") : undefined, () => primitive("depthwiseConv")),
  },

  separable: {
    core({ attributes, outputShape }, { input, inputShape, weight, primitive }) {
      const between = depthwise(attributes, input, inputShape, weight("depthwise.weight"), undefined, () => primitive("depthwiseConv"));
      const filter = weight("pointwise.weight");
      const bias = attributes.bias ? weight("pointwise.bias") : undefined;
      if (outputShape.axes.length !== 2) return code`${primitive("conv")}(${between}, ${filter}, ${{ bias, strides: outputShape.axes.map(() => 1) }})`;
      return biased(code`tf.conv2d(${between}, ${filter}, ${1}, ${"valid"})`, bias);
    },
  },
};

/** Not `tf.fused`, which in training computes the gradient of the network's own input too, wanted or not. */
const biased = (y: Code, bias: Code | undefined): Code => (bias ? code`tf.add(${y}, ${bias})` : y);

/** tfjs has no gradients of dilated convolutions, and its one- and three-dimensional ones take no padding. */
const isStock = ({ axes }: Shape, dilation: readonly number[]): boolean => axes.length === 2 && isOne(dilation);

function depthwise(
  { stride, padding, dilation }: Pick<LayerOf<"depthwise">["attributes"], "stride" | "padding" | "dilation">,
  input: Code,
  inputShape: Shape,
  filter: Code,
  bias: Code | undefined,
  primitive: () => Code,
): Code {
  if (!isStock(inputShape, dilation)) return code`${primitive()}(${input}, ${filter}, ${{ bias, ...sliding(stride, padding, dilation) }})`;
  const [strides, pad]: readonly Value[] = [size(stride), stockPadding(padding)];
  return biased(code`tf.depthwiseConv2d(${input}, ${filter}, ${literal(strides)}, ${pad})`, bias);
}
