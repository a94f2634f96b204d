/** What TensorFlow.js gives its own kernels for convolutions and pools, and the window that follows from it: the same on every backend. */

import { backend_util } from "@tensorflow/tfjs-core";

export type Shape4D = [number, number, number, number];
/** Sizes, strides, borders and the output's shape of a convolution or pool. */
export type WindowInfo = ReturnType<typeof backend_util.computeConv2DInfo>;
/** A word, one number, or before and after of each axis of a batch of maps. */
type Pad = Parameters<typeof backend_util.computeConv2DInfo>[4];
type Pair = [number, number];

interface Sliding {
  readonly strides: Pair | number;
  readonly pad: Pad;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

export interface StockConv extends Sliding {
  readonly dilations?: Pair | number | null;
}

/** Of all but depthwise convolutions. */
export interface StockConv2D extends StockConv {
  readonly dataFormat: "NHWC" | "NCHW";
}

export interface StockPool extends Sliding {
  readonly filterSize: Pair | number;
}

const shape4D = ([a = 1, b = 1, c = 1, d = 1]: readonly number[]): Shape4D => [a, b, c, d];

/** Of a convolution of channels-last maps; a depthwise one's filter is `[kernel…, channels, multiplier]`. */
export const convInfo = (input: readonly number[], filter: readonly number[], { strides, pad, dimRoundingMode, dilations }: StockConv, depthwise = false): WindowInfo =>
  backend_util.computeConv2DInfo(shape4D(input), shape4D(filter), strides, dilations ?? 1, pad, dimRoundingMode, depthwise, "channelsLast");

/** Of a pool of channels-last maps. */
export const poolInfo = (input: readonly number[], { filterSize, strides, pad, dimRoundingMode }: StockPool): WindowInfo =>
  backend_util.computePool2DInfo(shape4D(input), filterSize, strides, 1, pad, dimRoundingMode);
