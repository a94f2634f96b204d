/** Transposed convolutions with groups, dilation and any border, in one, two or three dimensions. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { mirrored, padZeros } from "./border.ts";
import { asMapFilter, byGroups, conv, dilated, pair, rowOf, stockPadding, withBias } from "./conv.ts";
import { asMap, asRow, at, axesOf, like, spread } from "./tensors.ts";

interface Sliding {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilations: readonly number[];
}

export const convTranspose: Primitives["convTranspose"] = (x, filter, { strides, padding = [], dilations = [], groups = 1, size, bias }) => {
  const transposeOne = (part: tf.Tensor, own: tf.Tensor): tf.Tensor => transposed(part, own, { strides, padding, dilations }, size);
  return like(x, withBias(groups === 1 ? transposeOne(x, filter) : byGroups(x, filter, groups, transposeOne), bias));
};

function transposed(x: tf.Tensor, filter: tf.Tensor, sliding: Sliding, size: readonly number[]): tf.Tensor {
  const axes = axesOf(x).length;
  if (axes === 3) return transposedVolumes(x, filter, sliding, size);
  if (axes === 2) return transposedMaps(asMap(x), asMapFilter(filter), sliding, size);
  return asRow(x, (map) => transposedMaps(map, asMapFilter(filter), rowOf(sliding), [1, ...size]));
}

function transposedMaps(x: tf.Tensor4D, filter: tf.Tensor4D, { strides, padding, dilations }: Sliding, size: readonly number[]): tf.Tensor {
  const outputShape: [number, number, number, number] = [at(x.shape, 0), ...pair(size), at(filter.shape, 2)];
  return tf.conv2dTranspose(x, dilated(filter, dilations), outputShape, pair(strides), stockPadding(padding));
}

/** As a convolution: the flipped kernel slides over the input with zeros between its positions. */
function transposedVolumes(x: tf.Tensor, filter: tf.Tensor, { strides, padding, dilations }: Sliding, size: readonly number[]): tf.Tensor {
  const axes = axesOf(x);
  const stuffed = axes.reduce<tf.Tensor>((spreading, _, axis) => spread(spreading, axis + 1, at(strides, axis) - 1), x);
  const border = axes.map((n, axis): readonly [number, number] => {
    const reach = at(dilations, axis) * (at(filter.shape, axis) - 1);
    const before = reach - (padding[axis]?.[0] ?? 0);
    return [before, at(size, axis) + reach - before - ((n - 1) * at(strides, axis) + 1)];
  });
  const bordered = padZeros(crop(stuffed, border), border.map(([before, after]) => [Math.max(0, before), Math.max(0, after)]));
  const flipped = tf.transpose([0, 1, 2].reduce(mirrored, filter), [0, 1, 2, 4, 3]);
  return conv(bordered, flipped, { strides: axes.map(() => 1), dilations });
}

/** Cuts off where a border is negative. */
function crop(x: tf.Tensor, border: readonly (readonly [number, number])[]): tf.Tensor {
  if (border.flat().every((n) => n >= 0)) return x;
  const cut = (axis: number, side: 0 | 1): number => Math.max(0, -(border[axis - 1]?.[side] ?? 0));
  return tf.slice(x, x.shape.map((_, axis) => cut(axis, 0)), x.shape.map((n, axis) => n - cut(axis, 0) - cut(axis, 1)));
}
