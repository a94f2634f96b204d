/** Dense layers: one matrix product. */

import type { GraphEmitters } from "./emitter.ts";
import { add, asShape, reshape } from "./operations.ts";

export const dense: GraphEmitters<"dense"> = {
  dense({ attributes, outputShape }, { graph, input, inputShape, weight }) {
    const isMap = inputShape.axes.length > 0;
    const rows = isMap ? reshape(graph, input, [-1, inputShape.channels]) : input;
    const product = graph.node("MatMul", [rows, weight("weight")], { transpose_a: { b: false }, transpose_b: { b: false } });
    const biased = attributes.bias ? add(graph, product, weight("bias")) : product;
    return isMap ? asShape(graph, biased, outputShape) : biased;
  },
};
