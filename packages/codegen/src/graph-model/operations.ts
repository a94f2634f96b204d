/** Operations that several operators are made of, on values `[batch, …axes, channels]`. */

import type { Pairs, Shape } from "@cnn-lang/shape-checker";
import { tensorShape } from "../layout.ts";
import { type Graph, list, type Node, text } from "./graph.ts";

export const reshape = (graph: Graph, x: Node, shape: readonly number[]): Node => graph.node("Reshape", [x, graph.ints(shape)]);

/** As a batch of values of that shape. */
export const asShape = (graph: Graph, x: Node, shape: Shape): Node => reshape(graph, x, [-1, ...tensorShape(shape)]);

export const transpose = (graph: Graph, x: Node, order: readonly number[]): Node =>
  order.every((axis, index) => axis === index) ? x : graph.node("Transpose", [x, graph.ints(order)]);

export const add = (graph: Graph, a: Node, b: Node): Node => graph.node("AddV2", [a, b]);
export const multiply = (graph: Graph, a: Node, b: Node): Node => graph.node("Mul", [a, b]);
export const scalar = (graph: Graph, value: number): Node => graph.floats([value], []);

/** Mean or largest over axes of the tensor. */
export const reduce = (graph: Graph, op: "Mean" | "Max", x: Node, axes: readonly number[], keep: boolean): Node =>
  graph.node(op, [x, graph.ints(axes)], { keep_dims: { b: keep } });

/** Zeros, or another value, around the axes between batch and channels. */
export function pad(graph: Graph, x: Node, amount: Pairs, value = 0, channels: readonly [number, number] = [0, 0]): Node {
  const all = [[0, 0], ...amount, channels];
  if (all.flat().every((n) => n === 0)) return x;
  return graph.node("PadV2", [x, graph.ints(all.flat(), [all.length, 2]), scalar(graph, value)]);
}

/** The positions of those numbers along an axis of the tensor. */
export const gather = (graph: Graph, x: Node, axis: number, positions: readonly number[]): Node =>
  graph.node("GatherV2", [x, graph.ints(positions), graph.ints(axis)], { batch_dims: { i: 0 } });

/** A part, from `begin` on; −1 in `size` is all that is left. */
export const slice = (graph: Graph, x: Node, begin: readonly number[], size: readonly number[]): Node =>
  graph.node("Slice", [x, graph.ints(begin), graph.ints(size)]);

export const concat = (graph: Graph, parts: readonly Node[], axis: number): Node =>
  parts.length === 1 && parts[0] ? parts[0] : graph.node("ConcatV2", [...parts, graph.ints(axis)], { N: { i: parts.length } });

/** The product with a matrix, `from` rows by `to` columns, along one of the axes between batch and channels, or along the channels. */
export function alongAxis(graph: Graph, x: Node, { axes, channels }: Shape, axis: number, to: number, entry: (from: number, to: number) => number): { readonly value: Node; readonly shape: Shape } {
  const sizes = [...axes, channels];
  const from = sizes[axis] ?? 1;
  const rank = sizes.length + 1;
  const others = Array.from({ length: rank }, (_, index) => index).filter((index) => index !== axis + 1);
  const order = [...others, axis + 1];
  const matrix = graph.floats(Array.from({ length: from * to }, (_, i) => entry(Math.floor(i / to), i % to)), [from, to]);
  const rows = reshape(graph, transpose(graph, x, order), [-1, from]);
  const changed = sizes.map((size, index) => (index === axis ? to : size));
  const product = reshape(graph, graph.node("MatMul", [rows, matrix], { transpose_a: { b: false }, transpose_b: { b: false } }), order.map((index) => (index === 0 ? -1 : (changed[index - 1] ?? 1))));
  const value = transpose(graph, product, order.map((_, index) => order.indexOf(index)));
  return { value, shape: { axes: changed.slice(0, -1), channels: changed.at(-1) ?? 1 } };
}

/** A window over two axes. */
export interface Window {
  readonly size: readonly number[];
  readonly stride: readonly number[];
}

/** A pool of maps `[batch, height, width, channels]` without a border. */
export const poolMap = (graph: Graph, op: "MaxPool" | "AvgPool", x: Node, { size, stride }: Window): Node =>
  graph.node(op, [x], { ksize: list([1, ...size, 1]), strides: list([1, ...stride, 1]), padding: text("VALID") });
