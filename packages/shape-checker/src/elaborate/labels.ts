/** Labels, with their expressions evaluated. */

import { locate, type Label } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import type { Flow } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { printValue } from "./values.ts";
import { reportAt, sightOf, type Place, type Walk } from "./walk.ts";

// Control characters and what would end a segment or a string.
// oxlint-disable-next-line no-control-regex
const unfit = /[.'"`\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** The text of a label; of one that no layer can have, what it is mended to; "unknown" after a mistake in an expression. */
export function labelText(walk: Walk, label: Label, flow: Flow, place: Place): string | "unknown" {
  let text = "";
  for (const part of label.parts) {
    if (typeof part === "string") text += part;
    else {
      const value = evaluate(part, sightOf(walk, place, flow));
      if (value.type === "unknown") return "unknown";
      text += value.type === "string" ? value.value : printValue(value);
    }
  }
  if (text !== "" && text.search(unfit) < 0) return text;
  const mended = text.replaceAll(unfit, "_") || "_";
  const isPlain = label.parts.every((part) => typeof part === "string");
  const fixes = isPlain ? [{ title: `write "${mended}"`, edits: [{ span: label.span, text: `"${mended}"` }] }] : [];
  reportAt(walk, place, locate(flowProblems.badLabel({ label: text }), label.span, { fixes }));
  return mended;
}
