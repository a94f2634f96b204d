/**
 * Losses, each the mean over a batch, with their gradients: PyTorch's formulas. What they compare with is a tensor made by
 * `targetOf` in `heads.ts`.
 */

import type { LossSettings } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../primitives/cross-entropy.ts";
import { channelsOf, differentiable } from "../primitives/tensors.ts";

/**
 * The loss of an output.
 *
 * @param output Logits `[batch, classes]` or `[batch, height, width, classes]`; or numbers `[batch, n]`.
 * @param target Classes `[batch]` or `[batch, height, width]`, int32; of the other losses as many numbers as the output has.
 */
export function lossOf(settings: LossSettings, output: tf.Tensor, target: tf.Tensor): tf.Scalar {
  switch (settings.name) {
    case "cross-entropy":
      return isPlain(settings) ? crossEntropy(output, target) : weighted(output, target, settings, null);
    case "pixel-cross-entropy":
      return weighted(output, target, settings, settings.ignore);
    case "binary-cross-entropy":
      return binary(output, target, settings.positiveWeights);
    case "mse":
      return ofDifferences(output, target, tf.square, (difference) => tf.mul(difference, 2));
    case "l1":
      return ofDifferences(output, target, tf.abs, tf.sign);
    case "huber": {
      const { delta } = settings;
      const value = (difference: tf.Tensor): tf.Tensor => {
        const distance = tf.abs(difference);
        return tf.where(tf.less(distance, delta), tf.mul(tf.square(difference), 0.5), tf.mul(tf.sub(distance, delta / 2), delta));
      };
      return ofDifferences(output, target, value, (difference) => tf.clipByValue(difference, -delta, delta));
    }
  }
}

/** Whether a loss is cross-entropy without anything else to it, which kernels compute. */
export const isPlain = (settings: LossSettings): boolean => settings.name === "cross-entropy" && settings.labelSmoothing === 0 && settings.classWeights === null;

/**
 * Cross-entropy with class weights w, smoothing ε and labels that count for nothing, which are `ignore` and whatever is no class: with q = (1 − ε) · w · [the label] + ε / C · w,
 * divided by the sum of the labels' weights, the loss is −Σ q · log softmax (`torch.nn.functional.cross_entropy`). It is 0 where no
 * label counts.
 */
function weighted(logits: tf.Tensor, labels: tf.Tensor, { labelSmoothing, classWeights }: Extract<LossSettings, { labelSmoothing: number }>, ignore: number | null): tf.Scalar {
  const classes = channelsOf(logits);
  const rows = tf.reshape(logits, [-1, classes]);
  const loss = differentiable(
    [rows],
    (save) => {
      const flat = tf.reshape(labels, [-1]);
      const counts = tf.expandDims(tf.cast(countedLabels(flat, classes, ignore), "float32"), 1);
      const weights = tf.tensor2d(classWeights === null ? new Float32Array(classes).fill(1) : Float32Array.from(classWeights), [1, classes]);
      const chosen = tf.mul(tf.mul(tf.cast(tf.oneHot(flat, classes), "float32"), counts), weights);
      const spread = tf.mul(tf.mul(counts, weights), labelSmoothing / classes);
      const wanted = tf.divNoNan(tf.add(tf.mul(chosen, 1 - labelSmoothing), spread), tf.sum(chosen));
      const shifted = tf.sub(rows, tf.max(rows, -1, true));
      const powers = tf.exp(shifted);
      const sums = tf.sum(powers, -1, true);
      save([tf.sub(tf.mul(tf.div(powers, sums), tf.sum(wanted, -1, true)), wanted)]);
      // A class that is ruled out, minus infinity, costs nothing where nothing is wanted of it.
      const logarithms = tf.where(tf.greater(wanted, 0), tf.sub(shifted, tf.log(sums)), tf.zerosLike(shifted));
      return tf.neg(tf.sum(tf.mul(wanted, logarithms)));
    },
    (dy, [gradient = dy]) => [tf.mul(dy, gradient)],
  );
  return tf.reshape(loss, []);
}

/** Which labels count: all classes but the one that is ignored. */
export function countedLabels(labels: tf.Tensor, classes: number, ignore: number | null): tf.Tensor {
  const known = tf.less(labels, classes);
  return ignore === null ? known : tf.logicalAnd(known, tf.notEqual(labels, ignore));
}

/** (1 − y) · x + (1 + (p − 1) · y) · log(1 + e^−x), `torch.nn.functional.binary_cross_entropy_with_logits`. */
function binary(logits: tf.Tensor, target: tf.Tensor, positiveWeights: readonly number[] | null): tf.Scalar {
  const loss = differentiable(
    [logits],
    (save) => {
      const surplus = positiveWeights === null ? tf.scalar(0) : tf.sub(tf.tensor1d([...positiveWeights]), 1);
      const weights = tf.add(tf.mul(surplus, target), 1);
      const no = tf.sub(1, target);
      // log(1 + e^−x) without overflow for large −x.
      const softplus = tf.add(tf.log1p(tf.exp(tf.neg(tf.abs(logits)))), tf.relu(tf.neg(logits)));
      save([tf.div(tf.sub(no, tf.mul(weights, tf.sigmoid(tf.neg(logits)))), logits.size)]);
      return tf.mean(tf.add(tf.mul(no, logits), tf.mul(weights, softplus)));
    },
    (dy, [gradient = dy]) => [tf.mul(dy, gradient)],
  );
  return tf.reshape(loss, []);
}

/** The mean of a function of output − target, with that function's derivative. */
function ofDifferences(output: tf.Tensor, target: tf.Tensor, value: (difference: tf.Tensor) => tf.Tensor, derivative: (difference: tf.Tensor) => tf.Tensor): tf.Scalar {
  const loss = differentiable(
    [output],
    (save) => {
      const difference = tf.sub(output, target);
      save([tf.div(derivative(difference), output.size)]);
      return tf.mean(value(difference));
    },
    (dy, [gradient = dy]) => [tf.mul(dy, gradient)],
  );
  return tf.reshape(loss, []);
}
