/**
 * Whole networks against PyTorch: logits, loss, gradients and running statistics of one pass, then trainings of 20 steps. The
 * tolerances are those of `test/goldens/README.md`, which says why they are right.
 */

import { dataLayout, toTorch } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { createHash } from "node:crypto";
import * as assert from "uvu/assert";
import { type BackendName, backendNames } from "../../packages/runtime/src/backends/backend.ts";
import { type Head, judge } from "../../packages/runtime/src/train/heads.ts";
import { disposeNetwork, outputOf, run, trainableWeights } from "../../packages/runtime/src/train/network.ts";
import { createOptimizer } from "../../packages/runtime/src/train/optimizers.ts";
import { ratesAt } from "../../packages/runtime/src/train/schedules.ts";
import { differentiate, trainStep } from "../../packages/runtime/src/train/step.ts";
import { readSafetensors } from "../../packages/runtime/src/weights/safetensors.ts";
import { downloadWeights, layoutOf } from "../../packages/runtime/src/weights/transfer.ts";
import { setExact } from "../../packages/runtime/src/wasm.ts";
import { suiteOn } from "../helpers/backends.ts";
import {
  batchOf, goldenBatches, goldenNetwork, type GoldenRun, goldenTraining, type GoldenValues, type NetName, netFile, optimizerOf, schedules, tensorOf,
} from "../helpers/nets.ts";

const heads: readonly Head[] = [
  { output: "output", loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: null, weight: 1 }, task: "classes", width: 10, metrics: ["accuracy"] },
];

/** The largest distance from the expected values, and where. */
function worst(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.is(found.length, expected.length);
  let most = 0;
  for (let i = 0; i < expected.length; i += 1) most = Math.max(most, Math.abs((found[i] ?? NaN) - (expected[i] ?? NaN)) || (Number.isNaN(found[i]) ? Infinity : 0));
  return most;
}

const numbers = (values: ArrayLike<number | bigint>): Float64Array => Float64Array.from({ length: values.length }, (_, i) => Number(values[i]));

async function onePass(name: NetName): Promise<void> {
  const golden = readSafetensors(netFile(`${name}_golden.safetensors`));
  const network = await goldenNetwork(name);
  const target = tensorOf(golden, "target");
  const batch = batchOf(tensorOf(golden, "input"), numbers(target.values));
  const images = tf.tensor4d(batch.images, [...batch.shape]);
  const [size = 1] = target.shape;
  const labels = tf.tensor(batch.labels, [...target.shape], "int32");
  const logits = tf.tidy(() => outputOf(run(network, images, { training: false }), "output"));
  const layout = dataLayout(network.model.outputs[0]?.shape ?? { channels: 0, axes: [] }, size);

  const off = (what: string, distance: number, allowed: number): void => assert.ok(distance <= allowed, `${name}, ${what}: off by ${distance}, allowed are ${allowed}`);
  off("eval logits", worst(toTorch(layout, Float32Array.from(await logits.data())), numbers(tensorOf(golden, "eval_logits").values)), 1e-5);

  const names = trainableWeights(network.model);
  const { loss, gradients } = differentiate(() => judge(run(network, images, { training: true }), labels, heads).loss, network.weights, names);
  off("loss", worst(await loss.data(), numbers(tensorOf(golden, "loss").values)), 1e-5);
  for (const weight of names) {
    const expected = numbers(tensorOf(golden, `grad/${weight}`).values);
    const found = layoutOf(network.model, weight).toTorch(Float32Array.from((await gradients[weight]?.data()) ?? []));
    off(`gradient of ${weight}`, worst(found, expected), 1e-4 * expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0) + 1e-6);
  }
  const after = await downloadWeights(network.model, network.weights);
  for (const [key, { values }] of golden) {
    if (key.startsWith("after/")) off(key, worst(numbers(tensorOf(after, key.slice(6)).values), numbers(values)), 1e-5 + 1e-5 * Math.max(...numbers(values).map(Math.abs)));
  }
  tf.dispose([images, labels, logits, loss, gradients]);
  disposeNetwork(network);
}

/**
 * How far a value may lie from PyTorch's float64 one, given how five float32 runs of PyTorch scatter. LeNet-5 is smooth: ten times
 * that is plenty. A network with ReLU and max pooling leaves the common path where some value lies within rounding of a kink: of
 * eight float32 runs of PyTorch from one unit in the last place away, two of SimpleCNN with Adam lie four times as far off as ten
 * spreads, and after three steps a batch-norm bias is 9.4e-5 away.
 */
const allowed = (net: NetName, what: "loss" | "tensor", spread: number): number =>
  net === "lenet5" ? 1e-5 + 10 * spread : (what === "loss" ? 1e-5 : 1e-4) + 50 * spread;

function compare(net: NetName, found: Awaited<ReturnType<typeof downloadWeights>>, expected: Readonly<Record<string, GoldenValues>>, when: string): void {
  for (const [name, golden] of Object.entries(expected)) {
    const all = numbers(tensorOf(found, name).values);
    if ("value" in golden) {
      assert.is(all[0], golden.value, `${when}, ${name}`);
      continue;
    }
    const { l2, values, spread } = golden;
    const norm = Math.sqrt(all.reduce((sum, value) => sum + value * value, 0));
    assert.ok(Math.abs(norm - l2) <= allowed(net, "tensor", spread.l2), `${when}, norm of ${name}: ${norm}, not ${l2} ± ${allowed(net, "tensor", spread.l2)}`);
    const distance = worst(all.subarray(0, values.length), values);
    assert.ok(distance <= allowed(net, "tensor", spread.values), `${when}, ${name}: off by ${distance}, allowed are ${allowed(net, "tensor", spread.values)}`);
  }
}

async function trace(name: NetName, runName: string, golden: GoldenRun, { freeze = "", steps = golden.loss.length } = {}): Promise<void> {
  const network = await goldenNetwork(name, freeze);
  const before = await downloadWeights(network.model, network.weights);
  const trainable = trainableWeights(network.model);
  const settings = optimizerOf(golden);
  const optimizer = createOptimizer(settings, network.weights, trainable);
  const plan = golden.schedule && schedules[golden.schedule.name];
  const training = { network, optimizer, trainable, heads, clipGradientNorm: golden.clip_gradient_norm ?? null, clipGradientValue: null };
  for (const [k, batch] of goldenBatches(goldenTraining(name)).slice(0, steps).entries()) {
    const rates = plan ? ratesAt(plan.schedule, plan.base, k) : { learningRate: settings.learningRate };
    assert.ok(Math.abs(rates.learningRate - (golden.learning_rate[k] ?? 0)) < 1e-8, `the learning rate of step ${k}`);
    const { loss, tally } = trainStep(training, batch, { training: true }, rates);
    const [found = NaN] = await loss.data();
    tf.dispose([loss, tally]);
    const [expected = NaN, spread = NaN] = [golden.loss[k], golden.loss_spread[k]];
    const limit = allowed(name, "loss", spread);
    assert.ok(Math.abs(found - expected) <= limit, `${name} ${runName}: loss ${found} at step ${k}, not ${expected} ± ${limit}`);
    if (k === 2) compare(name, await downloadWeights(network.model, network.weights), golden.after_3_steps, `${name} ${runName} after 3 steps`);
  }
  const after = await downloadWeights(network.model, network.weights);
  if (steps === golden.loss.length) compare(name, after, golden.final, `${name} ${runName} at the end`);
  for (const [weight, hash] of Object.entries(golden.frozen_unchanged_sha256 ?? {})) {
    const { values } = tensorOf(after, weight);
    assert.equal(values, tensorOf(before, weight).values, `${weight} is frozen`);
    assert.is(createHash("sha256").update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).digest("hex"), hash, weight);
  }
  optimizer.dispose();
  disposeNetwork(network);
}

/**
 * SimpleCNN and U-Net take minutes in plain JavaScript, and where the processor stands in for a graphics card; their operators' tests
 * cover both. TensorFlow's oneDNN rounds a value of TinyResNet over a relu's kink, which moves a gradient by 1e-4 (without oneDNN it
 * agrees); its trainings are compared below.
 */
const passes: Readonly<Record<BackendName, readonly NetName[]>> = {
  cpu: ["lenet5", "tinyresnet"],
  wasm: ["lenet5", "simplecnn", "tinyresnet", "unet"],
  webgpu: ["lenet5", "tinyresnet"],
  tensorflow: ["lenet5", "simplecnn", "unet"],
};

for (const backend of backendNames) {
  const { all, test } = await suiteOn("networks", backend);
  for (const name of passes[backend]) {
    test(`${name}: logits, loss, gradients, running statistics`, () => onePass(name));
  }
  all.run();
}

for (const backend of ["wasm", "tensorflow"] as const) {
  const { all, test } = await suiteOn("trainings of 20 steps", backend);
  // Trainings amplify rounding, and Winograd rounds more: the direct convolution is compared.
  all.before(() => setExact(true));
  all.after(() => setExact(false));
  for (const [runName, golden] of Object.entries(goldenTraining("lenet5").runs)) test(`lenet5: ${runName}`, () => trace("lenet5", runName, golden));
  for (const name of ["simplecnn", "tinyresnet"] as const) {
    for (const [runName, golden] of Object.entries(goldenTraining(name).runs)) {
      const frozen: Readonly<Record<string, string>> = { frozen_stage_1: "freeze stage_1", frozen_stage_2: "freeze stage_2", frozen_backbone: "freeze all except fc" };
      test(`${name}: ${runName}`, () => trace(name, runName, golden, { freeze: frozen[runName] ?? "" }));
    }
  }
  all.run();
}

for (const backend of ["cpu", "webgpu"] as const) {
  const { all, test } = await suiteOn("trainings", backend);
  // Slow where the processor stands in for a graphics card: the rest of the way is the same code, and was walked on wasm.
  for (const runName of ["sgd", "adam"]) {
    test(`lenet5: the first steps of ${runName}`, () => {
      const golden = goldenTraining("lenet5").runs[runName];
      return golden ? trace("lenet5", runName, golden, { steps: 4 }) : assert.unreachable();
    });
  }
  all.run();
}
