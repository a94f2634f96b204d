/** Larger maps: a resized axis is a matrix times the axis, which gives exact gradients for any size. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { asMap, asRow, at, axesOf, byPlanes, channelsOf, differentiable, like, matrix, mix } from "./tensors.ts";

export const upsampleLinear: Primitives["upsampleLinear"] = (x, size, alignCorners) => {
  const resize = (map: tf.Tensor, output: number, axis: number): tf.Tensor => {
    const input = at(axesOf(x), axis);
    const source = (i: number): number =>
      alignCorners ? (output > 1 ? (i * (input - 1)) / (output - 1) : 0) : Math.max(0, ((i + 0.5) * input) / output - 0.5);
    // The two neighbours of position p have the weights 1 − |p − j|; behind the last one the last counts alone.
    const weight = (i: number, j: number): number => Math.max(0, 1 - Math.abs(Math.min(source(i), input - 1) - j));
    return mix(map, axis + 1, matrix(output, input, weight));
  };
  return like(x, size.reduce<tf.Tensor>(resize, x));
};

export const upsampleNearest: Primitives["upsampleNearest"] = (x, size) => {
  const factors = axesOf(x).map((n, axis) => at(size, axis) / n);
  if (factors.every(Number.isInteger)) {
    const [first = 1, ...others] = factors;
    if (factors.length === 3) return like(x, byPlanes(x, (map) => repeat(map, others), (map) => repeat(map, [first, 1])));
    return like(x, factors.length === 1 ? asRow(x, (map) => repeat(map, [1, first])) : repeat(asMap(x), factors));
  }
  const select = (map: tf.Tensor, output: number, axis: number): tf.Tensor => {
    const input = at(axesOf(x), axis);
    return mix(map, axis + 1, matrix(output, input, (i, j) => (j === Math.floor((i * input) / output) ? 1 : 0)));
  };
  return like(x, size.reduce<tf.Tensor>(select, x));
};

/** Each value a whole number of times along both axes; TensorFlow.js's own gradient of this is wrong on its cpu backend. */
function repeat(x: tf.Tensor4D, factors: readonly number[]): tf.Tensor {
  const [down, across] = [at(factors, 0), at(factors, 1)];
  const size: [number, number] = [at(x.shape, 1) * down, at(x.shape, 2) * across];
  return differentiable(
    [x],
    () => tf.image.resizeNearestNeighbor(x, size, false, true),
    (dy) => [tf.mul(tf.avgPool(asMap(dy), [down, across], [down, across], "valid"), down * across)],
  );
}

export const pixelShuffle: Primitives["pixelShuffle"] = (x, factor) => {
  const [batch = 1, height = 1, width = 1] = x.shape;
  const channels = channelsOf(x) / factor ** 2;
  const squares = tf.transpose(tf.reshape(x, [batch, height, width, channels, factor, factor]), [0, 1, 4, 2, 5, 3]);
  return like(x, tf.reshape(squares, [batch, height * factor, width * factor, channels]));
};
