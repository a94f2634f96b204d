/** TensorFlow.js's fused operations, which take bias and activation along: for inference, since in training they cost gradients that nobody wants. */

import type { Layer, Shape } from "@cnn-lang/shape-checker";
import { code, type Code, type Value } from "../code.ts";
import { isOne } from "./arguments.ts";

/** What the fused operations call activations that they know, and its parameter. */
interface Activation {
  readonly activation: "relu" | "relu6" | "sigmoid" | "elu" | "leakyrelu";
  readonly leakyreluAlpha?: number;
}

/** A layer as an activation that fused operations know. */
export function fusedActivation(layer: Layer): Activation | undefined {
  if (layer.operator === "leaky_relu") return { activation: "leakyrelu", leakyreluAlpha: layer.attributes.slope };
  if (layer.operator === "elu") return layer.attributes.alpha === 1 ? { activation: "elu" } : undefined;
  if (layer.operator === "relu" || layer.operator === "relu6" || layer.operator === "sigmoid") return { activation: layer.operator };
  return undefined;
}

/** An activation that our batch norm takes along, in training too. */
export function normActivation({ operator }: Layer): "relu" | "relu6" | undefined {
  return operator === "relu" || operator === "relu6" ? operator : undefined;
}

/** Whether a layer on an input of that shape becomes an operation that has a fused form. */
export function hasFusedForm(layer: Layer, input: Shape): boolean {
  if (layer.operator === "conv") return isStockConv(layer.attributes, input);
  if (layer.operator === "depthwise") return isStock(input, layer.attributes.dilation);
  return layer.operator === "dense" || (layer.operator === "separable" && input.axes.length === 2);
}

/** tfjs has no gradients of dilated convolutions, and its one- and three-dimensional ones take no padding. */
export const isStock = ({ axes }: Shape, dilation: readonly number[]): boolean => axes.length === 2 && isOne(dilation);

/** It has no groups either, and pads with zeros alone. */
export const isStockConv = ({ dilation, groups, mode }: { readonly dilation: readonly number[]; readonly groups: number; readonly mode: string }, input: Shape): boolean =>
  isStock(input, dilation) && groups === 1 && mode === "zeros";

/** `tf.fused.conv2d({ …, bias, activation })`. */
export function fusedCall(operation: Code, operands: { readonly [key: string]: Value }, bias: Code | undefined, { absorbed = [] }: Layer): Code {
  const activation = absorbed.map(fusedActivation).find((found) => found !== undefined);
  return code`tf.fused.${operation}(${{ ...operands, bias, ...activation }})`;
}
