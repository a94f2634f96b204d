/**
 * Convolutions with groups on TensorFlow, whose own operations tell the groups by the filter's channels. Their gradients it has
 * on graphics cards only; elsewhere each group's are computed by themselves.
 */

import { scalar, tensor4d, type Tensor, type TensorInfo } from "@tensorflow/tfjs-core";
import type { GroupedConv } from "../grouped.ts";
import { shapeTensor, slidingAttributes } from "./conv.ts";
import { float, kernel, type Operations } from "./operations.ts";

const attributesOf = ({ strides, padding }: GroupedConv) => slidingAttributes(strides, [1, 1], padding);

/** Of the input, from the output's gradient and the filter; of the filter, from the input and the output's gradient. */
type Gradient = (operations: Operations, a: TensorInfo, b: TensorInfo, shape: readonly number[], attributes: GroupedConv) => Tensor;

const inputGradient: Gradient = (operations, dy, filter, shape, attributes) =>
  operations.run("Conv2DBackpropInput", [shapeTensor(shape), filter, dy], attributesOf(attributes));

const filterGradient: Gradient = (operations, x, dy, shape, attributes) =>
  operations.run("Conv2DBackpropFilter", [x, shapeTensor(shape), dy], attributesOf(attributes));

const known = new WeakMap<Operations, boolean>();

/** Whether TensorFlow gives the gradients here, and rightly: asked once, with two groups of one channel, whose gradients are products. */
function hasGradients(operations: Operations): boolean {
  const answered = known.get(operations);
  if (answered !== undefined) return answered;
  const attributes: GroupedConv = { strides: [1, 1], padding: [[0, 0], [0, 0]], groups: 2 };
  const [x, filter, dy] = [[2, 3], [5, 7], [11, 13]].map((values) => tensor4d(values, [1, 1, 1, 2]));
  const gives = (gradient: () => Tensor, expected: string): boolean => {
    try {
      return gradient().dataSync().join() === expected;
    } catch {
      return false; // "Gradients for grouped convolutions are not supported on CPU."
    }
  };
  const has =
    x !== undefined && filter !== undefined && dy !== undefined &&
    gives(() => inputGradient(operations, dy, filter, x.shape, attributes), "55,91") &&
    gives(() => filterGradient(operations, x, dy, filter.shape, attributes), "22,39");
  known.set(operations, has);
  return has;
}

/** The last axis in as many equal parts, and joined again. */
const split = (operations: Operations, x: TensorInfo, parts: number): Tensor[] =>
  operations.runForAll("Split", [scalar(x.shape.length - 1, "int32"), x], { ...float, num_split: parts }, parts);

const join = (operations: Operations, parts: readonly TensorInfo[]): Tensor =>
  operations.run("ConcatV2", [...parts, scalar(-1, "int32")], { ...float, Tidx: { type: "int32" }, N: parts.length });

/** The gradient, of all groups together where TensorFlow can, else group by group. */
function gradientOf(gradient: Gradient, operations: Operations, a: TensorInfo, b: TensorInfo, shape: readonly number[], attributes: GroupedConv): TensorInfo {
  const { groups } = attributes;
  if (hasGradients(operations)) return gradient(operations, a, b, shape, attributes);
  // The input's channels and the filter's filters are the groups', one after the other; both lie along the last axis.
  const own = shape.map((size, axis) => (axis === shape.length - 1 ? size / groups : size));
  const others = split(operations, b, groups);
  return join(operations, split(operations, a, groups).map((part, group) => gradient(operations, part, others[group] ?? b, own, attributes)));
}

export const groupedConvKernels = [
  kernel<{ x: TensorInfo; filter: TensorInfo }, GroupedConv>("CnnGroupedConv2D", (operations, { x, filter }, attributes) =>
    operations.run("Conv2D", [x, filter], attributesOf(attributes)),
  ),

  kernel<{ dy: TensorInfo; filter: TensorInfo }, GroupedConv & { inputShape: number[] }>("CnnGroupedConv2DInputGradient", (operations, { dy, filter }, attributes) =>
    gradientOf(inputGradient, operations, dy, filter, attributes.inputShape, attributes),
  ),

  kernel<{ x: TensorInfo; dy: TensorInfo }, GroupedConv & { filterShape: number[] }>("CnnGroupedConv2DFilterGradient", (operations, { x, dy }, attributes) =>
    gradientOf(filterGradient, operations, x, dy, attributes.filterShape, attributes),
  ),
];
