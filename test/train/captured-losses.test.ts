/** Every loss and what is counted with it, on wasm: steps that are done again give the bits of those that are computed anew, clipped or not. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { currentCapturer } from "../../packages/runtime/src/kernels/capturer.ts";
import { captureSteps } from "../../packages/runtime/src/train/captured-step.ts";
import type { Head } from "../../packages/runtime/src/train/heads.ts";
import { buildNetwork, disposeNetwork, trainableWeights } from "../../packages/runtime/src/train/network.ts";
import { createOptimizer } from "../../packages/runtime/src/train/optimizers.ts";
import { type Step, type Training, trainStep } from "../../packages/runtime/src/train/step.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { downloadWeights } from "../../packages/runtime/src/weights/transfer.ts";
import { startBackend } from "../helpers/backends.ts";
import { modelOf } from "../helpers/program.ts";
import { noise } from "../kernels/reference.ts";

const test = suite("losses that are done again");
test.before(() => startBackend("wasm"));

interface Case {
  /** What follows the network's trunk, 6@4x4. */
  readonly end: string;
  readonly heads: readonly Head[];
  readonly labelsPerImage: number;
  /** A label of a number from −1 to 1. */
  readonly label: (noise: number) => number;
  readonly labelsAre: "int32" | "float32";
}

const plain = { weight: 1, labelSmoothing: 0, classWeights: null } as const;
const toThree = "globalavgpool -> dense 3", whole = (classes: number) => (noise: number) => Math.floor(((noise + 1) / 2) * 0.999 * classes);
const classes = { end: toThree, labelsPerImage: 1, label: whole(3), labelsAre: "int32" } as const;
const masks = { end: "upsample 2 -> conv 3 1", labelsPerImage: 64, label: whole(3), labelsAre: "int32" } as const;
const numbers = { end: toThree, labelsPerImage: 3, label: (noise: number) => noise, labelsAre: "float32" } as const;
const yesNo = { end: toThree, labelsPerImage: 3, label: (noise: number) => Number(noise > 0), labelsAre: "float32" } as const;
const head = (loss: Head["loss"], task: Head["task"], metrics: Head["metrics"] = [], more: Partial<Head> = {}): Head => ({ output: "output", loss, task, width: 3, metrics, ...more });
const ofNumbers = (loss: Head["loss"]): Case => ({ ...numbers, heads: [head(loss, "numbers", ["mae"])] });

const cases: Readonly<Record<string, Case>> = {
  "cross-entropy": { ...classes, heads: [head({ name: "cross-entropy", ...plain }, "classes", ["accuracy", "top-5"])] },
  "with weights and smoothing": { ...classes, heads: [head({ name: "cross-entropy", weight: 0.5, labelSmoothing: 0.1, classWeights: [1, 2, 3] }, "classes", ["accuracy"])] },
  "of pixels": { ...masks, heads: [head({ name: "pixel-cross-entropy", ...plain, ignore: null }, "pixels", ["iou"])] },
  "of pixels, some of which are ignored": { ...masks, heads: [head({ name: "pixel-cross-entropy", ...plain, ignore: 1 }, "pixels", ["iou", "accuracy"])] },
  "binary cross-entropy of classes": { ...classes, heads: [head({ name: "binary-cross-entropy", weight: 1, positiveWeights: null }, "classes", ["accuracy"])] },
  "of yes and no": { ...yesNo, heads: [head({ name: "binary-cross-entropy", weight: 1, positiveWeights: [1, 2, 3] }, "yes-no", ["accuracy"])] },
  mse: ofNumbers({ name: "mse", weight: 1 }),
  l1: ofNumbers({ name: "l1", weight: 1 }),
  huber: ofNumbers({ name: "huber", weight: 2, delta: 0.5 }),
  "two outputs": {
    ...numbers,
    end: "globalavgpool as all -> dense 1\n  output first\n  all -> dense 1\n  output second",
    heads: ["first", "second"].map((output, place) => head({ name: place === 0 ? "mse" : "l1", weight: 1 + place }, "numbers", ["mae"], { output, width: 1, column: { place, of: 3 } })),
  },
};

/** Six steps of SGD with another batch each. */
async function trained({ end, heads, labelsPerImage, label, labelsAre }: Case, bounds: Pick<Training, "clipGradientNorm" | "clipGradientValue">, notice?: (message: string) => void): Promise<unknown> {
  const model = modelOf(`model Net {\n  input 2@8x8\n  conv 4 3 pad=1 -> batchnorm -> relu\n  concat { | maxpool 2 | avgpool 2 -> conv 2 1 -> spatial_dropout 0.2 }\n  ${end}\n}`);
  const network = await buildNetwork(model, initialWeights(model, 5)), trainable = trainableWeights(model);
  const optimizer = createOptimizer({ name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 }, network.weights, trainable);
  const training: Training = { network, optimizer, trainable, heads, ...bounds };
  const capturer = currentCapturer();
  const captured = capturer && notice ? captureSteps(training, capturer, 6, notice) : undefined;
  const trainOn: Step = captured?.step ?? ((...given) => trainStep(training, ...given));
  const said = Array.from({ length: 6 }, (_, step) => {
    const labels = noise(6 * labelsPerImage, step).map(label);
    const batch: Batch = { size: 6, shape: [6, 8, 8, 2], images: Float32Array.from(noise(768, step)), labels: labelsAre === "int32" ? Int32Array.from(labels) : Float32Array.from(labels) };
    const { loss, tally } = trainOn(batch, { training: true, random: { seed: 3, step } }, { learningRate: 0.1 });
    const values = [...loss.dataSync(), ...tally.dataSync()];
    tf.dispose([loss, tally]);
    return values;
  });
  const weights = [...(await downloadWeights(model, network.weights))].map(([name, { values }]) => [name, ...values]);
  captured?.dispose();
  optimizer.dispose();
  disposeNetwork(network);
  return { said, weights };
}

for (const [name, one] of Object.entries(cases)) {
  test(name, async () => {
    const before = tf.memory().numTensors, notices: string[] = [];
    for (const bounds of [{ clipGradientNorm: null, clipGradientValue: null }, { clipGradientNorm: 0.1, clipGradientValue: 0.05 }]) {
      const anew = await trained(one, bounds);
      assert.equal(await trained(one, bounds, (message) => notices.push(message)), anew);
    }
    assert.equal(notices, []);
    assert.is(tf.memory().numTensors, before, "nothing is left");
  });
}

test("a label that is no class is found in a step that is done again, too", async () => {
  const one = cases["cross-entropy"];
  if (!one) throw new Error("There is cross-entropy.");
  let labelled = 0;
  // The first of the sixth batch.
  const label = (noise: number): number => ((labelled += 1) === 31 ? 3 : whole(3)(noise));
  try {
    await trained({ ...one, heads: [head({ name: "cross-entropy", ...plain }, "classes")], label }, { clipGradientNorm: null, clipGradientValue: null }, () => {});
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /The label of example 1 of the batch is not one of the classes 0 to 2/);
  }
});

test.run();
