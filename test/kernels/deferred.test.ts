/** Results on webgpu that are computed only once somebody needs them, and then are what they would have been at once. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { batchNorm, dropout } from "../../packages/runtime/src/nn.ts";
import { createOptimizer, type Weights } from "../../packages/runtime/src/train/optimizers.ts";
import { startWebgpu } from "../helpers/webgpu.ts";
import { noise } from "./reference.ts";

const all = suite("results that wait");
if (startWebgpu) all.before(startWebgpu);
const test = startWebgpu ? all : all.skip;

/** Reads a value, as somebody might who watches: from then on nothing of it waits. */
const seen: Promise<unknown>[] = [];
const look = <T extends tf.Tensor>(x: T, isWatched: boolean): T => {
  if (isWatched) seen.push(x.data());
  return x;
};

const [rows, channels] = [640, 5];
const [xs, dys, bs] = [noise(rows * channels, 1), noise(rows * channels, 2), noise(channels, 3)];

/** What a function of x and a bias gives, with its gradients and whatever else it leaves; watched on the way forward, on the way back, or not. */
async function asFound(work: (x: tf.Tensor, bias: tf.Tensor, watch: <T extends tf.Tensor>(x: T) => T) => tf.Tensor, watched: "forward" | "backward" | "never", left: () => readonly tf.Tensor[] = () => []): Promise<readonly Float32Array[]> {
  const [x, bias, dy] = [tf.tensor2d(xs, [rows, channels]), tf.tensor1d(bs), tf.tensor2d(dys, [rows, channels])];
  const sums: tf.Tensor[] = [];
  const watch = <T extends tf.Tensor>(value: T): T => {
    sums.push(tf.keep(tf.clone(value)));
    return look(value, watched === "forward");
  };
  // The gradient of what comes last is taken first.
  const between = (y: tf.Tensor): tf.Tensor => tf.customGrad((...given) => ({ value: tf.clone(given[0] as tf.Tensor), gradFunc: (d: tf.Tensor) => (sums.map((sum) => look(sum, watched === "backward")), tf.clone(d)) }))(y);
  const { value, grads } = tf.tidy(() => tf.valueAndGrads((x: tf.Tensor, bias: tf.Tensor) => tf.sum(tf.mul(between(work(x, bias, watch)), dy)))([x, bias]));
  await Promise.all(seen.splice(0));
  const found = [value, ...grads, ...left()];
  const values = await Promise.all(found.map(async (tensor) => Float32Array.from(await tensor.data())));
  tf.dispose([x, bias, dy, sums, found]);
  return values;
}

test("a bias before batch norm: the same bits whether the sum is computed or not", async () => {
  const found = [];
  for (const watched of ["never", "forward", "backward"] as const) {
    const weights: Weights = { "bn.weight": tf.tensor1d(noise(channels, 4)), "bn.running_mean": tf.zeros([channels]), "bn.running_var": tf.ones([channels]) };
    const { "bn.running_mean": mean = tf.zeros([]), "bn.running_var": variance = tf.zeros([]) } = weights;
    found.push(await asFound((x, bias, watch) => batchNorm(watch(tf.add(x, bias)), weights, "bn", { training: true, activation: "relu" }), watched, () => [mean, variance]));
    tf.dispose(weights);
  }
  const [never, forward, backward] = found;
  assert.equal(forward, never);
  assert.equal(backward, never);
  const [, , , mean = new Float32Array()] = never ?? [];
  const expected = Float64Array.from(bs, (b, c) => 0.1 * (b + xs.filter((_, i) => i % channels === c).reduce((sum, x) => sum + x, 0) / rows));
  mean.forEach((value, c) => assert.ok(Math.abs(value - (expected[c] ?? NaN)) < 1e-6, "the running mean knows of the bias"));
});

test("bias, relu and dropout: the same bits whether what is between them is computed or not", async () => {
  const random = { seed: 5, step: 2 };
  const work = (x: tf.Tensor, bias: tf.Tensor, watch: <T extends tf.Tensor>(x: T) => T): tf.Tensor => dropout(watch(tf.relu(watch(tf.add(x, bias)))), 0.3, "drop", { training: true, random });
  const never = await asFound(work, "never");
  assert.equal(await asFound(work, "forward"), never);
  assert.equal(await asFound(work, "backward"), never);
  const [, dx = new Float32Array()] = never;
  const positive = xs.filter((value, i) => Math.fround(value + (bs[i % channels] ?? 0)) > 0).length, passed = dx.filter((value) => value !== 0).length;
  // Within four standard deviations of a binomial count.
  assert.ok(Math.abs(passed - 0.7 * positive) < 4 * Math.sqrt(positive * 0.7 * 0.3), `${passed} of ${positive}`);
});

test("a sum that waits is of the bias as it was, not as an optimizer has made it since", async () => {
  const weights: Weights = { bias: tf.tensor1d(bs) }, { bias = tf.zeros([]) } = weights;
  const x = tf.tensor2d(xs, [rows, channels]), sum = tf.add(x, bias), gradient = tf.ones([channels]);
  const optimizer = createOptimizer({ name: "sgd", learningRate: 1, momentum: 0, nesterov: false, weightDecay: 0 }, weights, ["bias"]);
  optimizer.step({ bias: gradient }, 1);
  assert.equal(await sum.data(), Float32Array.from(xs, (value, i) => value + (bs[i % channels] ?? 0)));
  assert.equal(await bias.data(), Float32Array.from(bs, (value) => value - 1));
  optimizer.dispose();
  tf.dispose([weights, x, sum, gradient]);
});

test("what nobody needs takes no memory on the card, and leaves nothing", async () => {
  const onCard = (): unknown => ("numBytesInGPU" in tf.memory() ? Reflect.get(tf.memory(), "numBytesInGPU") : undefined);
  const x = tf.tensor2d(xs, [rows, channels]), bias = tf.tensor1d(bs);
  await Promise.all([tf.neg(x).data(), tf.neg(bias).data()]);
  const before = [tf.memory().numTensors, tf.memory().numDataBuffers, onCard()];
  const [y] = tf.tidy(() => [tf.relu(tf.add(x, bias))]);
  assert.is(onCard(), before[2]);
  y?.dispose();
  assert.equal([tf.memory().numTensors, tf.memory().numDataBuffers, onCard()], before);
  // One whose origin was disposed in the meantime is still computed.
  const z = tf.tidy(() => tf.relu(tf.add(tf.mul(x, 2), bias)));
  assert.equal(await z.data(), Float32Array.from(xs, (value, i) => Math.max(0, Math.fround(2 * value + (bs[i % channels] ?? 0)))));
  z.dispose();
  assert.equal([tf.memory().numTensors, tf.memory().numDataBuffers], before.slice(0, 2));
  tf.dispose([x, bias]);
});

all.run();
