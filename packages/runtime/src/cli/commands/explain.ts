/** `cnn explain [CODE]`: what a diagnostic means, with a wrong program and its mended twin. */

import { buildCommand } from "@stricli/core";
import { type Context, Refusal } from "../context.ts";
import { drawExplanation, drawIndex } from "../output/explanation.ts";

interface Flags {
  readonly format: "human" | "json";
}

export const explainCommand = buildCommand<Flags, [code?: string], Context>({
  docs: {
    brief: "Teach what a diagnostic means, and how to mend it",
    fullDescription: "Explains a code such as CNN4001 with a wrong program and the same program mended; without a code, lists all of them by families.",
    customUsage: ["[<CODE>]"],
  },
  parameters: {
    flags: { format: { kind: "enum", values: ["human", "json"], default: "human", brief: "How it is written" } },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "CODE", optional: true, brief: "The code of a diagnostic, such as CNN4001" }] },
  },
  async func({ format }, code) {
    const { explain, explanations, nearestCode } = await import("#cli/explanations");
    const { stdout } = this.process;
    const writeJson = (document: object): void => stdout.write(`${JSON.stringify({ version: 1, ...document }, undefined, 2)}\n`);
    if (code === undefined) {
      const families = explanations();
      if (format === "human") stdout.write(drawIndex(families, stdout.paint));
      else {
        writeJson({
          families: families.map(({ title, explanations: pages }) => ({
            title,
            codes: pages.map((page) => ({ code: page.code, severity: page.severity, title: page.title })),
          })),
        });
      }
      return;
    }
    const explanation = explain(code);
    if (!explanation) throw new Refusal(2, unknownCode(code, nearestCode(code)));
    if (format === "human") stdout.write(drawExplanation(explanation, stdout.paint, stdout.columns()));
    else writeJson(explanation);
  },
});

function unknownCode(code: string, nearest: string | undefined): string {
  return `There is no diagnostic ${code}${nearest === undefined ? "." : `; did you mean ${nearest}?`} All of them: cnn explain`;
}
