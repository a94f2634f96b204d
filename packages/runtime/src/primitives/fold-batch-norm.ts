/** Batch norms as part of the layers before them: for inference, once, after the weights are loaded. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { coefficients, statisticsOf } from "./batch-norm.ts";
import { at, channelsOf } from "./tensors.ts";

type FoldedNorm = Parameters<Primitives["foldBatchNorms"]>[1][string];

/** @throws Error where a weight is missing, by its name. */
export const foldBatchNorms: Primitives["foldBatchNorms"] = (weights, norms) =>
  tf.tidy(() => {
    const folded = Object.entries(norms).flatMap(([layer, norm]) => fold(weights, layer, norm));
    const gone = new Set(Object.entries(norms).flatMap(([layer, { norm }]) => [`${layer}.weight`, `${layer}.bias`, ...leaves.map((leaf) => `${norm}.${leaf}`)]));
    const others = Object.entries(weights).filter(([name]) => !gone.has(name)).map(([name, weight]) => [name, tf.clone(weight)] as const);
    return Object.fromEntries([...folded, ...others]);
  });

const leaves = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];

/** y = x · scale + offset, where x = filter ∗ input + bias: the same with filter · scale and bias · scale + offset. */
function fold(weights: Readonly<Record<string, tf.Tensor>>, layer: string, { norm, eps = 1e-5, ...form }: FoldedNorm): readonly (readonly [string, tf.Tensor])[] {
  const filter = weights[`${layer}.weight`];
  if (!filter) throw new Error(`The weight ${layer}.weight is missing.`);
  const bias = weights[`${layer}.bias`];
  const [scale, offset] = coefficients(statisticsOf(weights, norm), weights[`${norm}.weight`], weights[`${norm}.bias`], eps);
  return [
    [`${layer}.folded.weight`, tf.mul(filter, alongFilter(scale, filter, form))],
    [`${layer}.folded.bias`, bias ? tf.add(tf.mul(bias, scale), offset) : offset],
  ];
}

/** One number for each output channel, in a shape that goes over the filter. */
function alongFilter(scale: tf.Tensor, filter: tf.Tensor, { filter: kind, groups = 1 }: Pick<FoldedNorm, "filter" | "groups">): tf.Tensor {
  if (kind === undefined) return scale;
  const rows = at(filter.shape, filter.rank - 2);
  if (kind === "depthwise") return tf.reshape(scale, [rows, channelsOf(filter)]);
  // [kernel…, filters / groups, channels]: the channels of one group belong to filters of that group.
  const inputs = channelsOf(filter) / groups;
  return tf.reshape(tf.tile(tf.reshape(tf.transpose(tf.reshape(scale, [groups, rows])), [rows, groups, 1]), [1, 1, inputs]), [rows, groups * inputs]);
}
