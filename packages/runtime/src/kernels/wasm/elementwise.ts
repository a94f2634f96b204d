/** Maps over all elements and sums over leading axes on wasm, the gradients of relu and tanh, and dropout. */

import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { dropoutDraws } from "../../data/random.ts";
import { isFloat, sizeOf } from "../kernel.ts";
import type { DropoutAttributes } from "../table.ts";
import { kernel } from "./heap.ts";

export const elementwiseKernels = [
  // The stock kernel copies, once for each tensor that a gradient needs.
  kernel<{ x: TensorInfo }, object>("Identity", (heap, { x }) => heap.share(x)),

  // Biases: a vector that repeats along the last axis.
  kernel<{ a: TensorInfo; b: TensorInfo }, object>("Add", (heap, { a, b }) => {
    const [period] = b.shape;
    if (!isFloat(a, b) || b.shape.length !== 1 || period === undefined || period < 2 || period !== a.shape.at(-1)) return "stock";
    const y = heap.output(a.shape);
    heap.call("addRepeated", heap.address(a), sizeOf(a), heap.address(b), period, heap.address(y));
    return y;
  }),

  ...(["Relu", "Tanh"] as const).map((name) =>
    kernel<{ x: TensorInfo }, object>(name, (heap, { x }) => {
      if (!isFloat(x)) return "stock";
      const y = heap.output(x.shape);
      heap.call(name.toLowerCase(), heap.address(x), heap.address(y), sizeOf(x));
      return y;
    }),
  ),

  ...([["CnnReluGradient", "reluGradient"], ["CnnTanhGradient", "tanhGradient"]] as const).map(([name, routine]) =>
    kernel<{ dy: TensorInfo; y: TensorInfo }, object>(name, (heap, { dy, y }) => {
      const dx = heap.output(y.shape);
      heap.call(routine, heap.address(dy), heap.address(y), heap.address(dx), sizeOf(y));
      return dx;
    }),
  ),

  // The gradient of every bias and every broadcast: all axes but the last few.
  kernel<{ x: TensorInfo }, { axis: number | number[]; keepDims: boolean }>("Sum", (heap, { x }, { axis, keepDims }) => {
    const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const leading = axes.every((value, index) => value === index);
    if (!isFloat(x) || !leading || axes.length === 0 || axes.length === x.shape.length) return "stock";
    const kept = x.shape.slice(axes.length), columns = kept.reduce((all, n) => all * n, 1);
    const total = heap.output(keepDims ? [...axes.map(() => 1), ...kept] : kept);
    heap.call("sumRows", heap.address(x), sizeOf(x) / columns, columns, heap.address(total));
    return total;
  }),

  kernel<{ x: TensorInfo }, DropoutAttributes>("CnnDropout", (heap, { x }, { places, first, threshold, scale, ...mask }) => {
    const samples = x.shape[0] ?? 1, y = heap.output(x.shape);
    const given = [heap.address(x), heap.address(y), samples, sizeOf(x) / samples, places, first] as const;
    heap.perform((step = mask.step) => {
      const [low, high] = dropoutDraws({ ...mask, step }).words;
      heap.call("dropout", ...given, low, high, threshold, scale);
    });
    return y;
  }),
];
