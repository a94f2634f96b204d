/** Optimizer steps are PyTorch's, on wasm in one kernel and elsewhere made of TensorFlow.js's operations. */

import * as tf from "@tensorflow/tfjs-core";
import * as assert from "uvu/assert";
import type { OptimizerRule } from "@cnn-lang/shape-checker";
import { createOptimizer, type Weights } from "../../packages/runtime/src/train/optimizers.ts";
import { readable, suiteOn } from "../helpers/backends.ts";
import { goldenGradients, goldenOptimizers, goldenStart } from "../helpers/optimizers.ts";

function start(settings: OptimizerRule) {
  const weights: Weights = { all: tf.tensor(goldenStart) };
  return { weights, optimizer: createOptimizer(settings, weights, ["all"]) };
}

const values = (tensor: tf.Tensor | undefined): number[] => [...(tensor?.dataSync() ?? [])];

function stepWith(optimizer: ReturnType<typeof createOptimizer>, gradient: readonly number[], learningRate: number, momentum?: number): void {
  tf.tidy(() => optimizer.step({ all: tf.tensor([...gradient]) }, learningRate, momentum));
}

/** Relative 1e-5 and absolute 1e-7: twelve steps of float32 state. */
function agree(what: string, actual: readonly number[], expected: readonly number[]): void {
  expected.forEach((e, i) => assert.ok(Math.abs((actual[i] ?? Number.NaN) - e) <= 1e-5 * Math.abs(e) + 1e-7, `${what}[${i}]: ${actual[i]}, not ${e}`));
}

for (const backend of readable) {
  const { all, test } = await suiteOn("optimizers", backend);

  for (const { name, settings, afterEachStep } of goldenOptimizers) {
    test(name, () => {
      const { weights, optimizer } = start(settings);
      for (const [k, gradient] of goldenGradients.entries()) {
        stepWith(optimizer, gradient, settings.learningRate);
        agree(`step ${k + 1}`, values(weights.all), afterEachStep[k] ?? []);
      }
      optimizer.dispose();
      tf.dispose(weights);
    });
  }

  test("a restored optimizer goes on as the one that was saved, to the last bit", async () => {
    for (const { settings } of goldenOptimizers) {
      const [first, second] = [start(settings), start(settings)];
      for (const gradient of goldenGradients.slice(0, 5)) stepWith(first.optimizer, gradient, 0.01);
      second.weights.all?.dispose();
      second.weights.all = tf.tensor(values(first.weights.all));
      second.optimizer.restore(await first.optimizer.state());
      for (const gradient of goldenGradients.slice(5)) for (const { optimizer } of [first, second]) stepWith(optimizer, gradient, 0.01);
      assert.equal(values(second.weights.all), values(first.weights.all));
      assert.equal(await second.optimizer.state(), await first.optimizer.state());
    }
  });

  test("groups have their own learning rate and weight decay", () => {
    const settings: OptimizerRule = { name: "sgd", learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0.5 };
    const weights: Weights = { slow: tf.tensor([1]), plain: tf.tensor([1]), still: tf.tensor([1]) };
    const optimizer = createOptimizer(settings, weights, ["slow", "plain", "still"], (name) =>
      name === "slow" ? { learningRate: 0.01 } : name === "still" ? { weightDecay: 0 } : {},
    );
    const zero = tf.tensor([0]);
    optimizer.step({ slow: zero, plain: zero, still: zero }, 0.1);
    agree("weights", [weights.slow, weights.plain, weights.still].flatMap(values), [1 - 0.01 * 0.5, 1 - 0.1 * 0.5, 1]);
  });

  test("a schedule may move the momentum", () => {
    const settings: OptimizerRule = { name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 };
    const { weights, optimizer } = start(settings);
    stepWith(optimizer, [1, 1, 1, 1, 1], 0.1, 0.5);
    stepWith(optimizer, [0, 0, 0, 0, 0], 0.1, 0.25);
    agree("weights", values(weights.all), goldenStart.map((w) => w - 0.1 - 0.1 * 0.25));
  });

  test("steps leave no tensors behind", () => {
    for (const { settings } of goldenOptimizers) {
      const { optimizer } = start(settings);
      const before = tf.memory().numTensors;
      for (const gradient of goldenGradients) stepWith(optimizer, gradient, 0.01);
      assert.is(tf.memory().numTensors, before);
    }
  });

  test("a missing gradient and a foreign state are named", () => {
    const { optimizer } = start({ name: "adam", learningRate: 0.1, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 });
    assert.throws(() => optimizer.step({}, 0.1), "There is no gradient all.");
    assert.throws(() => optimizer.restore({ step: Float32Array.of(1) }), "no exp_avg of 5 numbers for all");
  });

  all.run();
}
