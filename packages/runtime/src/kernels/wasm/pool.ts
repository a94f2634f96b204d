/** Pooling on wasm: right for negative maxima, first of equals, NaN kept; averages over what lies inside the map. */

import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat } from "../kernel.ts";
import { type Heap, kernel } from "./heap.ts";
import { windowBytes, windowOf } from "./window.ts";

interface Attributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

const info = ([a = 1, b = 1, c = 1, d = 1]: readonly number[], { filterSize, strides, pad, dimRoundingMode }: Attributes) =>
  backend_util.computePool2DInfo([a, b, c, d], filterSize, strides, 1, pad, dimRoundingMode);

function run(heap: Heap, routine: string, window: readonly number[], tensors: readonly TensorInfo[], result: TensorInfo): TensorInfo {
  heap.scratch(windowBytes, (w) => {
    heap.writeInts(w, window);
    heap.call(routine, w, ...tensors.map((tensor) => heap.address(tensor)), heap.address(result));
  });
  return result;
}

export const poolKernels = [
  kernel<{ x: TensorInfo }, Attributes>("MaxPool", (heap, { x }, attributes) => {
    if (!isFloat(x)) return "stock";
    const pool = info(x.shape, attributes);
    return run(heap, "maxPool", windowOf(pool), [x], heap.output(pool.outShape));
  }),

  kernel<{ dy: TensorInfo; input: TensorInfo; output: TensorInfo }, Attributes>("MaxPoolGrad", (heap, { dy, input, output }, attributes) =>
    run(heap, "maxPoolGradient", windowOf(info(input.shape, attributes)), [dy, input, output], heap.output(input.shape)),
  ),

  kernel<{ x: TensorInfo }, Attributes>("AvgPool", (heap, { x }, attributes) => {
    if (!isFloat(x)) return "stock";
    const pool = info(x.shape, attributes);
    return run(heap, "averagePool", windowOf(pool), [x], heap.output(pool.outShape));
  }),

  kernel<{ dy: TensorInfo; input: TensorInfo }, Attributes>("AvgPoolGrad", (heap, { dy, input }, attributes) =>
    run(heap, "averagePoolGradient", windowOf(info(input.shape, attributes)), [dy], heap.output(input.shape)),
  ),
];
