/** Diagnostics for people: where and what, the excerpt with carets, related places, help, and what would mend it. */

import { codeFrame, createSource, type Diagnostic, type Fix, type Severity, type Span } from "@cnn-lang/parser";
import { counted } from "../../numbers.ts";
import type { Paint, Style } from "./terminal.ts";

/** The text of a file that spans point into, or nothing where it has none to show. */
export type TextOf = (file: string) => string | undefined;

const styles: Readonly<Record<Severity, Style>> = { error: "red", warning: "yellow", info: "cyan" };
const words: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "hint" };

/** What a recipe is called that is no file: the command makes it of its flags. */
export const flagsFile = "<recipe>";

/** Mended lines longer than this are not shown; the fix's title must do. */
const longestMendedLine = 100;

/**
 * Draws one diagnostic, ending in a line break:
 *
 *     lenet.cnn:7:11: error CNN4001: a 7x7 kernel does not fit 16@4x4
 *       > 7 |   conv 16 7x7 -> tanh
 *           |           ^^^
 *       see lenet.cnn:6:26: 16@4x4 comes from avgpool_2
 *       fix: take a smaller kernel: 4x4
 *           conv 16 4x4 -> tanh
 */
export function drawDiagnostic(diagnostic: Diagnostic, textOf: TextOf, paint: Paint): string {
  const { span, severity, code, message, related, help, fixes } = diagnostic;
  const text = textOf(span.file);
  const style = styles[severity];
  const lines = [`${paint("bold", `${placeOf(span, textOf)}:`)} ${paint(style, `${words[severity]} ${code}:`)} ${paint("bold", message)}`];
  if (text) lines.push(...drawFrame(text, span, style, paint));
  for (const { message: note, span: other } of related) lines.push(`  ${paint("cyan", "see")} ${placeOf(other, textOf)}: ${note}`);
  if (help) lines.push(`  ${paint("cyan", "help:")} ${help}`);
  for (const [index, fix] of fixes.entries()) {
    lines.push(`  ${paint("green", index === 0 ? "fix:" : "or:")} ${fix.title}`);
    const mended = mendedLine(fix, textOf);
    if (mended !== undefined) lines.push(`      ${paint("green", mended)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** `2 errors, 1 warning`, or nothing where there are none. */
export function drawCounts(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const count = (severity: Severity): number => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const parts = (["error", "warning"] as const).flatMap((severity) => {
    const number = count(severity);
    return number > 0 ? [paint(styles[severity], counted(number, words[severity]))] : [];
  });
  return parts.join(", ");
}

/** `lenet.cnn:7:11`: the form that terminals and editors make a link of. What is no text has no lines. */
function placeOf({ file, start }: Span, textOf: TextOf): string {
  if (file === flagsFile) return "the command line";
  return textOf(file) === undefined ? file : `${file}:${start.line}:${start.column}`;
}

function drawFrame(text: string, span: Span, style: Style, paint: Paint): readonly string[] {
  return codeFrame(createSource(span.file, text), span)
    .split("\n")
    .map((line) => {
      const [margin = "", rest = ""] = split(line, line.indexOf("|") + 1);
      return `  ${paint("dim", margin)}${/^[\s^]*\^/.test(rest) ? paint(style, rest) : rest}`;
    });
}

const split = (text: string, at: number): readonly [string, string] => [text.slice(0, at), text.slice(at)];

/** The line as the fix would leave it; nothing where it changes more than one line or there is none to show. */
function mendedLine({ edits }: Fix, textOf: TextOf): string | undefined {
  const place = edits[0]?.span;
  const text = place && textOf(place.file);
  if (!text || edits.some(({ span, text: inserted }) => span.start.line !== place.start.line || span.end.line !== place.start.line || inserted.includes("\n"))) {
    return undefined;
  }
  const line = createSource(place.file, text).line(place.start.line);
  const lineStart = place.start.offset - (place.start.column - 1);
  const mended = edits
    .toSorted((a, b) => b.span.start.offset - a.span.start.offset)
    .reduce((soFar, { span, text: inserted }) => soFar.slice(0, span.start.offset - lineStart) + inserted + soFar.slice(span.end.offset - lineStart), line)
    .trim();
  return mended === "" || mended.length > longestMendedLine ? undefined : mended;
}
