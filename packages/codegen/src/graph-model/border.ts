/** Borders added or cut off. */

import type { GraphEmitters } from "./emitter.ts";
import type { Graph, Node } from "./graph.ts";
import { gather, pad, slice } from "./operations.ts";

/** What a border beyond the map repeats: the position of the map for one outside it, in a map of `n`. */
const repeated = {
  reflect: (position: number, n: number): number => (position < 0 ? -position : position >= n ? 2 * (n - 1) - position : position),
  replicate: (position: number, n: number): number => Math.min(n - 1, Math.max(0, position)),
  circular: (position: number, n: number): number => (position + n) % n,
};

/** A border that repeats the map: each axis's positions in a new order. */
export const repeatBorder = (graph: Graph, x: Node, axes: readonly number[], amount: readonly (readonly [number, number])[], mode: keyof typeof repeated): Node =>
  axes.reduce((bordered, n, axis) => {
    const [before, after] = amount[axis] ?? [0, 0];
    if (before + after === 0) return bordered;
    return gather(graph, bordered, axis + 1, Array.from({ length: before + n + after }, (_, i) => repeated[mode](i - before, n)));
  }, x);

export const border: GraphEmitters<"pad" | "crop"> = {
  pad: ({ attributes: { channels, amount, mode } }, { graph, input, inputShape }) =>
    mode === "zeros" ? pad(graph, input, amount, 0, channels) : repeatBorder(graph, input, inputShape.axes, amount, mode),
  crop: ({ attributes: { at, size } }, { graph, input }) => slice(graph, input, [0, ...at, 0], [-1, ...size, -1]),
};
