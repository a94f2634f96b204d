/**
 * Who makes a mend knows by how many characters it moves an edge, and no more: where that leads into another line, lines and
 * columns are wrong. So they are set here, by the offsets, for all edits at once; and what is taken out leaves no gap.
 */

import type { Diagnostic, Edit, Fix } from "@cnn-lang/parser";
import type { FileScope } from "./resolve/program.ts";

/** Gives each edit of a diagnostic's mends the lines and columns of its offsets. */
export function placeEdits(files: ReadonlyMap<string, FileScope>): (diagnostic: Diagnostic) => Diagnostic {
  const place = (edit: Edit): Edit => {
    const { span: { file, start, end }, text } = edit;
    const source = files.get(file)?.source;
    if (!source) return edit;
    const [from, to] = text === "" ? withoutGap(source.text, start.offset, end.offset) : [start.offset, end.offset];
    const isInPlace = source.position(from) === start && source.position(to) === end;
    return isInPlace ? edit : { span: source.span(from, to), text };
  };
  const placeAll = (fix: Fix): Fix => {
    const edits = same(fix.edits, place);
    return edits === fix.edits ? fix : { ...fix, edits };
  };
  return (diagnostic) => {
    const fixes = same(diagnostic.fixes, placeAll);
    return fixes === diagnostic.fixes ? diagnostic : { ...diagnostic, fixes };
  };
}

/** A list with each item changed; the list itself where none was. */
function same<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.every((item, i) => item === list[i]) ? list : changed;
}

/** With all that stands in a pair of parentheses they go too, and of the blanks on both sides one. */
function withoutGap(text: string, start: number, end: number): readonly [number, number] {
  if (start === end) return [start, end];
  const [before, after] = [text.charAt(start - 1), text.charAt(end)];
  if (before === "(" && after === ")") return [start - 1, end + 1];
  return (before === " " || before === "\t") && /^(?:\s|\)|\})?$/.test(after) ? [start - 1, end] : [start, end];
}
