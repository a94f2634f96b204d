/** Activations: TensorFlow's own, and what is composed of them. */

import type { LayerOf, OperatorName } from "@cnn-lang/shape-checker";
import type { Context, GraphEmitters } from "./emitter.ts";
import type { Graph, Node } from "./graph.ts";
import { add, multiply, scalar } from "./operations.ts";

const stock = (op: string) => (_: LayerOf<OperatorName>, { graph, input }: Context): Node => graph.node(op, [input]);

/** relu6(x + 3) / 6 */
const ramp = (graph: Graph, x: Node): Node => graph.node("RealDiv", [graph.node("Relu6", [add(graph, x, scalar(graph, 3))]), scalar(graph, 6)]);

export const activations: GraphEmitters<
  | "relu" | "relu6" | "selu" | "silu" | "hardswish" | "hardsigmoid" | "sigmoid" | "tanh"
  | "softplus" | "mish" | "leaky_relu" | "elu" | "gelu" | "prelu" | "softmax"
> = {
  relu: stock("Relu"),
  relu6: stock("Relu6"),
  selu: stock("Selu"),
  silu: (_, { graph, input }) => multiply(graph, input, graph.node("Sigmoid", [input])),
  hardswish: (_, { graph, input }) => multiply(graph, input, ramp(graph, input)),
  hardsigmoid: (_, { graph, input }) => ramp(graph, input),
  sigmoid: stock("Sigmoid"),
  tanh: stock("Tanh"),
  softplus({ attributes: { beta } }, { graph, input }) {
    if (beta === 1) return graph.node("Softplus", [input]);
    return graph.node("RealDiv", [graph.node("Softplus", [multiply(graph, input, scalar(graph, beta))]), scalar(graph, beta)]);
  },
  mish: (_, { graph, input }) => multiply(graph, input, graph.node("Tanh", [graph.node("Softplus", [input])])),
  leaky_relu: ({ attributes: { slope } }, { graph, input }) => graph.node("LeakyRelu", [input], { alpha: { f: slope } }),
  elu({ attributes: { alpha } }, { graph, input }) {
    if (alpha === 1) return graph.node("Elu", [input]);
    const below = graph.node("Elu", [graph.node("Minimum", [input, scalar(graph, 0)])]);
    return add(graph, graph.node("Relu", [input]), multiply(graph, below, scalar(graph, alpha)));
  },
  gelu({ attributes: { approximate } }, { graph, input }) {
    const half = multiply(graph, input, scalar(graph, 0.5));
    if (approximate === "none") return multiply(graph, half, add(graph, graph.node("Erf", [multiply(graph, input, scalar(graph, Math.SQRT1_2))]), scalar(graph, 1)));
    // tanh(√(2/π) · (x + 0.044715·x³))
    const cubic = add(graph, multiply(graph, graph.node("Square", [input]), scalar(graph, 0.044715)), scalar(graph, 1));
    const bend = graph.node("Tanh", [multiply(graph, multiply(graph, input, cubic), scalar(graph, Math.sqrt(2 / Math.PI)))]);
    return multiply(graph, half, add(graph, bend, scalar(graph, 1)));
  },
  prelu: (_, { graph, input, weight }) => graph.node("Prelu", [input, weight("weight")]),
  softmax: stock("Softmax"),
};
