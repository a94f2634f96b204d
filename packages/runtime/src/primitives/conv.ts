/**
 * Convolutions with groups, dilation and any border, in one, two or three dimensions, made of TensorFlow.js's own
 * two-dimensional ones, whose gradients are right: a dilated kernel becomes a larger one with zeros between its taps.
 */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { pad, padZeros } from "./border.ts";
import { asMap, asRow, at, axesOf, channelsOf, like, reshape4D, spread, take } from "./tensors.ts";

type Padding = readonly (readonly [number, number])[];
type StockPadding = [[number, number], [number, number], [number, number], [number, number]];

const none: readonly [number, number] = [0, 0];

export const conv: Primitives["conv"] = (x, filter, { strides, padding = [], dilations = [], groups = 1, mode = "zeros", bias }) => {
  const bordered = mode === "zeros" ? x : pad(x, padding, mode);
  const zeros = mode === "zeros" ? padding : [];
  const parts = groups === 1 ? [convolve(bordered, filter, strides, zeros, dilations)] : grouped(bordered, filter, strides, zeros, dilations, groups);
  return like(x, withBias(parts.length === 1 && parts[0] ? parts[0] : tf.concat(parts, -1), bias));
};

export const depthwiseConv: Primitives["depthwiseConv"] = (x, filter, { strides, padding = [], dilations = [], bias }) =>
  like(x, withBias(convolveDepthwise(x, filter, strides, padding, dilations), bias));

export const withBias = (y: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor => (bias ? tf.add(y, bias) : y);

/** As many groups as channels are a depthwise convolution; else each group is a convolution of its own. */
function grouped(x: tf.Tensor, filter: tf.Tensor, strides: readonly number[], padding: Padding, dilations: readonly number[], groups: number): tf.Tensor[] {
  const kernel = filter.shape.slice(0, -2);
  if (groups === channelsOf(x)) {
    const perChannel = tf.reshape(filter, [...kernel, groups, channelsOf(filter) / groups]);
    return [convolveDepthwise(x, perChannel, strides, padding, dilations)];
  }
  const [inputs, filters] = [tf.split(x, groups, x.rank - 1), tf.split(filter, groups, filter.rank - 1)];
  return inputs.map((input, group) => convolve(input, filters[group] ?? filter, strides, padding, dilations));
}

function convolve(x: tf.Tensor, filter: tf.Tensor, strides: readonly number[], padding: Padding, dilations: readonly number[]): tf.Tensor {
  const axes = axesOf(x).length;
  if (axes === 3) return convolveFrames(x, filter, strides, padding, dilations);
  const convolveMap = (map: tf.Tensor4D): tf.Tensor => tf.conv2d(map, asMapFilter(filter, dilations), pair(strides), stock(padding));
  return axes === 1 ? asRow(x, convolveMap) : convolveMap(asMap(x));
}

/** A convolution of volumes is one of maps, whose channels are those of all the kernel's frames. */
function convolveFrames(x: tf.Tensor, filter: tf.Tensor, strides: readonly number[], padding: Padding, dilations: readonly number[]): tf.Tensor {
  const [depth = 1, height = 1, width = 1, channels = 1, filters = 1] = filter.shape;
  const frames = framesOf(x, depth, at(strides, 0), padding[0], at(dilations, 0));
  const stacked = tf.reshape(tf.transpose(filter, [1, 2, 0, 3, 4]), [height, width, depth * channels, filters]);
  const y = convolve(tf.concat(frames.maps, 3), stacked, strides.slice(1), padding.slice(1), dilations.slice(1));
  return unstack(y, frames.count, x);
}

function convolveDepthwise(x: tf.Tensor, filter: tf.Tensor, strides: readonly number[], padding: Padding, dilations: readonly number[]): tf.Tensor {
  const axes = axesOf(x).length;
  if (axes === 3) {
    const depth = at(filter.shape, 0);
    const frames = framesOf(x, depth, at(strides, 0), padding[0], at(dilations, 0));
    const taps = tf.unstack(filter, 0);
    const parts = frames.maps.map((map, tap) =>
      convolveDepthwise(map, taps[tap] ?? filter, strides.slice(1), padding.slice(1), dilations.slice(1)),
    );
    return unstack(parts.reduce((sum, part) => tf.add(sum, part)), frames.count, x);
  }
  const convolveMap = (map: tf.Tensor4D): tf.Tensor =>
    tf.depthwiseConv2d(map, asMapFilter(filter, dilations), pair(strides), stock(padding));
  return axes === 1 ? asRow(x, convolveMap) : convolveMap(asMap(x));
}

/** For each tap of a kernel's depth the frames that it sees, as maps of a larger batch. */
function framesOf(x: tf.Tensor, taps: number, stride: number, [before, after] = none, dilation: number) {
  const padded = padZeros(x, [[before, after], none, none]);
  const count = Math.floor((at(padded.shape, 1) - (taps - 1) * dilation - 1) / stride) + 1;
  const [batch = 1, , height = 1, width = 1, channels = 1] = x.shape;
  const maps = Array.from({ length: taps }, (_, tap) =>
    reshape4D(take(padded, 1, tap * dilation, stride, count), [batch * count, height, width, channels]),
  );
  return { maps, count };
}

const unstack = (maps: tf.Tensor, depth: number, x: tf.Tensor): tf.Tensor => tf.reshape(maps, [at(x.shape, 0), depth, ...maps.shape.slice(1)]);

/** The filter with its dilation as zeros between the taps; one of sequences is one row high. */
export function asMapFilter(filter: tf.Tensor, dilations: readonly number[]): tf.Tensor4D {
  const spreadOut = filter.shape.slice(0, -2).reduce<tf.Tensor>((spreading, _, axis) => spread(spreading, axis, at(dilations, axis) - 1), filter);
  const [a = 1, b = 1, c = 1, d = 1] = spreadOut.rank === 3 ? [1, ...spreadOut.shape] : spreadOut.shape;
  return reshape4D(spreadOut, [a, b, c, d]);
}

/** Strides of a map; a sequence is a map of one row. */
export const pair = (strides: readonly number[]): [number, number] => (strides.length === 1 ? [1, at(strides, 0)] : [at(strides, 0), at(strides, 1)]);

/** The padding of a map as TensorFlow.js takes it. */
export function stock(padding: Padding): StockPadding {
  const [rows = none, columns = none] = padding.length === 1 ? [none, ...padding] : padding;
  return [[0, 0], [...rows], [...columns], [0, 0]];
}
