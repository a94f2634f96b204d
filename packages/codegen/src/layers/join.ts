/** Where branches meet; and where they begin. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import type { Code } from "../code.ts";
import { tensorShape } from "../layout.ts";
import { apply, type Context, type LayersEmitters } from "./layer.ts";

/** A vector stands over a map as a map of one pixel. */
const fold = (kind: "add" | "multiply") => ({ attributes: { aligned } }: LayerOf<"add" | "mul">, here: Context): Code => {
  const operands = here.inputs.map((input, index) => {
    const shape = aligned[index];
    if (!shape || shape.axes.length === here.inputShapes[index]?.axes.length) return input;
    return here.one(apply(here.helper(`map_${index + 1}`, "reshape", { targetShape: tensorShape(shape) }), input));
  });
  return apply(here.stock(kind), operands);
};

export const join: LayersEmitters<"add" | "mul" | "concat" | "identity" | "input"> = {
  add: fold("add"),
  mul: fold("multiply"),
  concat: (_, here) => apply(here.stock("concatenate"), here.inputs),
  identity: (_, here) => apply(here.stock("activation", { activation: "linear" }), here.input),
  input: (_, { input }) => input,
};
