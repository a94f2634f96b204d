/** Pooling on wasm: right for negative maxima, first of equals, NaN kept; averages over what lies inside the map. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat } from "../kernel.ts";
import { poolInfo, type StockPool } from "../stock.ts";
import { type Heap, kernel } from "./heap.ts";
import { windowBytes, windowOf } from "./window.ts";

function run(heap: Heap, routine: string, window: readonly number[], tensors: readonly TensorInfo[], result: TensorInfo): TensorInfo {
  heap.withInts(window, windowBytes, (w) => {
    heap.call(routine, w, ...tensors.map((tensor) => heap.address(tensor)), heap.address(result));
  });
  return result;
}

export const poolKernels = [
  kernel<{ x: TensorInfo }, StockPool>("MaxPool", (heap, { x }, attributes) => {
    if (!isFloat(x)) return "stock";
    const pool = poolInfo(x.shape, attributes);
    return run(heap, "maxPool", windowOf(pool), [x], heap.output(pool.outShape));
  }),

  kernel<{ dy: TensorInfo; input: TensorInfo; output: TensorInfo }, StockPool>("MaxPoolGrad", (heap, { dy, input, output }, attributes) =>
    run(heap, "maxPoolGradient", windowOf(poolInfo(input.shape, attributes)), [dy, input, output], heap.output(input.shape)),
  ),

  kernel<{ x: TensorInfo }, StockPool>("AvgPool", (heap, { x }, attributes) => {
    if (!isFloat(x)) return "stock";
    const pool = poolInfo(x.shape, attributes);
    return run(heap, "averagePool", windowOf(pool), [x], heap.output(pool.outShape));
  }),

  kernel<{ dy: TensorInfo; input: TensorInfo }, StockPool>("AvgPoolGrad", (heap, { dy, input }, attributes) =>
    run(heap, "averagePoolGradient", windowOf(poolInfo(input.shape, attributes)), [dy], heap.output(input.shape)),
  ),
];
