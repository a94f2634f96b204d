/** Pools and their gradients on wasm, as any TensorFlow.js code calls them, against plain loops. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { close, noise, sizeOf } from "./reference.ts";

const test = suite("pool kernels");
test.before(async () => {
  const selection = await selectBackend("wasm");
  assert.ok(selection.ok && selection.warnings.length === 0);
});

type Shape = readonly [number, number, number, number];

interface Given {
  readonly x: Shape;
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Before and after, rows and columns. */
  readonly padding?: readonly [readonly [number, number], readonly [number, number]];
}

/** A batch of maps, as which TensorFlow.js's types want it. */
const maps = (x: tf.Tensor): tf.Tensor4D => {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
  return tf.reshape(x, [batch, height, width, channels]);
};
const halved = (x: tf.Tensor): tf.Tensor => tf.maxPool(maps(x), 2, 2, "valid");

/** The positions in x that each window sees, in row-major order. */
function windowsOf({ x: [batch, height, width, channels], size, strides, padding = [[0, 0], [0, 0]] }: Given) {
  const out = (length: number, axis: 0 | 1): number => Math.floor((length + padding[axis][0] + padding[axis][1] - size[axis]) / strides[axis]) + 1;
  const shape: Shape = [batch, out(height, 0), out(width, 1), channels];
  const windows: number[][] = [];
  for (let n = 0; n < batch; n += 1)
    for (let oy = 0; oy < shape[1]; oy += 1)
      for (let ox = 0; ox < shape[2]; ox += 1)
        for (let c = 0; c < channels; c += 1) {
          const seen: number[] = [];
          for (let i = 0; i < size[0]; i += 1)
            for (let j = 0; j < size[1]; j += 1) {
              const [row, column] = [oy * strides[0] - padding[0][0] + i, ox * strides[1] - padding[1][0] + j];
              if (row >= 0 && row < height && column >= 0 && column < width) seen.push(((n * height + row) * width + column) * channels + c);
            }
          windows.push(seen);
        }
  return { shape, windows };
}

const explicit = ({ padding = [[0, 0], [0, 0]] }: Given): [[number, number], [number, number], [number, number], [number, number]] => [
  [0, 0],
  [...padding[0]],
  [...padding[1]],
  [0, 0],
];

/** Forward and gradient of one kind of pool on values that are mostly negative. */
function verify(kind: "max" | "average", given: Given): void {
  const { shape, windows } = windowsOf(given);
  const xs = noise(sizeOf(given.x), 5).map((value) => value - 0.8);
  const dys = noise(sizeOf(shape), 6);
  const y = new Float64Array(windows.length), dx = new Float64Array(xs.length);
  windows.forEach((seen, index) => {
    const values = seen.map((at) => xs[at] ?? 0);
    y[index] = kind === "max" ? Math.max(...values) : values.reduce((a, b) => a + b) / values.length;
    const share = (dys[index] ?? 0) / (kind === "max" ? 1 : values.length);
    const takers = kind === "max" ? [seen[values.indexOf(y[index] ?? 0)] ?? -1] : seen;
    for (const at of takers) dx[at] = (dx[at] ?? 0) + share;
  });
  tf.tidy(() => {
    const pool = (x: tf.Tensor): tf.Tensor =>
      kind === "max" ? tf.maxPool(maps(x), [...given.size], [...given.strides], explicit(given)) : tf.avgPool(maps(x), [...given.size], [...given.strides], explicit(given));
    const x = tf.tensor4d(xs, [...given.x]);
    const name = `${kind} ${JSON.stringify(given)}`;
    close(`${name} y`, pool(x).dataSync(), y, kind === "max" ? 0 : 1e-6);
    close(`${name} dx`, tf.grad(pool)(x, tf.tensor4d(dys, [...shape])).dataSync(), dx, 1e-6);
  });
}

for (const kind of ["max", "average"] as const) {
  test(`${kind} pool: channels, sizes, strides, borders`, () => {
    for (const channels of [1, 3, 4, 5, 8, 11]) verify(kind, { x: [2, 6, 8, channels], size: [2, 2], strides: [2, 2] });
    verify(kind, { x: [2, 7, 9, 5], size: [2, 2], strides: [2, 2] });
    verify(kind, { x: [2, 7, 9, 6], size: [3, 3], strides: [2, 2], padding: [[1, 1], [1, 1]] });
    verify(kind, { x: [1, 7, 9, 6], size: [3, 2], strides: [1, 3], padding: [[0, 1], [1, 0]] });
    verify(kind, { x: [2, 5, 5, 4], size: [5, 5], strides: [1, 1] });
    verify(kind, { x: [1, 8, 8, 4], size: [2, 2], strides: [3, 3] });
  });
}

test("of equal values the first in row-major order takes the gradient", () => {
  tf.tidy(() => {
    const dx = tf.grad(halved)(tf.ones([1, 2, 4, 1]), tf.tensor4d([10, 20], [1, 1, 2, 1]));
    assert.equal([...dx.dataSync()], [10, 0, 20, 0, 0, 0, 0, 0]);
  });
});

test("a window with NaN is NaN, and its gradient goes there", () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, Number.NaN, 3, -5, -6, -7, -8], [1, 2, 4, 1]);
    const y = halved(x);
    assert.equal([...y.dataSync()], [2, Number.NaN]);
    const dx = tf.grad(halved)(x, tf.ones([1, 1, 2, 1]));
    assert.equal([...dx.dataSync()], [0, 1, 1, 0, 0, 0, 0, 0]);
  });
});

test.run();
