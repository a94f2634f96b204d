/** Tables of text: aligned columns for terminals, pipes for Markdown. */

import type { Column, Row } from "../../words/table.ts";

/** Columns two blanks apart under their titles; the last has no blanks behind it. */
export function drawTable(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => cellOf(line, index).length)));
  const draw = (line: Row): string =>
    columns.map((column, index) => pad(cellOf(line, index), widths[index] ?? 0, column.align)).join("  ").trimEnd();
  return lines.map(draw).join("\n");
}

/** A table of GitHub's Markdown. */
export function markdownTable(columns: readonly Column[], rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.join(" | ")} |`;
  const rule = columns.map(({ align }) => (align === "right" ? "---:" : "---"));
  const escaped = rows.map((row) => columns.map((_, index) => cellOf(row, index).replaceAll("|", "\\|")));
  return [columns.map(({ title }) => title), rule, ...escaped].map(line).join("\n");
}

const cellOf = (row: Row, index: number): string => row[index] ?? "";
const pad = (text: string, width: number, align: Column["align"]): string => (align === "right" ? text.padStart(width) : text.padEnd(width));
