/** Where branches meet; and where they begin. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import { code, identifier, type Code } from "../code.ts";
import { tensorShape } from "../layout.ts";
import type { Context, Emitters } from "./emitter.ts";

/** Pairwise from the first on; a vector stands over a map as a map of one pixel. */
const fold = (operation: "add" | "mul") => ({
  core({ attributes: { aligned } }: LayerOf<"add" | "mul">, { inputs, inputShapes }: Context): Code {
    const operands = inputs.map((input, index) => {
      const shape = aligned[index];
      return shape && shape.axes.length > (inputShapes[index]?.axes.length ?? 0) ? code`tf.reshape(${input}, ${[-1, ...tensorShape(shape)]})` : input;
    });
    return operands.reduce((sum, operand) => code`tf.${identifier(operation)}(${sum}, ${operand})`);
  },
});

const passed = { core: (_: LayerOf<"identity" | "input">, { input }: Context): Code => input };

export const join: Emitters<"add" | "mul" | "concat" | "identity" | "input"> = {
  add: fold("add"),
  mul: fold("mul"),
  concat: { core: (_, { inputs }) => code`tf.concat(${inputs}, ${-1})` },
  identity: passed,
  input: passed,
};
