/** Relu, tanh, biases, sums and clones on wasm: values, gradients, NaN, sizes that fill no vector. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { hardSigmoid, hardSwish, relu6, silu } from "../../packages/runtime/src/nn.ts";
import { close, noise } from "./reference.ts";

const test = suite("elementwise kernels");
test.before(async () => {
  const selection = await selectBackend("wasm");
  assert.ok(selection.ok && selection.warnings.length === 0);
});

const values = (tensor: tf.Tensor | undefined): number[] => [...(tensor?.dataSync() ?? [])];

test("relu and its gradient, which is 0 at 0; NaN passes both ways", () => {
  tf.tidy(() => {
    const x = tf.tensor1d([-1, 0, 2, Number.NaN, -0.5, 3, Number.NEGATIVE_INFINITY]);
    assert.equal(values(tf.relu(x)), [0, 0, 2, Number.NaN, 0, 3, 0]);
    assert.equal(values(tf.grad((v: tf.Tensor) => tf.relu(v))(x, tf.tensor1d([1, 2, 3, 4, 5, 6, 7]))), [0, 0, 3, 4, 0, 6, 0]);
  });
});

test("tanh to less than three units in the last place, from tiny to huge; NaN and infinity pass", () => {
  tf.tidy(() => {
    const ends = [0, 1e-8, 1e-30, 0.55, 0.5500001, 7.8, 9.01, 44, 44.1, 88, 1e30, Number.POSITIVE_INFINITY];
    const xs = Float32Array.from([...ends, ...ends.map((x) => -x), ...noise(100_001, 3), ...noise(100_001, 4).map((x) => 10 * x)]);
    const ys = tf.tanh(tf.tensor1d(xs)).dataSync();
    xs.forEach((x, i) => {
      const exact = Math.tanh(x), unit = 2 ** (Math.floor(Math.log2(Math.abs(exact) || 1)) - 23);
      assert.ok(Math.abs((ys[i] ?? Number.NaN) - exact) < 3 * unit, `tanh ${x} is ${ys[i]}, not ${exact}`);
    });
    assert.ok(Number.isNaN(tf.tanh(tf.tensor1d([Number.NaN])).dataSync()[0]));
    const gradient = tf.grad((v: tf.Tensor) => tf.tanh(v))(tf.tensor1d(xs), tf.onesLike(tf.tensor1d(xs))).dataSync();
    // Where tanh is almost 1, half a unit of it.
    close("tanh'", gradient, Float64Array.from(xs, (v) => 1 - Math.tanh(v) ** 2), 2e-7);
  });
});

test("activations in one kernel: values, derivatives, corners, NaN", () => {
  const xs = [-30, -3, -1.5, 0, 0.5, 3, 6, 7, Number.NaN];
  const clamp = (x: number): number => Math.min(Math.max(x, 0), 6), sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const inside = (x: number, low: number, high: number): number => (x <= low || x >= high ? 0 : 1);
  const cases: [typeof relu6, (x: number) => number, (x: number) => number][] = [
    [relu6, clamp, (x) => inside(x, 0, 6)],
    [silu, (x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
    [hardSigmoid, (x) => clamp(x + 3) / 6, (x) => inside(x, -3, 3) / 6],
    [hardSwish, (x) => (x * clamp(x + 3)) / 6, (x) => (x < -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5)],
  ];
  for (const [activation, value, slope] of cases) {
    tf.tidy(() => {
      const x = tf.tensor1d(xs);
      close(activation.name, values(activation(x)).slice(0, -1), xs.slice(0, -1).map(value), 1e-6);
      assert.ok(Number.isNaN(values(activation(x)).at(-1)), `${activation.name} keeps NaN`);
      const dx = values(tf.grad((v: tf.Tensor) => activation(v))(x, tf.onesLike(x)));
      close(`${activation.name}'`, dx.slice(0, -1), xs.slice(0, -1).map(slope), 1e-6);
    });
  }
});

test("sums over leading axes, kept or not", () => {
  for (const shape of [[5, 3], [200, 1], [3, 4, 5, 6], [130, 9]]) {
    tf.tidy(() => {
      const count = shape.reduce((a, b) => a * b), xs = noise(count, 9), x = tf.tensor(xs, shape);
      for (let axes = 1; axes < shape.length; axes += 1) {
        const columns = shape.slice(axes).reduce((a, b) => a * b), expected = new Float64Array(columns);
        xs.forEach((value, i) => (expected[i % columns] = (expected[i % columns] ?? 0) + value));
        const leading = Array.from({ length: axes }, (_, axis) => axis);
        close(`sum of ${shape} over ${leading}`, tf.sum(x, leading).dataSync(), expected, 1e-6);
        assert.equal(tf.sum(x, leading, true).shape, [...leading.map(() => 1), ...shape.slice(axes)]);
      }
    });
  }
});

test("a bias is added along the last axis, and other sums are as before", () => {
  tf.tidy(() => {
    assert.equal(values(tf.add(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor1d([10, 20, 30]))), [11, 22, 33, 14, 25, 36]);
    assert.equal(values(tf.add(tf.tensor1d([10, 20, 30]), tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]))), [11, 22, 33, 14, 25, 36]);
    assert.equal(values(tf.add(tf.tensor2d([1, 2], [2, 1]), tf.tensor1d([10, 20]))), [11, 21, 12, 22]);
    assert.equal(values(tf.add(tf.tensor1d([1, 2], "int32"), tf.scalar(1, "int32"))), [2, 3]);
    const wide = noise(70, 1), bias = noise(7, 2);
    close("wide", tf.add(tf.tensor2d(wide, [10, 7]), tf.tensor1d(bias)).dataSync(), wide.map((v, i) => v + (bias[i % 7] ?? 0)), 1e-7);
  });
});

test("a clone outlives its original", () => {
  const original = tf.tensor1d([1, 2, 3]);
  const copy = original.clone();
  original.dispose();
  tf.tensor1d([7, 8, 9]);
  assert.equal(values(copy), [1, 2, 3]);
  copy.dispose();
});

test.run();
