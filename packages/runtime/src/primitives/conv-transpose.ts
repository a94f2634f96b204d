/** Transposed convolutions with groups, dilation and any border, in one, two or three dimensions. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { padZeros } from "./border.ts";
import { asMapFilter, conv, pair, stock, withBias } from "./conv.ts";
import { asMap, asRow, at, axesOf, like, spread } from "./tensors.ts";

interface Sliding {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilations: readonly number[];
  readonly size: readonly number[];
}

export const convTranspose: Primitives["convTranspose"] = (x, filter, { strides, padding = [], dilations = [], groups = 1, size, bias }) => {
  const sliding = { strides, padding, dilations, size };
  if (groups === 1) return like(x, withBias(transposed(x, filter, sliding), bias));
  const [inputs, filters] = [tf.split(x, groups, x.rank - 1), tf.split(filter, groups, filter.rank - 1)];
  const parts = inputs.map((input, group) => transposed(input, filters[group] ?? filter, sliding));
  return like(x, withBias(tf.concat(parts, -1), bias));
};

function transposed(x: tf.Tensor, filter: tf.Tensor, { strides, padding, dilations, size }: Sliding): tf.Tensor {
  const axes = axesOf(x).length;
  if (axes === 3) return transposedVolume(x, filter, { strides, padding, dilations, size });
  const [height, width] = pair(size);
  const filters = at(filter.shape, axes);
  const transposeMap = (map: tf.Tensor4D): tf.Tensor =>
    tf.conv2dTranspose(map, asMapFilter(filter, dilations), [at(map.shape, 0), height, width, filters], pair(strides), stock(padding));
  return axes === 1 ? asRow(x, transposeMap) : transposeMap(asMap(x));
}

/** As a convolution: the flipped kernel slides over the input with zeros between its positions. */
function transposedVolume(x: tf.Tensor, filter: tf.Tensor, { strides, padding, dilations, size }: Sliding): tf.Tensor {
  const axes = axesOf(x);
  const stuffed = axes.reduce<tf.Tensor>((spreading, _, axis) => spread(spreading, axis + 1, at(strides, axis) - 1), x);
  const border = axes.map((n, axis): readonly [number, number] => {
    const reach = at(dilations, axis) * (at(filter.shape, axis) - 1);
    const before = reach - (padding[axis]?.[0] ?? 0);
    return [before, at(size, axis) + reach - before - ((n - 1) * at(strides, axis) + 1)];
  });
  const cropped = crop(stuffed, border);
  const flipped = tf.transpose(tf.reverse(filter, [0, 1, 2]), [0, 1, 2, 4, 3]);
  return conv(padZeros(cropped, border.map(([before, after]) => [Math.max(0, before), Math.max(0, after)])), flipped, {
    strides: axes.map(() => 1),
    dilations,
  });
}

/** Cuts off where a border is negative. */
function crop(x: tf.Tensor, border: readonly (readonly [number, number])[]): tf.Tensor {
  if (border.flat().every((n) => n >= 0)) return x;
  const cut = (axis: number, side: 0 | 1): number => Math.max(0, -(border[axis - 1]?.[side] ?? 0));
  return tf.slice(x, x.shape.map((_, axis) => cut(axis, 0)), x.shape.map((n, axis) => n - cut(axis, 0) - cut(axis, 1)));
}
