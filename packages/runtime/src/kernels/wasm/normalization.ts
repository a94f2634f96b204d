/** Batch norm on wasm, with the batch's statistics (forward and backward, one kernel each) and with the running ones. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import type { BatchNormAttributes, BatchNormGradientInputs, BatchNormInputs } from "../table.ts";
import { type Heap, kernel } from "./heap.ts";
import { addSums, combineMoments } from "./slices.ts";

/** Where the rows of a batch's statistics lie. */
function addressesOf(heap: Heap, statistics: TensorInfo): Readonly<Record<"mean" | "variance" | "scale" | "offset", number>> {
  const mean = heap.address(statistics), row = 4 * (statistics.shape[1] ?? 1);
  return { mean, variance: mean + row, scale: mean + 2 * row, offset: mean + 3 * row };
}

/** In the order in which `assembly/normalization.ts` numbers them. */
const activations: readonly BatchNormAttributes["activation"][] = ["none", "relu", "relu6"];

export const normalizationKernels = [
  // x [...axes, channels] and, where affine, weight and bias [channels] → y, and the rows mean, variance, scale and offset
  // [4, channels]. The running statistics are moved where they lie.
  kernel<BatchNormInputs, BatchNormAttributes>("CnnBatchNormTraining", (heap, { x, weight, bias, runningMean, runningVariance }, { eps, momentum, activation }) => {
    const channels = x.shape.at(-1) ?? 1, rows = sizeOf(x) / channels;
    const y = heap.output(x.shape), statistics = heap.output([4, channels]);
    const { mean, variance, scale, offset } = addressesOf(heap, statistics);
    heap.call("batchMoments", heap.address(x), rows, channels, mean, variance);
    const all = heap.perform(() => (heap.slices ? combineMoments(heap, heap.slices, rows, channels, mean, variance) : rows));
    heap.call("moveStatistics", all, channels, mean, variance, heap.address(runningMean), heap.address(runningVariance), momentum);
    heap.call("batchNormCoefficients", channels, mean, variance, weight ? heap.address(weight) : 0, bias ? heap.address(bias) : 0, eps, scale, offset);
    heap.call("scaleChannels", heap.address(x), rows, channels, scale, offset, heap.address(y), activations.indexOf(activation));
    return [y, statistics];
  }),

  // → dx, and the sums of dy · (x − mean) / deviation and dy, which are the gradients of weight and bias.
  kernel<BatchNormGradientInputs, BatchNormAttributes>("CnnBatchNormTrainingGradient", (heap, { dy, x, statistics }, { eps, activation }) => {
    const channels = x.shape.at(-1) ?? 1, rows = sizeOf(x) / channels;
    const dx = heap.output(x.shape), dWeight = heap.output([channels]), dBias = heap.output([channels]);
    const [weight, bias] = [heap.address(dWeight), heap.address(dBias)];
    const { mean, variance, scale, offset } = addressesOf(heap, statistics);
    const given = [heap.address(dy), heap.address(x), rows, channels] as const;
    heap.scratch(8 * channels, (b) => {
      const c = b + 4 * channels;
      heap.call("batchGradientSums", ...given, mean, scale, offset, activations.indexOf(activation), bias, weight);
      const all = heap.perform(() => (heap.slices ? addSums(heap, heap.slices, rows, channels, bias, weight) : rows));
      heap.call("batchGradientCoefficients", all, channels, mean, variance, scale, eps, bias, weight, b, c);
      heap.call("combineChannels", ...given, scale, offset, activations.indexOf(activation), b, c, heap.address(dx));
    });
    // They are the whole batch's already, and the slices' gradients are added up.
    heap.perform(() => {
      if (heap.slices && !heap.slices.isFirst) for (const gradient of [weight, bias]) heap.floats(gradient, channels).fill(0);
    });
    return [dx, dWeight, dBias];
  }),

  // x · scale + offset: batch norm with the running statistics.
  kernel<{ x: TensorInfo; scale: TensorInfo; offset: TensorInfo }, object>("CnnScaleChannels", (heap, { x, scale, offset }) => {
    const channels = x.shape.at(-1) ?? 1;
    const y = heap.output(x.shape);
    heap.call("scaleChannels", heap.address(x), sizeOf(x) / channels, channels, heap.address(scale), heap.address(offset), heap.address(y), 0);
    return y;
  }),
];
