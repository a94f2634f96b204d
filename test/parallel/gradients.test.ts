/**
 * Several threads on slices of one batch: loss, gradients and running statistics are those of the whole batch, which are PyTorch's.
 * The tolerances are those of `test/train/nets.test.ts`.
 */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { boundsOf, sliceOf, slicesOf } from "../../packages/runtime/src/parallel/slices.ts";
import type { Head } from "../../packages/runtime/src/train/heads.ts";
import { buildNetwork, disposeNetwork, type Network } from "../../packages/runtime/src/train/network.ts";
import { trainStep } from "../../packages/runtime/src/train/step.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { readSafetensors } from "../../packages/runtime/src/weights/safetensors.ts";
import { downloadWeights, layoutOf } from "../../packages/runtime/src/weights/transfer.ts";
import { startBackend } from "../helpers/backends.ts";
import { batchOf, goldenNetwork, type NetName, netFile, tensorOf } from "../helpers/nets.ts";
import { modelOf } from "../helpers/program.ts";
import { mode, numbersOf, rates, remembering, teamOf } from "../helpers/team.ts";

const classes: Head = { output: "output", loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: null, weight: 1 }, task: "classes", width: 10, metrics: ["accuracy"] };
const pixels: Head = { output: "output", loss: { name: "pixel-cross-entropy", ignore: null, labelSmoothing: 0, classWeights: null, weight: 1 }, task: "pixels", width: 2, metrics: ["iou"] };

const numbers = (values: ArrayLike<number | bigint>): number[] => Array.from(values, Number);
const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function near(what: string, found: readonly number[], expected: readonly number[], allowed: number): void {
  assert.is(found.length, expected.length, what);
  const distance = largest(found.map((value, i) => value - (expected[i] ?? Number.NaN)));
  assert.ok(distance <= allowed, `${what}: off by ${distance}, allowed are ${allowed}`);
}

const test = suite("a batch in slices");
test.before(() => startBackend("wasm"));

/** One step against PyTorch's pass over the whole batch of 8. */
async function pass(name: NetName, head: Head, threads: number): Promise<void> {
  const golden = readSafetensors(netFile(`${name}_golden.safetensors`));
  const network = await goldenNetwork(name);
  const batch = batchOf(tensorOf(golden, "input"), numbers(tensorOf(golden, "target").values));
  const training = remembering(network, [head]);
  const team = await teamOf(threads, training, batch);
  const { loss } = numbersOf(team.step(batch, { training: true }, rates), [head]);
  await team.close();
  near("loss", [loss], numbers(tensorOf(golden, "loss").values), 1e-5);
  for (const [weight, values] of training.gradients) {
    const expected = numbers(tensorOf(golden, `grad/${weight}`).values);
    near(`gradient of ${weight}`, numbers(layoutOf(network.model, weight).toTorch(values)), expected, 1e-4 * largest(expected) + 1e-6);
  }
  assert.is(training.gradients.size, training.trainable.length);
  const after = await downloadWeights(network.model, network.weights);
  for (const [key, { values }] of golden) {
    if (key.startsWith("after/")) near(key, numbers(tensorOf(after, key.slice(6)).values), numbers(values), 1e-5 + 1e-5 * largest(numbers(values)));
  }
  disposeNetwork(network);
}

test("SimpleCNN on two threads is PyTorch's on the whole batch", () => pass("simplecnn", classes, 2));
test("a residual network on three threads, whose slices are not equally large", () => pass("tinyresnet", classes, 3));
test("a U-Net on two threads, whose loss is a mean over pixels", () => pass("unet", pixels, 2));

/** Smooth, so that rounding moves nothing far; all that looks across a batch or draws by the place in it. */
const smooth = (end: string): string => `model Net {
  input 2@8x8
  conv 6 3 pad=1 bias=false -> batchnorm -> silu -> dropout 0.3
  conv 8 3 stride=2 -> batchnorm -> tanh
  ${end}
}
`;

function randomBatch(size: number, labels: Int32Array): Batch {
  return { size, shape: [size, 8, 8, 2], images: Float32Array.from({ length: size * 128 }, (_, i) => Math.sin(i * i + size)), labels };
}

/** What one step gives, on this thread alone or shared. */
async function step(network: Network, head: Head, batch: Batch, threads: number, largestBatch = batch) {
  const training = remembering(network, [head]);
  const team = threads === 1 ? undefined : await teamOf(threads, training, largestBatch);
  const said = numbersOf(team ? team.step(batch, mode, rates) : trainStep(training, batch, mode, rates), [head]);
  await team?.close();
  const after = await downloadWeights(network.model, network.weights);
  return { ...said, gradients: training.gradients, after };
}

/** Shared and alone: within what float32 sums in another order lose, some units in the last of 24 places. */
async function agree(end: string, head: Head, batch: Batch, threads: number, largestBatch = batch): Promise<void> {
  const model = modelOf(smooth(end));
  const [alone, shared] = [await buildNetwork(model, initialWeights(model, 5)), await buildNetwork(model, initialWeights(model, 5))];
  const [expected, found] = [await step(alone, head, batch, 1), await step(shared, head, batch, threads, largestBatch)];
  near("loss", [found.loss], [expected.loss], 1e-6 * Math.abs(expected.loss));
  assert.equal(found.counts, expected.counts);
  for (const [name, values] of expected.gradients) near(name, numbers(found.gradients.get(name) ?? []), numbers(values), 1e-5 * largest(numbers(values)) + 1e-7);
  for (const [name, { values }] of expected.after) near(name, numbers(tensorOf(found.after, name).values), numbers(values), 1e-6 * largest(numbers(values)) + 1e-7);
  disposeNetwork(alone);
  disposeNetwork(shared);
}

const toClasses = "globalavgpool -> dense 10";
const labelled = (size: number): Batch => randomBatch(size, Int32Array.from({ length: size }, (_, i) => (7 * i) % 10));

test("dropout draws by the place in the whole batch, and top-5 is counted", () => agree(toClasses, { ...classes, metrics: ["accuracy", "top-5"] }, labelled(13), 3));
test("classes that weigh unlike", () => agree(toClasses, { ...classes, loss: { name: "cross-entropy", labelSmoothing: 0.1, classWeights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], weight: 2 } }, labelled(9), 2));
test("a last batch of five images for four threads: two have a slice", () => agree(toClasses, classes, labelled(5), 4, labelled(8)));
test("a last batch of one image: one thread has it", () => agree(toClasses, classes, labelled(1), 2, labelled(8)));

test("pixels that are ignored: one slice has none that count", async () => {
  const labels = Int32Array.from({ length: 6 * 9 }, (_, i) => (i < 27 ? 1 : i % 3 === 0 ? 0 : 2));
  const head: Head = { ...pixels, width: 3, loss: { name: "pixel-cross-entropy", ignore: 1, labelSmoothing: 0, classWeights: null, weight: 1 } };
  await agree("conv 3 1x1", head, randomBatch(6, labels), 2);
});

test("equal steps give equal bits", async () => {
  const model = modelOf(smooth(toClasses));
  const network = await buildNetwork(model, initialWeights(model, 5));
  const training = remembering(network, [classes]);
  const team = await teamOf(2, training, labelled(8));
  const first = [numbersOf(team.step(labelled(8), mode, rates), [classes]), new Map(training.gradients)];
  for (let i = 0; i < 3; i += 1) assert.equal([numbersOf(team.step(labelled(8), mode, rates), [classes]), new Map(training.gradients)], first);
  await team.close();
  disposeNetwork(network);
});

interface Several {
  /** Loss, counts and gradients of each step. */
  readonly steps: readonly unknown[];
  readonly after: unknown;
  /** How often this thread ran the network. */
  readonly computed: number;
  readonly notices: readonly string[];
}

/** Eight steps of two threads on other images each time, the seventh a smaller batch; this thread's network does `otherwise` where it is told to. */
async function several(head: Head, batches: (step: number) => Batch, end: string, { captured, otherwise = (y) => y }: { captured: boolean; otherwise?: (y: tf.Tensor, call: number) => tf.Tensor }): Promise<Several> {
  const model = modelOf(smooth(end)), built = await buildNetwork(model, initialWeights(model, 5));
  let computed = 0;
  const network: Network = { ...built, forward: (...given) => tf.tidy(() => otherwise(built.forward(...given) as tf.Tensor, (computed += 1))) };
  const training = remembering(network, [head]);
  const notices: string[] = [];
  const team = await teamOf(2, training, batches(0), captured ? (message) => notices.push(message) : undefined);
  const steps: unknown[] = [];
  for (let step = 0; step < 8; step += 1) {
    const batch = step === 6 ? sliceOf(batches(step), [0, 5]) : batches(step);
    steps.push([numbersOf(team.step(batch, { training: true, random: { seed: 7, step } }, rates), [head]), new Map(training.gradients)]);
  }
  await team.close();
  const after = await downloadWeights(model, network.weights);
  disposeNetwork(network);
  return { steps, after, computed, notices };
}

/** Other images and labels in each step. */
const changing = (step: number): Batch => ({ ...labelled(8), images: labelled(8).images.map((value, i) => value * Math.cos(i + step)), labels: Int32Array.from({ length: 8 }, (_, i) => (3 * i + step) % 10) });

test("steps that are done again give the bits of those that are computed anew", async () => {
  const { computed, ...anew } = await several(classes, changing, toClasses, { captured: false });
  const before = tf.memory().numTensors;
  const { computed: computedAlso, ...again } = await several(classes, changing, toClasses, { captured: true });
  assert.equal(again, anew);
  assert.is(tf.memory().numTensors, before, "nothing is left");
  // The one that is recorded, two that are computed both ways, and the small one.
  assert.equal([computed, computedAlso], [8, 4]);
});

test("where one thread cannot do steps again, no thread does", async () => {
  const otherwise = (y: tf.Tensor, call: number): tf.Tensor => tf.mul(y, 1 + call / 8);
  const { notices, ...anew } = await several(classes, changing, toClasses, { captured: false, otherwise });
  const { notices: told, ...again } = await several(classes, changing, toClasses, { captured: true, otherwise });
  assert.equal(again, anew);
  assert.equal([...notices, ...told], ["each step is computed anew, which is slower: done again it gave other numbers"]);
  // Its own kernels are left at once.
  const outside = (y: tf.Tensor): tf.Tensor => {
    y.dataSync();
    return y;
  };
  const { notices: also } = await several(classes, changing, toClasses, { captured: true, otherwise: outside });
  assert.equal(also, ["each step is computed anew, which is slower: some of its work is done outside of kernels"]);
});

test("nor are steps whose slices count otherwise than before: pixels are ignored", async () => {
  const ignoring: Head = { ...pixels, width: 3, loss: { name: "pixel-cross-entropy", ignore: 1, labelSmoothing: 0, classWeights: null, weight: 1 } };
  const batches = (step: number): Batch => randomBatch(8, Int32Array.from({ length: 8 * 9 }, (_, i) => (i < 4 * step ? 1 : i % 3)));
  const { computed, ...anew } = await several(ignoring, batches, "conv 3 1x1", { captured: false });
  const { computed: computedAlso, ...again } = await several(ignoring, batches, "conv 3 1x1", { captured: true });
  assert.equal(again, anew);
  assert.equal([computed, computedAlso], [8, 8]);
});

test("slices cover a batch, and none has a single image beside another", () => {
  for (const threads of [1, 2, 3, 8]) {
    for (let size = 1; size <= 40; size += 1) {
      const slices = slicesOf(size, threads);
      const parts = Array.from({ length: slices }, (_, i) => sliceOf(labelled(size), boundsOf(size, slices, i)));
      assert.equal(parts.flatMap(({ labels }) => [...labels]), [...labelled(size).labels]);
      assert.ok(slices <= threads && (slices === 1 || parts.every((part) => part.size >= 2)));
    }
  }
});

test("nothing of a step stays behind", async () => {
  const model = modelOf(smooth(toClasses));
  const network = await buildNetwork(model, initialWeights(model, 5));
  const team = await teamOf(2, remembering(network, [classes]), labelled(8));
  numbersOf(team.step(labelled(8), mode, rates), [classes]);
  const { numTensors } = tf.memory();
  for (let i = 0; i < 3; i += 1) numbersOf(team.step(labelled(8), mode, rates), [classes]);
  assert.is(tf.memory().numTensors, numTensors);
  await team.close();
  disposeNetwork(network);
});

test.run();
