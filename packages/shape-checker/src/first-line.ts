/**
 * A mark takes one line: of a skip, a join or a loop that goes on below, its first line without the brace. A whole body
 * underlined would hide the mistakes inside it, and says less.
 */

import type { Diagnostic, Span } from "@cnn-lang/parser";
import type { FileScope } from "./resolve/program.ts";

export function markFirstLines(diagnostic: Diagnostic, files: ReadonlyMap<string, FileScope>): Diagnostic {
  const { span, related } = diagnostic;
  if (isOneLine(span) && related.every((place) => isOneLine(place.span))) return diagnostic;
  const shorten = (long: Span): Span => firstLine(long, files.get(long.file)?.text ?? "");
  return { ...diagnostic, span: shorten(span), related: related.map((place) => ({ ...place, span: shorten(place.span) })) };
}

const isOneLine = ({ start, end }: Span): boolean => start.line === end.line;

function firstLine(span: Span, text: string): Span {
  if (isOneLine(span)) return span;
  const { line, column, offset } = span.start;
  const first = /^[^\r\n]*/.exec(text.slice(offset, span.end.offset))?.[0] ?? "";
  const mark = first.replace(/\s*\/\/.*$/, "").replace(/(.)\s*[{([|\s]*$/s, "$1") || first;
  return { ...span, end: { line, column: column + mark.length, offset: offset + mark.length } };
}
