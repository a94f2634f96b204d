/**
 * Convolutions with groups on webgpu with both gradients, and the gradient of a depthwise one's filter. A group has few
 * channels, so plain loops, a thread an element, do better than a convolution for each group with its splitting and joining.
 */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { GroupedConv } from "../grouped.ts";
import { isFloat, sizeOf } from "../kernel.ts";
import { convInfo, type Shape4D, type StockConv } from "../stock.ts";
import { sumParts } from "./conv.ts";
import { eachElement, groupsFor, kernel, type Program, reads, type Recorder, writes } from "./recorder.ts";

const sizes = {
  height: "u32", width: "u32", channels: "u32", outHeight: "u32", outWidth: "u32", filters: "u32", kernelHeight: "u32", kernelWidth: "u32",
  strideHeight: "u32", strideWidth: "u32", top: "u32", left: "u32", groupChannels: "u32", groupFilters: "u32",
} as const;

type Sizes = Readonly<Record<keyof typeof sizes, number>>;

const forward = {
  name: "groupedConv",
  buffers: [...reads("x", "weights"), ...writes("y")],
  parameters: { size: "u32", ...sizes },
  code: eachElement(`
  let f = i % p.filters;
  let ox = (i / p.filters) % p.outWidth;
  let oy = (i / (p.filters * p.outWidth)) % p.outHeight;
  let image = i / (p.filters * p.outWidth * p.outHeight);
  let first = f / p.groupFilters * p.groupChannels;
  var sum = 0.0;
  for (var ky = 0u; ky < p.kernelHeight; ky++) {
    let row = oy * p.strideHeight + ky;
    if (row < p.top || row >= p.top + p.height) { continue; }
    for (var kx = 0u; kx < p.kernelWidth; kx++) {
      let column = ox * p.strideWidth + kx;
      if (column < p.left || column >= p.left + p.width) { continue; }
      let at = ((image * p.height + row - p.top) * p.width + column - p.left) * p.channels + first;
      let tap = (ky * p.kernelWidth + kx) * p.groupChannels;
      for (var c = 0u; c < p.groupChannels; c++) { sum += x[at + c] * weights[(tap + c) * p.filters + f]; }
    }
  }
  y[i] = sum;`),
} satisfies Program;

const inputGradient = {
  name: "groupedConvInputGradient",
  buffers: [...reads("dy", "weights"), ...writes("dx")],
  parameters: { size: "u32", ...sizes },
  code: eachElement(`
  let c = i % p.channels;
  let column = (i / p.channels) % p.width + p.left;
  let row = (i / (p.channels * p.width)) % p.height + p.top;
  let image = i / (p.channels * p.width * p.height);
  let first = c / p.groupChannels * p.groupFilters;
  var sum = 0.0;
  for (var ky = 0u; ky < p.kernelHeight && ky <= row; ky++) {
    let oy = (row - ky) / p.strideHeight;
    if (oy * p.strideHeight != row - ky || oy >= p.outHeight) { continue; }
    for (var kx = 0u; kx < p.kernelWidth && kx <= column; kx++) {
      let ox = (column - kx) / p.strideWidth;
      if (ox * p.strideWidth != column - kx || ox >= p.outWidth) { continue; }
      let at = ((image * p.outHeight + oy) * p.outWidth + ox) * p.filters + first;
      let tap = ((ky * p.kernelWidth + kx) * p.groupChannels + c % p.groupChannels) * p.filters + first;
      for (var f = 0u; f < p.groupFilters; f++) { sum += dy[at + f] * weights[tap + f]; }
    }
  }
  dx[i] = sum;`),
} satisfies Program;

/** A thread a weight and part of the pixels, whose sums are added after it. */
const filterGradient = {
  name: "groupedConvFilterGradient",
  buffers: [...reads("x", "dy"), ...writes("dw")],
  parameters: { size: "u32", count: "u32", pixels: "u32", pixelsEach: "u32", ...sizes },
  code: eachElement(`
  let weight = i % p.count;
  let f = weight % p.filters;
  let c = (weight / p.filters) % p.groupChannels + f / p.groupFilters * p.groupChannels;
  let kx = (weight / (p.filters * p.groupChannels)) % p.kernelWidth;
  let ky = weight / (p.filters * p.groupChannels * p.kernelWidth);
  let start = i / p.count * p.pixelsEach;
  let end = min(p.pixels, start + p.pixelsEach);
  var sum = 0.0;
  for (var pixel = start; pixel < end; pixel++) {
    let row = (pixel / p.outWidth) % p.outHeight * p.strideHeight + ky;
    let column = pixel % p.outWidth * p.strideWidth + kx;
    if (row < p.top || row >= p.top + p.height || column < p.left || column >= p.left + p.width) { continue; }
    let image = pixel / (p.outWidth * p.outHeight);
    sum += x[((image * p.height + row - p.top) * p.width + column - p.left) * p.channels + c] * dy[pixel * p.filters + f];
  }
  dw[i] = sum;`),
} satisfies Program;

function sizesOf(x: readonly number[], filter: readonly number[], { strides, padding: [rows, columns], groups }: GroupedConv): { readonly batch: number; readonly sizes: Sizes } {
  const [batch = 1, height = 1, width = 1, channels = 1] = x;
  const [kernelHeight = 1, kernelWidth = 1, groupChannels = 1, filters = 1] = filter;
  const along = (size: number, kernel: number, stride: number, [before, after]: readonly number[]): number =>
    Math.floor((size + (before ?? 0) + (after ?? 0) - kernel) / stride) + 1;
  const outHeight = along(height, kernelHeight, strides[0], rows), outWidth = along(width, kernelWidth, strides[1], columns);
  return {
    batch,
    sizes: {
      height, width, channels, outHeight, outWidth, filters, kernelHeight, kernelWidth, strideHeight: strides[0], strideWidth: strides[1],
      top: rows[0], left: columns[0], groupChannels, groupFilters: filters / groups,
    },
  };
}

/** Threads that fill a large GPU, and the fewest pixels that are worth one. */
const wanted = 131072, fewest = 64;

/** The filter's gradient, summed in parts where there are too few weights to fill a GPU. */
function sumOverPixels(recorder: Recorder, x: TensorInfo, dy: TensorInfo, batch: number, sizes: Sizes, shape: readonly number[]): TensorInfo {
  const dw = recorder.output(shape);
  const count = sizeOf(dw), pixels = batch * sizes.outHeight * sizes.outWidth;
  const pixelsEach = Math.ceil(pixels / Math.max(1, Math.min(Math.floor(wanted / count), Math.floor(pixels / fewest))));
  const parts = Math.ceil(pixels / pixelsEach);
  const result = parts === 1 ? dw : recorder.output([parts, count]);
  recorder.run(filterGradient, [x, dy, result], { size: parts * count, count, pixels, pixelsEach, ...sizes }, groupsFor(parts * count));
  if (result !== dw) {
    recorder.run(sumParts, [result, dw], { size: count, parts }, groupsFor(count));
    recorder.free(result);
  }
  return dw;
}

export const groupedConvKernels = [
  kernel<{ x: TensorInfo; filter: TensorInfo }, GroupedConv>("CnnGroupedConv2D", (recorder, { x, filter }, attributes) => {
    const { batch, sizes } = sizesOf(x.shape, filter.shape, attributes);
    const y = recorder.output([batch, sizes.outHeight, sizes.outWidth, sizes.filters]);
    recorder.run(forward, [x, filter, y], { size: sizeOf(y), ...sizes }, groupsFor(sizeOf(y)));
    return y;
  }),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, GroupedConv & { inputShape: number[] }>("CnnGroupedConv2DInputGradient", (recorder, { dy, filter }, attributes) => {
    const { sizes } = sizesOf(attributes.inputShape, filter.shape, attributes);
    const dx = recorder.output(attributes.inputShape);
    recorder.run(inputGradient, [dy, filter, dx], { size: sizeOf(dx), ...sizes }, groupsFor(sizeOf(dx)));
    return dx;
  }),

  kernel<{ x: TensorInfo; dy: TensorInfo }, GroupedConv & { filterShape: number[] }>("CnnGroupedConv2DFilterGradient", (recorder, { x, dy }, attributes) => {
    const { batch, sizes } = sizesOf(x.shape, attributes.filterShape, attributes);
    return sumOverPixels(recorder, x, dy, batch, sizes, attributes.filterShape);
  }),

  // A depthwise convolution's groups are single channels, and its filter lies in memory as theirs do. TensorFlow.js gives each weight one thread.
  kernel<{ x: TensorInfo; dy: TensorInfo }, StockConv & { filterShape: Shape4D }>("DepthwiseConv2dNativeBackpropFilter", (recorder, { x, dy }, attributes) => {
    const info = convInfo(x.shape, attributes.filterShape, attributes, true);
    if (!isFloat(x, dy) || info.dilationHeight > 1 || info.dilationWidth > 1) return "stock";
    const sizes = {
      height: info.inHeight, width: info.inWidth, channels: info.inChannels, outHeight: info.outHeight, outWidth: info.outWidth, filters: info.outChannels,
      kernelHeight: info.filterHeight, kernelWidth: info.filterWidth, strideHeight: info.strideHeight, strideWidth: info.strideWidth,
      top: info.padInfo.top, left: info.padInfo.left, groupChannels: 1, groupFilters: info.outChannels / info.inChannels,
    };
    return sumOverPixels(recorder, x, dy, info.batchSize, sizes, attributes.filterShape);
  }),
];
