/** Pools that slide a window. */

import type { Pairs, Shape } from "@cnn-lang/shape-checker";
import type { GraphEmitters } from "./emitter.ts";
import type { Graph, Node } from "./graph.ts";
import { asShape, gather, multiply, pad, poolMap, reshape } from "./operations.ts";

/** A window along one axis, on a map that has its border. */
interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

const still: Window = { size: 1, stride: 1, dilation: 1 };

export const pool: GraphEmitters<"maxpool" | "avgpool"> = {
  maxpool({ attributes: { kernel, stride, padding, overhang, dilation }, outputShape }, { graph, input, inputShape }) {
    const amount = hanging(padding, overhang);
    const bordered = pad(graph, input, amount, Number.NEGATIVE_INFINITY);
    const windows = kernel.map((size, axis) => ({ size, stride: stride[axis] ?? 1, dilation: dilation[axis] ?? 1 }));
    return slide(graph, bordered, grown(inputShape, amount), outputShape, windows, (map, two, sizes) => maxPoolMap(graph, map, two, sizes));
  },
  avgpool({ attributes: { kernel, stride, padding, overhang, countPadding }, outputShape }, { graph, input, inputShape }) {
    const amount = hanging(padding, overhang);
    const windows = kernel.map((size, axis) => ({ size, stride: stride[axis] ?? 1, dilation: 1 }));
    const mean = slide(graph, pad(graph, input, amount), grown(inputShape, amount), outputShape, windows, (map, two) => poolMap(graph, "AvgPool", map, pair(two)));
    // For each output position the window's size over the number of cells that its mean counts.
    const factors = windows.map(({ size, stride: step }, axis) => {
      const [n, [before, after]] = [inputShape.axes[axis] ?? 1, padding[axis] ?? [0, 0]];
      const [low, high] = countPadding ? [-before, n + after] : [0, n];
      return Array.from({ length: outputShape.axes[axis] ?? 1 }, (_, i) => size / (Math.min(i * step - before + size, high) - Math.max(i * step - before, low)));
    });
    if (factors.flat().every((factor) => factor === 1)) return mean;
    const products = factors.reduce((all, axis) => all.flatMap((one) => axis.map((factor) => one * factor)), [1]);
    return multiply(graph, mean, graph.floats(products, [1, ...outputShape.axes, 1]));
  },
};

/** A last window that hangs over the end is more padding there. */
const hanging = (padding: Pairs, overhang: readonly number[]): Pairs => padding.map(([before, after], axis) => [before, after + (overhang[axis] ?? 0)]);

const grown = ({ channels, axes }: Shape, amount: Pairs): Shape => ({ channels, axes: axes.map((n, axis) => n + (amount[axis]?.[0] ?? 0) + (amount[axis]?.[1] ?? 0)) });

const pair = ([rows, columns]: readonly [Window, Window]) => ({ size: [rows.size, columns.size], stride: [rows.stride, columns.stride] });

/** A pool of volumes is one of their planes and then of their depth; a sequence is a map of one row. */
function slide(graph: Graph, x: Node, { channels, axes }: Shape, outputShape: Shape, windows: readonly Window[], poolOf: (map: Node, windows: readonly [Window, Window], sizes: readonly [number, number]) => Node): Node {
  const [first = still, second = still, third = still] = windows;
  const [n = 1, height = 1, width = 1] = axes;
  if (windows.length === 2) return poolOf(x, [first, second], [n, height]);
  if (windows.length === 1) return asShape(graph, poolOf(reshape(graph, x, [-1, 1, n, channels]), [still, first], [1, n]), outputShape);
  const planes = poolOf(reshape(graph, x, [-1, height, width, channels]), [second, third], [height, width]);
  const area = (outputShape.axes[1] ?? 1) * (outputShape.axes[2] ?? 1);
  return asShape(graph, poolOf(reshape(graph, planes, [-1, n, area, channels]), [first, still], [n, area]), outputShape);
}

function maxPoolMap(graph: Graph, x: Node, windows: readonly [Window, Window], sizes: readonly [number, number]): Node {
  if (windows.every(({ dilation }) => dilation === 1)) return poolMap(graph, "MaxPool", x, pair(windows));
  return windows.reduce((map, { size, stride, dilation }, axis) => {
    const count = Math.floor(((sizes[axis] ?? 1) - dilation * (size - 1) - 1) / stride) + 1;
    const taps = Array.from({ length: size }, (_, tap) => gather(graph, map, axis + 1, Array.from({ length: count }, (_, i) => i * stride + tap * dilation)));
    return taps.reduce((largest, tap) => graph.node("Maximum", [largest, tap]));
  }, x);
}
