/** Where branches meet; and where they begin. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import { code, join as sequence, type Code } from "../code.ts";
import { construct, expression, nn, type Context, type TorchEmitters, type TorchLayer } from "./construction.ts";
import { call, list, operation } from "./python.ts";

/** A vector stands over a map as a map of one pixel. */
const fold = (operator: "+" | "*") => ({ attributes: { aligned } }: LayerOf<"add" | "mul">, { inputShapes }: Context): TorchLayer =>
  expression((_, inputs) => {
    const spread = inputs.map((input, index): Code => {
      const more = (aligned[index]?.axes.length ?? 0) - (inputShapes[index]?.axes.length ?? 0);
      return more > 0 ? code`${input}[${sequence([code`...`, ...Array.from({ length: more }, () => code`None`)], ", ")}]` : input;
    });
    return operation(operator, spread);
  });

export const join: TorchEmitters<"add" | "mul" | "concat" | "identity" | "input"> = {
  add: fold("+"),
  mul: fold("*"),
  concat: () => expression((_, inputs) => call(code`torch.cat`, [list(inputs), code`dim=1`])),
  identity: () => ({ kind: "module", construction: construct(nn("Identity")), passes: true }),
  input: () => expression((x) => x),
};
