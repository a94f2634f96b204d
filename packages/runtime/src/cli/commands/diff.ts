/** `cnn diff A B`: what changed from one model to another. */

import { compareModels } from "@cnn-lang/shape-checker";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { checkedModel, modelFlags, type ModelFlags } from "../model.ts";
import { drawComparison } from "../output/comparison.ts";

interface Flags extends Pick<ModelFlags, "set" | "input"> {
  readonly format: "human" | "json";
}

const { set, input } = modelFlags;

export const diffCommand = buildCommand<Flags, [before: string, after: string], Context>({
  docs: {
    brief: "Say what changed from one model to another",
    fullDescription:
      "Compares layers by their paths, weights by their names, and costs; and tells which tensors of a weight file of A still fit B.\n" +
      "--set and --input hold for both.",
  },
  parameters: {
    flags: { set, input, format: { kind: "enum", values: ["human", "json"], default: "human", brief: "How the result is written" } },
    positional: {
      kind: "tuple",
      parameters: [
        { parse: String, placeholder: "A", brief: "FILE or FILE#NAME" },
        { parse: String, placeholder: "B", brief: "FILE or FILE#NAME" },
      ],
    },
  },
  func({ format, ...flags }, ...references) {
    const [before, after] = references.map((reference) => checkedModel(this, reference, flags));
    if (!before || !after) return;
    const { stdout } = this.process;
    const comparison = compareModels(before, after);
    stdout.write(format === "json" ? `${JSON.stringify(comparison, undefined, 2)}\n` : drawComparison(comparison, stdout.paint));
  },
});
