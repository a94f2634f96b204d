/** Depthwise convolutions on wasm, forward and both gradients. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat } from "../kernel.ts";
import { convInfo, type Shape4D, type StockConv } from "../stock.ts";
import { type Heap, kernel } from "./heap.ts";
import { explicitWindow, windowBytes, windowOf, type Sliding } from "./window.ts";

/** [kernelHeight, kernelWidth, channels, multiplier] as the filter of a convolution with channels · multiplier outputs. */
const asFilter = ([kernelHeight = 1, kernelWidth = 1, channels = 1, multiplier = 1]: readonly number[]): number[] => [
  kernelHeight,
  kernelWidth,
  1,
  channels * multiplier,
];

type Routine = "depthwise" | "depthwiseInputGradient" | "depthwiseFilterGradient";

function run(heap: Heap, routine: Routine, window: readonly number[], first: TensorInfo, second: TensorInfo, result: TensorInfo): TensorInfo {
  heap.withInts(window, windowBytes, (w) => {
    heap.call(routine, w, heap.address(first), heap.address(second), heap.address(result));
  });
  return result;
}

export const depthwiseKernels = [
  kernel<{ x: TensorInfo; filter: TensorInfo }, StockConv>("DepthwiseConv2dNative", (heap, { x, filter }, attributes) => {
    if (!isFloat(x, filter)) return "stock";
    const info = convInfo(x.shape, filter.shape, attributes, true);
    return run(heap, "depthwise", windowOf(info), x, filter, heap.output(info.outShape));
  }),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, StockConv & { inputShape: Shape4D }>("DepthwiseConv2dNativeBackpropInput", (heap, { dy, filter }, attributes) => {
    const info = convInfo(attributes.inputShape, filter.shape, attributes, true);
    return run(heap, "depthwiseInputGradient", windowOf(info), dy, filter, heap.output(attributes.inputShape));
  }),

  kernel<{ x: TensorInfo; dy: TensorInfo }, StockConv & { filterShape: Shape4D }>("DepthwiseConv2dNativeBackpropFilter", (heap, { x, dy }, attributes) => {
    const info = convInfo(x.shape, attributes.filterShape, attributes, true);
    return run(heap, "depthwiseFilterGradient", windowOf(info), x, dy, heap.output(attributes.filterShape));
  }),

  kernel<{ x: TensorInfo; filter: TensorInfo }, Sliding>("CnnDepthwiseConv2D", (heap, { x, filter }, attributes) => {
    const { window, outShape } = explicitWindow(x.shape, asFilter(filter.shape), attributes);
    return run(heap, "depthwise", window, x, filter, heap.output(outShape));
  }),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, Sliding & { inputShape: number[] }>("CnnDepthwiseConv2DInputGradient", (heap, { dy, filter }, attributes) => {
    const { window } = explicitWindow(attributes.inputShape, asFilter(filter.shape), attributes);
    return run(heap, "depthwiseInputGradient", window, dy, filter, heap.output(attributes.inputShape));
  }),

  kernel<{ x: TensorInfo; dy: TensorInfo }, Sliding & { filterShape: number[] }>("CnnDepthwiseConv2DFilterGradient", (heap, { x, dy }, attributes) => {
    const { window } = explicitWindow(x.shape, asFilter(attributes.filterShape), attributes);
    return run(heap, "depthwiseFilterGradient", window, x, dy, heap.output(attributes.filterShape));
  }),
];
