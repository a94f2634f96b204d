/** How well a network does on images that it does not learn from. */

import type { LossSettings } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import type { Preparer } from "../data/augment.ts";
import { makeBatch, type Part } from "../data/loader.ts";
import { outputOf, totalLoss } from "./losses.ts";
import { add, type Confusion, type Metrics, metricsOf, noConfusion, noSums } from "./metrics.ts";
import { type Network, run } from "./network.ts";

export interface Measured extends Metrics {
  readonly samples: number;
  readonly confusion: Confusion;
}

/** Loss, accuracy and confusion of a part of a data set. Nothing random happens, and nothing of the network moves. */
export async function measure(network: Network, part: Part, prepare: Preparer, losses: ReadonlyMap<string, LossSettings>, batchSize: number, classes: number): Promise<Measured> {
  const confusion = noConfusion(classes);
  const [name = ""] = losses.keys();
  let sums = noSums;
  for (let start = 0; start < part.indices.length; start += batchSize) {
    const batch = makeBatch(part.images, prepare, part.indices.subarray(start, start + batchSize));
    const { loss, logits } = tf.tidy(() => {
      const outputs = run(network, tf.tensor4d(batch.images, [...batch.shape]), { training: false });
      return { loss: totalLoss(outputs, tf.tensor1d(batch.labels, "int32"), losses), logits: outputOf(outputs, name) };
    });
    const [[mean = NaN], scores] = await Promise.all([loss.data(), logits.data()]);
    tf.dispose([loss, logits]);
    let hits = 0;
    for (const [sample, label] of batch.labels.entries()) {
      const row = confusion[label];
      const predicted = argMax(scores.subarray(sample * classes, (sample + 1) * classes));
      if (row) row[predicted] = (row[predicted] ?? 0) + 1;
      if (predicted === label) hits += 1;
    }
    sums = add(sums, mean, hits, batch.size);
    await new Promise(setImmediate);
  }
  return { ...metricsOf(sums), samples: sums.samples, confusion };
}

/** The place of the largest value, the first of equals. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
