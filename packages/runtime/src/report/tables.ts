/** Tables of a page: with headers that say what they head, and a frame of their own to scroll in where they are wide. */

import { grouped, percent } from "../numbers.ts";
import type { Column, Row } from "../words/table.ts";
import type { OutputEvaluation } from "../train/evaluation.ts";
import type { Confusion } from "../train/metrics.ts";
import { type Html, html } from "./html.ts";

/** A matrix of more classes fills no screen any more: its worst mistakes are listed instead. */
const mostClasses = 40;
const mistakesListed = 20;

/** A table whose first column heads its rows. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[]): Html {
  const side = (index: number): Html | undefined => (columns[index]?.align === "right" ? html` class="number"` : undefined);
  return framed(caption, html`<table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col"${side(i)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map(([first = "", ...others]) => html`<tr><th scope="row">${first}</th>${others.map((cell, i) => html`<td${side(i + 1)}>${cell}</td>`)}</tr>\n`)}</tbody>
</table>`);
}

/** What scrolls must be reached by the keyboard, and have a name. */
const framed = (name: string, content: Html): Html => html`<div class="wide" tabindex="0" role="region" aria-label="${name}">${content}</div>`;

const right = { align: "right" as const };
const share = (value: number | null): string => (value === null ? "–" : percent(value));

/** Precision, recall and F1 of each class, and of pixels the intersection over union. */
export function classTable(classes: NonNullable<OutputEvaluation["classes"]>, withIou: boolean): Html {
  const columns = [{ title: "class" }, { title: "precision", ...right }, { title: "recall", ...right }, { title: "F1", ...right }, ...(withIou ? [{ title: "IoU", ...right }] : []), { title: "in all", ...right }];
  const rows = classes.map(({ label, precision, recall, f1, iou, support }) => [label, share(precision), share(recall), share(f1), ...(withIou ? [share(iou)] : []), grouped(support)]);
  return table("How well each class is told from the others", columns, rows);
}

/** What the images are, row by row, and what they were taken for: the more of a row, the darker; or the worst mistakes of many classes. */
export function confusionTable(labels: readonly string[], confusion: Confusion): Html {
  if (confusion.length > mostClasses) {
    const mistakes = confusion.flatMap((row, is) => row.flatMap((count, seen) => (is === seen || count === 0 ? [] : [{ is, seen, count }])));
    const worst = mistakes.toSorted((a, b) => b.count - a.count).slice(0, mistakesListed);
    return table("The most frequent mistakes", [{ title: "is" }, { title: "seen as" }, { title: "how often", ...right }], worst.map(({ is, seen, count }) => [labels[is] ?? `${is}`, labels[seen] ?? `${seen}`, grouped(count)]));
  }
  const name = "Rows: what it is. Columns: what it was seen as.";
  const cells = (row: readonly number[], is: number): readonly Html[] => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, seen) => {
      // Never so dark that the figure could not be read.
      const strength = all === 0 || count === 0 ? 0 : 0.08 + 0.42 * (count / all);
      return html`<td class="cell" style="background: rgba(var(${is === seen ? "--good" : "--bad"}), ${strength.toFixed(2)})">${count === 0 ? "·" : grouped(count)}</td>`;
    });
  };
  return framed(name, html`<table>
<caption>${name}</caption>
<thead><tr><th scope="col">is \\ seen as</th>${confusion.map((_, i) => html`<th scope="col" class="number">${labels[i] ?? i}</th>`)}</tr></thead>
<tbody>
${confusion.map((row, is) => html`<tr><th scope="row">${labels[is] ?? is}</th>${cells(row, is)}</tr>\n`)}</tbody>
</table>`);
}
