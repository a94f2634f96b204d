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
}

export function createSource(file: string, text: string): Source {
  const starts = [0];
  for (const lineEnd of text.matchAll(/\r\n|\r|\n/g)) starts.push(lineEnd.index + lineEnd[0].length);
  const hasByteOrderMark = text.charCodeAt(0) === 0xfeff;

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
    const column = offset - lineStart(low) + 1;
    return { line: low, column: low === 1 && hasByteOrderMark && offset > 0 ? column - 1 : column, offset };
  }

  return {
    file,
    text,
    position,
    span: (start, end) => ({ file, start: position(start), end: position(end) }),
    line: (number) => text.slice(lineStart(number), lineStart(number + 1)).replace(/[\r\n]+$/, "").replace(/^\uFEFF/, ""),
    lineCount: starts.length,
  };
}

/** The smallest span that covers both; they must lie in one file. */
export function cover(first: Span, last: Span): Span {
  return {
    file: first.file,
    start: first.start.offset <= last.start.offset ? first.start : last.start,
    end: first.end.offset >= last.end.offset ? first.end : last.end,
  };
}
