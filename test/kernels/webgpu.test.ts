/** Our kernels on webgpu at sizes that the operators' goldens do not reach, against plain loops in float64. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createOptimizer, type Weights } from "../../packages/runtime/src/train/optimizers.ts";
import { batchNorm, crossEntropy } from "../../packages/runtime/src/nn.ts";
import { judgedCrossEntropy } from "../../packages/runtime/src/primitives/cross-entropy.ts";
import { goldenGradients, goldenOptimizers, goldenStart } from "../helpers/optimizers.ts";
import { startWebgpu } from "../helpers/webgpu.ts";
import { close, eachProduct, noise, outShapeOf, sizeOf } from "./reference.ts";

const all = suite("kernels on webgpu");
if (startWebgpu) all.before(startWebgpu);
const test = startWebgpu ? all : all.skip;

test("the filter's gradient: many taps, many filters, more pixels than one workgroup takes, strides and borders", async () => {
  for (const [xShape, kernel, filters, stride, border] of [
    [[2, 17, 19, 3], 3, 70, 1, 1],
    [[3, 14, 13, 12], 3, 5, 2, 1],
    [[2, 12, 12, 70], 1, 9, 1, 0],
    [[1, 40, 40, 2], 7, 3, 2, 3],
  ] as const) {
    const sliding = { strides: [stride, stride], padding: [[border, border], [border, border]], dilations: [1, 1] } as const;
    const filterShape = [kernel, kernel, xShape[3], filters], outShape = outShapeOf(xShape, filterShape, sliding);
    const [xs, dys] = [noise(sizeOf(xShape), 1), noise(sizeOf(outShape), 2)];
    const expected = new Float64Array(sizeOf(filterShape));
    eachProduct(xShape, filterShape, outShape, sliding, (x, w, y) => (expected[w] = (expected[w] ?? 0) + (xs[x] ?? 0) * (dys[y] ?? 0)));
    const gradient = tf.tidy(() => {
      const x = tf.tensor4d(xs, [...xShape]);
      const convolve = (filter: tf.Tensor): tf.Tensor => tf.conv2d(x, filter as tf.Tensor4D, stride, border);
      return tf.grad(convolve)(tf.zeros(filterShape), tf.tensor(dys, outShape));
    });
    // Up to 612 products of float32 an entry, added in parts.
    close(`${xShape}`, await gradient.data(), expected, 1e-5);
    gradient.dispose();
  }
});

test("max pooling's gradient: windows that overlap, borders, negative maxima; of equal values the first takes it", async () => {
  for (const [kernel, stride, border] of [[2, 2, 0], [3, 2, 1], [3, 1, 1], [2, 3, 0]] as const) {
    const shape = [2, 9, 10, 5] as const;
    // Eight different values, all below zero: many are equal.
    const xs = noise(sizeOf(shape), 3).map((v) => Math.floor(v * 4) - 8);
    const sliding = { strides: [stride, stride], padding: [[border, border], [border, border]], dilations: [1, 1] } as const;
    const outShape = [...outShapeOf(shape, [kernel, kernel, 1, 5], sliding)];
    const dys = noise(sizeOf(outShape), 4);
    const first = new Map<number, number>();
    eachProduct(shape, [kernel, kernel, 1, 5], outShape, sliding, (x, _, y) => {
      const best = first.get(y);
      if (best === undefined || (xs[x] ?? 0) > (xs[best] ?? 0) || ((xs[x] ?? 0) === (xs[best] ?? 0) && x < best)) first.set(y, x);
    });
    const expected = new Float64Array(xs.length);
    for (const [y, x] of first) expected[x] = (expected[x] ?? 0) + (dys[y] ?? 0);
    const gradient = tf.tidy(() => tf.grad((x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, kernel, stride, border))(tf.tensor4d(xs, [...shape]), tf.tensor(dys, outShape)));
    close(`${kernel} ${stride} ${border}`, await gradient.data(), expected, 1e-6);
    gradient.dispose();
  }
});

test("batch norm over many rows, any number of channels, large means", async () => {
  for (const [rows, channels] of [[3000, 3], [700, 33], [9, 130]] as const) {
    const xs = noise(rows * channels, 5).map((v, i) => v + 20 * (i % channels % 7)), dys = noise(rows * channels, 6), scales = noise(channels, 7);
    const mean = new Float64Array(channels), variance = new Float64Array(channels), sums = new Float64Array(channels), products = new Float64Array(channels);
    const add = (to: Float64Array, term: (i: number) => number): void => xs.forEach((_, i) => (to[i % channels] = (to[i % channels] ?? 0) + term(i)));
    const of = (values: ArrayLike<number>, i: number): number => values[i % channels] ?? 0;
    add(mean, (i) => (xs[i] ?? 0) / rows);
    add(variance, (i) => ((xs[i] ?? 0) - of(mean, i)) ** 2 / rows);
    const normal = Float64Array.from(xs, (x, i) => (x - of(mean, i)) / Math.sqrt(of(variance, i) + 1e-5));
    add(sums, (i) => dys[i] ?? 0);
    add(products, (i) => (dys[i] ?? 0) * (normal[i] ?? 0));
    const dx = normal.map((n, i) => (of(scales, i) / Math.sqrt(of(variance, i) + 1e-5)) * ((dys[i] ?? 0) - of(sums, i) / rows - (n * of(products, i)) / rows));

    const weights: Weights = { "bn.weight": tf.tensor1d(scales), "bn.bias": tf.zeros([channels]), "bn.running_mean": tf.zeros([channels]), "bn.running_var": tf.ones([channels]) };
    const x = tf.tensor2d(xs, [rows, channels]);
    const [gradient, dWeight] = tf.tidy(() => tf.grads((x: tf.Tensor) => batchNorm(x, weights, "bn", { training: true }))([x, weights["bn.weight"] ?? x], tf.tensor2d(dys, [rows, channels])));
    if (!gradient || !dWeight) throw new Error("There are two gradients.");
    // A mean near 120 is known to 4e-6, which counts once for every row.
    close("dx", await gradient.data(), dx, 2e-5);
    close("dWeight", await dWeight.data(), products, 2e-5);
    close("running mean", (await weights["bn.running_mean"]?.data()) ?? [], mean.map((m) => 0.1 * m), 1e-6);
    close("running variance", (await weights["bn.running_var"]?.data()) ?? [], variance.map((v) => 0.9 + (0.1 * v * rows) / (rows - 1)), 1e-5);

    // An activation in the same kernels lets a gradient through where it is open.
    for (const [activation, ceiling] of [["relu", Number.POSITIVE_INFINITY], ["relu6", 6]] as const) {
      const wide = tf.mul(weights["bn.weight"] ?? x, 5);
      const open = normal.map((n, i) => Number(n * of(scales, i) > 0 && 5 * n * of(scales, i) < ceiling));
      const [biasGradient] = tf.tidy(() => tf.grads((bias: tf.Tensor) => batchNorm(x, { ...weights, "bn.weight": wide, "bn.bias": bias }, "bn", { training: true, activation }))([weights["bn.bias"] ?? x], tf.tensor2d(dys, [rows, channels])));
      const passed = new Float64Array(channels);
      add(passed, (i) => (dys[i] ?? 0) * (open[i] ?? 0));
      close(`dBias behind a ${activation}`, (await biasGradient?.data()) ?? [], passed, 2e-5);
      tf.dispose([wide, biasGradient ?? x]);
    }
    tf.dispose([weights, x, gradient, dWeight]);
  }
});

test("the bias of a layer before batch norm: its gradient is zero, and weight decay still moves it", async () => {
  const weights: Weights = { bias: tf.tensor1d([1, -2, 3]), "bn.running_mean": tf.zeros([3]), "bn.running_var": tf.ones([3]) };
  const { bias } = weights;
  if (!bias) throw new Error("There is a bias.");
  const x = tf.tensor2d(noise(3 * 700, 10), [700, 3]), dy = tf.tensor2d(noise(3 * 700, 11), [700, 3]);
  const gradient = tf.tidy(() => tf.grad((b: tf.Tensor) => batchNorm(tf.add(x, b), weights, "bn", { training: true, activation: "relu" }))(bias, dy));
  assert.equal([...(await gradient.data())], [0, 0, 0]);
  const decaying = { name: "sgd", learningRate: 0.5, momentum: 0, nesterov: false, weightDecay: 0.25, decayNormsAndBiases: true, groups: [] } as const;
  const optimizer = createOptimizer(decaying, weights, ["bias"]);
  optimizer.step({ bias: gradient }, 0.5);
  assert.equal([...(await bias.data())], [0.875, -1.75, 2.625]);
  optimizer.dispose();
  tf.dispose([weights, x, dy, gradient]);
});

test("cross-entropy of more rows than one workgroup takes, and how many are right; a label that is no class makes the loss NaN", async () => {
  const rows = 2500, classes = 7;
  const logits = noise(rows * classes, 8).map((v) => 5 * v), labels = Int32Array.from({ length: rows }, (_, i) => (i * 5) % classes);
  let loss = 0, hits = 0;
  const gradient = new Float64Array(rows * classes);
  for (let r = 0; r < rows; r += 1) {
    const powers = Array.from({ length: classes }, (_, k) => Math.exp(logits[r * classes + k] ?? 0)), sum = powers.reduce((a, b) => a + b);
    loss -= Math.log((powers[labels[r] ?? 0] ?? 0) / sum) / rows;
    hits += Number(powers.indexOf(Math.max(...powers)) === labels[r]);
    powers.forEach((power, k) => (gradient[r * classes + k] = (power / sum - Number(k === labels[r])) / rows));
  }
  const { value, grad } = tf.tidy(() => tf.valueAndGrad((x: tf.Tensor) => crossEntropy(x, tf.tensor1d(labels, "int32")))(tf.tensor2d(logits, [rows, classes])));
  close("loss", await value.data(), [loss], 1e-6);
  close("gradient", await grad.data(), gradient, 1e-5);
  const { tally } = tf.tidy(() => judgedCrossEntropy(tf.tensor2d(logits, [rows, classes]), tf.tensor1d(labels, "int32")));
  assert.equal([...((await tally?.data()) ?? [])], [(await value.data())[0], hits]);
  const equal = tf.tidy(() => judgedCrossEntropy(tf.ones([2, 3]), tf.tensor1d([0, 1], "int32")));
  assert.is((await equal.tally?.data())?.[1], 1, "of equal scores the first is what is seen");
  const wrong = tf.tidy(() => crossEntropy(tf.zeros([2, 3]), tf.tensor1d([0, 3], "int32")));
  assert.ok(Number.isNaN((await wrong.data())[0]));
  tf.dispose([value, grad, wrong, tally ?? [], equal]);
});

test("sums over the leading axes, of few rows and of many", async () => {
  for (const shape of [[3, 5], [2, 40, 41, 3], [5000, 65]]) {
    const xs = noise(sizeOf(shape), 9), channels = shape.at(-1) ?? 1, expected = new Float64Array(channels);
    xs.forEach((x, i) => (expected[i % channels] = (expected[i % channels] ?? 0) + x));
    const sum = tf.tidy(() => tf.sum(tf.tensor(xs, shape), shape.map((_, axis) => axis).slice(0, -1)));
    close(`${shape}`, await sum.data(), expected, 1e-5);
    sum.dispose();
  }
});

for (const { name, settings, afterEachStep } of goldenOptimizers) {
  test(`${name}: seven weights of different sizes move as PyTorch's`, async () => {
    // More weights than there are buffers for in one dispatch; each holds the golden's values some times over.
    const names = Array.from({ length: 7 }, (_, k) => `w${k}`);
    const repeated = (values: readonly number[], k: number): tf.Tensor => tf.tensor1d(Array.from({ length: 5 * (100 * k + 1) }, (_, i) => values[i % 5] ?? 0));
    const weights: Weights = Object.fromEntries(names.map((name, k) => [name, repeated(goldenStart, k)]));
    const optimizer = createOptimizer(settings, weights, names);
    for (const [step, gradient] of goldenGradients.entries()) {
      const gradients = Object.fromEntries(names.map((name, k) => [name, repeated(gradient, k)]));
      optimizer.step(gradients, settings.learningRate);
      tf.dispose(gradients);
      const expected = afterEachStep[step] ?? [];
      for (const name of names) {
        const values = (await weights[name]?.data()) ?? [];
        // As on the other backends: twelve steps of float32 state.
        values.forEach((value, i) => assert.ok(Math.abs(value - (expected[i % 5] ?? NaN)) <= 1e-5 * Math.abs(expected[i % 5] ?? 0) + 1e-7, `${name}[${i}] after step ${step + 1}: ${value}, not ${expected[i % 5]}`));
      }
    }
    optimizer.dispose();
    tf.dispose(weights);
  });
}

all.run();
