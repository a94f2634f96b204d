/** Convolutions on wasm: TensorFlow.js's own kernels, and ours with explicit padding, dilation and groups. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat } from "../kernel.ts";
import { convInfo, type Shape4D, type StockConv2D } from "../stock.ts";
import { finishOf } from "./fused.ts";
import { type Heap, kernel } from "./heap.ts";
import { isInference } from "./packs.ts";
import { explicitWindow, windowBytes, windowOf, type Sliding } from "./window.ts";

/** What `CnnConv2D` and its gradients take besides tensors. */
export interface ConvAttributes extends Sliding {
  readonly groups: number;
}

/** A convolution: the filter is packed, in memory that is kept where `kept` says so, then all is computed. */
function convolve(heap: Heap, window: readonly number[], x: TensorInfo, filter: TensorInfo, bias: TensorInfo | undefined, y: TensorInfo, kept = false): TensorInfo {
  heap.withInts(window, windowBytes, (w) => {
    const bytes = heap.call("packedFilterBytes", w);
    const pack = (packed: number): void => void heap.call("packFilter", w, heap.address(filter), packed);
    const compute = (packed: number): void =>
      void heap.scratch(heap.call("convScratch", w), (scratch) =>
        heap.call("conv", w, heap.address(x), packed, bias ? heap.address(bias) : 0, heap.address(y), scratch),
      );
    const packed = kept ? heap.packs.of(filter.dataId, `filter ${heap.call("winogradTile", w)} ${filter.shape.join()}`, bytes, pack) : undefined;
    if (packed !== undefined) return compute(packed);
    heap.scratch(bytes, (scratch) => {
      pack(scratch);
      compute(scratch);
    });
  });
  return y;
}

function inputGradient(heap: Heap, window: readonly number[], dy: TensorInfo, filter: TensorInfo, dx: TensorInfo): TensorInfo {
  heap.withInts(window, 2 * windowBytes, (w) => {
    heap.scratch(heap.call("convInputGradientScratch", w, w + windowBytes), (scratch) =>
      heap.call("convInputGradient", w, heap.address(dy), heap.address(filter), heap.address(dx), scratch),
    );
  });
  return dx;
}

function filterGradient(heap: Heap, window: readonly number[], x: TensorInfo, dy: TensorInfo, dFilter: TensorInfo): TensorInfo {
  heap.withInts(window, windowBytes, (w) => {
    heap.scratch(heap.call("convFilterGradientScratch", w), (scratch) =>
      heap.call("convFilterGradient", w, heap.address(x), heap.address(dy), heap.address(dFilter), scratch),
    );
  });
  return dFilter;
}

export const convKernels = [
  kernel<{ x: TensorInfo; filter: TensorInfo }, StockConv2D>("Conv2D", (heap, { x, filter }, attributes) => {
    if (attributes.dataFormat === "NCHW" || !isFloat(x, filter)) return "stock";
    const info = convInfo(x.shape, filter.shape, attributes);
    return convolve(heap, windowOf(info), x, filter, undefined, heap.output(info.outShape));
  }),

  kernel<{ x: TensorInfo; filter: TensorInfo; bias?: TensorInfo; preluActivationWeights?: TensorInfo }, StockConv2D & { activation: string }>(
    "FusedConv2D",
    (heap, { x, filter, bias, preluActivationWeights }, attributes) => {
      const finish = finishOf(attributes.activation);
      if (attributes.dataFormat === "NCHW" || !isFloat(x, filter) || preluActivationWeights || !finish) return "stock";
      const info = convInfo(x.shape, filter.shape, attributes);
      const kept = isInference();
      const y = convolve(heap, windowOf(info, kept), x, filter, bias, heap.output(info.outShape), kept);
      finish(heap, y);
      return y;
    },
  ),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, StockConv2D & { inputShape: Shape4D }>("Conv2DBackpropInput", (heap, { dy, filter }, attributes) => {
    if (attributes.dataFormat === "NCHW" || !isFloat(dy, filter)) return "stock";
    return inputGradient(heap, windowOf(convInfo(attributes.inputShape, filter.shape, attributes)), dy, filter, heap.output(attributes.inputShape));
  }),

  kernel<{ x: TensorInfo; dy: TensorInfo }, StockConv2D & { filterShape: Shape4D }>("Conv2DBackpropFilter", (heap, { x, dy }, attributes) => {
    if (attributes.dataFormat === "NCHW" || !isFloat(x, dy)) return "stock";
    return filterGradient(heap, windowOf(convInfo(x.shape, attributes.filterShape, attributes)), x, dy, heap.output(attributes.filterShape));
  }),

  kernel<{ x: TensorInfo; filter: TensorInfo; bias?: TensorInfo }, ConvAttributes>("CnnConv2D", (heap, { x, filter, bias }, attributes) => {
    const { window, outShape } = explicitWindow(x.shape, filter.shape, attributes, attributes.groups);
    return convolve(heap, window, x, filter, bias, heap.output(outShape));
  }),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, ConvAttributes & { inputShape: number[] }>("CnnConv2DInputGradient", (heap, { dy, filter }, attributes) => {
    const { window } = explicitWindow(attributes.inputShape, filter.shape, attributes, attributes.groups);
    return inputGradient(heap, window, dy, filter, heap.output(attributes.inputShape));
  }),

  kernel<{ x: TensorInfo; dy: TensorInfo }, ConvAttributes & { filterShape: number[] }>("CnnConv2DFilterGradient", (heap, { x, dy }, attributes) => {
    const { window } = explicitWindow(x.shape, attributes.filterShape, attributes, attributes.groups);
    return filterGradient(heap, window, x, dy, heap.output(attributes.filterShape));
  }),
];
