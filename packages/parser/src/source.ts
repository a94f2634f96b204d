/**
 * A source text and places in it. Lines and columns count from 1 (columns in UTF-16 units),
 * offsets from 0; ends are exclusive. A byte order mark at the start takes no column.
 */

export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface Span {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

export interface Source {
  readonly file: string;
  readonly text: string;
  /** The position of an offset between 0 and the text's length. */
  position(offset: number): Position;
  /** The span from one offset up to, not including, another. */
  span(start: number, end: number): Span;
  /** The text of a line (from 1), without its line end. */
  line(number: number): string;
  readonly lineCount: number;
  /**
   * The source of an edited text. It takes over the positions in lines that are as they were, and moves them: whatever holds
   * one stays right. This source is not to be used any more.
   */
  edited(text: string): Edited;
}

export interface Edited {
  readonly source: Source;
  /** Where the lines end, in the new text, that stand before the edit; and where those begin that stand behind it. */
  readonly before: number;
  readonly behind: number;
}

/** A position while its source moves it. */
interface Movable {
  line: number;
  readonly column: number;
  offset: number;
}

/** Of each line the positions that were asked for, by column: of one place there is one position. */
type Rows = (Movable[] | undefined)[];

export const createSource = (file: string, text: string): Source => sourceOf(file, text, lineStarts(text), []);

function sourceOf(file: string, text: string, starts: readonly number[], rows: Rows): Source {
  const lineStart = (line: number): number => starts[line - 1] ?? text.length;

  /** The line of the last answer: most questions go on from there. */
  let recent = 1;

  function position(offset: number): Position {
    let low = 1;
    let high = starts.length;
    if (lineStart(recent) <= offset) low = recent;
    if (offset < lineStart(recent + 1)) high = recent;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStart(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    recent = low;
    const from = offset - lineStart(low);
    const row = (rows[low - 1] ??= []);
    return (row[from] ??= { line: low, column: low === 1 && offset > 0 && hasByteOrderMark(text) ? from : from + 1, offset });
  }

  return {
    file,
    text,
    position,
    span: (start, end) => ({ file, start: position(start), end: position(end) }),
    line: (number) => text.slice(lineStart(number), lineStart(number + 1)).replace(/[\r\n]+$/, "").replace(/^\uFEFF/, ""),
    lineCount: starts.length,
    edited(next) {
      const nextStarts = lineStarts(next);
      const { before, behind } = hasByteOrderMark(text) === hasByteOrderMark(next) ? sameLines(text, starts, next, nextStarts) : { before: 0, behind: 0 };
      const moved = rows.slice(0, before);
      moved.length = nextStarts.length - behind;
      const lines = nextStarts.length - starts.length;
      const offset = next.length - text.length;
      for (let line = starts.length - behind; line < starts.length; line++) {
        const row = rows[line];
        moved.push(row);
        if (lines === 0 && offset === 0) continue;
        row?.forEach((place) => {
          place.line += lines;
          place.offset += offset;
        });
      }
      return { source: sourceOf(file, next, nextStarts, moved), before: nextStarts[before] ?? next.length, behind: nextStarts[nextStarts.length - behind] ?? next.length };
    },
  };
}

const hasByteOrderMark = (text: string): boolean => text.charCodeAt(0) === 0xfeff;

/** The offset of each line's first character. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) starts.push(at + 1);
  }
  return starts;
}

/** How many whole lines two texts share at their beginnings and at their ends. */
function sameLines(one: string, oneStarts: readonly number[], other: string, otherStarts: readonly number[]): { readonly before: number; readonly behind: number } {
  const shorter = Math.min(one.length, other.length);
  let same = 0;
  while (same < shorter && one.charCodeAt(same) === other.charCodeAt(same)) same += 1;
  let before = 0;
  for (let start = oneStarts[1]; start !== undefined && start <= same && start === otherStarts[before + 1]; start = oneStarts[before + 1]) before += 1;

  const [oneEnd, otherEnd] = [one.length - 1, other.length - 1];
  same = 0;
  while (same < shorter && one.charCodeAt(oneEnd - same) === other.charCodeAt(otherEnd - same)) same += 1;
  const fewer = Math.min(oneStarts.length, otherStarts.length) - before;
  let behind = 0;
  while (behind < fewer) {
    const left = one.length - (oneStarts[oneStarts.length - 1 - behind] ?? 0);
    if (left > same || left !== other.length - (otherStarts[otherStarts.length - 1 - behind] ?? 0)) break;
    behind += 1;
  }
  return { before, behind };
}

/** The smallest span that covers both; they must lie in one file. */
export function cover(first: Span, last: Span): Span {
  return {
    file: first.file,
    start: first.start.offset <= last.start.offset ? first.start : last.start,
    end: first.end.offset >= last.end.offset ? first.end : last.end,
  };
}
