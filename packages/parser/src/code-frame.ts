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
  const cells = drawCells(text);
  let start = 0;
  let end = cells.length;
  const columns = (a: number, b: number): number => cells.slice(a, b).reduce((sum, cell) => sum + cell.width, 0);
  const indexOf = (offset: number): number => {
    const found = cells.findIndex((cell) => cell.offset >= offset);
    return found < 0 ? cells.length : found;
  };
  const [a, b] = [indexOf(from), indexOf(to)];

  if (columns(0, end) > width) {
    // A third of the width stands before the place; what is left goes after it.
    start = isMeant ? Math.max(0, a - Math.floor(width / 3)) : 0;
    while (start < a && columns(start, a) > width / 2) start += 1;
    end = start;
    let used = start > 0 ? 1 : 0;
    for (let cell = cells[end]; cell && used + cell.width < width; cell = cells[end]) {
      used += cell.width;
      end += 1;
    }
  }
  const isCutBefore = start > 0;
  const drawn = cells.slice(start, end).map((cell) => cell.text).join("");
  const marked = Math.max(1, columns(Math.max(a, start), Math.min(b, end)));
  return {
    text: `${isCutBefore ? cut : ""}${drawn}${end < cells.length ? cut : ""}`,
    carets: " ".repeat(columns(start, a) + (isCutBefore ? 1 : 0)) + "^".repeat(marked),
  };
}

interface Cell {
  readonly offset: number;
  readonly text: string;
  /** In columns of a terminal. */
  readonly width: number;
}

/** No line is looked at further than this: enough for any terminal, cheap for a text of one long line. */
function drawCells(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = 0;
  for (const character of text) {
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
