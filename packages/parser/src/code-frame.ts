/** The excerpt of a text that shows a place: line numbers, the lines, carets under what is meant. */

import type { Source, Span } from "./source.ts";
import { characterWidth } from "./text-width.ts";

export interface CodeFrameOptions {
  /** Lines shown before and after; 1 unless told. */
  readonly context?: number;
  /** A note at the end of the last carets. */
  readonly note?: string;
  /** Columns of text shown of a line, without the margin; a longer line is cut around the place. 100 unless told. */
  readonly width?: number;
}

const tabWidth = 4;
const cut = "…";
/** Spans of more lines show the first and the last. */
const linesShownWhole = 4;

/**
 * Draws a span:
 *
 *     > 7 |   conv 16 7x7 -> tanh
 *         |           ^^^ the map is 4x4
 *
 * Columns are those of a terminal: tabs become blanks, wide characters (Hangul, kana, ideographs) take two,
 * control characters are drawn as pictures, so that no text can move the cursor.
 */
export function codeFrame(source: Source, span: Span, { context = 1, note = "", width = 100 }: CodeFrameOptions = {}): string {
  const first = span.start.line;
  const last = Math.max(first, span.end.column === 1 && span.end.line > first ? span.end.line - 1 : span.end.line);
  const top = Math.max(1, first - context);
  const bottom = Math.min(source.lineCount, last + context);
  const digits = String(bottom).length;
  const frame: string[] = [];

  for (let number = top; number <= bottom; number++) {
    const isMeant = number >= first && number <= last;
    if (last - first >= linesShownWhole && number > first && number < last) {
      if (number === first + 1) frame.push(`  ${cut.padStart(digits)} |`);
      continue;
    }
    const text = source.line(number);
    const from = isMeant && number === first ? span.start.column - 1 : isMeant ? text.length - text.trimStart().length : 0;
    const to = isMeant && number === last && last === span.end.line ? span.end.column - 1 : text.trimEnd().length;
    const line = drawLine(text, from, Math.max(from, to), isMeant, width);
    frame.push(`${isMeant ? ">" : " "} ${String(number).padStart(digits)} |${line.text && ` ${line.text}`}`);
    if (isMeant) frame.push(`  ${" ".repeat(digits)} | ${line.carets}${number === last && note ? ` ${note}` : ""}`);
  }
  return frame.join("\n");
}

/** A line as drawn, cut to `width` columns around the place `from`–`to` (offsets into the line). */
function drawLine(text: string, from: number, to: number, isMeant: boolean, width: number): { text: string; carets: string } {
  // Of a text in one endless line only the surroundings are looked at.
  const near = isMeant ? Math.max(0, from - 2 * width) : 0;
  const cells = drawCells(text, near, near + 5 * width);
  const placeAt = cells.findIndex(({ offset }) => offset >= from);
  const place = placeAt < 0 ? cells.length : placeAt;
  const isWhole = near === 0 && near + 5 * width >= text.length && columns(cells) <= width;

  // A third of the width stands before the place, the rest goes after it.
  let start = place;
  for (let used = 0; start > 0; start--) {
    used += cells[start - 1]?.width ?? 0;
    if (!isWhole && isMeant && used > width / 3) break;
  }
  if (!isMeant) start = 0;
  const isCutBefore = near > 0 || start > 0;
  let end = start;
  for (let left = width - (isCutBefore ? 1 : 0); end < cells.length; end++) {
    left -= cells[end]?.width ?? 0;
    if (!isWhole && left < 1) break;
  }
  const isCutAfter = end < cells.length || near + 5 * width < text.length;

  const shown = cells.slice(start, end);
  const before = shown.filter(({ offset }) => offset < from);
  const marked = shown.filter(({ offset }) => from <= offset && offset < to);
  return {
    text: `${isCutBefore ? cut : ""}${shown.map((cell) => cell.text).join("")}${isCutAfter ? cut : ""}`,
    carets: " ".repeat(columns(before) + (isCutBefore ? 1 : 0)) + "^".repeat(Math.max(1, columns(marked))),
  };
}

const columns = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.width, 0);

interface Cell {
  readonly offset: number;
  readonly text: string;
  /** In columns of a terminal. */
  readonly width: number;
}

function drawCells(text: string, from: number, to: number): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = from;
  for (const character of text.slice(from, to)) {
    const isTab = character === "\t";
    const width = isTab ? tabWidth - (column % tabWidth) : characterWidth(character);
    cells.push({ offset, text: isTab ? " ".repeat(width) : printable(character), width });
    column += width;
    offset += character.length;
  }
  return cells;
}

/** Control characters as their pictures (U+2400…), others as they are. */
function printable(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code >= 0x7f && code < 0xa0 ? "\ufffd" : /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(character) ? "\ufffd" : character;
}
