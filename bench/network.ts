/** A network, emitted and ready to be trained step by step as `cnn train` does it: what the benchmarks time. */

import { readFileSync } from "node:fs";
import { check, memoryProject } from "@cnn-lang/shape-checker";
import type { Judged } from "../packages/runtime/src/train/heads.ts";
import { buildNetwork, trainableWeights } from "../packages/runtime/src/train/network.ts";
import { createOptimizer } from "../packages/runtime/src/train/optimizers.ts";
import { trainStep } from "../packages/runtime/src/train/step.ts";
import { initialWeights } from "../packages/runtime/src/weights/initial.ts";

export interface Trainee {
  /** One step on the same random batch; the caller disposes what it says. */
  step(): Judged;
}

/** A network of `test/goldens/nets`, or of any `.cnn` file with one model, with new weights, cross-entropy and Adam. */
export async function prepare(name: string, batch: number): Promise<Trainee> {
  const source = readFileSync(name.endsWith(".cnn") ? name : new URL(`../test/goldens/nets/${name}.cnn`, import.meta.url), "utf8");
  const [model] = check(memoryProject({ "main.cnn": source }), "main.cnn").models;
  const [input] = model?.inputs ?? [], [output] = model?.outputs ?? [];
  if (!model || !input || !output) throw new Error(`${name}.cnn has no model.`);
  const network = await buildNetwork(model, initialWeights(model, 1));
  const trainable = trainableWeights(model);
  const optimizer = createOptimizer({ name: "adam", learningRate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 }, network.weights, trainable);
  const loss = { name: "cross-entropy", weight: 1, labelSmoothing: 0, classWeights: null } as const;
  const head = { output: output.name, loss, task: "classes", width: output.shape.channels, metrics: ["accuracy"] } as const;
  const training = { network, optimizer, trainable, heads: [head], clipGradientNorm: null, clipGradientValue: null };
  const { channels, axes: [height = 1, width = 1] } = input.shape;
  const images = Float32Array.from({ length: batch * height * width * channels }, () => 2 * Math.random() - 1);
  const labels = Int32Array.from({ length: batch }, (_, i) => i % output.shape.channels);
  let count = 0;
  return {
    step: () => trainStep(training, { size: batch, shape: [batch, height, width, channels], images, labels }, { training: true, random: { seed: 1, step: count++ } }, { learningRate: 0.001 }),
  };
}
