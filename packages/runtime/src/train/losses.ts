/** What is minimised: the sum of the losses of a model's outputs, each the mean over a batch. */

import type { LossSettings } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../primitives/cross-entropy.ts";

/** Logits `[batch, classes]` and labels `[batch]` → a number. */
type Loss = (logits: tf.Tensor, labels: tf.Tensor) => tf.Scalar;

const losses: Readonly<Record<LossSettings["name"], Loss>> = {
  "cross-entropy": crossEntropy,
};

/** Outputs by name, as `outputsByName` gives them. */
export type Outputs = ReadonlyMap<string, tf.Tensor>;

/** The sum of all outputs' losses. */
export function totalLoss(outputs: Outputs, labels: tf.Tensor, byOutput: ReadonlyMap<string, LossSettings>): tf.Scalar {
  const [first, ...others] = [...byOutput].map(([name, { name: loss }]) => losses[loss](outputOf(outputs, name), labels));
  if (!first) throw new Error("A training needs a loss.");
  return others.reduce((sum, loss) => tf.add(sum, loss), first);
}

/** How many samples of a batch have their label's score on top, of the first output that has a loss. */
export function countHits(outputs: Outputs, labels: tf.Tensor, byOutput: ReadonlyMap<string, LossSettings>): tf.Scalar {
  const [name = ""] = byOutput.keys();
  return tf.sum(tf.cast(tf.equal(tf.argMax(outputOf(outputs, name), -1), labels), "float32"));
}

export function outputOf(outputs: Outputs, name: string): tf.Tensor {
  const output = outputs.get(name);
  if (!output) throw new Error(`The model has no output ${name}.`);
  return output;
}
