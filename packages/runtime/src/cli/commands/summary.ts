/** `cnn summary FILE`: the table of a model's layers. */

import { summarize } from "@cnn-lang/shape-checker";
import { buildCommand } from "@stricli/core";
import { type Context, Refusal } from "../context.ts";
import { checkedModels, modelFlags, type ModelFlags } from "../model.ts";
import { drawSummary, markdownSummary } from "../output/summary.ts";

interface Flags extends ModelFlags {
  readonly format: "human" | "json" | "markdown";
}

export const summaryCommand = buildCommand<Flags, [file: string], Context>({
  docs: {
    brief: "Show a model's layers, shapes, weights and costs",
    fullDescription: "Prints a table of every model of the file, or of the one that is picked by FILE#NAME or --model.",
  },
  parameters: {
    flags: {
      ...modelFlags,
      format: { kind: "enum", values: ["human", "json", "markdown"], default: "human", brief: "How the table is written" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FILE", brief: "A .cnn file" }] },
  },
  func(flags, reference) {
    const models = checkedModels(this, reference, flags);
    if (!models) return;
    const { stdout } = this.process;
    const summaries = models.map(summarize);
    const [only, another] = summaries;
    if (flags.format === "json") {
      const document = only && !another ? only : { version: 1, models: summaries };
      stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
      return;
    }
    if (!only) throw new Refusal(1, `${reference} holds no model.`);
    const draw = flags.format === "human" ? drawSummary : markdownSummary;
    stdout.write(summaries.map((summary) => draw(summary, stdout.paint)).join("\n"));
  },
});
