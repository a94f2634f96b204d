/** Pools of a grid of regions, which need not divide the map. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { at, axesOf, like, matrix, mix } from "./tensors.ts";

export const adaptiveAvgPool: Primitives["adaptiveAvgPool"] = (x, size) => {
  const mean = (map: tf.Tensor, outputs: number, axis: number): tf.Tensor => {
    const input = at(axesOf(x), axis);
    const weight = (region: number, position: number): number => {
      const [start, end] = bounds(region, outputs, input);
      return position >= start && position < end ? 1 / (end - start) : 0;
    };
    return mix(map, axis + 1, matrix(outputs, input, weight));
  };
  return like(x, size.reduce<tf.Tensor>(mean, x));
};

export const adaptiveMaxPool: Primitives["adaptiveMaxPool"] = (x, size) => {
  // The innermost axis first and of equal values the first: together the first in row-major order.
  const largest = (map: tf.Tensor, outputs: number, axis: number): tf.Tensor => {
    const input = at(axesOf(x), axis);
    const regions = Array.from({ length: outputs }, (_, region) => bounds(region, outputs, input));
    const longest = Math.max(...regions.map(([start, end]) => end - start));
    // Tap t of a region is its t-th position, or its last one where it is shorter than the longest.
    const taps = Array.from({ length: longest }, (_, tap) => {
      const positions = regions.map(([start, end]) => Math.min(start + tap, end - 1));
      return mix(map, axis + 1, matrix(outputs, input, (region, position) => (position === positions[region] ? 1 : 0)));
    });
    return taps.reduce((most, tap) => tf.maximum(most, tap));
  };
  return like(x, size.reduceRight<tf.Tensor>(largest, x));
};

/** Region i of n over `input` positions. */
const bounds = (region: number, regions: number, input: number): readonly [number, number] => [
  Math.floor((region * input) / regions),
  Math.ceil(((region + 1) * input) / regions),
];
