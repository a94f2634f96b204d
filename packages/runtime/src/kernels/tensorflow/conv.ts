/** Convolutions and max-pooling with explicit borders on TensorFlow, which knows them; TensorFlow.js's own kernels refuse most. */

import { tensor1d, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Pair } from "../grouped.ts";
import { isFloat } from "../kernel.ts";
import { convInfo, type Shape4D, type StockConv2D, type WindowInfo } from "../stock.ts";
import { float, kernel, type Operations } from "./operations.ts";

/** Where TensorFlow.js's own kernel says the same. */
const isStock = ({ padInfo: { type } }: Pick<WindowInfo, "padInfo">): boolean => type === "VALID" || type === "SAME";

/** How a convolution slides, as TensorFlow takes it: along rows, then along columns, with zeros before and after each. */
export const slidingAttributes = (strides: Pair, dilations: Pair, [rows, columns]: readonly [Pair, Pair]) => ({
  ...float,
  strides: [1, ...strides, 1],
  dilations: [1, ...dilations, 1],
  padding: "EXPLICIT",
  explicit_paddings: [0, 0, ...rows, ...columns, 0, 0],
  data_format: "NHWC",
});

const attributesOf = ({ strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo: { top, bottom, left, right } }: WindowInfo) =>
  slidingAttributes([strideHeight, strideWidth], [dilationHeight, dilationWidth], [[top, bottom], [left, right]]);

/** A shape as the tensor that some operations take it as; the caller's scope frees it. */
export const shapeTensor = (shape: readonly number[]): TensorInfo => tensor1d([...shape], "int32");

const activations: Readonly<Record<string, string>> = { relu: "Relu", relu6: "Relu6", elu: "Elu", sigmoid: "Sigmoid" };

function finish(operations: Operations, y: TensorInfo, bias: TensorInfo | undefined, activation: string): TensorInfo {
  const shifted = bias ? operations.run("BiasAdd", [y, bias], { ...float, data_format: "NHWC" }) : y;
  const name = activations[activation];
  return name === undefined ? shifted : operations.run(name, [shifted], float);
}

const forward = (name: "Conv2D" | "DepthwiseConv2dNative", depthwise: boolean) =>
  kernel<{ x: TensorInfo; filter: TensorInfo }, StockConv2D>(name, (operations, { x, filter }, attributes) => {
    const info = convInfo(x.shape, filter.shape, attributes, depthwise);
    if (attributes.dataFormat === "NCHW" || !isFloat(x, filter) || isStock(info)) return "stock";
    return operations.run(name, [x, filter], attributesOf(info));
  });

const inputGradient = (name: "Conv2DBackpropInput" | "DepthwiseConv2dNativeBackpropInput", depthwise: boolean) =>
  kernel<{ dy: TensorInfo; filter: TensorInfo }, StockConv2D & { inputShape: Shape4D }>(name, (operations, { dy, filter }, attributes) => {
    const info = convInfo(attributes.inputShape, filter.shape, attributes, depthwise);
    if (attributes.dataFormat === "NCHW" || !isFloat(dy, filter) || isStock(info)) return "stock";
    return operations.run(name, [shapeTensor(attributes.inputShape), filter, dy], attributesOf(info));
  });

const filterGradient = (name: "Conv2DBackpropFilter" | "DepthwiseConv2dNativeBackpropFilter", depthwise: boolean) =>
  kernel<{ x: TensorInfo; dy: TensorInfo }, StockConv2D & { filterShape: Shape4D }>(name, (operations, { x, dy }, attributes) => {
    const info = convInfo(x.shape, attributes.filterShape, attributes, depthwise);
    if (attributes.dataFormat === "NCHW" || !isFloat(x, dy) || isStock(info)) return "stock";
    return operations.run(name, [x, shapeTensor(attributes.filterShape), dy], attributesOf(info));
  });

export const convKernels = [
  forward("Conv2D", false),
  inputGradient("Conv2DBackpropInput", false),
  filterGradient("Conv2DBackpropFilter", false),
  forward("DepthwiseConv2dNative", true),
  inputGradient("DepthwiseConv2dNativeBackpropInput", true),
  filterGradient("DepthwiseConv2dNativeBackpropFilter", true),

  kernel<{ x: TensorInfo; filter: TensorInfo; bias?: TensorInfo; preluActivationWeights?: TensorInfo }, StockConv2D & { activation: string }>(
    "FusedConv2D",
    (operations, { x, filter, bias, preluActivationWeights }, attributes) => {
      const info = convInfo(x.shape, filter.shape, attributes);
      const known = attributes.activation === "linear" || attributes.activation in activations;
      if (attributes.dataFormat === "NCHW" || !isFloat(x, filter) || isStock(info) || preluActivationWeights || !known) return "stock";
      return finish(operations, operations.run("Conv2D", [x, filter], attributesOf(info)), bias, attributes.activation);
    },
  ),
];
