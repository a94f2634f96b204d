/**
 * A convolution of any kind as TensorFlow's own: groups one by one, a stride together with a dilation as a kernel with zeros in it,
 * a sequence as a map of one row. Kernels come as numbers, `[kernel…, channels / groups, filters]`.
 */

import type { Pairs, Shape } from "@cnn-lang/shape-checker";
import { type Graph, list, type Node, text } from "./graph.ts";
import { add, asShape, concat, pad, reshape, slice } from "./operations.ts";

export interface Sliding {
  readonly stride: readonly number[];
  readonly padding: Pairs;
  readonly dilation: readonly number[];
}

/** Numbers with their shape, row-major. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** @param name What the kernel is called, where it goes into the graph as it is. */
export function convolve(graph: Graph, x: Node, { axes, channels }: Shape, kernel: Numbers, { stride, padding, dilation }: Sliding, groups: number, outputShape: Shape, bias: Node | undefined, name: string): Node {
  const isMap = axes.length !== 1;
  const row = { stride: [1, ...stride], padding: [[0, 0] as const, ...padding], dilation: [1, ...dilation] };
  const sliding = isMap ? { stride, padding, dilation } : row;
  const [map, filter] = isMap ? [x, kernel] : [reshape(graph, x, [-1, 1, axes[0] ?? 1, channels]), { shape: [1, ...kernel.shape], values: kernel.values }];
  const convolved = groups === 1 ? one(graph, map, filter, sliding, name) : grouped(graph, map, channels, filter, sliding, groups);
  const biased = bias ? add(graph, convolved, bias) : convolved;
  return isMap ? biased : asShape(graph, biased, outputShape);
}

/** Each group of channels by its own part of the filters. */
function grouped(graph: Graph, x: Node, channels: number, kernel: Numbers, sliding: Sliding, groups: number): Node {
  const axes = kernel.shape.length - 2;
  const filters = kernel.shape.at(-1) ?? 1;
  const share = { channels: channels / groups, filters: filters / groups };
  const parts = Array.from({ length: groups }, (_, group) => {
    const part = slice(graph, x, [0, ...sliding.stride.map(() => 0), group * share.channels], [-1, ...sliding.stride.map(() => -1), share.channels]);
    const own = Float32Array.from({ length: kernel.values.length / groups }, (_, i) => kernel.values[Math.floor(i / share.filters) * filters + group * share.filters + (i % share.filters)] ?? 0);
    return one(graph, part, { shape: [...kernel.shape.slice(0, -1), share.filters], values: own }, sliding);
  });
  return concat(graph, parts, axes + 1);
}

function one(graph: Graph, x: Node, kernel: Numbers, { stride, padding, dilation }: Sliding, name?: string): Node {
  const isSpread = stride.some((n) => n > 1) && dilation.some((n) => n > 1);
  const { shape, values } = isSpread ? spread(kernel, dilation) : kernel;
  const filter = graph.floats(values, shape, isSpread ? undefined : name);
  const dilations = list([1, ...(isSpread ? dilation.map(() => 1) : dilation), 1]);
  const strides = list([1, ...stride, 1]);
  if (stride.length === 3) return graph.node("Conv3D", [pad(graph, x, padding), filter], { strides, dilations, padding: text("VALID"), data_format: text("NDHWC") });
  return graph.node("Conv2D", [x, filter], { strides, dilations, ...bordered(padding), data_format: text("NHWC") });
}

/** The channels of a map each on its own, by filters `[height, width, channels, multiplier]`. */
export function convolveDepthwise(graph: Graph, x: Node, kernel: Numbers, { stride, padding, dilation }: Sliding, name: string): Node {
  const isSpread = stride.some((n) => n > 1) && dilation.some((n) => n > 1);
  const { shape, values } = isSpread ? spread(kernel, dilation) : kernel;
  const dilations = list([1, ...(isSpread ? dilation.map(() => 1) : dilation), 1]);
  const filter = graph.floats(values, shape, isSpread ? undefined : name);
  return graph.node("DepthwiseConv2dNative", [x, filter], { strides: list([1, ...stride, 1]), dilations, ...bordered(padding), data_format: text("NHWC") });
}

const bordered = (padding: Pairs) =>
  padding.flat().every((n) => n === 0) ? { padding: text("VALID") } : { padding: text("EXPLICIT"), explicit_paddings: list([0, 0, ...padding.flat(), 0, 0]) };

/** The kernel with zeros between its numbers: the same convolution without dilation. */
function spread({ shape, values }: Numbers, dilation: readonly number[]): Numbers {
  const kernel = shape.slice(0, dilation.length);
  const inner = shape.slice(dilation.length).reduce((product, n) => product * n, 1);
  const size = kernel.map((n, axis) => (n - 1) * (dilation[axis] ?? 1) + 1);
  const wide = new Float32Array(size.reduce((product, n) => product * n, inner));
  for (let tap = 0; tap < values.length / inner; tap += 1) {
    let [rest, to, step] = [tap, 0, 1];
    for (let axis = kernel.length - 1; axis >= 0; axis -= 1) {
      const n = kernel[axis] ?? 1;
      to += (rest % n) * (dilation[axis] ?? 1) * step;
      step *= size[axis] ?? 1;
      rest = Math.floor(rest / n);
    }
    wide.set(values.subarray(tap * inner, (tap + 1) * inner), to * inner);
  }
  return { shape: [...size, ...shape.slice(dilation.length)], values: wide };
}
