/** Norms: batch norm by its running statistics, the others over parts of each image. */

import type { Shape } from "@cnn-lang/shape-checker";
import type { Context, GraphEmitters } from "./emitter.ts";
import type { Graph, Node } from "./graph.ts";
import { add, alongAxis, asShape, multiply, reduce, reshape, scalar } from "./operations.ts";

export const normalization: GraphEmitters<"batchnorm" | "layernorm" | "groupnorm" | "instancenorm" | "localresponsenorm"> = {
  batchnorm({ attributes: { eps, affine } }, { graph, input, inputShape, weight }) {
    const constant = (value: number): Node => graph.floats(Array.from({ length: inputShape.channels }, () => value), [inputShape.channels]);
    const [scale, offset] = affine ? [weight("weight"), weight("bias")] : [constant(1), constant(0)];
    // TensorFlow's operation is for maps: everything between batch and channels is one axis for it.
    const map = reshape(graph, input, [-1, 1, inputShape.axes.reduce((product, n) => product * n, 1), inputShape.channels]);
    const isMap = inputShape.axes.length === 2;
    const normal = graph.node("FusedBatchNormV3", [isMap ? input : map, scale, offset, weight("running_mean"), weight("running_var")], { epsilon: { f: eps }, is_training: { b: false } });
    return isMap ? normal : asShape(graph, normal, inputShape);
  },
  layernorm({ attributes: { eps, over, affine } }, here) {
    const { graph, input, inputShape } = here;
    const all = [...inputShape.axes, inputShape.channels].map((_, axis) => axis + 1);
    return scaledAndShifted(normalized(graph, input, over === "all" ? all : all.slice(-1), eps), affine, here);
  },
  groupnorm: ({ attributes: { groups, eps, affine } }, here) => scaledAndShifted(byGroups(here.graph, here.input, here.inputShape, groups, eps), affine, here),
  instancenorm: ({ attributes: { eps, affine } }, here) => scaledAndShifted(byGroups(here.graph, here.input, here.inputShape, here.inputShape.channels, eps), affine, here),
  localresponsenorm({ attributes: { size, alpha, beta, k } }, { graph, input, inputShape }) {
    // Channel i is divided by a sum from ⌊size / 2⌋ before it to ⌊(size − 1) / 2⌋ behind it: a product with a banded matrix.
    const before = Math.floor(size / 2);
    const isNear = (from: number, to: number): boolean => from >= to - before && from < to - before + size;
    const { value } = alongAxis(graph, graph.node("Square", [input]), inputShape, inputShape.axes.length, inputShape.channels, (from, to) => (isNear(from, to) ? alpha / size : 0));
    return multiply(graph, input, graph.node("Pow", [add(graph, value, scalar(graph, k)), scalar(graph, -beta)]));
  },
};

/** (x − mean) / √(variance + eps), mean and variance over axes of the tensor. */
function normalized(graph: Graph, x: Node, axes: readonly number[], eps: number): Node {
  const centred = graph.node("Sub", [x, reduce(graph, "Mean", x, axes, true)]);
  const variance = reduce(graph, "Mean", graph.node("Square", [centred]), axes, true);
  return multiply(graph, centred, graph.node("Rsqrt", [add(graph, variance, scalar(graph, eps))]));
}

function byGroups(graph: Graph, x: Node, shape: Shape, groups: number, eps: number): Node {
  const parted = reshape(graph, x, [-1, shape.axes.reduce((product, n) => product * n, 1), groups, shape.channels / groups]);
  return asShape(graph, normalized(graph, parted, [1, 3], eps), shape);
}

const scaledAndShifted = (x: Node, affine: boolean, { graph, weight }: Context): Node => (affine ? add(graph, multiply(graph, x, weight("weight")), weight("bias")) : x);
