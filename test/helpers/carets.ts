/**
 * Wrong programs that say themselves what is wrong with them:
 *
 *       conv 6 30
 *     //       ^^ CNN4001: a 30x30 kernel does not fit 1@28x28
 *     //  + CNN4001: take a smaller kernel: 28x28
 *
 * Carets mark exactly the place of a diagnostic in the line of code above, the words after the colon must appear in its
 * message. Each of its fixes has a line with `+` and its title. Tildes mark a related place. A mark that begins in the first two columns is written with `<` for them
 * (`//<^^^`); `…` after the carets means that the place goes on in the lines below. The marks are comments and stay in the
 * program, so that its line numbers are those of the file.
 */

import { memoryProject, check as checkProject, type Checked } from "@cnn-lang/shape-checker";
import type { Diagnostic, Fix, Related, Span } from "@cnn-lang/parser";
import { filesOf } from "./program.ts";

export interface Mark {
  readonly file: string;
  readonly line: number;
  readonly from: number;
  /** Exclusive; of a place of several lines the end of the first. */
  readonly to: number;
  readonly goesOn: boolean;
  readonly kind: "diagnostic" | "related" | "fix";
  readonly code: string;
  readonly words: string;
}

const marker = /^\s*\/\/(<?)( *)(\^+|~+|\+)(…?) +(CNN\d{4})(?:: (.*))?$/;
const kinds = { "^": "diagnostic", "~": "related", "+": "fix" } as const;
const isMark = (line: string): boolean => marker.test(line);

/** The marks of a text, each for the line of code above it. */
export function marksIn(text: string): readonly Mark[] {
  return Object.entries(filesOf(text)).flatMap(([file, content]) => {
    let line = 0;
    return content.split("\n").flatMap((each, index): readonly Mark[] => {
      const [, low, , run = "", goesOn, code = "", words = ""] = marker.exec(each) ?? [];
      if (code === "") {
        line = index + 1;
        return [];
      }
      const start = each.indexOf(run) + 1;
      const sign = run.startsWith("^") ? "^" : run.startsWith("~") ? "~" : "+";
      return [{ file, line, from: low ? 1 : start, to: start + run.length, goesOn: goesOn !== "", kind: kinds[sign], code, words }];
    });
  });
}

const fits = ({ file, line, from, to, goesOn }: Mark, { file: inFile, start, end }: Span, lines: readonly string[]): boolean =>
  file === inFile &&
  line === start.line &&
  from === start.column &&
  goesOn === end.line > start.line &&
  to === (goesOn ? (lines[line - 1] ?? "").length + 1 : Math.max(end.column, start.column + 1));

const checkFiles = (files: Readonly<Record<string, string>>): Checked => checkProject(memoryProject(files), "main.cnn");

/** What differs between a program's marks and its diagnostics, both ways; nothing where all agree. */
export function compareMarks(text: string): readonly string[] {
  const files = filesOf(text);
  const { diagnostics } = checkFiles(files);
  const linesOf = (file: string): readonly string[] => (files[file] ?? "").split("\n");
  const left = new Set(diagnostics);
  const fixes = new Set(diagnostics.flatMap(({ code, span, fixes }) => fixes.map(({ title }) => `${span.file}:${span.start.line} ${code}: ${title}`)));
  const said: string[] = [];

  for (const mark of marksIn(text)) {
    const { kind, file, line, from, code, words } = mark;
    if (kind === "diagnostic") {
      const found = [...left].find((d) => d.code === code && fits(mark, d.span, linesOf(d.span.file)) && d.message.includes(words));
      if (found) left.delete(found);
      else said.push(`expected ${file}:${line}:${from} ${code}: ${words}`);
    } else if (kind === "fix") {
      if (!fixes.delete(`${file}:${line} ${code}: ${words}`)) said.push(`expected the fix ${file}:${line} ${code}: ${words}`);
    } else {
      const isMeant = ({ span, message }: Related): boolean => fits(mark, span, linesOf(span.file)) && message.includes(words);
      if (!diagnostics.some((d) => d.code === code && d.related.some(isMeant))) said.push(`expected related ${file}:${line}:${from} ${code}: ${words}`);
    }
  }
  for (const { span, code, message } of left) said.push(`found    ${span.file}:${span.start.line}:${span.start.column}-${span.end.column} ${code}: ${message}`);
  return [...said, ...[...fixes].map((fix) => `found the fix ${fix}`)];
}

/** A program after a fix. */
export function applyFix(files: Readonly<Record<string, string>>, { edits }: Fix): Readonly<Record<string, string>> {
  const changed = { ...files };
  for (const { span, text } of edits.toSorted((a, b) => b.span.start.offset - a.span.start.offset)) {
    const before = changed[span.file] ?? "";
    changed[span.file] = before.slice(0, span.start.offset) + text + before.slice(span.end.offset);
  }
  return changed;
}

/** What is wrong with the fixes of a program's diagnostics: each must remove its diagnostic and add none, but for hints. */
export function compareFixes(text: string): readonly string[] {
  const files = filesOf(text);
  const { diagnostics } = checkFiles(files);
  return diagnostics.flatMap((diagnostic) =>
    diagnostic.fixes.flatMap((fix) => {
      const others = diagnostics.filter((other) => other !== diagnostic).map(print);
      const after = checkFiles(applyFix(files, fix)).diagnostics;
      // Of hints only the one that is mended must go.
      const found = after.filter(({ code, severity }) => severity !== "info" || code === diagnostic.code).map(print);
      const added = found.filter((each) => !(others.includes(each) && others.splice(others.indexOf(each), 1).length === 1));
      if (added.length === 0) return [];
      const edits = fix.edits.map((edit) => JSON.stringify(edit.text)).join(", ");
      return [`${diagnostic.code} "${fix.title}" (${edits}) leaves\n    ${added.join("\n    ")}`];
    }),
  );
}

const print = ({ code, message }: Diagnostic): string => `${code}: ${message}`;

/** The text with its marks as they are now: what `UPDATE=1` writes, to be read before it is kept. */
export function rewriteMarks(text: string): string {
  const bare = Object.fromEntries(Object.entries(filesOf(text)).map(([file, content]) => [file, content.split("\n").filter((line) => !isMark(line)).join("\n")]));
  const found = checkFiles(bare).diagnostics;
  // Line numbers in messages count the marks, so the messages are those of the marked program.
  const { diagnostics } = checkFiles(mark(bare, found));
  const marked = mark(bare, found.map((diagnostic, i) => ({ ...diagnostic, message: diagnostics[i]?.message ?? "" })));
  return Object.entries(marked).map(([file, content], i) => (i === 0 ? content : `// === ${file} ===\n${content}`)).join("");
}

function mark(files: Readonly<Record<string, string>>, diagnostics: readonly Diagnostic[]): Readonly<Record<string, string>> {
  const marked = Object.entries(files).map(([file, text]) => {
    const lines = text.split("\n");
    return [
      file,
      lines.flatMap((line, index) => {
        const here = ({ span }: { readonly span: Span }): boolean => span.file === file && span.start.line === index + 1;
        const own = diagnostics.filter(here).flatMap((d) => [
          drawMark(line, d.span, "^", d.code, d.message),
          ...d.fixes.map(({ title }) => `//  + ${d.code}: ${title}`),
        ]);
        const related = diagnostics.flatMap((d) => d.related.filter(here).map((place: Related) => drawMark(line, place.span, "~", d.code, place.message)));
        return [line, ...own, ...new Set(related)];
      }).join("\n"),
    ] as const;
  });
  return Object.fromEntries(marked);
}

function drawMark(line: string, { start, end }: Span, sign: string, code: string, words: string): string {
  const goesOn = end.line > start.line;
  const to = goesOn ? line.length + 1 : Math.max(end.column, start.column + 1);
  const [head, from] = start.column < 3 ? ["//<", 4] : [`//${" ".repeat(start.column - 3)}`, start.column];
  return `${head}${sign.repeat(Math.max(1, to - from))}${goesOn ? "…" : ""} ${code}: ${words}`;
}
