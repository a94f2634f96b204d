/** Packed weights on wasm: kept from call to call, never longer than the weights are what they were. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { isWasmBackend } from "../../packages/runtime/src/kernels/wasm/insides.ts";
import { createOptimizer } from "../../packages/runtime/src/train/optimizers.ts";
import { close, noise } from "./reference.ts";

const test = suite("packed weights");
test.before(async () => assert.ok((await selectBackend("wasm")).ok));

const [size, channels, filters] = [8, 16, 24];
const filterShape: [number, number, number, number] = [3, 3, channels, filters];
const x = (batch = 1) => tf.tensor4d(noise(batch * size * size * channels, 1), [batch, size, size, channels]);
const filter = (seed: number) => tf.tensor4d(noise(9 * channels * filters, seed), filterShape);
const convolve = (w: tf.Tensor4D, map = x()) => tf.fused.conv2d({ x: map, filter: w, strides: 1, pad: "same", activation: "relu" });
/** The same without a fused operation, which keeps nothing. */
const reference = (w: tf.Tensor4D, map = x()) => tf.relu(tf.conv2d(map, w, 1, "same"));
/** Winograd's tiles may differ between the two: its errors go up to 4e-5. */
const assertEqual = (actual: tf.Tensor, expected: tf.Tensor): void => close("y", actual.dataSync(), Float64Array.from(expected.dataSync()), 4e-5);

test("the second call, and one with another batch, compute what the first does", () => {
  tf.tidy(() => {
    const w = filter(2);
    for (const map of [x(), x(), x(5), x()]) assertEqual(convolve(w, map), reference(w, map));
  });
});

test("one tensor's data as filters of different shapes", () => {
  tf.tidy(() => {
    const w = filter(3);
    assertEqual(convolve(w), reference(w));
    const pointwise = tf.reshape(w, [1, 1, 9 * channels, filters]) as tf.Tensor4D;
    const map = tf.tensor4d(noise(4 * 9 * channels, 4), [1, 2, 2, 9 * channels]);
    assertEqual(convolve(pointwise, map), reference(pointwise, map));
  });
});

test("an optimizer that moves weights in place is seen", () => {
  const w = filter(5), [a, b] = [tf.tensor2d(noise(3 * 40, 6), [3, 40]), tf.tensor2d(noise(40 * 7, 7), [40, 7])];
  const dense = (): tf.Tensor => tf.fused.matMul({ a, b });
  const before = [convolve(w).dataSync(), dense().dataSync()];
  const optimizer = createOptimizer({ name: "sgd", momentum: 0, nesterov: false, learningRate: 0.5, weightDecay: 0 }, { w, b }, ["w", "b"]);
  optimizer.step({ w: tf.onesLike(w), b: tf.onesLike(b) }, 0.5);
  assertEqual(convolve(w), reference(w));
  assertEqual(dense(), tf.matMul(a, b));
  assert.not.equal([convolve(w).dataSync(), dense().dataSync()], before);
  optimizer.dispose();
});

test("packs go with their tensors", () => {
  const backend = tf.backend();
  if (!isWasmBackend(backend)) return assert.unreachable("it is wasm");
  const round = (): void => tf.tidy(() => void convolve(tf.ones([3, 3, 128, 256]), tf.ones([1, size, size, 128])));
  for (let i = 0; i < 5; i += 1) round();
  const bytes = backend.wasm.HEAPU8.length;
  // Each packs more than a megabyte; the memory would have to grow.
  for (let i = 0; i < 100; i += 1) round();
  assert.is(backend.wasm.HEAPU8.length, bytes);
});

test.run();
