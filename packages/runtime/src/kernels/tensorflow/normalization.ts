/** Batch norm in training on TensorFlow: one operation forward, one backward. */

import { tensor1d, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { BatchNormAttributes, BatchNormGradientInputs, BatchNormInputs } from "../table.ts";
import { float, kernel, type Operations } from "./operations.ts";

const rowsOf = (operations: Operations, x: TensorInfo): TensorInfo => {
  const channels = x.shape.at(-1) ?? 1;
  return reshape(operations, x, [util.sizeFromShape(x.shape) / channels, 1, 1, channels]);
};

const reshape = (operations: Operations, x: TensorInfo, shape: readonly number[]): TensorInfo =>
  operations.run("Reshape", [x, tensor1d([...shape], "int32")], { ...float, Tshape: { type: "int32" } });

const attributesOf = (eps: number) => ({ ...float, U: { type: "float32" }, epsilon: { real: eps }, data_format: "NHWC", is_training: true }) as const;

const nameOf = { relu: "Relu", relu6: "Relu6" } as const;

export const normalizationKernels = [
  // Tensors here never change: the moved running statistics are outputs of their own.
  kernel<BatchNormInputs, BatchNormAttributes>("CnnBatchNormTraining", (operations, { x, weight, bias, runningMean, runningVariance }, { eps, momentum, activation }) => {
    const channels = x.shape.at(-1) ?? 1;
    const scale = weight ?? tensor1d(new Float32Array(channels).fill(1)), offset = bias ?? tensor1d(new Float32Array(channels));
    // With a share of 1 the operation takes no old statistics.
    const old = momentum === 1 ? [tensor1d([], "float32"), tensor1d([], "float32")] : [runningMean, runningVariance];
    const inputs = [rowsOf(operations, x), scale, offset, ...old];
    const [y, mean, variance, ...kept] = operations.runForAll("FusedBatchNormV2", inputs, { ...attributesOf(eps), exponential_avg_factor: { real: momentum } }, 5);
    if (!y || !mean || !variance) throw new Error("The operation has five outputs.");
    // What the gradient needs; of the second only TensorFlow knows whether it is a variance or its root's inverse.
    const statistics = operations.run("Pack", [...kept, scale], { ...float, N: 3, axis: 0 });
    const shaped = reshape(operations, y, x.shape);
    return [activation === "none" ? shaped : operations.run(nameOf[activation], [shaped], float), statistics, mean, variance];
  }),

  kernel<BatchNormGradientInputs, BatchNormAttributes>("CnnBatchNormTrainingGradient", (operations, { dy, x, y, statistics }, { eps, activation }) => {
    const [first, second, scale] = operations.runForAll("Unpack", [statistics], { ...float, num: 3, axis: 0 }, 3);
    if (!first || !second || !scale) throw new Error("The statistics have three rows.");
    const passed = activation === "none" ? dy : operations.run(`${nameOf[activation]}Grad`, [dy, y], float);
    const inputs = [rowsOf(operations, passed), rowsOf(operations, x), scale, first, second];
    const [dx, dWeight, dBias] = operations.runForAll("FusedBatchNormGradV2", inputs, attributesOf(eps), 5);
    if (!dx || !dWeight || !dBias) throw new Error("The operation has five outputs.");
    return [reshape(operations, dx, x.shape), dWeight, dBias];
  }),
];
