/**
 * Transposed convolution, as a convolution: the flipped kernel slides over the input with zeros between its positions. TensorFlow's own
 * operation wants the output's batch size, which a graph leaves open.
 */

import { convolve, type Numbers } from "./convolution.ts";
import type { GraphEmitters } from "./emitter.ts";
import type { Graph, Node } from "./graph.ts";
import { pad, reshape, slice } from "./operations.ts";

export const convTranspose: GraphEmitters<"conv_transpose"> = {
  conv_transpose({ attributes, outputShape, path }, { graph, input, inputShape, weight, numbers }) {
    const { kernel, stride, padding, dilation, groups, filters } = attributes;
    const { channels, axes } = inputShape;
    const stuffed = axes.reduce((spreading, _, axis) => spread(graph, spreading, stuffedSizes(axes, stride, axis), axis, stride[axis] ?? 1, channels), input);
    const sizes = axes.map((n, axis) => n * (stride[axis] ?? 1));
    const border = sizes.map((n, axis): readonly [number, number] => {
      const reach = (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1);
      const before = reach - (padding[axis]?.[0] ?? 0);
      return [before, (outputShape.axes[axis] ?? 1) + reach - before - n];
    });
    const cut = border.map(([before, after]) => [Math.max(0, -before), Math.max(0, -after)] as const);
    const kept = sizes.map((n, axis) => n - (cut[axis]?.[0] ?? 0) - (cut[axis]?.[1] ?? 0));
    const cropped = cut.flat().every((n) => n === 0) ? stuffed : slice(graph, stuffed, [0, ...cut.map(([before]) => before), 0], [-1, ...kept, -1]);
    const bordered = pad(graph, cropped, border.map(([before, after]) => [Math.max(0, before), Math.max(0, after)]));
    const shape = { channels, axes: border.map(([before, after], axis) => (sizes[axis] ?? 0) + before + after) };
    const flipped = flippedKernel(numbers("weight"), channels, filters, groups, kernel);
    const still = { stride: axes.map(() => 1), padding: axes.map(() => [0, 0] as const), dilation };
    return convolve(graph, bordered, shape, flipped, still, groups, outputShape, attributes.bias ? weight("bias") : undefined, `${path}.weight`);
  },
};

/** The axes when those before `axis` have their zeros. */
const stuffedSizes = (axes: readonly number[], stride: readonly number[], axis: number): readonly number[] =>
  axes.map((n, index) => (index < axis ? n * (stride[index] ?? 1) : n));

/** Zeros behind each position of an axis, `step` − 1 of them. */
function spread(graph: Graph, x: Node, sizes: readonly number[], axis: number, step: number, channels: number): Node {
  if (step === 1) return x;
  const inner = sizes.slice(axis + 1).reduce((product, n) => product * n, channels);
  const apart = reshape(graph, x, [-1, sizes[axis] ?? 1, 1, inner]);
  const stuffed = pad(graph, apart, [[0, 0], [0, step - 1]]);
  return reshape(graph, stuffed, [-1, ...sizes.map((n, index) => (index === axis ? n * step : n)), channels]);
}

/** PyTorch's `[channels, filters / groups, kernel…]` → `[flipped kernel…, channels / groups, filters]`. */
function flippedKernel(values: Float32Array, channels: number, filters: number, groups: number, kernel: readonly number[]): Numbers {
  const taps = kernel.reduce((product, n) => product * n, 1);
  const [given, made] = [channels / groups, filters / groups];
  const flipped = new Float32Array(taps * given * filters);
  for (let channel = 0; channel < channels; channel += 1) {
    const group = Math.floor(channel / given);
    for (let filter = 0; filter < made; filter += 1) {
      // Counted backwards, the taps are flipped on every axis.
      for (let tap = 0; tap < taps; tap += 1) {
        flipped[((taps - 1 - tap) * given + (channel % given)) * filters + group * made + filter] = values[(channel * made + filter) * taps + tap] ?? 0;
      }
    }
  }
  return { shape: [...kernel, given, filters], values: flipped };
}
