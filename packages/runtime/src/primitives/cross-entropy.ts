/** Cross-entropy from logits, the mean over all positions, with the gradient (softmax − one-hot) / positions. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, runKernelForAll } from "../kernels/run.ts";
import { channelsOf, differentiable } from "./tensors.ts";

/** logits `[batch, …axes, classes]`, labels `[batch, …axes]` of whole numbers from 0 to classes − 1 → a number. */
export const crossEntropy: Primitives["crossEntropy"] = (logits, labels) => judgedCrossEntropy(logits, labels).loss;

/**
 * The same; where the backend's kernel counts along, with the tally `[the loss, how many positions have their label as the highest
 * score]`.
 */
export function judgedCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): { readonly loss: tf.Scalar; readonly tally?: tf.Tensor1D } {
  const classes = channelsOf(logits);
  const rows = tf.reshape(logits, [-1, classes]);
  const targets = tf.cast(tf.reshape(labels, [-1]), "int32");
  if (!hasKernel("CnnSoftmaxCrossEntropy")) return { loss: tf.reshape(loss(rows, targets, classes), []) };
  const [mean, , tally] = runKernelForAll("CnnSoftmaxCrossEntropy", { logits: rows, labels: targets });
  if (!mean) throw new Error("CnnSoftmaxCrossEntropy gives the loss.");
  return { loss: tf.reshape(mean, []), ...(tally && { tally: tf.reshape(tally, [2]) }) };
}

const loss = (rows: tf.Tensor, labels: tf.Tensor, classes: number): tf.Tensor =>
  differentiable(
    [rows],
    (save) => {
      const shifted = tf.sub(rows, tf.max(rows, -1, true));
      const powers = tf.exp(shifted);
      const sums = tf.sum(powers, -1, true);
      const chosen = tf.oneHot(labels, classes);
      const picked = tf.sum(tf.where(tf.cast(chosen, "bool"), shifted, tf.zerosLike(shifted)), -1);
      save([tf.div(tf.sub(tf.div(powers, sums), tf.cast(chosen, "float32")), labels.size)]);
      return tf.mean(tf.sub(tf.squeeze(tf.log(sums), [-1]), picked));
    },
    (dy, [gradient = dy]) => [tf.mul(dy, gradient)],
  );
