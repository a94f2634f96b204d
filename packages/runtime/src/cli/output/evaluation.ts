/** How well a model does, for people: figures, and which classes it takes for which. */

import { basename } from "node:path";
import type { Evaluation } from "../../index.ts";
import { counted, grouped, percent } from "./numbers.ts";
import { drawTable } from "./table.ts";
import type { Paint } from "./terminal.ts";

/** A matrix of more classes fills no screen any more: its worst mistakes are listed instead. */
const mostClasses = 20;
const mistakesListed = 10;

export function drawEvaluation(run: string, { split, samples, loss, accuracy, labels, confusion, checkpoint }: Evaluation, paint: Paint): string {
  const figures = drawTable([{ title: "accuracy" }, { title: percent(accuracy, 2) }], [["loss", loss.toFixed(4)]]);
  const drawn = labels.length <= mostClasses ? drawMatrix(labels, confusion, paint) : drawMistakes(labels, confusion);
  return `${paint("bold", run)}, step ${grouped(Number(basename(checkpoint)))}, on ${counted(samples, `${split} image`)}\n\n${figures}\n\n${drawn}\n`;
}

/** Rows: what the images show; columns: what the model saw. */
function drawMatrix(labels: readonly string[], confusion: Evaluation["confusion"], paint: Paint): string {
  const columns = [{ title: "is \\ seen as" }, ...labels.map((title) => ({ title, align: "right" as const })), { title: "right", align: "right" as const }];
  const rows = confusion.map((row, index) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const right = row[index] ?? 0;
    return [labels[index] ?? `${index}`, ...row.map((count) => (count === 0 ? "·" : grouped(count))), total === 0 ? "" : percent(right / total)];
  });
  const [head = "", ...lines] = drawTable(columns, rows).split("\n");
  return [paint("dim", head), ...lines].join("\n");
}

function drawMistakes(labels: readonly string[], confusion: Evaluation["confusion"]): string {
  const mistakes = confusion.flatMap((row, is) => row.flatMap((count, seen) => (is === seen || count === 0 ? [] : [{ is, seen, count }])));
  const worst = mistakes.toSorted((a, b) => b.count - a.count).slice(0, mistakesListed);
  const rows = worst.map(({ is, seen, count }) => [labels[is] ?? `${is}`, labels[seen] ?? `${seen}`, grouped(count)]);
  return drawTable([{ title: "is" }, { title: "seen as" }, { title: "images", align: "right" }], rows);
}
