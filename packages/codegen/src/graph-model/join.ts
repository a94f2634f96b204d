/** Where branches meet; and where they begin. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import type { Context, GraphEmitters } from "./emitter.ts";
import type { Node } from "./graph.ts";
import { asShape, concat } from "./operations.ts";

/** Pairwise from the first on; a vector stands over a map as a map of one pixel. */
const fold = (op: "AddV2" | "Mul") => ({ attributes: { aligned } }: LayerOf<"add" | "mul">, { graph, inputs, inputShapes }: Context): Node => {
  const operands = inputs.map((input, index) => {
    const shape = aligned[index];
    return shape && shape.axes.length > (inputShapes[index]?.axes.length ?? 0) ? asShape(graph, input, shape) : input;
  });
  return operands.reduce((sum, operand) => graph.node(op, [sum, operand]));
};

const passed = (_: LayerOf<"identity" | "input">, { input }: Context): Node => input;

export const join: GraphEmitters<"add" | "mul" | "concat" | "identity" | "input"> = {
  add: fold("AddV2"),
  mul: fold("Mul"),
  concat: ({ outputShape }, { graph, inputs }) => concat(graph, inputs, outputShape.axes.length + 1),
  identity: passed,
  input: passed,
};
