/** Batch norm on wasm, with the batch's statistics (forward and backward, one kernel each) and with the running ones. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { kernel, sizeOf } from "./kernel.ts";

export const normalizationKernels = [
  // x [...axes, channels] and, where affine, weight and bias [channels] → y, mean, variance, scale.
  kernel<{ x: TensorInfo; weight?: TensorInfo; bias?: TensorInfo }, { eps: number }>("CnnBatchNormTraining", (heap, { x, weight, bias }, { eps }) => {
    const channels = x.shape.at(-1) ?? 1, rows = sizeOf(x) / channels;
    const y = heap.output(x.shape), mean = heap.output([channels]), variance = heap.output([channels]), scale = heap.output([channels]);
    heap.scratch(4 * channels, (offset) => {
      heap.call("batchMoments", heap.address(x), rows, channels, heap.address(mean), heap.address(variance));
      heap.call(
        "batchNormCoefficients",
        channels,
        heap.address(mean),
        heap.address(variance),
        weight ? heap.address(weight) : 0,
        bias ? heap.address(bias) : 0,
        eps,
        heap.address(scale),
        offset,
      );
      heap.call("scaleChannels", heap.address(x), rows, channels, heap.address(scale), offset, heap.address(y));
    });
    return [y, mean, variance, scale];
  }),

  // → dx, and the sums of dy and dy · (x − mean) / deviation, which are the gradients of bias and weight.
  kernel<{ dy: TensorInfo; x: TensorInfo; mean: TensorInfo; variance: TensorInfo; scale: TensorInfo }, { eps: number }>(
    "CnnBatchNormTrainingGradient",
    (heap, { dy, x, mean, variance, scale }, { eps }) => {
      const channels = x.shape.at(-1) ?? 1, rows = sizeOf(x) / channels;
      const dx = heap.output(x.shape), dWeight = heap.output([channels]), dBias = heap.output([channels]);
      heap.scratch(8 * channels, (b) => {
        const c = b + 4 * channels;
        heap.call("batchGradientSums", heap.address(dy), heap.address(x), rows, channels, heap.address(mean), heap.address(dBias), heap.address(dWeight));
        heap.call(
          "batchGradientCoefficients",
          rows,
          channels,
          heap.address(mean),
          heap.address(variance),
          heap.address(scale),
          eps,
          heap.address(dBias),
          heap.address(dWeight),
          b,
          c,
        );
        heap.call("combineChannels", heap.address(dy), heap.address(x), rows, channels, heap.address(scale), b, c, heap.address(dx));
      });
      return [dx, dWeight, dBias];
    },
  ),

  // x · scale + offset: batch norm with the running statistics.
  kernel<{ x: TensorInfo; scale: TensorInfo; offset: TensorInfo }, object>("CnnScaleChannels", (heap, { x, scale, offset }) => {
    const channels = x.shape.at(-1) ?? 1;
    const y = heap.output(x.shape);
    heap.call("scaleChannels", heap.address(x), sizeOf(x) / channels, channels, heap.address(scale), heap.address(offset), heap.address(y));
    return y;
  }),
];
