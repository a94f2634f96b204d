/**
 * `// cnn-ignore CODE`: on its own line for the next line that has code, at a line's end for that line. Warnings and hints are
 * silenced; an error is not, since what it stops would be missing without a word.
 */

import { locate, type Comment, type Diagnostic, type Fix } from "@cnn-lang/parser";
import { ignoreProblems } from "./codes/ignore.ts";
import type { FileScope } from "./resolve/program.ts";

interface Ignore {
  readonly code: string;
  /** It is the comment's only one. */
  readonly isOnly: boolean;
  /** The line whose diagnostics it silences. */
  readonly line: number;
  readonly comment: Comment;
}

/** The diagnostics that no comment silences, and one for each comment that silences nothing. */
export function dropIgnored(diagnostics: readonly Diagnostic[], files: ReadonlyMap<string, FileScope>): readonly Diagnostic[] {
  const kept = new Set(diagnostics);
  const unused: Diagnostic[] = [];
  let places: ReadonlyMap<string, readonly Diagnostic[]> | undefined;
  for (const [file, scope] of files) {
    for (const ignore of ignoresIn(scope)) {
      const { code, line, comment } = ignore;
      places ??= byPlace(diagnostics);
      const meant = places.get(placeOf(code, line, file)) ?? [];
      const silenced = meant.filter(({ severity }) => severity !== "error");
      silenced.forEach((diagnostic) => kept.delete(diagnostic));
      if (silenced.length === 0) unused.push(locate(ignoreProblems.unusedIgnore({ code, isError: meant.length > 0 }), comment.span, { fixes: [withoutIt(ignore, scope.text)] }));
    }
  }
  return [...kept, ...unused];
}

/** Diagnostics by code, line and file, in which many ignores of a long text are looked up. */
function byPlace(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const places = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const place = placeOf(diagnostic.code, diagnostic.span.start.line, diagnostic.span.file);
    const there = places.get(place);
    if (there) there.push(diagnostic);
    else places.set(place, [diagnostic]);
  }
  return places;
}

const placeOf = (code: string, line: number, file: string): string => `${code} ${line} ${file}`;

function ignoresIn({ ast, text }: FileScope): readonly Ignore[] {
  const ignoring = ast.comments.filter((comment) => comment.text.includes("cnn-ignore"));
  if (ignoring.length === 0) return [];
  const lines = text.split(/\r\n|\r|\n/);
  return ignoring.flatMap((comment) => {
    const codes = /^\/\/\s*cnn-ignore((?:\s+CNN\d{4})+)/.exec(comment.text)?.[1]?.trim().split(/\s+/) ?? [];
    const { line, column } = comment.span.start;
    const alone = (lines[line - 1] ?? "").slice(0, column - 1).trim() === "";
    const target = alone ? nextLineOfCode(lines, line) : line;
    return codes.map((code) => ({ code, isOnly: codes.length === 1, line: target, comment }));
  });
}

/** Takes the code out of its comment; the only one with the comment, and its line where it has one to itself. */
function withoutIt({ code, isOnly, comment: { span, text: written } }: Ignore, text: string): Fix {
  if (!isOnly) return { title: `leave ${code} out`, edits: [{ span, text: written.replace(new RegExp(`\\s+${code}\\b`), "") }] };
  const inLine = text.slice(span.start.offset - (span.start.column - 1), span.start.offset);
  const before = inLine.length - inLine.trimEnd().length;
  const from = span.start.offset - before;
  const isAlone = from === 0 || /[\r\n]/.test(text[from - 1] ?? "");
  const ending = isAlone ? (/^(?:\r\n|\r|\n)/.exec(text.slice(span.end.offset, span.end.offset + 2))?.[0].length ?? 0) : 0;
  const start = { ...span.start, offset: from };
  return { title: "leave the comment out", edits: [{ span: { ...span, start, end: { ...span.end, offset: span.end.offset + ending } }, text: "" }] };
}

/** The next line (from 1) after `line` that is neither blank nor a comment. */
function nextLineOfCode(lines: readonly string[], line: number): number {
  for (let next = line; next < lines.length; next++) {
    const text = (lines[next] ?? "").trim();
    if (text !== "" && !text.startsWith("//")) return next + 1;
  }
  return line;
}
