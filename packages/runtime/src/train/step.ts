/** One training step: forward, loss, gradients, optimizer. */

import type { Mode } from "@cnn-lang/codegen";
import type { LossSettings } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/loader.ts";
import type { Weights } from "../weights/transfer.ts";
import { countHits, totalLoss } from "./losses.ts";
import { type Network, run } from "./network.ts";
import type { Optimizer } from "./optimizers.ts";
import type { Rates } from "./schedules.ts";

/** What a step says of its batch, before the weights moved. The caller reads and disposes both. */
export interface StepResult {
  readonly loss: tf.Scalar;
  /** How many samples were classified right. */
  readonly hits: tf.Scalar;
}

/** What stays the same from step to step. */
export interface Training {
  readonly network: Network;
  readonly optimizer: Optimizer;
  /** The weights that move. */
  readonly trainable: readonly string[];
  readonly losses: ReadonlyMap<string, LossSettings>;
  /** The norm to which all gradients together are scaled down where they are larger. */
  readonly clipGradientNorm: number | null;
}

/** Trains on one batch. Nothing but the weights, the optimizer's memory and the result outlives it. */
export function trainStep({ network, optimizer, trainable, losses, clipGradientNorm }: Training, batch: Batch, mode: Mode, { learningRate, momentum }: Rates): StepResult {
  const images = tf.tensor4d(batch.images, [...batch.shape]);
  const labels = tf.tensor1d(batch.labels, "int32");
  let hits: tf.Scalar | undefined;
  const forward = (): tf.Scalar => {
    const outputs = run(network, images, mode);
    hits = tf.keep(tf.tidy(() => countHits(outputs, labels, losses)));
    return totalLoss(outputs, labels, losses);
  };
  const { loss, gradients: whole } = differentiate(forward, network.weights, trainable);
  const gradients = clipGradientNorm === null ? whole : clipped(whole, clipGradientNorm);
  optimizer.step(gradients, learningRate, momentum);
  tf.dispose([images, labels, gradients]);
  if (!hits) throw new Error("The forward pass did not run.");
  return { loss, hits };
}

/** The loss and its gradient for each of the named weights. */
export function differentiate(forward: () => tf.Scalar, weights: Weights, names: readonly string[]): { readonly loss: tf.Scalar; readonly gradients: Weights } {
  if (names.length === 0) return { loss: tf.tidy(forward), gradients: {} };
  const tensors = names.map((name) => {
    const tensor = weights[name];
    if (!tensor) throw new Error(`There is no weight ${name}.`);
    return tensor;
  });
  // The tape knows the weights by identity: `forward` takes them from the map itself.
  const { value, grads } = tf.valueAndGrads(() => forward())(tensors);
  return { loss: value, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i] ?? tf.zerosLike(tensors[i] ?? value)])) };
}

/** The gradients, scaled down together where their norm is above `limit` (`torch.nn.utils.clip_grad_norm_`); the given ones are disposed. */
function clipped(gradients: Weights, limit: number): Weights {
  const result = tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
    const scale = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
    return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, scale)]));
  });
  tf.dispose(gradients);
  return result;
}
