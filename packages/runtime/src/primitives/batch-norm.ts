/**
 * Batch norm: y = (x − mean) / √(variance + eps) · weight + bias, channel by channel, over batch and all axes. In training
 * with the batch's statistics, which also move the running ones; else with the running ones.
 */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, runKernel, runKernelForAll } from "../kernels/run.ts";
import { relu6 } from "./activations.ts";
import { channelsOf, like } from "./tensors.ts";

/** Tensors by name; training moves the running statistics. */
type Weights = { [name: string]: tf.Tensor };

interface Statistics {
  readonly mean: tf.Tensor;
  /** Biased: the mean of the squared distances from the mean. */
  readonly variance: tf.Tensor;
}

/**
 * x `[batch, …axes, channels]` → the same shape. Training moves `path.running_mean` and `path.running_var` to
 * (1 − momentum) · old + momentum · the batch's, the variance unbiased, and counts in `path.num_batches_tracked`, as PyTorch
 * does: the map gets new tensors for those that no kernel moves in place. Throws where a channel has one value only, which
 * has no variance.
 */
export const batchNorm: Primitives["batchNorm"] = (x, weights: Weights, path, { training, activation, eps = 1e-5, momentum = 0.1 }) => {
  const weight = weights[`${path}.weight`];
  const bias = weights[`${path}.bias`];
  const running = statisticsOf(weights, path);
  if (!training) return like(x, activated(scaleChannels(x, ...coefficients(running, weight, bias, eps)), activation));

  const count = x.size / channelsOf(x);
  if (count < 2) throw new Error(`Batch norm ${path} needs more than one value a channel in training; use a larger batch.`);
  countBatch(weights, `${path}.num_batches_tracked`);
  if (hasKernel("CnnBatchNormTraining")) {
    const inputs = { x, runningMean: running.mean, runningVariance: running.variance, ...(weight && { weight }), ...(bias && { bias }) };
    const [y, , mean, variance] = runKernelForAll("CnnBatchNormTraining", inputs, { eps, momentum, activation: activation ?? "none" });
    if (!y) throw new Error("CnnBatchNormTraining has two outputs.");
    if (mean && variance) {
      replace(weights, `${path}.running_mean`, () => mean);
      replace(weights, `${path}.running_var`, () => variance);
    }
    return like(x, y);
  }
  const [y, batch] = normalize(x, weight, bias, eps);
  replace(weights, `${path}.running_mean`, () => moved(running.mean, batch.mean, momentum));
  replace(weights, `${path}.running_var`, () => moved(running.variance, tf.mul(batch.variance, count / (count - 1)), momentum));
  return like(x, activated(y, activation));
};

function activated(y: tf.Tensor, activation: "relu" | "relu6" | undefined): tf.Tensor {
  if (activation === undefined) return y;
  return activation === "relu" ? tf.relu(y) : relu6(y);
}

function normalize(x: tf.Tensor, weight: tf.Tensor | undefined, bias: tf.Tensor | undefined, eps: number): [tf.Tensor, Statistics] {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const mean = tf.mean(x, axes);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), axes);
  const scale = tf.rsqrt(tf.add(variance, eps));
  const y = tf.mul(centred, weight ? tf.mul(scale, weight) : scale);
  return [bias ? tf.add(y, bias) : y, { mean, variance }];
}

/** The running statistics of a path. */
export function statisticsOf(weights: Weights, path: string): Statistics {
  const mean = weights[`${path}.running_mean`];
  const variance = weights[`${path}.running_var`];
  if (!mean || !variance) throw new Error(`Batch norm ${path} has no running_mean and running_var.`);
  return { mean, variance };
}

/** Scale and offset of each channel: y = x · scale + offset. */
export function coefficients({ mean, variance }: Statistics, weight: tf.Tensor | undefined, bias: tf.Tensor | undefined, eps: number): [tf.Tensor, tf.Tensor] {
  const inverse = tf.rsqrt(tf.add(variance, eps));
  const scale = weight ? tf.mul(inverse, weight) : inverse;
  const shift = tf.mul(mean, scale);
  return [scale, bias ? tf.sub(bias, shift) : tf.neg(shift)];
}

const scaleChannels = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor): tf.Tensor =>
  hasKernel("CnnScaleChannels") ? runKernel("CnnScaleChannels", { x, scale, offset }) : tf.add(tf.mul(x, scale), offset);

function countBatch(weights: Weights, name: string): void {
  const counter = weights[name];
  if (counter) replace(weights, name, () => tf.add(counter, tf.scalar(1, counter.dtype === "int32" ? "int32" : "float32")));
}

const moved = (old: tf.Tensor, batch: tf.Tensor, momentum: number): tf.Tensor => tf.add(tf.mul(old, 1 - momentum), tf.mul(batch, momentum));

/** Puts a tensor in the place of another; it outlives `tf.tidy`. */
function replace(weights: Weights, name: string, make: () => tf.Tensor): void {
  const old = weights[name];
  weights[name] = tf.keep(tf.tidy(make));
  old?.dispose();
}
