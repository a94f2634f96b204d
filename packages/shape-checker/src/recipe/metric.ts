/** The recipe's `metrics`: what each epoch is judged by, besides the loss. */

import type { LossName, Losses } from "./loss.ts";
import { placedLosses } from "./loss.ts";

/**
 * `accuracy`: the share that was right. `top-5`: whose class was among the five highest scores. `iou`: intersection over union, the
 * mean over classes. `mae`: the mean absolute error.
 */
export type MetricName = "accuracy" | "top-5" | "iou" | "mae";

/** What may be asked of an output by its loss, the usual first. */
export const metricsOfLoss: Readonly<Record<LossName, readonly MetricName[]>> = {
  "cross-entropy": ["accuracy", "top-5"],
  "pixel-cross-entropy": ["iou", "accuracy"],
  "binary-cross-entropy": ["accuracy"],
  mse: ["mae"],
  l1: ["mae"],
  huber: ["mae"],
};

/** The metrics of a recipe that names none. */
export const usualMetrics = (losses: Losses): readonly MetricName[] => [
  ...new Set(placedLosses(losses).flatMap(({ loss }) => metricsOfLoss[loss.name].filter((metric) => metric !== "top-5"))),
];

/** What is better, more or less of it. */
export const direction: Readonly<Record<MetricName | "loss", "up" | "down">> = { loss: "down", accuracy: "up", "top-5": "up", iou: "up", mae: "down" };

/** Ends a training that gets no better. */
export interface EarlyStopping {
  readonly metric: MetricName | "loss";
  /** Epochs without progress that are borne. */
  readonly patience: number;
  /** How much better than the best a value must be to count as progress. */
  readonly minimumDelta: number;
}
