/** Convolutions: conv, depthwise, separable. */

import type { Layer, Shape } from "@cnn-lang/shape-checker";
import { toTensorFlow, weightLayout } from "../layout.ts";
import { repeatBorder } from "./border.ts";
import { convolve, convolveDepthwise, type Numbers } from "./convolution.ts";
import type { Context, GraphEmitters } from "./emitter.ts";
import type { Node } from "./graph.ts";
import { add, asShape, reshape } from "./operations.ts";

export const conv: GraphEmitters<"conv" | "depthwise" | "separable"> = {
  conv(layer, here) {
    const { graph, input, inputShape, weight } = here;
    const { attributes, outputShape, path } = layer;
    const { stride, dilation, groups, mode } = attributes;
    const isRepeated = mode !== "zeros";
    const bordered = isRepeated ? repeatBorder(graph, input, inputShape.axes, attributes.padding, mode) : input;
    const padding = attributes.padding.map(([before, after]) => (isRepeated ? ([0, 0] as const) : ([before, after] as const)));
    const axes = inputShape.axes.map((n, axis) => n + (isRepeated ? (attributes.padding[axis]?.[0] ?? 0) + (attributes.padding[axis]?.[1] ?? 0) : 0));
    const bias = attributes.bias ? weight("bias") : undefined;
    return convolve(graph, bordered, { ...inputShape, axes }, kernelOf(layer, "weight", here), { stride, padding, dilation }, groups, outputShape, bias, `${path}.weight`);
  },

  depthwise(layer, here) {
    const depth = depthwise(layer, "weight", layer.outputShape, here);
    return layer.attributes.bias ? add(here.graph, depth, here.weight("bias")) : depth;
  },

  separable(layer, here) {
    const { graph, inputShape, weight } = here;
    const { attributes, outputShape, path } = layer;
    const between = { channels: inputShape.channels, axes: outputShape.axes };
    const depth = depthwise(layer, "depthwise.weight", between, here);
    const ones = outputShape.axes.map(() => 1);
    const still = { stride: ones, padding: ones.map(() => [0, 0] as const), dilation: ones };
    const bias = attributes.bias ? weight("pointwise.bias") : undefined;
    return convolve(graph, depth, between, kernelOf(layer, "pointwise.weight", here), still, 1, outputShape, bias, `${path}.pointwise.weight`);
  },
};

/** A weight's numbers in TensorFlow.js's layout. */
function kernelOf(layer: Layer, leaf: string, { numbers }: Context): Numbers {
  const weight = layer.weights.find(({ name }) => name.endsWith(`.${leaf}`));
  if (!weight) throw new Error(`${layer.path} has no ${leaf}.`);
  const layout = weightLayout(layer, weight);
  return { shape: layout.shape, values: toTensorFlow(layout, numbers(leaf)) };
}

/** Every channel on its own: TensorFlow's operation for maps, which sequences are as one row; volumes have none, and go group by group. */
function depthwise(layer: Extract<Layer, { operator: "depthwise" | "separable" }>, leaf: string, outputShape: Shape, here: Context): Node {
  const { graph, input, inputShape } = here;
  const { stride, padding, dilation } = layer.attributes;
  const kernel = kernelOf(layer, leaf, here);
  const name = `${layer.path}.${leaf}`;
  const [length = 1] = inputShape.axes;
  if (stride.length === 2) return convolveDepthwise(graph, input, kernel, { stride, padding, dilation }, name);
  if (stride.length === 1) {
    const row = { stride: [1, ...stride], padding: [[0, 0] as const, ...padding], dilation: [1, ...dilation] };
    const map = reshape(graph, input, [-1, 1, length, inputShape.channels]);
    return asShape(graph, convolveDepthwise(graph, map, { ...kernel, shape: [1, ...kernel.shape] }, row, name), outputShape);
  }
  // [kernel…, channels, multiplier] and [kernel…, 1, channels · multiplier] hold the same numbers in the same order.
  const asGroups = { shape: [...kernel.shape.slice(0, -2), 1, outputShape.channels], values: kernel.values };
  return convolve(graph, input, inputShape, asGroups, { stride, padding, dilation }, inputShape.channels, outputShape, undefined, name);
}
