/** What the primitives are made with: shapes with the channels last, `[batch, …axes, channels]`, and own gradients. */

import * as tf from "@tensorflow/tfjs-core";

/** The sizes between batch and channels. */
export const axesOf = (x: tf.Tensor): readonly number[] => x.shape.slice(1, -1);

export const channelsOf = (x: tf.Tensor): number => x.shape.at(-1) ?? 1;

/** An axis's size, or another number that belongs to it. */
export const at = (numbers: readonly number[], axis: number): number => numbers[axis] ?? 1;

export const product = (numbers: readonly number[]): number => numbers.reduce((all, n) => all * n, 1);

/** Says to the compiler what it cannot see: a result of as many axes as `x`. The one cast of the primitives. */
export const like = <T extends tf.Tensor>(_: T, result: tf.Tensor): T => result as T;

/** A tensor as one of four axes, which every shape given here has. */
export const reshape4D = (x: tf.Tensor, shape: readonly [number, number, number, number]): tf.Tensor4D => tf.reshape(x, [...shape]);

/** A batch of maps, as which its caller knows it. */
export function asMap(x: tf.Tensor): tf.Tensor4D {
  if (!isMap(x)) throw new Error(`A batch of maps has four axes, not ${x.rank}.`);
  return x;
}

const isMap = (x: tf.Tensor): x is tf.Tensor4D => x.rank === 4;

/** Does to a sequence what is meant for maps, taking it as a map of one row. */
export function asRow(x: tf.Tensor, work: (map: tf.Tensor4D) => tf.Tensor): tf.Tensor {
  const [batch = 1, length = 1, channels = 1] = x.shape;
  const result = work(reshape4D(x, [batch, 1, length, channels]));
  return tf.reshape(result, [batch, at(result.shape, 2), channelsOf(result)]);
}

/**
 * Does to a volume what falls apart into its planes and its depth: first to the planes, each a map of its own, then to
 * the depth, with all positions of a plane in one row.
 */
export function byPlanes(x: tf.Tensor, planes: (map: tf.Tensor4D) => tf.Tensor, depths: (map: tf.Tensor4D) => tf.Tensor): tf.Tensor {
  const [batch = 1, depth = 1, height = 1, width = 1, channels = 1] = x.shape;
  const flat = planes(reshape4D(x, [batch * depth, height, width, channels]));
  const [, rows = 1, columns = 1] = flat.shape;
  const deep = depths(reshape4D(flat, [batch, depth, rows * columns, channels]));
  return tf.reshape(deep, [batch, at(deep.shape, 1), rows, columns, channels]);
}

/** A function with a gradient of its own: `backward` gives one gradient an input. */
export function differentiable(
  inputs: readonly tf.Tensor[],
  forward: (save: (tensors: tf.Tensor[]) => void) => tf.Tensor,
  backward: (dy: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  return tf.customGrad((...given) => {
    const save = given.at(-1);
    if (typeof save !== "function") throw new Error("TensorFlow.js gives the function that saves tensors last.");
    return { value: forward(save), gradFunc: backward };
  })(...inputs);
}

/** `count` positions of an axis, `step` apart, from `start` on. */
export function take(x: tf.Tensor, axis: number, start: number, step: number, count: number): tf.Tensor {
  const missing = start + count * step - at(x.shape, axis);
  const padded = missing > 0 ? tf.pad(x, x.shape.map((_, i) => [0, i === axis ? missing : 0])) : x;
  const cut = tf.slice(
    padded,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((n, i) => (i === axis ? count * step : n)),
  );
  if (step === 1) return cut;
  const [before, after] = [cut.shape.slice(0, axis), cut.shape.slice(axis + 1)];
  const stepped = tf.reshape(cut, [product(before), count, step, product(after)]);
  return tf.reshape(tf.slice(stepped, [0, 0, 0, 0], [-1, -1, 1, -1]), [...before, count, ...after]);
}

/** Puts `gap` zeros between neighbours of an axis. */
export function spread(x: tf.Tensor, axis: number, gap: number): tf.Tensor {
  const count = at(x.shape, axis);
  if (gap === 0 || count === 1) return x;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const stepped = tf.pad(tf.reshape(x, [product(before), count, 1, product(after)]), [[0, 0], [0, 0], [0, gap], [0, 0]]);
  const all = tf.reshape(stepped, [...before, count * (gap + 1), ...after]);
  return tf.slice(all, all.shape.map(() => 0), all.shape.map((n, i) => (i === axis ? n - gap : n)));
}

/** Does something along one axis, with all axes before and all after it taken together: `[before, positions, after]`. */
export function alongAxis(x: tf.Tensor, axis: number, work: (flat: tf.Tensor3D) => tf.Tensor): tf.Tensor {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const result = work(tf.reshape(x, [product(before), at(x.shape, axis), product(after)]));
  return tf.reshape(result, [...before, at(result.shape, 1), ...after]);
}

/** Mixes the positions of an axis: output i is the sum over j of `matrix[i][j]` times input j. */
export const mix = (x: tf.Tensor, axis: number, matrix: tf.Tensor2D): tf.Tensor =>
  alongAxis(x, axis, (flat) => tf.matMul(tf.reshape(matrix, [1, ...matrix.shape]), flat));

/** The matrix with `entry(i, j)` in row i and column j. */
export function matrix(rows: number, columns: number, entry: (row: number, column: number) => number): tf.Tensor2D {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) values[row * columns + column] = entry(row, column);
  }
  return tf.tensor2d(values, [rows, columns]);
}
