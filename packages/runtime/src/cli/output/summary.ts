/** A model's table, for people and for Markdown. */

import type { Summary } from "@cnn-lang/shape-checker";
import { summaryTable } from "../../words/summary.ts";
import { drawTable, markdownTable } from "./table.ts";
import type { Paint } from "./terminal.ts";

/** For a terminal: a title, the layers' table, and the totals. */
export function drawSummary(summary: Summary, paint: Paint): string {
  const { title, columns, rows: layers, totals } = summaryTable(summary);
  const [head = "", ...rows] = drawTable(columns, layers).split("\n");
  return [paint("bold", title), "", paint("dim", head), ...rows, "", drawTable([{ title: "" }, { title: "" }], totals).trimStart(), ""].join("\n");
}

export function markdownSummary(summary: Summary): string {
  const { title, columns, rows, totals } = summaryTable(summary);
  const figures = totals.map(([name, value]) => `- ${name}: ${value}`);
  return [`### ${title}`, "", markdownTable(columns, rows), "", ...figures, ""].join("\n");
}
