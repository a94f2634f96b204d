/** The recipe's `loss`: what is minimised, for each output of the model. */

import type { LabelKind } from "./manifest.ts";
import type { WrittenForm } from "./written.ts";

interface OfOneOutput {
  /** How much it counts in the sum of all outputs' losses. */
  readonly weight: number;
}

interface OfClasses extends OfOneOutput {
  /** The share of each label that is spread over all classes. */
  readonly labelSmoothing: number;
  /** How much each class counts; null: all the same. */
  readonly classWeights: readonly number[] | null;
}

/** Each is the mean over a batch, as PyTorch computes it; of classes with weights, the weighted mean. */
export type LossSettings =
  /** Of one class an image; the output is logits. */
  | ({ readonly name: "cross-entropy" } & OfClasses)
  /** Of one class a pixel; the output is a map of logits. Pixels of no class, and of the class `ignore`, count for nothing. */
  | ({ readonly name: "pixel-cross-entropy"; readonly ignore: number | null } & OfClasses)
  /** Of a yes or no each, from logits; `positiveWeights` says how much a yes counts, for each. */
  | ({ readonly name: "binary-cross-entropy"; readonly positiveWeights: readonly number[] | null } & OfOneOutput)
  /** The squared difference, and the absolute one. */
  | ({ readonly name: "mse" } & OfOneOutput)
  | ({ readonly name: "l1" } & OfOneOutput)
  /** Half the squared difference up to `delta`, a line of that slope beyond it. */
  | ({ readonly name: "huber"; readonly delta: number } & OfOneOutput);

export type LossName = LossSettings["name"];

/** Of the only output, or by the outputs' names. */
export type Losses = LossSettings | Readonly<Record<string, LossSettings>>;

export type WrittenLoss = WrittenForm<LossSettings>;
export type WrittenLosses = WrittenLoss | Readonly<Record<string, WrittenLoss>>;

/** The labels that a loss compares an output with. */
export const labelsOfLoss: Readonly<Record<LossName, readonly LabelKind[]>> = {
  "cross-entropy": ["classes"],
  "pixel-cross-entropy": ["masks"],
  // Classes are a yes for one and a no for all others; of two classes one number tells.
  "binary-cross-entropy": ["yes-no", "classes"],
  mse: ["numbers"],
  l1: ["numbers"],
  huber: ["numbers"],
};

/** The place of the label that an output tells, where one of several has its name: a column of the data's table. */
export function columnOf(output: string, kind: LabelKind, labels: readonly string[]): number | undefined {
  const place = kind === "numbers" || kind === "yes-no" ? labels.indexOf(output) : -1;
  return place < 0 ? undefined : place;
}

/** The loss that labels of a kind usually get. */
export const lossOfLabels: Readonly<Record<LabelKind, LossName>> = {
  classes: "cross-entropy",
  masks: "pixel-cross-entropy",
  "yes-no": "binary-cross-entropy",
  numbers: "mse",
};

export function resolveLosses(written: WrittenLosses): Losses {
  return isLoss(written) ? resolveLoss(written) : Object.fromEntries(Object.entries(written).map(([output, loss]) => [output, resolveLoss(loss)]));
}

function resolveLoss(written: WrittenLoss): LossSettings {
  switch (written.name) {
    case "cross-entropy":
      return { labelSmoothing: 0, classWeights: null, weight: 1, ...written };
    case "pixel-cross-entropy":
      return { labelSmoothing: 0, classWeights: null, ignore: null, weight: 1, ...written };
    case "binary-cross-entropy":
      return { positiveWeights: null, weight: 1, ...written };
    case "mse":
    case "l1":
      return { weight: 1, ...written };
    case "huber":
      return { delta: 1, weight: 1, ...written };
  }
}

/** The loss of each output of a model: the one that is named, or the only output's. */
export function lossesByOutput({ loss }: { readonly loss: Losses }, outputs: readonly { readonly name: string }[]): ReadonlyMap<string, LossSettings> {
  if (isLoss(loss)) return new Map(outputs.slice(0, 1).map(({ name }) => [name, loss]));
  return new Map(Object.entries(loss));
}

/** Whether `loss` is one loss, not a loss for each output. An output may be called `name`: its loss is then an object. */
export const isLoss = <One extends { readonly name: string }>(loss: One | Readonly<Record<string, One>>): loss is One => typeof loss.name === "string";

/** The losses, each with its place in the recipe. */
export const placedLosses = (loss: Losses): readonly { readonly loss: LossSettings; readonly output?: string; readonly path: readonly string[] }[] =>
  isLoss(loss) ? [{ loss, path: ["loss"] }] : Object.entries(loss).map(([output, one]) => ({ loss: one, output, path: ["loss", output] }));
