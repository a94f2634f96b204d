/** Steps that are told once what there is to compute, and then do it again: bit by bit what they are when each step is computed anew. */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { resume, train, type TrainOptions } from "../../packages/runtime/src/index.ts";
import { currentCapturer } from "../../packages/runtime/src/kernels/capturer.ts";
import type { Forward } from "../../packages/runtime/src/load-module.ts";
import { captureSteps } from "../../packages/runtime/src/train/captured-step.ts";
import { buildNetwork, disposeNetwork, run, trainableWeights } from "../../packages/runtime/src/train/network.ts";
import { createOptimizer, type OptimizerState } from "../../packages/runtime/src/train/optimizers.ts";
import { type Step, trainStep } from "../../packages/runtime/src/train/step.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { downloadWeights, type Weights } from "../../packages/runtime/src/weights/transfer.ts";
import { suiteOn } from "../helpers/backends.ts";
import { modelOf } from "../helpers/program.ts";
import { noise } from "../kernels/reference.ts";

const model = modelOf(`model Net {
  input 2@8x8
  conv 8 3x3 pad=1 -> batchnorm -> relu -> maxpool 2
  skip { conv 8 3x3 pad=1 -> batchnorm }
  flatten -> dense 12 -> relu -> dropout 0.5
  dense 3
}`);

function batchOf(size: number, seed: number): Batch {
  const labels = Int32Array.from(noise(size, seed), (v) => Math.floor((v + 1) * 1.49));
  return { size, shape: [size, 8, 8, 2], images: Float32Array.from(noise(size * 128, seed)), labels };
}

interface Trained {
  readonly losses: readonly number[];
  readonly tallies: readonly (readonly number[])[];
  readonly weights: ReadonlyMap<string, readonly (number | bigint)[]>;
  readonly optimizer: OptimizerState;
  /** How often TensorFlow.js ran the network in training. */
  readonly computed: number;
  /** Tensors after each step. */
  readonly tensors: readonly number[];
  readonly notices: readonly string[];
}

interface Options {
  readonly captured: boolean;
  /** What the network does instead; `call` counts from 1. */
  readonly forward?: (own: Forward, call: number) => Forward;
  /** What happens to the weights before a step. */
  readonly before?: (weights: Weights, step: number) => void;
}

/** Twelve steps of Adam with a learning rate that falls; the tenth batch is smaller, and after the seventh step the network is asked about images. */
async function trained({ captured, forward = (own) => own, before = () => {} }: Options): Promise<Trained> {
  const capturer = currentCapturer();
  if (!capturer) throw new Error("Our kernels do not run.");
  const built = await buildNetwork(model, initialWeights(model, 5));
  const notices: string[] = [];
  let computed = 0;
  const network = {
    ...built,
    forward: (weights: Weights, input: Parameters<Forward>[1], mode?: Mode) => forward(built.forward, mode?.training ? (computed += 1) : computed)(weights, input, mode),
  };
  const trainable = trainableWeights(model);
  const settings = { name: "adamw", learningRate: 0.01, betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.1, decayNormsAndBiases: false, groups: [] } as const;
  const optimizer = createOptimizer(settings, network.weights, trainable);
  const head = { output: "output", loss: { name: "cross-entropy", weight: 1, labelSmoothing: 0, classWeights: null }, task: "classes", width: 3, metrics: ["accuracy"] } as const;
  const training = { network, optimizer, trainable, heads: [head], clipGradientNorm: 0.8, clipGradientValue: null };
  const steps = captured ? captureSteps(training, capturer, 6, (message) => notices.push(message)) : undefined;
  const trainOn: Step = steps?.step ?? ((...given) => trainStep(training, ...given));
  const losses: number[] = [], tallies: number[][] = [], tensors: number[] = [];
  for (let step = 0; step < 12; step += 1) {
    before(network.weights, step);
    const { loss, tally } = trainOn(batchOf(step === 9 ? 4 : 6, step), { training: true, random: { seed: 3, step } }, { learningRate: 0.01 / (1 + step) });
    losses.push(...(await loss.data()));
    tallies.push([...(await tally.data())]);
    tf.dispose([loss, tally]);
    tensors.push(tf.memory().numTensors);
    if (step === 6) tf.tidy(() => void run(network, tf.ones([5, 8, 8, 2]), { training: false }));
  }
  const weights = new Map([...(await downloadWeights(model, network.weights))].map(([name, { values }]) => [name, [...values]] as const));
  const result = { losses, tallies, weights, optimizer: await optimizer.state(), computed, tensors, notices };
  steps?.dispose();
  optimizer.dispose();
  disposeNetwork(network);
  return result;
}

const folder = mkdtempSync(join(tmpdir(), "cnn-capture-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
writeFileSync(path("package.json"), "{}");
writeFileSync(path("net.cnn"), "model Net(classes = 10) {\n  input 1@28x28\n  conv 4 5 stride=3 -> batchnorm -> relu -> maxpool 2\n  flatten -> dense 16 -> relu -> dropout 0.2\n  dense classes\n}\n");

/** The numbers that a run's last checkpoint holds, and the metrics that were told. */
function leftBy(out: string): readonly Buffer[] {
  const checkpoint = join(path(out), "checkpoints", readFileSync(join(path(out), "last"), "utf8").trim());
  return [join(checkpoint, "weights.safetensors"), join(checkpoint, "optimizer.safetensors"), join(path(out), "metrics.jsonl")].map((file) => readFileSync(file));
}

for (const backend of ["wasm", "webgpu"] as const) {
  const { all, test } = await suiteOn("steps that are done again", backend);

  /** The plain training, as which others must turn out. */
  let plain: Promise<Trained> | undefined;
  const computedAnew = (): Promise<Trained> => (plain ??= trained({ captured: false }));

  test("losses, counts, weights, running statistics and the optimizer's memory are those of steps computed anew", async () => {
    const { computed, tensors: _, ...anew } = await computedAnew();
    const before = tf.memory().numTensors;
    const { computed: computedAlso, tensors, ...again } = await trained({ captured: true });
    assert.equal(again, anew);
    assert.is(new Set(tensors.slice(4)).size, 1, `as many tensors after each step: ${tensors}`);
    assert.is(computed, 12);
    // The first on webgpu, the one that is recorded, two that are computed both ways, and the small one.
    assert.is(computedAlso, backend === "webgpu" ? 5 : 4);
    assert.ok(new Set(anew.losses).size === 12 && anew.losses.every(Number.isFinite));
    assert.is(tf.memory().numTensors, before, "nothing is left");
  });

  test("a step that is not the same each time is computed anew, and that is told once", async () => {
    const forward = (own: Forward, call: number): Forward => (weights, input, mode) => tf.tidy(() => tf.mul(own(weights, input, mode) as tf.Tensor, 1 + call / 8));
    const { computed, notices, tensors: _, ...anew } = await trained({ captured: false, forward });
    const { computed: computedAlso, notices: told, tensors: __, ...again } = await trained({ captured: true, forward });
    assert.equal(again, anew);
    assert.is(computedAlso, computed);
    assert.equal([...notices, ...told], ["each step is computed anew, which is slower: done again it gave other numbers"]);
  });

  test("nor is one recorded that puts other tensors in the place of weights", async () => {
    const forward = (own: Forward): Forward => (weights, input, mode) => {
      const old = weights["batchnorm_1.running_mean"];
      if (old && mode?.training) weights["batchnorm_1.running_mean"] = tf.keep(tf.clone(old));
      if (mode?.training) old?.dispose();
      return own(weights, input, mode);
    };
    const { tensors: _, ...anew } = await computedAnew();
    const { tensors: __, ...again } = await trained({ captured: true, forward });
    assert.equal(again, { ...anew, notices: ["each step is computed anew, which is slower: some of its work is done outside of kernels"] });
  });

  test("weights that somebody replaces between two steps are found: the step is recorded again", async () => {
    const replace = (weights: Weights, step: number): void => {
      const old = weights["dense_2.bias"];
      if (step !== 6 || !old) return;
      weights["dense_2.bias"] = tf.keep(tf.tidy(() => tf.add(old, 1)));
      old.dispose();
    };
    const { computed, tensors: _, ...anew } = await trained({ captured: false, before: replace });
    const { computed: computedAlso, tensors: __, ...again } = await trained({ captured: true, before: replace });
    assert.equal(again, anew);
    assert.ok(computedAlso > 6 && computedAlso < computed, `${computedAlso} of ${computed}`);
  });

  test("a whole training leaves the same bytes: augmentation, a schedule, a small last batch, validation, stopped and resumed", async () => {
    // 36 images by 8: five steps an epoch, the last of 4 images.
    const augment = [{ flip: "horizontal" }, { crop: [28, 28], padding: 2 }] as const;
    const recipe = { model: path("net.cnn"), data: { format: "digits", limit: 40, validation: 0.1, augment }, batch: 8, epochs: 3, seed: 3, schedule: { name: "one-cycle" }, optimizer: { name: "sgd", learningRate: 0.05, momentum: 0.9 } } as const;
    const told: string[] = [], controller = new AbortController();
    const onEvent: TrainOptions["onEvent"] = (event) => {
      if (event.type === "notice") told.push(event.message);
      if (event.type === "epoch") controller.abort();
    };
    assert.is((await train(recipe, { out: path(`anew-${backend}`), backend, capture: false })).status, "finished");
    assert.is((await train(recipe, { out: path(`again-${backend}`), backend, signal: controller.signal, onEvent })).status, "interrupted");
    assert.is((await resume(path(`again-${backend}`), { backend, onEvent })).status, "finished");
    assert.equal(leftBy(`again-${backend}`), leftBy(`anew-${backend}`));
    assert.equal(told, []);
  });

  all.run();
}
