/**
 * What emitted code may call besides TensorFlow.js: operations that it lacks, or whose gradients it gets wrong. The
 * runtime's `nn.ts` must satisfy this interface, so emitted code and runtime cannot drift apart. Everything is
 * channels-last, `[batch, …axes, channels]`, with one, two or three axes; every result has PyTorch's gradients.
 */

import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-core";

/** How a model runs: the last argument of `forward`. */
export interface Mode {
  /** Batch norm takes the batch's statistics and moves the running ones; dropout drops where `random` is given. */
  readonly training: boolean;
  /** What random numbers are made of: equal numbers give equal masks, on any backend, in any slice of a batch. */
  readonly random?: {
    readonly seed: number;
    readonly step: number;
    /** The place of the first sample in the whole batch, where this is a slice of it; 0 unless given. */
    readonly first?: number;
  };
}

/** What observed code hands every value to, and takes it from again: for finding mistakes, ours and those of numbers. */
export interface Observer {
  /** What the layer of that path is given in the place of its input of that index. */
  input<T extends Tensor>(path: string, index: number, x: T): T;
  /** What it made. */
  output<T extends Tensor>(path: string, y: T): T;
}

/** Tensors by name, in TensorFlow.js's layout. Training moves the running statistics, in place or by new tensors in the map. */
export type WeightMap = { [name: string]: Tensor };

/** Before and after, for each axis. */
export type Padding = readonly (readonly [number, number])[];
type Sizes = readonly number[];

interface Sliding {
  readonly strides: Sizes;
  readonly padding?: Padding;
  readonly dilations?: Sizes;
}

export interface ConvOptions extends Sliding {
  readonly bias?: Tensor;
  /** The filter is `[kernel…, channels / groups, filters]`. */
  readonly groups?: number;
  /** What the padding holds. */
  readonly mode?: "zeros" | "reflect" | "replicate" | "circular";
}

export interface DepthwiseOptions extends Sliding {
  readonly bias?: Tensor;
}

export interface ConvTransposeOptions extends Sliding {
  readonly bias?: Tensor;
  readonly groups?: number;
  /** The output's size on each axis. */
  readonly size: Sizes;
}

export interface MaxPoolOptions extends Sliding {
  readonly size: Sizes;
}

export interface AvgPoolOptions {
  readonly size: Sizes;
  readonly strides: Sizes;
  readonly padding?: Padding;
  /** How far the last window hangs over the padded end; never counted in the mean. */
  readonly overhang?: Sizes;
  /** Whether the mean counts padding as zeros; true unless given. */
  readonly countPadding?: boolean;
}

export interface FoldedNorm {
  /** The norm's path. */
  readonly norm: string;
  /** 1e-5 unless given. */
  readonly eps?: number;
  /** Where the filter has its output channels: along the last axis unless given, see `depthwiseConv` and `convTranspose`. */
  readonly filter?: "depthwise" | "transposed";
  /** Of a transposed convolution. */
  readonly groups?: number;
}

export interface Primitives {
  /** Convolution; filter `[kernel…, channels / groups, filters]`. */
  conv<T extends Tensor>(x: T, filter: Tensor, options: ConvOptions): T;
  /** Every channel on its own; filter `[kernel…, channels, multiplier]`. */
  depthwiseConv<T extends Tensor>(x: T, filter: Tensor, options: DepthwiseOptions): T;
  /** The convolution in which input and output have changed places; filter `[kernel…, filters / groups, channels]`. */
  convTranspose<T extends Tensor>(x: T, filter: Tensor, options: ConvTransposeOptions): T;

  /** With `path.running_mean` and `path.running_var`, which training moves, and `path.weight` and `path.bias` where the map has them. PyTorch's defaults: eps 1e-5, momentum 0.1. With `activation` that follows. */
  batchNorm<T extends Tensor>(
    x: T,
    weights: WeightMap,
    path: string,
    options: { readonly training: boolean; readonly activation?: "relu" | "relu6"; readonly eps?: number; readonly momentum?: number },
  ): T;
  /**
   * The weights with batch norms on their running statistics folded into filters and biases: `layer.weight` and `layer.bias`
   * become `layer.folded.weight` and `layer.folded.bias`, the norms' own weights are gone. All tensors are new ones.
   */
  foldBatchNorms(weights: WeightMap, norms: { readonly [layer: string]: FoldedNorm }): WeightMap;
  /**
   * The weights of those names from a safetensors file, from PyTorch's layout into the shapes given: `[out, in, kernel…]`
   * becomes `[kernel…, in, out]`, other axes are given by name. What else the file holds is left.
   */
  loadWeights(file: ArrayBuffer, shapes: { readonly [name: string]: Sizes }, axes?: { readonly [name: string]: Sizes }): WeightMap;
  /** Over the channels of each position, or over all of an image; the affine tensors have the shape normalised over. */
  layerNorm<T extends Tensor>(
    x: T,
    options: { readonly over: "channels" | "all"; readonly eps: number; readonly weight?: Tensor; readonly bias?: Tensor },
  ): T;
  /** Over each group of channels of one image; as many groups as channels is instance norm. */
  groupNorm<T extends Tensor>(
    x: T,
    options: { readonly groups: number; readonly eps: number; readonly weight?: Tensor; readonly bias?: Tensor },
  ): T;
  /** x / (k + alpha / size · Σ x²)^beta over `size` neighbouring channels, one more before than after where even. */
  localResponseNorm<T extends Tensor>(
    x: T,
    options: { readonly size: number; readonly alpha: number; readonly beta: number; readonly k: number },
  ): T;

  relu6<T extends Tensor>(x: T): T;
  silu<T extends Tensor>(x: T): T;
  hardSwish<T extends Tensor>(x: T): T;
  hardSigmoid<T extends Tensor>(x: T): T;
  softplus<T extends Tensor>(x: T, beta: number): T;
  mish<T extends Tensor>(x: T): T;
  elu<T extends Tensor>(x: T, alpha: number): T;
  gelu<T extends Tensor>(x: T, approximate: "none" | "tanh"): T;

  /** Padding counts as minus infinity; of equal values the first takes the gradient. */
  maxPool<T extends Tensor>(x: T, options: MaxPoolOptions): T;
  avgPool<T extends Tensor>(x: T, options: AvgPoolOptions): T;
  /** `[batch, …axes, channels]` → `[batch, channels]`. */
  globalMaxPool(x: Tensor): Tensor2D;
  /** Region i of n over `in` positions reaches from ⌊i · in / n⌋ to ⌈(i + 1) · in / n⌉. */
  adaptiveAvgPool<T extends Tensor>(x: T, size: Sizes): T;
  adaptiveMaxPool<T extends Tensor>(x: T, size: Sizes): T;

  /** Zeroes values with probability `p` and scales the rest by 1 / (1 − p), in training with `mode.random` only. */
  dropout<T extends Tensor>(x: T, p: number, path: string, mode: Mode): T;
  /** The same for whole channels of a sample. */
  spatialDropout<T extends Tensor>(x: T, p: number, path: string, mode: Mode): T;
  /** The same for whole samples. */
  dropPath<T extends Tensor>(x: T, p: number, path: string, mode: Mode): T;

  /** Position i takes the value of ⌊i · in / out⌋. */
  upsampleNearest<T extends Tensor>(x: T, size: Sizes): T;
  /** Linear on each axis between positions (i + ½) · in / out − ½, or i · (in − 1) / (out − 1) with `alignCorners`. */
  upsampleLinear<T extends Tensor>(x: T, size: Sizes, alignCorners: boolean): T;
  /** Channel c · r² + i · r + j gives pixel (i, j) of each square. */
  pixelShuffle<T extends Tensor>(x: T, factor: number): T;
  /** Channel g · n + i of G groups of n becomes i · G + g. */
  channelShuffle<T extends Tensor>(x: T, groups: number): T;
  /** A border that mirrors the map without its edge, or repeats its edge. */
  pad<T extends Tensor>(x: T, padding: Padding, mode: "reflect" | "replicate" | "circular"): T;

  /** Mean cross-entropy of logits `[batch, …axes, classes]` and whole-number labels `[batch, …axes]`. */
  crossEntropy(logits: Tensor, labels: Tensor): Scalar;
}

export type PrimitiveName = keyof Primitives;
