/** The golden networks in a training: built with our own weights path, given PyTorch's batches. */

import { dataLayout, toTensorFlow } from "@cnn-lang/codegen";
import type { OptimizerSettings } from "@cnn-lang/shape-checker";
import { readFileSync } from "node:fs";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { buildNetwork, type Network } from "../../packages/runtime/src/train/network.ts";
import type { ScheduleSettings } from "../../packages/runtime/src/train/schedules.ts";
import { type NamedArray, type NamedArrays, readSafetensors } from "../../packages/runtime/src/weights/safetensors.ts";
import { fitting } from "../../packages/runtime/src/weights/transfer.ts";
import { modelOf } from "./program.ts";

export type NetName = "lenet5" | "simplecnn" | "tinyresnet" | "unet";
export const netFile = (file: string): string => `test/goldens/nets/${file}`;

/** A golden network with its golden weights; `freeze` is a line to add to its program. */
export function goldenNetwork(name: NetName, freeze = ""): Promise<Network> {
  const program = readFileSync(netFile(`${name}.cnn`), "utf8").replace(/\}\s*$/, `${freeze}\n}\n`);
  const model = modelOf(program);
  const file = netFile(`${name}.safetensors`);
  return buildNetwork(model, fitting(model, readSafetensors(file), file));
}

/** The tensor of a golden file. */
export function tensorOf(arrays: NamedArrays, name: string): NamedArray {
  const array = arrays.get(name);
  if (!array) throw new Error(`There is no tensor ${name}.`);
  return array;
}

/** Images in PyTorch's layout as a batch of ours. */
export function batchOf({ shape, values }: NamedArray, labels: ArrayLike<number>): Batch {
  const [size = 0, channels = 0, height = 0, width = 0] = shape;
  const images = toTensorFlow(dataLayout({ channels, axes: [height, width] }, size), Float32Array.from(values, Number));
  return { size, shape: [size, height, width, channels], images, labels: Int32Array.from(labels) };
}

export interface GoldenRun {
  readonly optimizer: "SGD" | "Adam" | "AdamW" | "RMSprop";
  readonly learning_rate: readonly number[];
  readonly momentum?: number | readonly number[];
  readonly nesterov?: boolean;
  readonly weight_decay?: number;
  readonly betas?: readonly [number, number];
  readonly alpha?: number;
  readonly eps?: number;
  readonly schedule?: { readonly name: string };
  readonly clip_gradient_norm?: number;
  readonly loss: readonly number[];
  readonly loss_spread: readonly number[];
  readonly after_3_steps: Readonly<Record<string, GoldenValues>>;
  readonly final: Readonly<Record<string, GoldenValues>>;
  readonly frozen_unchanged_sha256?: Readonly<Record<string, string>>;
}

/** What a training left of one tensor: its norm, its first values, and how far float32 runs of PyTorch scatter; or a counter. */
export type GoldenValues =
  | { readonly l2: number; readonly values: readonly number[]; readonly spread: { readonly l2: number; readonly values: number } }
  | { readonly value: number };

interface GoldenTraining {
  readonly data: string;
  readonly batch: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly runs: Readonly<Record<string, GoldenRun>>;
}

export const goldenTraining = (name: NetName): GoldenTraining => JSON.parse(readFileSync(netFile(`${name}_training.json`), "utf8"));

/** The batches of a golden training, in order. */
export function goldenBatches({ data, batch, mean, std }: GoldenTraining): readonly Batch[] {
  const arrays = readSafetensors(netFile(data));
  const { shape: [count = 0, channels = 0, height = 0, width = 0], values } = tensorOf(arrays, "images");
  const labels = tensorOf(arrays, "labels").values;
  const length = channels * height * width;
  const normalized = Float32Array.from({ length: values.length }, (_, i) => {
    const channel = Math.floor(i / (height * width)) % channels;
    return (Number(values[i]) / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
  });
  return Array.from({ length: count / batch }, (_, k) => {
    const images = { shape: [batch, channels, height, width], values: normalized.subarray(k * batch * length, (k + 1) * batch * length) };
    return batchOf(images, Int32Array.from(labels.subarray(k * batch, (k + 1) * batch), Number));
  });
}

/** A golden run's optimizer in a recipe's words. */
export function optimizerOf({ optimizer, learning_rate: [learningRate = 0], momentum = 0, nesterov = false, weight_decay, betas = [0.9, 0.999], eps = 1e-8, alpha = 0.99 }: GoldenRun): OptimizerSettings {
  const shared = { learningRate, weightDecay: weight_decay ?? 0, decayNormsAndBiases: true, groups: [] };
  switch (optimizer) {
    case "SGD":
      return { name: "sgd", ...shared, momentum: typeof momentum === "number" ? momentum : (momentum[0] ?? 0), nesterov };
    case "Adam":
    case "AdamW":
      return { name: optimizer === "Adam" ? "adam" : "adamw", ...shared, betas, epsilon: eps };
    case "RMSprop":
      return { name: "rmsprop", ...shared, alpha, epsilon: eps, momentum: 0, centered: false };
  }
}

/** The golden schedules in our words: `nets.py` says how PyTorch's were made. */
export const schedules: Readonly<Record<string, { readonly base: number; readonly schedule: ScheduleSettings }>> = {
  StepLR: { base: 0.05, schedule: { name: "step", every: 5, factor: 0.5 } },
  CosineAnnealingLR: { base: 0.05, schedule: { name: "cosine", steps: 20, minimum: 0 } },
  OneCycleLR: { base: 0.1, schedule: { name: "one-cycle", steps: 20, warmup: 0.3, shape: "cosine", startDivisor: 25, endDivisor: 1e4, momentum: [0.85, 0.95] } },
  LinearLR: { base: 0.05, schedule: { name: "linear", from: 0.1, to: 1, steps: 5 } },
  SequentialLR: { base: 0.05, schedule: { name: "warmup-cosine", warmup: 5, from: 0.1, steps: 20 } },
};
