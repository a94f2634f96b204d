/**
 * The recipe: how a model is trained. Its form is `docs/schemas/recipe.schema.json`; here are its types, and the defaults that a
 * resolved recipe has written out. Every resolved recipe is itself a recipe.
 */

import type { ArgumentValue } from "../model/model.ts";
import { type DataSettings, resolveData, type WrittenData } from "./data.ts";
import { type Losses, resolveLosses, type WrittenLosses } from "./loss.ts";
import { type EarlyStopping, type MetricName, usualMetrics } from "./metric.ts";
import { type OptimizerSettings, resolveOptimizer, type WrittenOptimizer } from "./optimizer.ts";
import { resolveSchedule, type ScheduleChoice, type WrittenSchedule } from "./schedule.ts";
import type { Written } from "./written.ts";

/** A recipe in which every default is written out. */
export interface Recipe {
  /** `lenet.cnn#LeNet5`, relative to the recipe. */
  readonly model: string;
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
  readonly data: DataSettings;
  readonly loss: Losses;
  /** What each epoch is judged by; the first tells which checkpoint is the best, where no early stopping does. */
  readonly metrics: readonly MetricName[];
  readonly earlyStopping: EarlyStopping | null;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleChoice;
  /** Scales all gradients down together where their norm is larger; null never does. */
  readonly clipGradientNorm: number | null;
  /** No number of a gradient, before that, is further from 0; null sets no limit. */
  readonly clipGradientValue: number | null;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly dropout: boolean;
  /** A safetensors file to start from; null draws initial weights from the seed. */
  readonly weights: string | null;
  readonly checkpoint: { readonly everySteps: number | null };
}

/** A recipe as its author wrote it, after its form was checked. */
export interface WrittenRecipe extends Written<Omit<Recipe, "data" | "loss" | "optimizer" | "schedule" | "earlyStopping" | "checkpoint">, "model"> {
  readonly $schema?: string;
  readonly data: WrittenData;
  readonly loss?: WrittenLosses;
  readonly optimizer?: WrittenOptimizer;
  readonly schedule?: WrittenSchedule;
  readonly earlyStopping?: Partial<EarlyStopping> | null;
  readonly checkpoint?: { readonly everySteps?: number | null };
}

/** Writes every default out: PyTorch's, where PyTorch has one. */
export function resolveRecipe(written: WrittenRecipe): Recipe {
  const loss = resolveLosses(written.loss ?? { name: "cross-entropy" });
  return {
    model: written.model,
    arguments: written.arguments ?? {},
    data: resolveData(written.data),
    loss,
    metrics: written.metrics ? [...new Set(written.metrics)] : usualMetrics(loss),
    optimizer: resolveOptimizer(written.optimizer ?? { name: "adam" }),
    schedule: resolveSchedule(written.schedule ?? { name: "constant" }),
    clipGradientNorm: written.clipGradientNorm ?? null,
    clipGradientValue: written.clipGradientValue ?? null,
    batch: written.batch ?? 64,
    epochs: written.epochs ?? 10,
    earlyStopping: written.earlyStopping ? { metric: "loss", patience: 5, minimumDelta: 0, ...written.earlyStopping } : null,
    seed: written.seed ?? 1,
    shuffle: written.shuffle ?? true,
    dropout: written.dropout ?? true,
    weights: written.weights ?? null,
    checkpoint: { everySteps: written.checkpoint?.everySteps ?? null },
  };
}

/** `nets/lenet.cnn#LeNet5` → `nets/lenet.cnn` and `LeNet5`. */
export function splitModelReference(reference: string): { readonly file: string; readonly model?: string } {
  const [file = "", model] = reference.split("#");
  return { file, ...(model !== undefined && { model }) };
}
