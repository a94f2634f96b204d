/**
 * The recipe: how a model is trained. Its form is `docs/schemas/recipe.schema.json`; here are its types, and the defaults that a
 * resolved recipe has written out. Every resolved recipe is itself a recipe.
 */

import type { ArgumentValue } from "../model/model.ts";

export type DataFormat = "digits" | "mnist" | "idx" | "cifar10" | "cifar100";

export type Augmentation =
  /** Mirrors an image, or not, drawn at random. */
  | { readonly flip: "horizontal" }
  /** Zeros around the image, then a piece of this height and width at a random place. */
  | { readonly crop: readonly [height: number, width: number]; readonly padding: number };

/** (value / 255 − mean) / std, one number a channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface DataSettings {
  readonly format: DataFormat;
  /** The folder of its files; null for generated data. */
  readonly path: string | null;
  /** A share of the training images, the set's own test images, or none. */
  readonly validation: number | "test" | null;
  readonly augment: readonly Augmentation[];
  /** `auto`: computed from the training images. */
  readonly normalize: Normalization | "auto" | null;
  /** The first so many training images; null for all. */
  readonly limit: number | null;
  readonly expects?: { readonly shape: string; readonly classes: number };
}

export interface LossSettings {
  readonly name: "cross-entropy";
}

export type OptimizerSettings =
  | {
      readonly name: "adam" | "adamw";
      readonly learningRate: number;
      readonly betas: readonly [number, number];
      readonly epsilon: number;
      readonly weightDecay: number;
    }
  | {
      readonly name: "sgd";
      readonly learningRate: number;
      readonly momentum: number;
      readonly nesterov: boolean;
      readonly weightDecay: number;
    }
  | {
      readonly name: "rmsprop";
      readonly learningRate: number;
      readonly alpha: number;
      readonly epsilon: number;
      readonly momentum: number;
      readonly centered: boolean;
      readonly weightDecay: number;
    };

/** How the learning rate goes on. Lengths are epochs, fractions too; null is the whole training. */
export type ScheduleChoice =
  | { readonly name: "constant" }
  /** Times `factor` after each `every` epochs. */
  | { readonly name: "step"; readonly every: number; readonly factor: number }
  /** Times `factor` at each of these epochs. */
  | { readonly name: "multi-step"; readonly at: readonly number[]; readonly factor: number }
  /** Down to `minimum` as half a cosine. */
  | { readonly name: "cosine"; readonly epochs: number | null; readonly minimum: number }
  /** Cosines to 0 that start again, each next one longer by `growth`. */
  | { readonly name: "cosine-restarts"; readonly epochs: number; readonly growth: number }
  /** A rise in a line over `warmup` epochs, from the share `from`, then a cosine to 0. */
  | { readonly name: "warmup-cosine"; readonly warmup: number; readonly from: number }
  /** From one share of the learning rate to another, in a line. */
  | { readonly name: "linear"; readonly from: number; readonly to: number; readonly epochs: number | null }
  /** To 0, as a power of what is left. */
  | { readonly name: "polynomial"; readonly epochs: number | null; readonly power: number }
  /** Up to the learning rate within the share `warmup`, then far below; the momentum goes the other way. */
  | { readonly name: "one-cycle"; readonly warmup: number; readonly momentum: readonly [lowest: number, highest: number] };

/** A recipe in which every default is written out. */
export interface Recipe {
  /** `lenet.cnn#LeNet5`, relative to the recipe. */
  readonly model: string;
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
  readonly data: DataSettings;
  /** Of the only output, or by the outputs' names. */
  readonly loss: LossSettings | Readonly<Record<string, LossSettings>>;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleChoice;
  /** Scales all gradients down together where their norm is larger; null never does. */
  readonly clipGradientNorm: number | null;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly dropout: boolean;
  /** A safetensors file to start from; null draws initial weights from the seed. */
  readonly weights: string | null;
  readonly checkpoint: { readonly everySteps: number | null };
}

/** `T` as its author wrote it: whatever has a default may be left out. */
type Written<T, Required extends keyof T = never> = Pick<T, Required> & { readonly [K in Exclude<keyof T, Required>]?: T[K] };

/** A recipe as its author wrote it, after its form was checked. */
export interface WrittenRecipe extends Written<Omit<Recipe, "data" | "optimizer" | "schedule" | "checkpoint">, "model"> {
  readonly $schema?: string;
  readonly data: Written<Omit<DataSettings, "augment">, "format"> & { readonly augment?: readonly WrittenAugmentation[] };
  readonly optimizer?: WrittenOptimizer;
  readonly schedule?: WrittenSchedule;
  readonly checkpoint?: { readonly everySteps?: number | null };
}
type WrittenAugmentation = { readonly flip: "horizontal" } | { readonly crop: readonly [number, number]; readonly padding?: number };
type WrittenOptimizer = { [N in OptimizerSettings["name"]]: Written<Omit<Extract<OptimizerSettings, { name: N }>, "name">> & { readonly name: N } }[OptimizerSettings["name"]] | AdamLike;
type AdamLike = Written<Omit<Extract<OptimizerSettings, { name: "adam" | "adamw" }>, "name">> & { readonly name: "adam" | "adamw" };

type WrittenSchedule =
  | { readonly name: "constant" }
  | { readonly name: "step"; readonly every: number; readonly factor?: number }
  | { readonly name: "multi-step"; readonly at: readonly number[]; readonly factor?: number }
  | { readonly name: "cosine"; readonly epochs?: number | null; readonly minimum?: number }
  | { readonly name: "cosine-restarts"; readonly epochs: number; readonly growth?: number }
  | { readonly name: "warmup-cosine"; readonly warmup: number; readonly from?: number }
  | { readonly name: "linear"; readonly from: number; readonly to?: number; readonly epochs?: number | null }
  | { readonly name: "polynomial"; readonly epochs?: number | null; readonly power?: number }
  | { readonly name: "one-cycle"; readonly warmup?: number; readonly momentum?: readonly [number, number] };

/** Writes every default out: PyTorch's, where PyTorch has one. */
export function resolveRecipe(written: WrittenRecipe): Recipe {
  const { data } = written;
  return {
    model: written.model,
    arguments: written.arguments ?? {},
    data: {
      format: data.format,
      path: data.path ?? null,
      validation: data.validation === undefined ? 0.1 : data.validation,
      augment: (data.augment ?? []).map((step) => ("crop" in step ? { crop: step.crop, padding: step.padding ?? 0 } : step)),
      normalize: data.normalize === undefined ? "auto" : data.normalize,
      limit: data.limit ?? null,
      ...(data.expects && { expects: data.expects }),
    },
    loss: written.loss ?? { name: "cross-entropy" },
    optimizer: resolveOptimizer(written.optimizer ?? { name: "adam" }),
    schedule: resolveSchedule(written.schedule ?? { name: "constant" }),
    clipGradientNorm: written.clipGradientNorm ?? null,
    batch: written.batch ?? 64,
    epochs: written.epochs ?? 10,
    seed: written.seed ?? 1,
    shuffle: written.shuffle ?? true,
    dropout: written.dropout ?? true,
    weights: written.weights ?? null,
    checkpoint: { everySteps: written.checkpoint?.everySteps ?? null },
  };
}

function resolveOptimizer(written: WrittenOptimizer): OptimizerSettings {
  switch (written.name) {
    case "adam":
    case "adamw": {
      const weightDecay = written.name === "adam" ? 0 : 0.01;
      return { learningRate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay, ...written };
    }
    case "sgd":
      return { learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0, ...written };
    case "rmsprop":
      return { learningRate: 0.01, alpha: 0.99, epsilon: 1e-8, momentum: 0, centered: false, weightDecay: 0, ...written };
  }
}

function resolveSchedule(written: WrittenSchedule): ScheduleChoice {
  switch (written.name) {
    case "constant":
      return written;
    case "step":
    case "multi-step":
      return { factor: 0.1, ...written };
    case "cosine":
      return { epochs: null, minimum: 0, ...written };
    case "cosine-restarts":
      return { growth: 1, ...written };
    case "warmup-cosine":
      return { from: 0.1, ...written };
    case "linear":
      return { to: 1, epochs: null, ...written };
    case "polynomial":
      return { epochs: null, power: 1, ...written };
    case "one-cycle":
      return { warmup: 0.3, momentum: [0.85, 0.95], ...written };
  }
}

/** The loss of each output of a model: the one that is named, or the only output's. */
export function lossesByOutput({ loss }: Pick<Recipe, "loss">, outputs: readonly { readonly name: string }[]): ReadonlyMap<string, LossSettings> {
  if (isLoss(loss)) return new Map(outputs.slice(0, 1).map(({ name }) => [name, loss]));
  return new Map(Object.entries(loss));
}

/** Whether `loss` is one loss, not a loss for each output. An output may be called `name`: its loss is then an object. */
export const isLoss = (loss: Recipe["loss"]): loss is LossSettings => typeof loss.name === "string";

/** `nets/lenet.cnn#LeNet5` → `nets/lenet.cnn` and `LeNet5`. */
export function splitModelReference(reference: string): { readonly file: string; readonly model?: string } {
  const [file = "", model] = reference.split("#");
  return { file, ...(model !== undefined && { model }) };
}
