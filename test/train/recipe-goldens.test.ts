/** The goldens of optimizers, schedules and LeNet-5's trainings once more, said in a recipe's words and read from its text. */

import * as tf from "@tensorflow/tfjs-core";
import type { WrittenRecipe } from "@cnn-lang/shape-checker";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readRecipe } from "../../packages/shape-checker/src/recipe/read.ts";
import type { Recipe } from "../../packages/shape-checker/src/recipe/recipe.ts";
import { train } from "../../packages/runtime/src/index.ts";
import { createOptimizer, type Weights } from "../../packages/runtime/src/train/optimizers.ts";
import { startPlateau } from "../../packages/runtime/src/train/plateau.ts";
import { afterEpoch, recipeRates, scheduledOptimizer } from "../../packages/runtime/src/train/recipe-schedule.ts";
import { readSafetensors } from "../../packages/runtime/src/weights/safetensors.ts";
import { startBackend } from "../helpers/backends.ts";
import { goldenTraining, netFile, optimizerOf, tensorOf } from "../helpers/nets.ts";
import { goldenGradients, goldenOptimizers, goldenStart } from "../helpers/optimizers.ts";

const written = (changes: object): Recipe => {
  const { recipe, diagnostics } = readRecipe("a.train.json", JSON.stringify({ model: "a.cnn", data: { format: "digits" }, ...changes }));
  if (!recipe) throw new Error(diagnostics[0]?.message);
  return recipe;
};

const schedules = suite("golden schedules, from recipes");
interface Schedule {
  readonly learning_rate: readonly number[];
  readonly momentum?: readonly number[];
  readonly losses?: readonly number[];
}
const golden: { readonly cases: Readonly<Record<string, Schedule>> } = JSON.parse(readFileSync("test/goldens/schedules.json", "utf8"));

/** With ten steps an epoch: 30 steps are three epochs. `reduce_on_plateau` hears a loss each epoch, so its epochs have one step. */
const inRecipes: Readonly<Record<string, WrittenRecipe["schedule"]>> = {
  constant: { name: "constant" },
  step: { name: "step", every: 0.7, factor: 0.3 },
  multi_step: { name: "multi-step", at: [0.5, 1.2, 1.3, 2.5], factor: 0.5 },
  exponential: { name: "exponential", factor: 0.9 ** 10 },
  cosine: { name: "cosine" },
  cosine_eta_min: { name: "cosine", epochs: 2, minimum: 0.001 },
  cosine_restarts: { name: "cosine-restarts", epochs: 0.5, growth: 2 },
  linear_warmup: { name: "linear", from: 0.1, epochs: 1 },
  linear_decay: { name: "linear", from: 1, to: 0 },
  polynomial: { name: "polynomial", power: 2 },
  one_cycle: { name: "one-cycle" },
  one_cycle_linear: { name: "one-cycle", warmup: 0.25, shape: "linear", startDivisor: 10, endDivisor: 100 },
  warmup_then_cosine: { name: "warmup-cosine", warmup: 0.5, from: 0.1 },
  cyclic_triangular: { name: "triangular", epochs: 0.6, lowest: 0.01, momentum: [0.8, 0.9] },
  reduce_on_plateau: { name: "plateau", factor: 0.5, patience: 2 },
};

for (const [name, { learning_rate, momentum, losses }] of Object.entries(golden.cases)) {
  schedules(name, () => {
    const schedule = inRecipes[name];
    assert.ok(schedule, "every golden schedule can be said");
    const recipe = written({ optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.9 }, schedule, epochs: losses ? losses.length : 3 });
    const ratesAt = recipeRates(recipe, losses ? 1 : 10);
    let plateau = startPlateau;
    for (const [k, expected] of learning_rate.entries()) {
      const rates = ratesAt(k, plateau);
      // The goldens have twelve digits.
      assert.ok(Math.abs(rates.learningRate - expected) <= 1e-9 * expected + 1e-15, `step ${k}: ${rates.learningRate}, not ${expected}`);
      if (momentum) assert.ok(Math.abs((rates.momentum ?? NaN) - (momentum[k] ?? 0)) <= 1e-9, `momentum of step ${k}`);
      plateau = afterEpoch(recipe, plateau, losses?.[k] ?? 1);
    }
  });
}

schedules("a group's own learning rate goes the way that PyTorch's does: down to the schedule's minimum, not in proportion", () => {
  const recipe = written({ optimizer: { name: "sgd", learningRate: 0.1, groups: [{ layers: ["a"], learningRate: 0.5 }] }, schedule: { name: "cosine", minimum: 0.001 }, epochs: 1 });
  const { learningRate, groups } = recipeRates(recipe, 2)(1, startPlateau);
  assert.equal([learningRate, groups?.get(0.5)], [0.0505, 0.2505]);
});

schedules.run();

const optimizers = suite("golden optimizers, from recipes");
optimizers.before(() => startBackend("wasm"));
for (const { name, settings, afterEachStep } of goldenOptimizers) {
  optimizers(name, () => {
    const recipe = written({ optimizer: settings });
    const weights: Weights = { all: tf.tensor(goldenStart) };
    const optimizer = createOptimizer(scheduledOptimizer(recipe), weights, ["all"]);
    for (const [k, gradient] of goldenGradients.entries()) {
      tf.tidy(() => optimizer.step({ all: tf.tensor([...gradient]) }, recipe.optimizer.learningRate));
      // Relative 1e-5 and absolute 1e-7: twelve steps of float32 state.
      weights.all?.dataSync().forEach((value, i) => {
        const expected = afterEachStep[k]?.[i] ?? NaN;
        assert.ok(Math.abs(value - expected) <= 1e-5 * Math.abs(expected) + 1e-7, `step ${k + 1}: ${value}, not ${expected}`);
      });
    }
    optimizer.dispose();
    tf.dispose(weights);
  });
}
optimizers.run();

const lenet = suite("LeNet-5's golden trainings, from recipes");
const folder = mkdtempSync(join(tmpdir(), "cnn-goldens-"));
const training = goldenTraining("lenet5");

lenet.before(() => {
  const { images, labels } = Object.fromEntries(readSafetensors(netFile(training.data)));
  if (!images || !labels) throw new Error("The golden batches are missing.");
  const [count = 0] = labels.shape;
  const header = (...sizes: number[]): number[] => [0, 0, 8, sizes.length, ...sizes.flatMap((n) => [n >> 24, n >> 16, n >> 8, n].map((byte) => byte & 255))];
  mkdirSync(join(folder, "mnist"));
  writeFileSync(join(folder, "mnist", "train-images-idx3-ubyte"), Uint8Array.from([...header(count, 28, 28), ...Array.from(images.values, Number)]));
  writeFileSync(join(folder, "mnist", "train-labels-idx1-ubyte"), Uint8Array.from([...header(count), ...Array.from(labels.values, Number)]));
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "lenet5.cnn"), readFileSync(netFile("lenet5.cnn")));
  writeFileSync(join(folder, "lenet5.safetensors"), readFileSync(netFile("lenet5.safetensors")));
  // Trainings amplify rounding, and Winograd rounds more: the direct convolution is compared.
  tf.env().set("CNN_EXACT", true);
});
lenet.after(() => tf.env().set("CNN_EXACT", false));

/** 20 steps of 16 images are one epoch. */
const scheduled: Readonly<Record<string, WrittenRecipe["schedule"]>> = {
  step_lr: { name: "step", every: 0.25, factor: 0.5 },
  cosine: { name: "cosine" },
  one_cycle: { name: "one-cycle" },
  warmup_linear: { name: "linear", from: 0.1, epochs: 0.25 },
  warmup_then_cosine: { name: "warmup-cosine", warmup: 0.25 },
};
const base: Readonly<Record<string, number>> = { one_cycle: 0.1, warmup_linear: 0.05, warmup_then_cosine: 0.05 };

for (const [name, run] of Object.entries(training.runs)) {
  lenet(name, async () => {
    const optimizer = optimizerOf(run);
    const recipe: WrittenRecipe = {
      model: "lenet5.cnn", weights: "lenet5.safetensors",
      data: { format: "mnist", path: "mnist", validation: null, normalize: { mean: [...training.mean], std: [...training.std] } },
      optimizer: { ...optimizer, learningRate: base[name] ?? optimizer.learningRate },
      ...(scheduled[name] && { schedule: scheduled[name] }),
      ...(run.clip_gradient_norm && { clipGradientNorm: run.clip_gradient_norm }),
      shuffle: false, dropout: false, batch: training.batch, epochs: 1,
    };
    const file = join(folder, `${name}.train.json`);
    writeFileSync(file, JSON.stringify(recipe));
    const result = await train(file, { out: join(folder, name), backend: "wasm" });
    assert.equal([result.status, result.diagnostics.map(({ message }) => message)], ["finished", []]);

    const { loss, learningRate } = JSON.parse(readFileSync(join(folder, name, "metrics.jsonl"), "utf8"));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(loss - mean(run.loss)) <= 1e-5 + 10 * mean(run.loss_spread), `loss ${loss}, not ${mean(run.loss)}`);
    assert.ok(Math.abs(learningRate - (run.learning_rate.at(-1) ?? 0)) < 1e-8);
    const weights = readSafetensors(join(folder, name, "checkpoints", "20", "weights.safetensors"));
    for (const [tensor, expected] of Object.entries(run.final)) {
      if ("value" in expected) continue;
      const found = Array.from(tensorOf(weights, tensor).values, Number);
      // What is right, and why, stands in `test/goldens/README.md`.
      expected.values.forEach((value, i) => assert.ok(Math.abs((found[i] ?? NaN) - value) <= 1e-5 + 10 * expected.spread.values, `${tensor}[${i}]: ${found[i]}, not ${value}`));
    }
  });
}
lenet.run();
