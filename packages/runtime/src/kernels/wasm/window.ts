/** A sliding window's numbers, in the order in which `assembly/window.ts` reads them. */

import type { WindowInfo } from "../stock.ts";
import { isExact } from "./exact.ts";

/** Bytes of a window in memory, rounded up. */
export const windowBytes = 80;

/** The window of a convolution or pooling that TensorFlow.js describes, as 18 integers; `kept` tells that the packed filter is kept. */
export function windowOf(info: WindowInfo, kept = false): number[] {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
    1,
    Number(isExact()),
    Number(kept),
  ];
}

type Pair = readonly [number, number];

/** A window that slides with everything explicit: before and after of each axis. */
export interface Sliding {
  readonly strides: Pair;
  readonly padding: readonly [Pair, Pair];
  readonly dilations: Pair;
}

/** The window of a convolution with explicit padding, and the shape of its output. */
export function explicitWindow(
  input: readonly number[],
  filter: readonly number[],
  { strides, padding: [[top, bottom], [left, right]], dilations }: Sliding,
  groups = 1,
): { readonly window: number[]; readonly outShape: number[] } {
  const [batch = 1, height = 1, width = 1, channels = 1] = input;
  const [kernelHeight = 1, kernelWidth = 1, , filters = 1] = filter;
  const outHeight = outSize(height + top + bottom, kernelHeight, strides[0], dilations[0]);
  const outWidth = outSize(width + left + right, kernelWidth, strides[1], dilations[1]);
  return {
    window: [batch, height, width, channels, outHeight, outWidth, filters, kernelHeight, kernelWidth, ...strides, ...dilations, top, left, groups, Number(isExact()), 0],
    outShape: [batch, outHeight, outWidth, filters],
  };
}

const outSize = (size: number, kernel: number, stride: number, dilation: number): number =>
  Math.floor((size - dilation * (kernel - 1) - 1) / stride) + 1;
