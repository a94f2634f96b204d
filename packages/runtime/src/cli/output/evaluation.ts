/** How well a model does, for people: figures, class by class, and which classes it takes for which. */

import { basename } from "node:path";
import type { Evaluation, OutputEvaluation } from "../../train/evaluation.ts";
import { metricWords } from "../../words/metrics.ts";
import { counted, grouped, percent } from "../../numbers.ts";
import { drawTable } from "./table.ts";
import type { Paint } from "./terminal.ts";

/** A matrix of more classes fills no screen any more: its worst mistakes are listed instead. */
const mostClasses = 20;
const mistakesListed = 10;

export function drawEvaluation(run: string, { outputs, ...evaluation }: Evaluation, paint: Paint): string {
  const { split, samples, labels, checkpoint } = evaluation;
  const parts = outputs
    ? Object.entries(outputs).map(([name, output]) => `${paint("bold", `output ${name}`)}\n\n${drawOutput(output, labels, paint)}`)
    : [drawOutput(evaluation, labels, paint)];
  return `${paint("bold", run)}, step ${grouped(Number(basename(checkpoint)))}, on ${counted(samples, `${split} image`)}\n\n${parts.join("\n\n")}\n`;
}

function drawOutput({ loss, confusion, classes, ...metrics }: OutputEvaluation, labels: readonly string[], paint: Paint): string {
  const [first = ["loss", loss.toFixed(4)], ...others] = [...metricWords(metrics, 2), ["loss", loss.toFixed(4)] as const];
  const figures = drawTable([{ title: first[0] }, { title: first[1] }], others);
  const names = classes?.map(({ label }) => label) ?? labels;
  const matrix = confusion && (names.length <= mostClasses ? drawMatrix(names, confusion, paint) : drawMistakes(names, confusion));
  return [figures, ...(classes ? [drawClasses(classes, metrics.iou !== undefined, paint)] : []), ...(matrix ? [matrix] : [])].join("\n\n");
}

/** Precision, recall and F1 of each class, and of pixels the intersection over union; of many classes those of the lowest F1. */
function drawClasses(classes: NonNullable<OutputEvaluation["classes"]>, withIou: boolean, paint: Paint): string {
  const listed = classes.length <= mostClasses ? classes : classes.toSorted((a, b) => (a.f1 ?? 1) - (b.f1 ?? 1)).slice(0, mistakesListed);
  const right = { align: "right" as const };
  const columns = [{ title: "class" }, { title: "precision", ...right }, { title: "recall", ...right }, { title: "F1", ...right }, ...(withIou ? [{ title: "IoU", ...right }] : []), { title: "in all", ...right }];
  const share = (value: number | null): string => (value === null ? "" : percent(value));
  const rows = listed.map(({ label, precision, recall, f1, iou, support }) => [label, share(precision), share(recall), share(f1), ...(withIou ? [share(iou)] : []), grouped(support)]);
  return dimHead(drawTable(columns, rows), paint);
}

/** Rows: what the images show; columns: what the model saw. */
function drawMatrix(labels: readonly string[], confusion: NonNullable<Evaluation["confusion"]>, paint: Paint): string {
  const columns = [{ title: "is \\ seen as" }, ...labels.map((title) => ({ title, align: "right" as const })), { title: "right", align: "right" as const }];
  const rows = confusion.map((row, index) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const right = row[index] ?? 0;
    return [labels[index] ?? `${index}`, ...row.map((count) => (count === 0 ? "·" : grouped(count))), total === 0 ? "" : percent(right / total)];
  });
  return dimHead(drawTable(columns, rows), paint);
}

function dimHead(table: string, paint: Paint): string {
  const [head = "", ...lines] = table.split("\n");
  return [paint("dim", head), ...lines].join("\n");
}

function drawMistakes(labels: readonly string[], confusion: NonNullable<Evaluation["confusion"]>): string {
  const mistakes = confusion.flatMap((row, is) => row.flatMap((count, seen) => (is === seen || count === 0 ? [] : [{ is, seen, count }])));
  const worst = mistakes.toSorted((a, b) => b.count - a.count).slice(0, mistakesListed);
  const rows = worst.map(({ is, seen, count }) => [labels[is] ?? `${is}`, labels[seen] ?? `${seen}`, grouped(count)]);
  return drawTable([{ title: "is" }, { title: "seen as" }, { title: "images", align: "right" }], rows);
}
