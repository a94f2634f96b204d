/**
 * Who makes a mend knows by how many characters it moves an edge, and no more: where that leads into another line, lines and
 * columns are wrong. So they are set here, by the offsets, for all edits at once; and what is taken out leaves no gap.
 */

import { createSource, type Diagnostic, type Edit, type Source } from "@cnn-lang/parser";
import type { FileScope } from "./resolve/program.ts";

/** Gives each edit of a diagnostic's mends the lines and columns of its offsets. */
export function placeEdits(files: ReadonlyMap<string, FileScope>): (diagnostic: Diagnostic) => Diagnostic {
  const sources = new Map<string, Source>();
  const place = ({ span: { file, start, end }, text }: Edit): Edit => {
    const source = sources.get(file) ?? createSource(file, files.get(file)?.text ?? "");
    sources.set(file, source);
    const [from, to] = text === "" ? withoutGap(source.text, start.offset, end.offset) : [start.offset, end.offset];
    return { span: source.span(from, to), text };
  };
  return (diagnostic) =>
    diagnostic.fixes.length === 0
      ? diagnostic
      : { ...diagnostic, fixes: diagnostic.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(place) })) };
}

/** With all that stands in a pair of parentheses they go too, and of the blanks on both sides one. */
function withoutGap(text: string, start: number, end: number): readonly [number, number] {
  if (start === end) return [start, end];
  const [before, after] = [text.charAt(start - 1), text.charAt(end)];
  if (before === "(" && after === ")") return [start - 1, end + 1];
  return (before === " " || before === "\t") && /^(?:\s|\)|\})?$/.test(after) ? [start - 1, end] : [start, end];
}
