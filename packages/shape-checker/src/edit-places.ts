/**
 * Who makes a mend knows by how many characters it moves an edge, and no more: where that leads into another line, lines and
 * columns are wrong. So they are set here, by the offsets, for all edits at once.
 */

import { createSource, type Diagnostic, type Source, type Span } from "@cnn-lang/parser";
import type { FileScope } from "./resolve/program.ts";

/** Gives each edit of a diagnostic's mends the lines and columns of its offsets. */
export function placeEdits(files: ReadonlyMap<string, FileScope>): (diagnostic: Diagnostic) => Diagnostic {
  const sources = new Map<string, Source>();
  const place = ({ file, start, end }: Span): Span => {
    const source = sources.get(file) ?? createSource(file, files.get(file)?.text ?? "");
    sources.set(file, source);
    return source.span(start.offset, end.offset);
  };
  return (diagnostic) =>
    diagnostic.fixes.length === 0
      ? diagnostic
      : { ...diagnostic, fixes: diagnostic.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, span: place(edit.span) })) })) };
}
