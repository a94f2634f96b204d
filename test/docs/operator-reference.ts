/** The page of operators, made from their table. */

import { operators } from "@cnn-lang/shape-checker";

interface Shown {
  readonly doc: string;
  readonly default?: unknown;
}

/** Markdown: a section an operator, with a table of its arguments. */
export function operatorReference(): string {
  const sections = Object.entries(operators)
    .filter(([name]) => name !== "input")
    .map(([name, { doc, signature }]) => {
      const rows = Object.entries<Shown>(signature).map(([parameter, shown]) => `| \`${parameter}\` | ${standard(shown.default)} | ${cell(shown.doc)} |`);
      const table = rows.length > 0 ? ["", "| argument | default | meaning |", "| --- | --- | --- |", ...rows] : [];
      return [`## ${name}`, "", doc, ...table].join("\n");
    });
  return `${["# Operators", ...sections].join("\n\n")}\n`;
}

function standard(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "object" && value !== null && "of" in value ? `that of \`${String(value.of)}\`` : `\`${String(value)}\``;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
