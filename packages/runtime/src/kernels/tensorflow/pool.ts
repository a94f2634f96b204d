/** Max-pooling with explicit borders on TensorFlow: the border is written out as minus infinity, which never wins. */

import { scalar, tensor1d, tensor2d, type TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat } from "../kernel.ts";
import { poolInfo, type StockPool, type WindowInfo } from "../stock.ts";
import { float, kernel, type Operations } from "./operations.ts";

const attributesOf = (info: WindowInfo) => ({
  ...float,
  ksize: [1, info.filterHeight, info.filterWidth, 1],
  strides: [1, info.strideHeight, info.strideWidth, 1],
  padding: "VALID",
  data_format: "NHWC",
});

const bordered = (operations: Operations, x: TensorInfo, { padInfo: { top, bottom, left, right } }: WindowInfo): TensorInfo =>
  operations.run("PadV2", [x, tensor2d([[0, 0], [top, bottom], [left, right], [0, 0]], [4, 2], "int32"), scalar(Number.NEGATIVE_INFINITY)], { ...float, Tpaddings: { type: "int32" } });

const isStock = ({ padInfo: { type } }: WindowInfo): boolean => type === "VALID" || type === "SAME";

export const poolKernels = [
  kernel<{ x: TensorInfo }, StockPool>("MaxPool", (operations, { x }, attributes) => {
    const info = poolInfo(x.shape, attributes);
    if (!isFloat(x) || isStock(info)) return "stock";
    return operations.run("MaxPool", [bordered(operations, x, info)], attributesOf(info));
  }),

  kernel<{ dy: TensorInfo; input: TensorInfo; output: TensorInfo }, StockPool>("MaxPoolGrad", (operations, { dy, input, output }, attributes) => {
    const info = poolInfo(input.shape, attributes);
    if (!isFloat(dy, input) || isStock(info)) return "stock";
    const wide = operations.run("MaxPoolGrad", [bordered(operations, input, info), output, dy], attributesOf(info));
    const begin = tensor1d([0, info.padInfo.top, info.padInfo.left, 0], "int32");
    const size = tensor1d([...input.shape], "int32");
    return operations.run("Slice", [wide, begin, size], { ...float, Index: { type: "int32" } });
  }),
];
