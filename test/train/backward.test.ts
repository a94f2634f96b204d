/** The way back over the tape: TensorFlow.js's gradients, with less memory. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gradientsOf } from "../../packages/runtime/src/train/backward.ts";
import { startBackend } from "../helpers/backends.ts";

const test = suite("the way back");
test.before(() => startBackend("wasm"));

const numbers = (tensors: readonly tf.Tensor[]): number[][] => tensors.map((tensor) => [...tensor.dataSync()]);

test("gradients are TensorFlow.js's: of a tensor used twice, of two outputs, of one that is not used", () => {
  const [x, w, unused] = [tf.tensor2d([[1, -2, 3], [4, 5, -6]]), tf.tensor2d([[1, 2], [3, 4], [5, 6]]), tf.tensor1d([1, 2])];
  const number = (x: tf.Tensor, w: tf.Tensor): tf.Scalar => {
    const [left, right] = tf.split(tf.matMul(tf.mul(x, x), w), 2, 1);
    return tf.sum(tf.mul(tf.relu(left ?? x), tf.add(tf.square(right ?? x), tf.relu(left ?? x))));
  };
  const { value, grads } = tf.valueAndGrads((x, w) => number(x as tf.Tensor, w as tf.Tensor))([x, w]);
  const ours = gradientsOf(() => number(x, w), [x, w, unused]);
  assert.equal(numbers([ours.value]), numbers([value]));
  assert.equal(numbers(ours.gradients), [...numbers(grads), [0, 0]]);
  tf.dispose([x, w, unused, value, grads, ours.value, [...ours.gradients]]);
});

test("a gradient that is handed on as it came has more than one owner", () => {
  const sum = tf.customGrad((a, b) => ({ value: tf.add(a as tf.Tensor, b as tf.Tensor), gradFunc: (dy: tf.Tensor) => [dy, dy] }));
  const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
  const { value, gradients } = gradientsOf(() => tf.sum(tf.mul(sum(sum(a, b), b), tf.tensor1d([5, 7]))), [a, b]);
  assert.equal(numbers(gradients), [[5, 7], [10, 14]]);
  tf.dispose([a, b, value, [...gradients]]);
});

test("what a step back has used is free for the next", async () => {
  const x = tf.ones([1000]);
  const before = tf.memory().numBytes;
  const { kernels } = await tf.profile(() => {
    const chain = (): tf.Scalar => tf.sum(Array.from({ length: 20 }).reduce<tf.Tensor>((y) => tf.tanh(y), x));
    const { value, gradients } = gradientsOf(chain, [x]);
    tf.dispose([value, [...gradients]]);
    return [];
  });
  const last = kernels.findLast(({ name }) => name === "CnnTanhGradient");
  // The first operation's output, the gradients before and behind it, and the number.
  assert.is((last?.totalBytesSnapshot ?? 0) - before, 4 * (3 * 1000 + 1));
  x.dispose();
});

test("nothing stays behind, not even where it breaks", () => {
  const before = tf.memory().numTensors;
  const x = tf.tensor1d([1, 2]);
  assert.throws(() => gradientsOf(() => tf.sum(tf.floorDiv(tf.tanh(x), tf.where(tf.greater(x, 0), x, x))), [x]));
  const broken = tf.customGrad((y) => ({ value: tf.clone(y as tf.Tensor), gradFunc: () => { throw new Error("broken"); } }));
  assert.throws(() => gradientsOf(() => tf.sum(broken(tf.tanh(x))), [x]), "broken");
  assert.throws(() => gradientsOf(() => { throw new Error(String(tf.tanh(x))); }, [x]));
  x.dispose();
  assert.is(tf.memory().numTensors, before);
});

test.run();
