/** A training step that several threads share, and what came of it. */

import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { currentHeap } from "../../packages/runtime/src/kernels/wasm/install.ts";
import { startTeam, type Team } from "../../packages/runtime/src/parallel/team.ts";
import { startPosition } from "../../packages/runtime/src/run/checkpoint.ts";
import { countedNumbers, type Head } from "../../packages/runtime/src/train/heads.ts";
import { type Network, trainableWeights } from "../../packages/runtime/src/train/network.ts";
import type { Optimizer } from "../../packages/runtime/src/train/optimizers.ts";
import type { StepResult, Training } from "../../packages/runtime/src/train/step.ts";
import { downloadWeights } from "../../packages/runtime/src/weights/transfer.ts";

/** No step moves a weight, on any thread. */
const recipe = {
  optimizer: { name: "sgd", learningRate: 0, momentum: 0, nesterov: false, weightDecay: 0, decayNormsAndBiases: true, groups: [] },
  schedule: { name: "constant" },
  seed: 7,
  clipGradientNorm: null,
  clipGradientValue: null,
} as const;

export type Gradients = ReadonlyMap<string, Float32Array>;

/** A network's training whose optimizer does nothing but remember the gradients that it is given. */
export function remembering(network: Network, heads: readonly Head[]): Training & { readonly gradients: Map<string, Float32Array> } {
  const gradients = new Map<string, Float32Array>();
  const optimizer: Optimizer = {
    step(given) {
      for (const [name, gradient] of Object.entries(given)) gradients.set(name, Float32Array.from(gradient.dataSync()));
    },
    state: async () => ({}),
    restore() {},
    dispose() {},
  };
  return { network, optimizer, trainable: trainableWeights(network.model), heads, clipGradientNorm: null, clipGradientValue: null, gradients };
}

/** Threads that train a network on batches like this one, which is the largest; they do steps again where there is somebody to hear if they cannot. */
export async function teamOf(threads: number, training: Training, { size, shape: [, height, width, channels], labels }: Batch, notice?: (message: string) => void): Promise<Team> {
  const heap = currentHeap();
  if (!heap) throw new Error("The backend wasm does not run.");
  const form = { size, imageShape: [height, width, channels], labelsPerImage: labels.length / size, labelsAre: labels instanceof Int32Array ? "int32" : "float32" } as const;
  const weights = await downloadWeights(training.network.model, training.network.weights);
  return startTeam({ threads, training, form, heap, recipe, start: { weights, optimizer: {}, position: startPosition }, notice });
}

export const mode = { training: true, random: { seed: recipe.seed, step: 3 } } as const;
export const rates = { learningRate: 0 } as const;

/** The loss, then what is counted of each head. */
export function numbersOf({ loss, tally }: StepResult, heads: readonly Head[]): { readonly loss: number; readonly counts: readonly number[] } {
  const [[value = Number.NaN], all] = [loss.dataSync(), [...tally.dataSync()]];
  tf.dispose([loss, tally]);
  let at = 0;
  return { loss: value, counts: heads.flatMap((head) => all.slice(at + 1, (at += 1 + countedNumbers(head)))) };
}
