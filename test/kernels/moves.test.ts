/** Kernels on wasm that move numbers: what TensorFlow.js's plain backend gives for the same. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startBackend } from "../helpers/backends.ts";
import { noise } from "./reference.ts";

const test = suite("kernels that move numbers");

const numbers = (...shape: number[]): tf.Tensor => tf.tensor(noise(tf.util.sizeFromShape(shape), shape.length), shape);
const integers = (...shape: number[]): tf.Tensor => tf.tensor(noise(tf.util.sizeFromShape(shape), 7).map((v) => Math.floor(9 * v)), shape, "int32");
const yesNo = (...shape: number[]): tf.Tensor => tf.greater(numbers(...shape), 0);

const cases: Readonly<Record<string, () => tf.Tensor | tf.Tensor[]>> = {
  "concat along any axis": () => [0, 1, 2, -1].map((axis) => tf.concat([numbers(2, 3, 4), numbers(2, 3, 4), tf.ones([2, 3, 4])], axis)),
  "concat of unlike sizes, and of nothing": () => tf.concat([numbers(2, 3, 4), numbers(2, 1, 4), tf.zeros([2, 0, 4])], 1),
  "concat of one": () => tf.concat([integers(3, 2), tf.zeros([3, 0], "int32")], 1),
  "concat of other types": () => [tf.concat([integers(2, 3), integers(2, 5)], 1), tf.concat([yesNo(2, 3), yesNo(2, 5)], 1)],
  stack: () => [0, 1, 2, -1].map((axis) => tf.stack([numbers(2, 3), numbers(2, 3)], axis)),
  unstack: () => [0, 1, 2].flatMap((axis) => tf.unstack(numbers(2, 3, 4), axis)),
  split: () => [...tf.split(numbers(4, 6), 3, 1), ...tf.split(numbers(4, 6), [1, 3], 0), ...tf.split(yesNo(2, 3, 5), [4, 1], -1)],
  "slice of any rank": () => [
    tf.slice(numbers(9), [2], [5]),
    tf.slice(integers(4, 5), [1, 2], [2, 3]),
    tf.slice(numbers(4, 5, 3), [1, 2, 0], [-1, 2, 3]),
    tf.slice(numbers(2, 3, 4, 5), [0, 1, 1, 2], [2, 2, 2, 3]),
    tf.slice(yesNo(2, 3, 2, 3, 4), [1, 0, 0, 1, 1], [1, 3, 2, 2, 3]),
    tf.slice(numbers(2, 3), [0, 0], [2, 3]),
    tf.slice(numbers(3, 4), [1, 1], [0, 2]),
  ],
  cast: () => [tf.cast(numbers(5), "int32"), tf.cast(integers(5), "float32"), tf.cast(integers(5), "bool"), tf.cast(yesNo(5), "float32"), tf.cast(yesNo(5), "int32"), tf.cast(numbers(5), "float32")],
  fill: () => [tf.fill([2, 3], 1.5), tf.fill([4], 7, "int32"), tf.zerosLike(integers(3)), tf.onesLike(numbers(2, 2)), tf.zerosLike(yesNo(3)), tf.fill([], -1)],
  transpose: () => [tf.transpose(numbers(2, 3, 4), [2, 0, 1]), tf.transpose(numbers(2, 1, 4), [1, 0, 2]), tf.transpose(integers(1, 3, 1, 2), [1, 0, 3, 2]), tf.transpose(numbers(1, 1), [1, 0])],
};

/** Shapes, types and numbers. */
async function found(backend: string, make: () => tf.Tensor | tf.Tensor[]): Promise<unknown> {
  await startBackend(backend);
  return tf.tidy(() => [make()].flat().map((tensor) => [tensor.shape, tensor.dtype, ...tensor.dataSync()]));
}

for (const [name, make] of Object.entries(cases)) test(name, async () => assert.equal(await found("wasm", make), await found("cpu", make)));

test.run();
