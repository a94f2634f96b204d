/**
 * The one file that knows how `C@HxW` lies in TensorFlow.js: channels last, `[batch, height, width, channels]`, and
 * weights with the kernel first, where PyTorch (and so every border of ours) has channels and filters first.
 *
 * | weight | PyTorch | TensorFlow.js |
 * | --- | --- | --- |
 * | convolution | `[out, in / groups, height, width]` | `[height, width, in / groups, out]` |
 * | depthwise | `[in · multiplier, 1, height, width]` | `[height, width, in, multiplier]` |
 * | transposed convolution | `[in, out / groups, height, width]` | `[height, width, out / groups, in]` |
 * | dense | `[out, in]` | `[in, out]` |
 * | layer norm over all | `[channels, height, width]` | `[height, width, channels]` |
 * | scale | `[channels, 1, 1]` | `[channels]` |
 */

import type { Layer, Shape, Weight } from "@cnn-lang/shape-checker";

export interface Layout {
  /** PyTorch's shape. */
  readonly torch: readonly number[];
  /** The axes of `torch` in the order in which TensorFlow.js keeps them. */
  readonly permutation: readonly number[];
  /** The tensor's shape in TensorFlow.js: the permuted one, in which some axes may be joined or parted. */
  readonly shape: readonly number[];
}

/** How a layer's weight lies in TensorFlow.js. */
export function weightLayout(layer: Layer, weight: Weight): Layout {
  const { shape } = weight;
  const leaf = weight.name.slice(layer.path.length + 1);
  if (shape.length <= 1) return plain(shape);
  switch (layer.operator) {
    case "conv":
      return permuted(shape, kernelFirst(shape));
    case "depthwise":
      return depthwise(shape, layer.attributes.groups);
    case "separable":
      return leaf === "depthwise.weight" ? depthwise(shape, shape[0] ?? 1) : permuted(shape, kernelFirst(shape));
    case "conv_transpose":
      return permuted(shape, kernelFirst(shape));
    case "dense":
      return permuted(shape, [1, 0]);
    case "layernorm":
      return permuted(shape, channelsLast(shape.length));
    case "scale":
      return { ...plain(shape), shape: shape.slice(0, 1) };
    default:
      throw new Error(`The weight ${weight.name} of shape [${shape.join(", ")}] has no layout.`);
  }
}

/** Whether `[out, in, kernel…]` → `[kernel…, in, out]` brings the values into another order than the layout does. */
export function isUnusual({ torch, permutation }: Layout): boolean {
  const order = (axes: readonly number[]): string => axes.filter((axis) => torch[axis] !== 1).join();
  return torch.length > 1 && order(permutation) !== order(kernelFirst(torch));
}

/** How one image, or one output, of a batch lies in TensorFlow.js; both shapes begin with the batch. */
export function dataLayout({ channels, axes }: Shape, batch: number): Layout {
  return permuted([batch, channels, ...axes], [0, ...channelsLast(axes.length + 1).map((axis) => axis + 1)]);
}

/** The shape after the batch: `[height, width, channels]`. */
export const tensorShape = ({ channels, axes }: Shape): readonly number[] => [...axes, channels];

/** The axes of `[batch, height, width, channels]` in the order batch, channels, height, width; and the way back. */
export const toChannelsFirst = (rank: number): readonly number[] => [0, rank - 1, ...count(rank - 2).map((axis) => axis + 1)];
export const toChannelsLast = (rank: number): readonly number[] => [0, ...count(rank - 2).map((axis) => axis + 2), 1];

/** Values in PyTorch's order → values in TensorFlow.js's. */
export const toTensorFlow = ({ torch, permutation }: Layout, values: Float32Array): Float32Array => permute(values, torch, permutation);

/** Values in TensorFlow.js's order → values in PyTorch's. */
export function toTorch({ torch, permutation }: Layout, values: Float32Array): Float32Array {
  const permutedShape = permutation.map((axis) => torch[axis] ?? 1);
  return permute(values, permutedShape, torch.map((_, axis) => permutation.indexOf(axis)));
}

const count = (n: number): readonly number[] => Array.from({ length: Math.max(0, n) }, (_, index) => index);

/** `[out, in, kernel…]` → `[kernel…, in, out]`. */
const kernelFirst = (shape: readonly number[]): readonly number[] => [...count(shape.length - 2).map((axis) => axis + 2), 1, 0];

/** `[channels, axes…]` → `[axes…, channels]`. */
const channelsLast = (rank: number): readonly number[] => [...count(rank - 1).map((axis) => axis + 1), 0];

const plain = (shape: readonly number[]): Layout => ({ torch: shape, permutation: count(shape.length), shape });

const permuted = (torch: readonly number[], permutation: readonly number[]): Layout => ({
  torch,
  permutation,
  shape: permutation.map((axis) => torch[axis] ?? 1),
});

/** `[in · multiplier, 1, kernel…]`: filter `m` of channel `c` is number `c · multiplier + m`. */
function depthwise(shape: readonly number[], channels: number): Layout {
  const [filters = 1, , ...kernel] = shape;
  return { ...permuted(shape, [...kernel.map((_, axis) => axis + 2), 0, 1]), shape: [...kernel, channels, filters / channels] };
}

/** The values of a tensor of the given shape, with its axes in another order. */
function permute(values: Float32Array, shape: readonly number[], permutation: readonly number[]): Float32Array {
  if (permutation.every((axis, index) => axis === index)) return values.slice();
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const sizes = permutation.map((axis) => shape[axis] ?? 1);
  const steps = permutation.map((axis) => strides[axis] ?? 1);
  const last = sizes.length - 1;
  const [innerSize, innerStep] = [sizes[last] ?? 1, steps[last] ?? 1];
  const result = new Float32Array(values.length);
  const position = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; ) {
    for (let i = 0; i < innerSize; i += 1) result[to++] = values[from + i * innerStep] ?? 0;
    for (let axis = last - 1; axis >= 0; axis -= 1) {
      from += steps[axis] ?? 0;
      position[axis] = (position[axis] ?? 0) + 1;
      if ((position[axis] ?? 0) < (sizes[axis] ?? 1)) break;
      from -= (steps[axis] ?? 0) * (sizes[axis] ?? 1);
      position[axis] = 0;
    }
  }
  return result;
}
