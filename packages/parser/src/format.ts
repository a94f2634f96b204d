/** The canonical layout of a text. Prettier is loaded when the first text is formatted, not before. */

import type { Diagnostic } from "./diagnostic.ts";
import { parse } from "./parse.ts";

export interface FormatResult {
  /** Formatted; as it was given where it has mistakes. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Formats a `.cnn` text. Its meaning stays the same, its comments stay where they are, and formatting twice changes nothing more. */
export async function format(text: string): Promise<FormatResult> {
  const { diagnostics } = parse(text, { file: "" });
  if (diagnostics.length > 0) return { text, diagnostics };
  const [prettier, { default: plugin }] = await Promise.all([import("prettier/standalone"), import("./prettier/plugin.ts")]);
  return { text: await prettier.format(text, { parser: "cnn", plugins: [plugin] }), diagnostics };
}
