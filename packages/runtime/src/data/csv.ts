/** Comma-separated values (RFC 4180): quotes hold commas, line ends and, doubled, quotes. */

export interface CsvLine {
  /** Where it begins in the text, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Lines of cells; empty lines are none. */
export function readCsv(text: string): readonly CsvLine[] {
  const lines: CsvLine[] = [];
  let cells: string[] = [];
  let [line, begun] = [1, 1];
  // A cell, quoted or not, with what ends it.
  for (const [whole, quoted, plain, end] of text.replace(/^\uFEFF/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    line += whole.split("\n").length - 1;
    cells.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (cells.length > 1 || cells[0] !== "") lines.push({ line: begun, cells });
    [cells, begun] = [[], line];
  }
  return lines;
}
