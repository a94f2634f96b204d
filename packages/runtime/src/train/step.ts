/** One training step: forward, loss, gradients, optimizer. */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { withoutGradients } from "../anomaly/locate.ts";
import type { Watch } from "../anomaly/watch.ts";
import type { Batch } from "../data/batch.ts";
import type { Weights } from "../weights/transfer.ts";
import { gradientsOf } from "./backward.ts";
import { type Head, judge, type Judged, labelTensor } from "./heads.ts";
import { type Network, run } from "./network.ts";
import type { Optimizer } from "./optimizers.ts";
import type { Rates } from "./schedules.ts";

/** What a step says of its batch, before the weights moved. The caller reads and disposes both. */
export type StepResult = Judged;

/** What stays the same from step to step. */
export interface Training {
  readonly network: Network;
  readonly optimizer: Optimizer;
  /** The weights that move. */
  readonly trainable: readonly string[];
  readonly heads: readonly Head[];
  /** The norm to which all gradients together are scaled down where they are larger. */
  readonly clipGradientNorm: number | null;
  /** How far from 0 each number of a gradient may be, before that. */
  readonly clipGradientValue: number | null;
  /** Looks for the first number that is none. */
  readonly watch?: Watch | undefined;
}

/** Trains on one batch: on this thread, or shared with others. */
export type Step = (batch: Batch, mode: Mode, rates: Rates) => StepResult;

/** Trains on one batch. Nothing but the weights, the optimizer's memory and the result outlives it. */
export function trainStep(training: Training, batch: Batch, mode: Mode, rates: Rates): StepResult {
  const { gradients, ...result } = computeGradients(training, batch, mode);
  moveWeights(training, gradients, rates);
  return result;
}

/** A batch as tensors. */
export interface Given {
  /** The images, or where on the card they are found. */
  readonly sent: tf.Tensor;
  readonly labels: tf.Tensor1D;
  /** The images, made of what was sent. The caller disposes them. */
  images(): tf.Tensor4D;
}

/** What is sent of a batch's images. */
export const sentOf = (batch: Batch): Float32Array | Int32Array => batch.placed?.moves ?? batch.images;

export function given(batch: Batch): Given {
  const { placed, shape } = batch, labels = labelTensor(batch.labels);
  if (placed) {
    const sent = tf.tensor1d(placed.moves, "int32");
    return { sent, labels, images: () => placed.gather(sent) };
  }
  const sent = tf.tensor4d(batch.images, [...shape]);
  return { sent, labels, images: () => tf.clone(sent) };
}

/** What a batch is worth, and the gradients of its loss. */
export interface Computed extends StepResult {
  readonly gradients: Weights;
}

/** Forward and backward. The caller disposes what it gives. */
export function computeGradients(training: Training, batch: Batch, mode: Mode): Computed {
  const tensors = given(batch);
  const computed = computeOn(training, tensors, mode);
  tf.dispose([tensors.sent, tensors.labels]);
  return computed;
}

/** The same on a batch that is tensors already. */
export function computeOn({ network, trainable, heads, watch }: Training, { images: make, labels }: Given, mode: Mode): Computed {
  const images = make();
  let tally: tf.Tensor1D | undefined;
  const forward = (): tf.Scalar => {
    const judged = judge(run(network, images, mode), labels, heads);
    tally = tf.keep(judged.tally);
    return judged.loss;
  };
  const { loss, gradients } = tellingOf(network, () => differentiate(forward, network.weights, trainable));
  watch?.gradients(gradients);
  images.dispose();
  if (!tally) throw new Error("The forward pass did not run.");
  return { loss, tally, gradients };
}

/** Clips the gradients as the training says, moves the weights against them, and disposes them. */
export function moveWeights(training: Training, whole: Weights, rates: Rates): void {
  const gradients = clip(training, whole);
  follow(training, gradients, rates);
  tf.dispose(gradients);
}

/** The gradients as the training clips them; the given ones are disposed where they are not the same. */
export function clip({ clipGradientNorm, clipGradientValue }: Training, whole: Weights): Weights {
  const bounded = clipGradientValue === null ? whole : replaced(whole, (gradient) => tf.clipByValue(gradient, -clipGradientValue, clipGradientValue));
  return clipGradientNorm === null ? bounded : clipped(bounded, clipGradientNorm);
}

/** Moves the weights against their gradients. */
export function follow({ optimizer }: Training, gradients: Weights, { learningRate, momentum, groups }: Rates): void {
  optimizer.step(gradients, learningRate, momentum, groups);
}

/** Says of an error on the way back that the gradients could not be computed; on the way forward its layer has been told. */
function tellingOf<T>({ model }: Network, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withoutGradients(error, model);
  }
}

/** The loss and its gradient for each of the named weights. */
export function differentiate(forward: () => tf.Scalar, weights: Weights, names: readonly string[]): { readonly loss: tf.Scalar; readonly gradients: Weights } {
  if (names.length === 0) return { loss: tf.tidy(forward), gradients: {} };
  const tensors = names.map((name) => {
    const tensor = weights[name];
    if (!tensor) throw new Error(`There is no weight ${name}.`);
    return tensor;
  });
  const { value, gradients } = gradientsOf(forward, tensors);
  return { loss: value, gradients: Object.fromEntries(names.map((name, i) => [name, gradients[i] ?? value])) };
}

/** The gradients, scaled down together where their norm is above `limit` (`torch.nn.utils.clip_grad_norm_`); the given ones are disposed. */
function clipped(gradients: Weights, limit: number): Weights {
  const scale = tf.tidy(() => {
    // Not `tf.addN`, whose shader on webgpu takes a buffer for each.
    const norm = tf.sqrt(tf.sum(tf.stack(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient))))));
    return tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
  });
  const result = replaced(gradients, (gradient) => tf.mul(gradient, scale));
  scale.dispose();
  return result;
}

/** Other tensors in the place of the given ones, which are disposed. */
function replaced(gradients: Weights, by: (gradient: tf.Tensor) => tf.Tensor): Weights {
  const result = tf.tidy(() => Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, by(gradient)])));
  tf.dispose(gradients);
  return result;
}
