/** Heads: the outputs of a model that are trained, each with its loss, what it is compared with and what is counted of it. */

import { columnOf, type DataManifest, lossesByOutput, type LossSettings, type MetricName, metricsOfLoss, type Model, type Recipe } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { judgedCrossEntropy } from "../primitives/cross-entropy.ts";
import { channelsOf } from "../primitives/tensors.ts";
import { countedLabels, isPlain, lossOf } from "./losses.ts";
import { outputOf, type Outputs } from "./network.ts";

/**
 * What an output decides: the class of an image by the highest score; by one score between two classes; a yes or no for each of
 * several labels; the class of each pixel; numbers.
 */
export type Task = "classes" | "binary" | "yes-no" | "pixels" | "numbers";

export interface Head {
  readonly output: string;
  readonly loss: LossSettings;
  readonly task: Task;
  /** Scores of an image or pixel; numbers. */
  readonly width: number;
  /** Which of an image's labels it is compared with, where one of them has the output's name; else all of them. */
  readonly column?: { readonly place: number; readonly of: number };
  readonly metrics: readonly MetricName[];
}

/** The heads of a model, as its recipe and data have them. */
export function headsOf(recipe: Pick<Recipe, "loss" | "metrics">, { outputs }: Model, { labelKind = "classes", labels }: Pick<DataManifest, "labelKind" | "labels">): readonly Head[] {
  return [...lossesByOutput(recipe, outputs)].map(([output, loss]) => {
    const width = outputs.find(({ name }) => name === output)?.shape.channels ?? 1;
    const place = columnOf(output, labelKind, labels);
    return { output, loss, task: taskOf(loss, labelKind, width), width, ...(place !== undefined && { column: { place, of: labels.length } }), metrics: recipe.metrics.filter((metric) => metricsOfLoss[loss.name].includes(metric)) };
  });
}

/** The names of what an output tells, of all names of the data. */
export const namesFor = ({ output, column }: Head, labels: readonly string[]): readonly string[] => (column ? [output] : labels);

function taskOf({ name }: LossSettings, labelKind: NonNullable<DataManifest["labelKind"]>, width: number): Task {
  switch (name) {
    case "cross-entropy":
      return "classes";
    case "pixel-cross-entropy":
      return "pixels";
    case "binary-cross-entropy":
      return labelKind === "classes" ? (width === 1 ? "binary" : "classes") : "yes-no";
    case "mse":
    case "l1":
    case "huber":
      return "numbers";
  }
}

/** A batch's labels, whatever their kind: classes and masks are whole numbers. */
export const labelTensor = (labels: Int32Array | Float32Array): tf.Tensor1D => tf.tensor1d(labels, labels instanceof Int32Array ? "int32" : "float32");

/** A batch's labels as the loss of a head compares them with its output. */
function targetOf({ loss, task, width, column }: Head, output: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  if (task === "pixels") return tf.reshape(labels, output.shape.slice(0, -1));
  if (task === "classes") return loss.name === "binary-cross-entropy" ? tf.cast(tf.oneHot(tf.cast(labels, "int32"), width), "float32") : labels;
  const all = tf.cast(labels, "float32");
  const own = column ? tf.slice(tf.reshape(all, [-1, column.of]), [0, column.place], [-1, 1]) : all;
  return tf.reshape(own, output.shape);
}

export interface Judged {
  /** The weighted sum of all heads' losses. */
  readonly loss: tf.Scalar;
  /** Of each head its loss, then what `countsOf` counts. */
  readonly tally: tf.Tensor1D;
}

/** What a batch's outputs are worth, by its labels. */
export function judge(outputs: Outputs, labels: tf.Tensor, heads: readonly Head[]): Judged {
  const judged = heads.map((head) => {
    const output = outputOf(outputs, head.output);
    return judgeHead(head, output, targetOf(head, output, labels));
  });
  const [first, ...others] = judged.map(({ loss }, i) => (heads[i]?.loss.weight === 1 ? loss : tf.mul<tf.Scalar>(loss, heads[i]?.loss.weight ?? 1)));
  if (!first) throw new Error("A training needs a loss.");
  return { loss: others.reduce((sum, loss) => tf.add(sum, loss), first), tally: tf.concat1d(judged.map(({ tally }) => tally)) };
}

/** The same of one head, its loss without its weight. */
function judgeHead(head: Head, output: tf.Tensor, target: tf.Tensor): Judged {
  const { loss, tally } = isPlain(head.loss) ? judgedCrossEntropy(output, target) : { loss: lossOf(head.loss, output, target) };
  // What a kernel has counted along is what `countsOf` gives where nothing more is asked for.
  if (tally && countedNumbers(head) === 1) return { loss, tally };
  return { loss, tally: tf.concat1d([tf.reshape(loss, [1]), countsOf(head, output, target)]) };
}

/** How many numbers `countsOf` gives. */
export const countedNumbers = ({ task, width, metrics }: Head): number => (task === "pixels" ? width * width : task === "classes" && metrics.includes("top-5") ? 2 : 1);

/**
 * What metrics are made of, in sums over a batch. Of pixels the confusion of classes, row by row; else how many decisions were
 * right (of numbers: the sum of absolute differences), and, where it is asked for, how many images had their class among the five
 * best.
 */
function countsOf(head: Head, output: tf.Tensor, target: tf.Tensor): tf.Tensor1D {
  const number = (value: tf.Tensor): tf.Tensor1D => tf.reshape(tf.sum(tf.cast(value, "float32")), [1]);
  switch (head.task) {
    case "classes": {
      const labels = head.loss.name === "binary-cross-entropy" ? tf.argMax(target, -1) : target;
      const hits = number(tf.equal(tf.argMax(output, -1), labels));
      if (!head.metrics.includes("top-5")) return hits;
      const own = tf.sum(tf.mul(output, tf.cast(tf.oneHot(tf.cast(labels, "int32"), channelsOf(output)), "float32")), -1, true);
      const better = tf.sum(tf.cast(tf.greater(output, own), "float32"), -1);
      return tf.concat1d([hits, number(tf.less(better, 5))]);
    }
    case "binary":
    case "yes-no":
      return number(tf.equal(tf.cast(tf.greater(output, 0), "float32"), target));
    case "pixels":
      return confusionOf(output, target, head.loss.name === "pixel-cross-entropy" ? head.loss.ignore : null);
    case "numbers":
      return number(tf.abs(tf.sub(output, target)));
  }
}

/** `[classes · classes]`: pixels by label and by class seen. */
function confusionOf(output: tf.Tensor, labels: tf.Tensor, ignore: number | null): tf.Tensor1D {
  const classes = channelsOf(output);
  const flat = tf.reshape(labels, [-1]);
  const places = tf.add(tf.mul(flat, tf.scalar(classes, "int32")), tf.reshape(tf.argMax(output, -1), [-1]));
  // Pixels that do not count are put behind the end of the matrix. On wasm `where` takes the bits of either side as they are: both
  // must be whole numbers.
  const kept = tf.where(countedLabels(flat, classes, ignore), places, tf.fill(places.shape, classes * classes, "int32"));
  const counts = tf.bincount(tf.reshape<tf.Rank.R1>(kept, [-1]), [], classes * classes + 1);
  return tf.slice1d(tf.cast(counts, "float32"), 0, classes * classes);
}
