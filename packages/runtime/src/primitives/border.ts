/** Borders that are not zeros. TensorFlow.js's own mirrored border loses the gradient of what it mirrors. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { alongAxis, at, axesOf, like } from "./tensors.ts";

export const pad: Primitives["pad"] = (x, padding, mode) =>
  like(x, padding.reduce<tf.Tensor>((padded, [before, after], axis) => padAxis(padded, axis + 1, before, after, mode), x));

/** Zeros, or another value, around the map. */
export const padZeros = (x: tf.Tensor, padding: readonly (readonly [number, number])[], value = 0): tf.Tensor =>
  padding.flat().some((n) => n > 0) ? tf.pad(x, [[0, 0], ...padding.map(([before, after]): [number, number] => [before, after]), [0, 0]], value) : x;

function padAxis(x: tf.Tensor, axis: number, before: number, after: number, mode: "reflect" | "replicate" | "circular"): tf.Tensor {
  if (before === 0 && after === 0) return x;
  const size = at(axesOf(x), axis - 1);
  const part = (start: number, count: number): tf.Tensor =>
    tf.slice(x, x.shape.map((_, i) => (i === axis ? start : 0)), x.shape.map((n, i) => (i === axis ? count : n)));
  const parts = {
    reflect: () => [before > 0 && mirrored(part(1, before), axis), x, after > 0 && mirrored(part(size - 1 - after, after), axis)],
    replicate: () => [...copies(before, () => part(0, 1)), x, ...copies(after, () => part(size - 1, 1))],
    circular: () => [before > 0 && part(size - before, before), x, after > 0 && part(0, after)],
  };
  return tf.concat(parts[mode]().filter((piece) => piece !== false), axis);
}

/** Turned round along an axis. */
export const mirrored = (x: tf.Tensor, axis: number): tf.Tensor => alongAxis(x, axis, (flat) => tf.reverse(flat, 1));

function copies(count: number, make: () => tf.Tensor): readonly tf.Tensor[] {
  if (count === 0) return [];
  const edge = make();
  return Array.from({ length: count }, () => edge);
}
