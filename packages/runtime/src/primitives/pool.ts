/** Pools with any border, dilation and overhang, in one, two or three dimensions. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { padZeros } from "./border.ts";
import { asMap, asRow, at, axesOf, byPlanes, like, product, take } from "./tensors.ts";

/** A window along one axis. */
interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: readonly [number, number];
  readonly dilation: number;
  /** How far the last window hangs over the padded end. */
  readonly overhang: number;
}

const still: Window = { size: 1, stride: 1, padding: [0, 0], dilation: 1, overhang: 0 };

export const maxPool: Primitives["maxPool"] = (x, { size, strides, padding = [], dilations = [] }) => {
  const windows = size.map((n, axis): Window => ({
    size: n,
    stride: at(strides, axis),
    padding: padding[axis] ?? [0, 0],
    dilation: at(dilations, axis),
    overhang: 0,
  }));
  return like(x, slide(x, windows, maxPoolMap));
};

export const avgPool: Primitives["avgPool"] = (x, { size, strides, padding = [], overhang = [], countPadding = true }) => {
  const windows = size.map((n, axis): Window => ({
    size: n,
    stride: at(strides, axis),
    padding: padding[axis] ?? [0, 0],
    dilation: 1,
    overhang: overhang[axis] ?? 0,
  }));
  return like(x, slide(x, windows, (map, two) => avgPoolMap(map, two, countPadding)));
};

/** A pool of volumes is one of its planes and then of its depth; a sequence is a map of one row. */
function slide(x: tf.Tensor, windows: readonly Window[], pool: (map: tf.Tensor4D, windows: readonly Window[]) => tf.Tensor): tf.Tensor {
  const [first = still, ...others] = windows;
  if (windows.length === 3) return byPlanes(x, (map) => pool(map, others), (map) => pool(map, [first, still]));
  return windows.length === 1 ? asRow(x, (map) => pool(map, [still, first])) : pool(asMap(x), windows);
}

const two = (windows: readonly Window[], pick: (window: Window) => number): [number, number] => [pick(windows[0] ?? still), pick(windows[1] ?? still)];

function maxPoolMap(x: tf.Tensor4D, windows: readonly Window[]): tf.Tensor {
  const [rows = still, columns = still] = windows;
  if (rows.dilation === 1 && columns.dilation === 1) {
    return tf.maxPool(x, two(windows, ({ size }) => size), two(windows, ({ stride }) => stride), [[0, 0], [...rows.padding], [...columns.padding], [0, 0]]);
  }
  // Of equal values `maximum` gives the gradient to its first operand, so taps in order keep the rule "the first".
  const padded = padZeros(x, windows.map(({ padding }) => padding), Number.NEGATIVE_INFINITY);
  const taps = (map: tf.Tensor, axis: number, { size, stride, dilation }: Window): readonly tf.Tensor[] => {
    const count = Math.floor((at(axesOf(padded), axis) - dilation * (size - 1) - 1) / stride) + 1;
    return Array.from({ length: size }, (_, tap) => take(map, axis + 1, tap * dilation, stride, count));
  };
  return taps(padded, 0, rows)
    .flatMap((map) => taps(map, 1, columns))
    .reduce((largest, tap) => tf.maximum(largest, tap));
}

function avgPoolMap(x: tf.Tensor4D, windows: readonly Window[], countPadding: boolean): tf.Tensor {
  const padded = padZeros(x, windows.map(({ padding: [before, after], overhang }) => [before, after + overhang]));
  const mean = tf.avgPool(asMap(padded), two(windows, ({ size }) => size), two(windows, ({ stride }) => stride), "valid");
  const correction = windows.map((window, axis) => corrections(window, at(axesOf(x), axis), at(axesOf(mean), axis), countPadding));
  if (correction.flat().every((factor) => factor === 1)) return mean;
  const [rows = [], columns = []] = correction;
  const factors = rows.flatMap((row) => columns.map((column) => row * column));
  return tf.mul(mean, tf.tensor4d(factors, [1, rows.length, columns.length, 1]));
}

/** For each output along an axis its window's size over the number of cells that its mean counts. */
function corrections({ size, stride, padding: [before, after] }: Window, input: number, outputs: number, countPadding: boolean): readonly number[] {
  const [low, high] = countPadding ? [-before, input + after] : [0, input];
  return Array.from({ length: outputs }, (_, output) => {
    const start = output * stride - before;
    return size / (Math.min(start + size, high) - Math.max(start, low));
  });
}

export const globalMaxPool: Primitives["globalMaxPool"] = (x) => {
  const [batch, channels] = [at(x.shape, 0), at(x.shape, x.rank - 1)];
  const positions = product(axesOf(x));
  const column: tf.Tensor4D = tf.reshape(x, [batch, positions, 1, channels]);
  return tf.reshape(tf.maxPool(column, [positions, 1], 1, "valid"), [batch, channels]);
};
