/** Batch norm in training and afterwards, in one kernel on wasm and composed elsewhere. */

import * as tf from "@tensorflow/tfjs-core";
import * as assert from "uvu/assert";
import { batchNorm } from "../../packages/runtime/src/nn.ts";
import { readable, suiteOn } from "../helpers/backends.ts";
import { close, noise, sizeOf } from "./reference.ts";

const eps = 1e-5;

/** The definition, in float64: statistics, output, and gradients from dy. */
function reference(xs: Float32Array, dys: Float32Array, channels: number, weight: Float32Array, bias: Float32Array) {
  const count = xs.length / channels;
  const sum = (term: (i: number) => number): Float64Array => {
    const sums = new Float64Array(channels);
    for (let i = 0; i < xs.length; i += 1) sums[i % channels] = (sums[i % channels] ?? 0) + term(i);
    return sums;
  };
  const at = (values: ArrayLike<number>, i: number): number => values[i % channels] ?? 0;
  const mean = sum((i) => (xs[i] ?? 0) / count);
  const variance = sum((i) => ((xs[i] ?? 0) - at(mean, i)) ** 2 / count);
  const normal = Float64Array.from(xs, (x, i) => (x - at(mean, i)) / Math.sqrt(at(variance, i) + eps));
  const dBias = sum((i) => dys[i] ?? 0), dWeight = sum((i) => (dys[i] ?? 0) * (normal[i] ?? 0));
  return {
    mean,
    unbiased: variance.map((v) => (v * count) / (count - 1)),
    y: normal.map((n, i) => n * at(weight, i) + at(bias, i)),
    dx: normal.map((n, i) => (at(weight, i) / Math.sqrt(at(variance, i) + eps)) * ((dys[i] ?? 0) - at(dBias, i) / count - (n * at(dWeight, i)) / count)),
    dWeight,
    dBias,
  };
}

const create = (channels: number, weight: Float32Array, bias: Float32Array): Record<string, tf.Tensor> => ({
  "bn.weight": tf.tensor1d(weight),
  "bn.bias": tf.tensor1d(bias),
  "bn.running_mean": tf.zeros([channels]),
  "bn.running_var": tf.ones([channels]),
  "bn.num_batches_tracked": tf.scalar(0, "int32"),
});

const read = (tensor: tf.Tensor | undefined): number[] => [...(tensor?.dataSync() ?? [])];
const training = { eps, momentum: 0.1, training: true };

for (const backend of readable) {
  const { all, test } = await suiteOn("batch norm", backend);

  test("vectors, sequences, maps and volumes; any number of channels; large means", () => {
    for (const shape of [[9, 5], [4, 6, 3], [3, 5, 4, 1], [2, 9, 8, 4], [2, 5, 5, 13], [2, 3, 2, 4, 6]]) {
      const channels = shape.at(-1) ?? 1;
      const [xs, dys] = [noise(sizeOf(shape), 1).map((v, i) => v * (1 + (i % channels)) + 20 * (i % channels)), noise(sizeOf(shape), 2)];
      const [weight, bias] = [noise(channels, 3), noise(channels, 4)];
      const expected = reference(xs, dys, channels, weight, bias);
      const weights = create(channels, weight, bias);
      tf.tidy(() => {
        const inputs = [tf.tensor(xs, shape), weights["bn.weight"] ?? tf.scalar(0), weights["bn.bias"] ?? tf.scalar(0)];
        const forward = (x: tf.Tensor): tf.Tensor => batchNorm(x, weights, "bn", training);
        const name = `${shape}`;
        let y: number[] = [];
        const [dx, dWeight, dBias] = tf.grads((x: tf.Tensor) => {
          const out = forward(x);
          y = read(out);
          return out;
        })(inputs, tf.tensor(dys, shape));
        close(`${name} y`, y, expected.y, 1e-5);
        close(`${name} dx`, read(dx), expected.dx, 1e-5);
        close(`${name} dWeight`, read(dWeight), expected.dWeight, 1e-5);
        close(`${name} dBias`, read(dBias), expected.dBias, 1e-5);
      });
      close("running mean", read(weights["bn.running_mean"]), expected.mean.map((m) => 0.1 * m), 1e-5);
      close("running variance", read(weights["bn.running_var"]), expected.unbiased.map((v) => 0.9 + 0.1 * v), 1e-6);
      assert.equal(read(weights["bn.num_batches_tracked"]), [1]);
      tf.dispose(weights);
    }
  });

  test("without weight and bias", () => {
    tf.tidy(() => {
      const xs = noise(24, 5), dys = noise(24, 6), expected = reference(xs, dys, 3, new Float32Array(3).fill(1), new Float32Array(3));
      const weights = { "bn.running_mean": tf.zeros([3]), "bn.running_var": tf.ones([3]) };
      const x = tf.tensor2d(xs, [8, 3]);
      close("y", read(batchNorm(x, weights, "bn", training)), expected.y, 1e-5);
      close("dx", read(tf.grad((v: tf.Tensor) => batchNorm(v, weights, "bn", training))(x, tf.tensor2d(dys, [8, 3]))), expected.dx, 1e-5);
    });
  });

  test("with the running statistics: y is a line in x, and all gradients are its", () => {
    tf.tidy(() => {
      const weights: Record<string, tf.Tensor> = { ...create(3, Float32Array.of(2, -1, 0.5), Float32Array.of(1, 2, 3)), "bn.running_mean": tf.tensor1d([1, 0, -2]), "bn.running_var": tf.tensor1d([4, 1, 0.25]) };
      const [xs, dys] = [noise(30, 1), noise(30, 2)];
      const scale = [2 / Math.sqrt(4 + eps), -1 / Math.sqrt(1 + eps), 0.5 / Math.sqrt(0.25 + eps)], mean = [1, 0, -2], bias = [1, 2, 3];
      const forward = (x: tf.Tensor): tf.Tensor => batchNorm(x, weights, "bn", { eps, momentum: 0.1, training: false });
      const x = tf.tensor(xs, [2, 5, 3]);
      close("y", read(forward(x)), xs.map((v, i) => (v - (mean[i % 3] ?? 0)) * (scale[i % 3] ?? 0) + (bias[i % 3] ?? 0)), 1e-6);
      const [dx, dWeight, dBias] = tf.grads(forward)([x, weights["bn.weight"] ?? x, weights["bn.bias"] ?? x], tf.tensor(dys, [2, 5, 3]));
      close("dx", read(dx), dys.map((dy, i) => dy * (scale[i % 3] ?? 0)), 1e-6);
      const of = (c: number, term: (i: number) => number): number => [...dys.keys()].reduce((sum, i) => sum + (i % 3 === c ? term(i) : 0), 0);
      const weight = [2, -1, 0.5];
      close("dWeight", read(dWeight), [0, 1, 2].map((c) => of(c, (i) => ((dys[i] ?? 0) * ((xs[i] ?? 0) - (mean[c] ?? 0)) * (scale[c] ?? 0)) / (weight[c] ?? 1))), 1e-6);
      close("dBias", read(dBias), [0, 1, 2].map((c) => of(c, (i) => dys[i] ?? 0)), 1e-6);
      assert.equal(read(weights["bn.running_mean"]), mean, "the statistics stay");
    });
  });

  test("an activation in the same kernel is the one behind it, forward and backward", () => {
    for (const [activation, ceiling] of [["relu", Number.POSITIVE_INFINITY], ["relu6", 6]] as const) {
      for (const shape of [[9, 5], [2, 9, 8, 4], [2, 5, 5, 13]]) {
        const channels = shape.at(-1) ?? 1;
        // Wide enough that some values are above 6.
        const [xs, dys, weight, bias] = [noise(sizeOf(shape), 1), noise(sizeOf(shape), 2), noise(channels, 3).map((w) => 10 * w), noise(channels, 4)];
        const open = reference(xs, dys, channels, weight, bias).y.map((y) => Number(y > 0 && y < ceiling));
        const expected = reference(xs, dys.map((dy, i) => dy * (open[i] ?? 0)), channels, weight, bias);
        const weights = create(channels, weight, bias);
        tf.tidy(() => {
          const inputs = [tf.tensor(xs, shape), weights["bn.weight"] ?? tf.scalar(0), weights["bn.bias"] ?? tf.scalar(0)];
          let y: number[] = [];
          const [dx, dWeight, dBias] = tf.grads((x: tf.Tensor) => {
            const out = batchNorm(x, weights, "bn", { ...training, activation });
            y = read(out);
            return out;
          })(inputs, tf.tensor(dys, shape));
          close(`${activation} ${shape} y`, y, expected.y.map((value) => Math.min(ceiling, Math.max(0, value))), 1e-5);
          close(`${activation} ${shape} dx`, read(dx), expected.dx, 1e-5);
          close(`${activation} ${shape} dWeight`, read(dWeight), expected.dWeight, 1e-5);
          close(`${activation} ${shape} dBias`, read(dBias), expected.dBias, 1e-5);
          const inferred = read(batchNorm(tf.tensor(xs, shape), weights, "bn", { eps, activation, training: false }));
          assert.equal(inferred.map((value) => value >= 0 && value <= ceiling), read(inputs[0]).map(() => true));
        });
        tf.dispose(weights);
      }
    }
  });

  test("NaN spoils its channel alone", () => {
    tf.tidy(() => {
      for (const activation of [{}, { activation: "relu" }, { activation: "relu6" }] as const) {
        const y = batchNorm(tf.tensor2d([1, 2, Number.NaN, 4, 5, 7], [3, 2]), create(2, Float32Array.of(1, 1), Float32Array.of(0, 0)), "bn", { ...training, ...activation }).dataSync();
        assert.ok([0, 2, 4].every((i) => Number.isNaN(y[i])) && [1, 3, 5].every((i) => Number.isFinite(y[i])));
      }
    });
  });

  test("a channel of one value has no variance", () => {
    assert.throws(() => batchNorm(tf.zeros([1, 4]), create(4, new Float32Array(4), new Float32Array(4)), "bn", training), "more than one value a channel");
  });

  test("steps leave no tensors behind, and the statistics outlive tidy", () => {
    const weights = create(3, Float32Array.of(1, 1, 1), new Float32Array(3));
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step += 1) {
      tf.tidy(() => void tf.grad((x: tf.Tensor) => tf.sum(batchNorm(x, weights, "bn", training)))(tf.ones([4, 3])));
      assert.is(tf.memory().numTensors, before);
    }
    close("running mean", read(weights["bn.running_mean"]), [0.271, 0.271, 0.271], 1e-6);
  });

  all.run();
}
