/** A network, emitted and ready to be trained step by step as `cnn train` does it: what the benchmarks time. */

import { readFileSync } from "node:fs";
import { check, memoryProject, type Model } from "@cnn-lang/shape-checker";
import { currentCapturer } from "../packages/runtime/src/kernels/capturer.ts";
import { currentHeap } from "../packages/runtime/src/kernels/wasm/install.ts";
import { startTeam } from "../packages/runtime/src/parallel/team.ts";
import { startPosition } from "../packages/runtime/src/run/checkpoint.ts";
import { captureSteps } from "../packages/runtime/src/train/captured-step.ts";
import type { Judged } from "../packages/runtime/src/train/heads.ts";
import { buildNetwork, trainableWeights } from "../packages/runtime/src/train/network.ts";
import { createOptimizer } from "../packages/runtime/src/train/optimizers.ts";
import { type Step, type Training, trainStep } from "../packages/runtime/src/train/step.ts";
import { initialWeights } from "../packages/runtime/src/weights/initial.ts";

export interface Trainee {
  /** One step on the same random batch; the caller disposes what it says. */
  step(): Judged;
  /** Ends the other threads. */
  close(): Promise<void>;
}

/** The model in a `.cnn` file that holds one. */
export function modelIn(file: string): Model {
  const [model] = check(memoryProject({ "main.cnn": readFileSync(file, "utf8") }), "main.cnn").models;
  if (!model) throw new Error(`${file} has no model.`);
  return model;
}

/** Steps that are computed anew each time. */
export const anew = (training: Training): Step => (...given) => trainStep(training, ...given);

/** Steps that are done again, where the backend can. */
function captured(training: Training, batch: number): Step {
  const capturer = currentCapturer();
  return capturer ? captureSteps(training, capturer, batch, console.error).step : anew(training);
}

/** The model in a file, with new weights, cross-entropy and Adam; on the backend wasm shared by several threads, if that is asked for, or with other steps. */
export async function prepare(file: string, batch: number, threads = 1, stepOf: (training: Training, batch: number) => Step = captured): Promise<Trainee> {
  const model = modelIn(file);
  const [input] = model.inputs, [output] = model.outputs;
  if (!input || !output) throw new Error(`${file} has no input and output.`);
  const weights = initialWeights(model, 1);
  const network = await buildNetwork(model, weights);
  const trainable = trainableWeights(model);
  const adam = { name: "adam", learningRate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0, decayNormsAndBiases: true, groups: [] } as const;
  const optimizer = createOptimizer(adam, network.weights, trainable);
  const loss = { name: "cross-entropy", weight: 1, labelSmoothing: 0, classWeights: null } as const;
  const head = { output: output.name, loss, task: "classes", width: output.shape.channels, metrics: ["accuracy"] } as const;
  const training = { network, optimizer, trainable, heads: [head], clipGradientNorm: null, clipGradientValue: null };
  const { channels, axes: [height = 1, width = 1] } = input.shape;
  const images = Float32Array.from({ length: batch * height * width * channels }, () => 2 * Math.random() - 1);
  const labels = Int32Array.from({ length: batch }, (_, i) => i % output.shape.channels);
  const heap = threads === 1 ? undefined : currentHeap();
  const recipe = { optimizer: adam, schedule: { name: "constant" }, seed: 1, clipGradientNorm: null, clipGradientValue: null } as const;
  const form = { size: batch, imageShape: [height, width, channels], labelsPerImage: 1, labelsAre: "int32" } as const;
  const team = heap && (await startTeam({ threads, training, form, heap, recipe, start: { weights, optimizer: {}, position: startPosition }, notice: console.error }));
  const trainOn = team?.step ?? stepOf(training, batch);
  let count = 0;
  return {
    step: () => trainOn({ size: batch, shape: [batch, height, width, channels], images, labels }, { training: true, random: { seed: 1, step: count++ } }, { learningRate: 0.001 }),
    close: async () => team?.close(),
  };
}
