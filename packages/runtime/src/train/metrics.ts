/** What is counted while a network learns or is measured, and the metrics that are made of it. */

import type { MetricName } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { countedNumbers, type Head } from "./heads.ts";
import type { StepResult } from "./step.ts";

/** What one step, or one batch, says of itself: mean losses, and counts as `heads.ts` has them. */
export interface Result {
  readonly loss: number;
  readonly heads: readonly HeadSums[];
}

export interface HeadSums {
  readonly loss: number;
  readonly counts: readonly number[];
}

/** Sums over the samples of an epoch so far, in double precision, added up in the order of the steps: a resumed epoch gets the same. */
export interface Sums extends Result {
  readonly samples: number;
}

export const noSums: Sums = { loss: 0, samples: 0, heads: [] };

export const add = (sums: Sums, { loss, heads }: Result, samples: number): Sums => ({
  loss: sums.loss + loss * samples,
  samples: sums.samples + samples,
  heads: heads.map((head, i) => {
    const before = sums.heads[i];
    return { loss: (before?.loss ?? 0) + head.loss * samples, counts: head.counts.map((count, place) => (before?.counts[place] ?? 0) + count) };
  }),
});

export interface HeadMetrics {
  /** The mean over samples. */
  readonly loss: number;
  /** The share of images, labels or pixels that were right, 0 … 1. */
  readonly accuracy?: number;
  /** The share of images whose class was among the five highest scores. */
  readonly top5?: number;
  /** Intersection over union, the mean over the classes that occur, 0 … 1. */
  readonly iou?: number;
  /** The mean absolute error. */
  readonly mae?: number;
}

/** Metrics are those of the first head that has them; where there are several heads, each one's stand beside. */
export interface Metrics extends HeadMetrics {
  readonly outputs?: Readonly<Record<string, HeadMetrics>>;
}

const keys: Readonly<Record<MetricName, "accuracy" | "top5" | "iou" | "mae">> = { accuracy: "accuracy", "top-5": "top5", iou: "iou", mae: "mae" };

/** One of a training's metrics; a metric that nothing has is no number. */
export const metricIn = (metrics: HeadMetrics, name: MetricName | "loss"): number => (name === "loss" ? metrics.loss : (metrics[keys[name]] ?? NaN));

export function metricsOf({ loss, samples, heads: sums }: Sums, heads: readonly Head[]): Metrics {
  const each = heads.map((head, i) => headMetrics(head, sums[i] ?? { loss: 0, counts: [] }, samples));
  return {
    ...Object.assign({}, ...each.toReversed()),
    loss: loss / samples,
    ...(heads.length > 1 && { outputs: Object.fromEntries(heads.map(({ output }, i) => [output, each[i]])) }),
  };
}

function headMetrics(head: Head, { loss, counts }: HeadSums, samples: number): HeadMetrics {
  return { loss: loss / samples, ...Object.fromEntries(head.metrics.map((metric) => [keys[metric], metricOf(metric, head, counts, samples)])) };
}

function metricOf(metric: MetricName, { task, width }: Head, counts: readonly number[], samples: number): number {
  const [right = 0, amongFive = 0] = counts;
  const decisions = task === "classes" ? samples : samples * width;
  switch (metric) {
    case "accuracy": {
      if (task !== "pixels") return right / decisions;
      const pixels = counts.reduce((sum, count) => sum + count, 0);
      return counts.reduce((sum, count, place) => sum + (place % (width + 1) === 0 ? count : 0), 0) / pixels;
    }
    case "top-5":
      return amongFive / decisions;
    case "iou":
      return meanIou(confusionIn(counts, width));
    case "mae":
      return right / decisions;
  }
}

/** Row: the label; column: what was predicted instead; the diagonal counts what was right. */
export type Confusion = readonly (readonly number[])[];

/** A confusion whose rows lie behind each other. */
export const confusionIn = (counts: readonly number[], classes: number): Confusion =>
  Array.from({ length: classes }, (_, label) => counts.slice(label * classes, (label + 1) * classes));

/** How well one class is told from the others. Null where nothing of the kind occurred. */
export interface ClassFigures {
  /** Of what was seen as this class, the share that was it. */
  readonly precision: number | null;
  /** Of what was this class, the share that was seen as it. */
  readonly recall: number | null;
  /** Their harmonic mean. */
  readonly f1: number | null;
  readonly iou: number | null;
  /** How many were of this class. */
  readonly support: number;
}

export const classFigures = (confusion: Confusion): readonly ClassFigures[] =>
  confusion.map((row, label) => {
    const right = row[label] ?? 0;
    const support = row.reduce((sum, count) => sum + count, 0);
    const seen = confusion.reduce((sum, { [label]: count = 0 }) => sum + count, 0);
    return figuresOf(right, support, seen);
  });

/** From how many were right, were of the class, and were seen as it. */
export function figuresOf(right: number, support: number, seen: number): ClassFigures {
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return { precision: share(right, seen), recall: share(right, support), f1: share(2 * right, support + seen), iou: share(right, support + seen - right), support };
}

/** The mean over the classes that occur, in the labels or the predictions. */
function meanIou(confusion: Confusion): number {
  const known = classFigures(confusion).flatMap(({ iou }) => (iou === null ? [] : [iou]));
  return known.reduce((sum, iou) => sum + iou, 0) / known.length;
}

/** Reads the results of some steps, and frees them. */
export async function readResults(results: readonly Pick<StepResult, "loss" | "tally">[], heads: readonly Head[]): Promise<readonly Result[]> {
  const all = tf.tidy(() => tf.concat1d(results.flatMap(({ loss, tally }) => [tf.reshape<tf.Rank.R1>(loss, [1]), tally])));
  const values = await all.data();
  tf.dispose([all, ...results.flatMap(({ loss, tally }) => [loss, tally])]);
  let at = 0;
  const next = (length: number): readonly number[] => [...values.subarray(at, (at += length))];
  return results.map(() => {
    const [loss = NaN] = next(1);
    return { loss, heads: heads.map((head) => ({ loss: next(1)[0] ?? NaN, counts: next(countedNumbers(head)) })) };
  });
}
