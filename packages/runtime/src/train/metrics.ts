/** What is counted: the loss and hits of an epoch's steps, and the confusion of classes. */

import * as tf from "@tensorflow/tfjs-core";
import type { StepResult } from "./step.ts";

/** Sums over the samples of an epoch so far, in double precision, added up in the order of the steps: a resumed epoch gets the same. */
export interface Sums {
  readonly loss: number;
  readonly hits: number;
  readonly samples: number;
}

export const noSums: Sums = { loss: 0, hits: 0, samples: 0 };

export interface Metrics {
  /** The mean over samples. */
  readonly loss: number;
  /** The share of samples that were classified right, 0 … 1. */
  readonly accuracy: number;
}

export const metricsOf = ({ loss, hits, samples }: Sums): Metrics => ({ loss: loss / samples, accuracy: hits / samples });

export const add = (sums: Sums, loss: number, hits: number, samples: number): Sums => ({
  loss: sums.loss + loss * samples,
  hits: sums.hits + hits,
  samples: sums.samples + samples,
});

/** Reads the results of some steps, and frees them: the mean loss and the hits of each. */
export async function readResults(results: readonly StepResult[]): Promise<readonly { readonly loss: number; readonly hits: number }[]> {
  const stacked = tf.tidy(() => tf.stack(results.flatMap(({ loss, hits }) => [loss, hits])));
  const values = await stacked.data();
  tf.dispose([stacked, ...results.flatMap(({ loss, hits }) => [loss, hits])]);
  return results.map((_, i) => ({ loss: values[2 * i] ?? NaN, hits: values[2 * i + 1] ?? NaN }));
}

/** Row: the label; column: what was predicted instead; the diagonal counts what was right. */
export type Confusion = readonly (readonly number[])[];

export const noConfusion = (classes: number): number[][] => Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
