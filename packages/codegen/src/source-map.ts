/**
 * Which line of a program each line of emitted code comes from, as a source map (version 3, ECMA-426). While code is
 * formatted every layer's statement carries a mark; `resolveMarks` replaces marks by comments and notes their lines.
 */

import type { Span } from "@cnn-lang/parser";
import { lineComment, type Code } from "./code.ts";

/** A source map: plain JSON, without the sources' text. */
export interface SourceMap {
  readonly version: 3;
  readonly file?: string;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** Where a statement comes from: a layer of the program, or a call of a block. */
export interface Origin {
  /** The layer's or call's path; inside a function what is left of it behind the path of the function's call. */
  readonly path: string;
  readonly span: Span;
}

/** What a mark stands for: the comment that takes its place, and where its statement comes from. */
export interface Mark extends Origin {
  readonly comment: string;
}

/** The comment that a statement carries until `resolveMarks`. */
export const markComment = (index: number): Code => lineComment(`#${index}#`);

/**
 * Replaces the marks in formatted code. A statement runs from its first line, which starts it, to the line of its
 * mark; all those lines have its origin.
 */
export function resolveMarks(formatted: string, marks: readonly Mark[]): { readonly code: string; readonly origins: readonly (Origin | undefined)[] } {
  const origins: (Origin | undefined)[] = [];
  let start = 0;
  const lines = formatted.split("\n").map((line, index) => {
    if (/^\s*(const|return|export|\/\/)/.test(line)) start = index;
    const mark = marks[Number(/\/\/ #(\d+)#$/.exec(line)?.[1] ?? Number.NaN)];
    origins.push(undefined);
    if (mark === undefined) return line;
    origins.fill({ path: mark.path, span: mark.span }, start);
    start = index + 1;
    return line.replace(/\/\/ #\d+#$/, () => mark.comment);
  });
  return { code: lines.join("\n"), origins };
}

/** The map of code whose lines have these origins. */
export function createSourceMap(origins: readonly (Origin | undefined)[], file?: string): SourceMap {
  const sources: string[] = [];
  let previous = { source: 0, line: 0, column: 0 };
  const mappings = origins.map((origin) => {
    if (origin === undefined) return "";
    const { span } = origin;
    if (!sources.includes(span.file)) sources.push(span.file);
    const at = { source: sources.indexOf(span.file), line: span.start.line - 1, column: span.start.column - 1 };
    const segment = [0, at.source - previous.source, at.line - previous.line, at.column - previous.column];
    previous = at;
    return segment.map(encodeNumber).join("");
  });
  return { version: 3, ...(file !== undefined && { file }), sources, names: [], mappings: mappings.join(";") };
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base 64 in groups of five bits, the sign in the lowest (VLQ). */
function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += digits[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
