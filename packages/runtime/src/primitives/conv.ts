/**
 * Convolutions with groups, dilation and any border, in one, two or three dimensions. All come down to maps: there our
 * own kernel does the work where the backend has one, else TensorFlow.js's, whose gradients are right without dilation.
 */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, runKernel } from "../kernels/run.ts";
import { pad, padZeros } from "./border.ts";
import { asMap, asRow, at, axesOf, channelsOf, like, reshape4D, spread, take } from "./tensors.ts";

type Pair = readonly [number, number];

interface Sliding {
  readonly strides: readonly number[];
  readonly padding: readonly Pair[];
  readonly dilations: readonly number[];
}

const none: Pair = [0, 0];

export const conv: Primitives["conv"] = (x, filter, { strides, padding = [], dilations = [], groups = 1, mode = "zeros", bias }) => {
  const zeros = mode === "zeros";
  const sliding = { strides, padding: zeros ? padding : [], dilations };
  return like(x, withBias(convolve(zeros ? x : pad(x, padding, mode), filter, sliding, groups), bias));
};

export const depthwiseConv: Primitives["depthwiseConv"] = (x, filter, { strides, padding = [], dilations = [], bias }) =>
  like(x, withBias(convolveDepthwise(x, filter, { strides, padding, dilations }), bias));

export const withBias = (y: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor => (bias ? tf.add(y, bias) : y);

function convolve(x: tf.Tensor, filter: tf.Tensor, sliding: Sliding, groups: number): tf.Tensor {
  if (groups === channelsOf(x) && groups > 1) {
    const [kernel, multiplier] = [filter.shape.slice(0, -2), channelsOf(filter) / groups];
    return convolveDepthwise(x, tf.reshape(filter, [...kernel, groups, multiplier]), sliding);
  }
  const axes = axesOf(x).length;
  if (axes === 2) return convolveMaps(asMap(x), asMapFilter(filter), sliding, groups);
  if (axes === 1) return asRow(x, (map) => convolveMaps(map, asMapFilter(filter), rowOf(sliding), groups));
  return groups === 1 ? convolveVolumes(x, filter, sliding) : byGroups(x, filter, groups, (part, own) => convolveVolumes(part, own, sliding));
}

function convolveMaps(x: tf.Tensor4D, filter: tf.Tensor4D, sliding: Sliding, groups: number): tf.Tensor {
  if (hasKernel("CnnConv2D")) return runKernel("CnnConv2D", { x, filter }, { ...explicit(sliding), groups });
  if (groups > 1 && hasKernel("CnnGroupedConv2D")) return convolveGroups(x, filter, sliding, groups);
  const convolveStock = (part: tf.Tensor, own: tf.Tensor): tf.Tensor =>
    tf.conv2d(asMap(part), dilated(own, sliding.dilations), pair(sliding.strides), stockPadding(sliding.padding));
  return groups === 1 ? convolveStock(x, filter) : byGroups(x, filter, groups, convolveStock);
}

/** All groups at once, where the backend has the kernel. */
const convolveGroups = (x: tf.Tensor4D, filter: tf.Tensor4D, sliding: Sliding, groups: number): tf.Tensor =>
  runKernel("CnnGroupedConv2D", { x, filter: dilated(filter, sliding.dilations) }, { ...explicit(sliding), groups });

/** A convolution of volumes is one of maps, whose channels are those of all the kernel's frames. */
function convolveVolumes(x: tf.Tensor, filter: tf.Tensor, sliding: Sliding): tf.Tensor {
  const [depth = 1, height = 1, width = 1, channels = 1, filters = 1] = filter.shape;
  const { maps, count } = framesOf(x, depth, sliding);
  const stacked = reshape4D(tf.transpose(filter, [1, 2, 0, 3, 4]), [height, width, depth * channels, filters]);
  return fromFrames(convolveMaps(asMap(tf.concat(maps, 3)), stacked, planeOf(sliding), 1), count, x);
}

function convolveDepthwise(x: tf.Tensor, filter: tf.Tensor, sliding: Sliding): tf.Tensor {
  const axes = axesOf(x).length;
  if (axes === 2) return convolveMapsDepthwise(asMap(x), asMapFilter(filter), sliding);
  if (axes === 1) return asRow(x, (map) => convolveMapsDepthwise(map, asMapFilter(filter), rowOf(sliding)));
  const taps = tf.unstack(filter, 0);
  const { maps, count } = framesOf(x, taps.length, sliding);
  const parts = maps.map((map, tap) => convolveMapsDepthwise(map, asMap(taps[tap] ?? filter), planeOf(sliding)));
  return fromFrames(parts.reduce((sum, part) => tf.add(sum, part)), count, x);
}

function convolveMapsDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, sliding: Sliding): tf.Tensor {
  if (hasKernel("CnnDepthwiseConv2D")) return runKernel("CnnDepthwiseConv2D", { x, filter }, explicit(sliding));
  const [height, width, channels, multiplier] = filter.shape;
  const [down, across] = pair(sliding.strides);
  // TensorFlow's own knows equal strides only.
  if (down !== across && hasKernel("CnnGroupedConv2D")) return convolveGroups(x, reshape4D(filter, [height, width, 1, channels * multiplier]), sliding, channels);
  return tf.depthwiseConv2d(x, dilated(filter, sliding.dilations), pair(sliding.strides), stockPadding(sliding.padding));
}

/** Each group of channels with its own group of filters, which lie along the last axis. */
export function byGroups(x: tf.Tensor, filter: tf.Tensor, groups: number, work: (part: tf.Tensor, own: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [parts, filters] = [tf.split(x, groups, x.rank - 1), tf.split(filter, groups, filter.rank - 1)];
  return tf.concat(parts.map((part, group) => work(part, filters[group] ?? filter)), -1);
}

/** For each tap of a kernel's depth the frames that it sees, as maps of a larger batch. */
function framesOf(x: tf.Tensor, taps: number, { strides, padding, dilations }: Sliding) {
  const [stride, dilation] = [at(strides, 0), at(dilations, 0)];
  const padded = padZeros(x, [padding[0] ?? none, none, none]);
  const count = Math.floor((at(padded.shape, 1) - (taps - 1) * dilation - 1) / stride) + 1;
  const [batch = 1, , height = 1, width = 1, channels = 1] = x.shape;
  const maps = Array.from({ length: taps }, (_, tap) =>
    reshape4D(take(padded, 1, tap * dilation, stride, count), [batch * count, height, width, channels]),
  );
  return { maps, count };
}

const fromFrames = (maps: tf.Tensor, depth: number, x: tf.Tensor): tf.Tensor => tf.reshape(maps, [at(x.shape, 0), depth, ...maps.shape.slice(1)]);

/** How a kernel slides over the planes of a volume, and over a sequence that is a map of one row. */
const planeOf = ({ strides, padding, dilations }: Sliding): Sliding => ({
  strides: strides.slice(1),
  padding: padding.slice(1),
  dilations: dilations.slice(1),
});
export const rowOf = ({ strides, padding, dilations }: Sliding): Sliding => ({
  strides: [1, ...strides],
  padding: [none, ...padding],
  dilations: [1, ...dilations],
});

const explicit = ({ strides, padding, dilations }: Sliding) => ({
  strides: pair(strides),
  padding: [[...(padding[0] ?? none)], [...(padding[1] ?? none)]],
  dilations: pair(dilations),
});

/** A filter of maps; one of sequences is one row high. */
export function asMapFilter(filter: tf.Tensor): tf.Tensor4D {
  const [a = 1, b = 1, c = 1] = filter.shape;
  return filter.rank === 3 ? reshape4D(filter, [1, a, b, c]) : asMap(filter);
}

/** The filter with its dilation as zeros between the taps. */
export const dilated = (filter: tf.Tensor, dilations: readonly number[]): tf.Tensor4D =>
  asMap(spread(spread(filter, 0, at(dilations, 0) - 1), 1, at(dilations, 1) - 1));

export const pair = (numbers: readonly number[]): [number, number] => [at(numbers, 0), at(numbers, 1)];

/** The padding of a map as TensorFlow.js takes it. */
export const stockPadding = ([rows = none, columns = none]: readonly Pair[]): [[number, number], [number, number], [number, number], [number, number]] => [
  [0, 0],
  [...rows],
  [...columns],
  [0, 0],
];
