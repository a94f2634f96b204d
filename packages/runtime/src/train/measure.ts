/** How well a network does on images that it does not learn from. */

import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batch.ts";
import { type Head, judge } from "./heads.ts";
import { add, classFigures, type ClassFigures, type Confusion, confusionIn, figuresOf, type Metrics, metricsOf, noSums, readResults } from "./metrics.ts";
import { type Network, outputOf, type Outputs, run } from "./network.ts";
import { given } from "./step.ts";

export interface Measured {
  readonly metrics: Metrics;
  /** How many images there were. */
  readonly samples: number;
  /** Of each head, in their order. */
  readonly heads: readonly MeasuredHead[];
}

export interface MeasuredHead {
  /** Of classes and pixels. */
  readonly confusion?: Confusion;
  /** Of classes, pixels, and labels that are yes or no, by their number. */
  readonly classes?: readonly ClassFigures[];
}

/** What else is read of each batch. */
export interface Also {
  of(outputs: Outputs): tf.Tensor;
  add(values: ArrayLike<number>, batch: Batch): void;
}

/** Measures a network by batches. Nothing random happens, and nothing of the network moves. */
export async function measure(network: Network, batches: AsyncIterable<Batch>, heads: readonly Head[], also?: Also): Promise<Measured> {
  const tellings = heads.map(tellingOf);
  let sums = noSums;
  for await (const batch of batches) {
    const { loss, tally, predictions, read } = tf.tidy(() => {
      const { images, labels } = given(batch);
      const outputs = run(network, images(), { training: false });
      return { ...judge(outputs, labels, heads), predictions: heads.map((head) => predicted(head, outputs)), read: also?.of(outputs) };
    });
    const [result = { loss: NaN, heads: [] }] = await readResults([{ loss, tally }], heads);
    sums = add(sums, result, batch.size);
    for (const [i, telling] of tellings.entries()) telling.add((await predictions[i]?.data()) ?? [], ownLabels(heads[i], batch.labels));
    if (read) also?.add(await read.data(), batch);
    tf.dispose([predictions, read ?? []]);
    await new Promise(setImmediate);
  }
  return { metrics: metricsOf(sums, heads), samples: sums.samples, heads: tellings.map((telling, i) => telling.figures(sums.heads[i]?.counts ?? [])) };
}

/** What is seen, one whole number an image or label; of pixels and numbers nothing but what is counted. */
function predicted({ task, output }: Head, outputs: Outputs): tf.Tensor {
  switch (task) {
    case "classes":
      return tf.argMax(outputOf(outputs, output), -1);
    case "binary":
    case "yes-no":
      return tf.cast(tf.greater(outputOf(outputs, output), 0), "int32");
    case "pixels":
    case "numbers":
      return tf.tensor1d([], "int32");
  }
}

/** The labels that a head is compared with, image by image. */
const ownLabels = (head: Head | undefined, labels: Batch["labels"]): Batch["labels"] =>
  head?.column ? labels.filter((_, i) => i % (head.column?.of ?? 1) === head.column?.place) : labels;

/** Tells classes apart: adds batches up, then gives the figures. */
interface Telling {
  add(predictions: ArrayLike<number>, labels: ArrayLike<number>): void;
  /** @param counts What `heads.ts` has counted. */
  figures(counts: readonly number[]): MeasuredHead;
}

function tellingOf({ task, width }: Head): Telling {
  switch (task) {
    case "classes":
    case "binary": {
      const classes = task === "binary" ? 2 : width;
      const confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
      return {
        add(predictions, labels) {
          for (let i = 0; i < labels.length; i += 1) {
            const [row, seen = 0] = [confusion[labels[i] ?? 0], predictions[i]];
            if (row) row[seen] = (row[seen] ?? 0) + 1;
          }
        },
        figures: () => ({ confusion, classes: classFigures(confusion) }),
      };
    }
    case "yes-no": {
      const [right, support, seen] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
      return {
        add(predictions, labels) {
          for (let i = 0; i < labels.length; i += 1) {
            const [is, said, label] = [labels[i] ?? 0, predictions[i] ?? 0, i % width];
            support[label] = (support[label] ?? 0) + is;
            seen[label] = (seen[label] ?? 0) + said;
            right[label] = (right[label] ?? 0) + is * said;
          }
        },
        figures: () => ({ classes: Array.from(right, (both, label) => figuresOf(both, support[label] ?? 0, seen[label] ?? 0)) }),
      };
    }
    case "pixels":
      return {
        add() {},
        figures(counts) {
          const confusion = confusionIn(counts, width);
          return { confusion, classes: classFigures(confusion) };
        },
      };
    case "numbers":
      return { add() {}, figures: () => ({}) };
  }
}
