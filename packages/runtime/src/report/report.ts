/** `report.html`: a training on one page, which needs no network and can be sent to others. */

import { join } from "node:path";
import { type Model, type Recipe, summarize } from "@cnn-lang/shape-checker";
import { counted, duration, grouped, percent } from "../numbers.ts";
import type { Pixels } from "../data/pixels.ts";
import { drawFoldedSvg } from "../graph/svg.ts";
import { type Disk, writeFile } from "../run/files.ts";
import { json } from "../run/run-folder.ts";
import type { Evaluation, OutputEvaluation } from "../train/evaluation.ts";
import { metricWords } from "../words/metrics.ts";
import { summaryTable } from "../words/summary.ts";
import { chartScript, uplot } from "./chart-script.ts";
import { type Curve, curvesOf, type Times, timesOf } from "./curves.ts";
import { dataAddress, dataBlock, type Html, html, page } from "./html.ts";
import type { Mistake } from "./mistakes.ts";
import { pngOf } from "./picture.ts";
import { style } from "./style.ts";
import { classTable, confusionTable, table } from "./tables.ts";

export interface Report {
  readonly run: string;
  readonly model: Model;
  readonly recipe: Recipe;
  readonly evaluation: Evaluation;
  /** How many images there were, where only some of them were measured. */
  readonly of: number;
  readonly mistakes: readonly ShownMistake[];
}

export interface ShownMistake extends Mistake {
  readonly image: Pixels;
  /** The image's file, or its number. */
  readonly name: string;
}

/** Laying out a larger graph takes longer than reading it is worth: its blocks are folded. */
const mostNodesDrawn = 250;

/** Writes a run's report over the one that is there. Throws the Failure CNN8002 where it cannot be written. */
export async function writeReport(disk: Disk, report: Report): Promise<void> {
  const { model, run } = report;
  const picture = await drawFoldedSvg(model, mostNodesDrawn);
  writeFile(disk, join(run, "report.html"), renderReport(report, { curves: curvesOf(run), times: timesOf(run), picture }));
}

interface Beside {
  readonly curves: readonly Curve[];
  readonly times: Times | undefined;
  /** The model's, as SVG. */
  readonly picture: string | undefined;
}

/** The page. */
export function renderReport(report: Report, { curves, times, picture }: Beside): string {
  const { run, model, recipe, evaluation } = report;
  const { script, style: chartStyle } = uplot();
  const body = html`<header>
<h1>${model.name}</h1>
<p class="dim">${run}</p>
</header>
<main>
${figures(report, curves, times)}
${section("Curves", drawnCurves(curves))}
${evaluationSections(report)}
${section("Model", modelTables(model))}
${section("Graph", picture === undefined ? undefined : html`<div class="graph" tabindex="0" role="region" aria-label="The model's graph"><img alt="The graph of the layers of ${model.name}; the table above holds the same layers" src="${dataAddress("image/svg+xml", picture)}"></div>`)}
${section("Recipe", html`<details><summary>All settings, defaults written out</summary><pre>${json(recipe)}</pre></details>`)}
</main>
<footer class="dim"><p>Measured with the weights of ${evaluation.checkpoint}.</p></footer>
${dataBlock("curves", curves)}`;
  return page({ title: `${model.name}: ${run}`, style: `${chartStyle}\n${style}`, body, scripts: [script, chartScript] });
}

const section = (title: string, content: Html | undefined): Html | undefined => content && html`<section aria-label="${title}">
<h2>${title}</h2>
${content}
</section>`;

/** The few numbers that one looks for first. */
function figures({ evaluation, of, recipe }: Report, curves: readonly Curve[], times: Times | undefined): Html {
  const { samples, split, loss } = evaluation;
  const shown = [
    ...metricWords(evaluation, 2),
    ["loss", loss.toFixed(4)] as const,
    ...(times ? [["trained for", duration(times.seconds)] as const, ["images a second", grouped(Math.round(times.imagesPerSecond))] as const] : []),
    ["epochs", `${curves[0]?.epochs.at(-1) ?? 0} of ${grouped(recipe.epochs)}`] as const,
  ];
  const measured = samples < of ? `${grouped(samples)} of ${grouped(of)} ${split} images, drawn at random` : counted(samples, `${split} image`);
  return html`<dl class="figures">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="dim">Measured on ${measured}.</p>`;
}

function drawnCurves(curves: readonly Curve[]): Html | undefined {
  if (curves.length === 0) return undefined;
  const words = ({ name, epochs, series }: Curve): string => {
    const ends = series.map(({ name: which, values }) => `${which} ${values.findLast((value) => value !== null)?.toPrecision(4) ?? "none"}`).join(", ");
    return `${name} over ${counted(epochs.length, "epoch")}; at the end: ${ends}`;
  };
  return html`<div class="curves">${curves.map((curve, i) => html`<figure><figcaption>${curve.name}</figcaption><div class="plot" id="curve-${i}" role="img" aria-label="${words(curve)}"></div></figure>`)}</div>`;
}

function evaluationSections(report: Report): readonly (Html | undefined)[] {
  const { evaluation, mistakes } = report;
  const { outputs, labels } = evaluation;
  const parts: readonly (readonly [string, OutputEvaluation])[] = outputs ? Object.entries(outputs) : [["", evaluation]];
  const several = (content: (output: OutputEvaluation, name: string) => Html | undefined): Html | undefined => {
    const drawn = parts.flatMap(([name, output]) => {
      const one = content(output, name);
      return one ? [name === "" ? one : html`<h3>${name}</h3>${one}`] : [];
    });
    return drawn.length === 0 ? undefined : html`${drawn}`;
  };
  return [
    section("Classes", several(({ classes, iou }) => classes && classTable(classes, iou !== undefined))),
    section("Confusions", several(({ confusion, classes }) => confusion && confusionTable(classes?.map(({ label }) => label) ?? labels, confusion))),
    section("Surest mistakes", mistakes.length === 0 ? undefined : mistakePictures(mistakes, labels)),
  ];
}

function mistakePictures(mistakes: readonly ShownMistake[], labels: readonly string[]): Html {
  const label = (number: number): string => labels[number] ?? `${number}`;
  return html`<p>Images that were taken for something else, those first of which the network was surest. Some of them may be labelled wrongly.</p>
<div class="pictures">${mistakes.map(({ image, name, is, seen, confidence }) => html`<figure><img alt="${name}: is ${label(is)}, seen as ${label(seen)}" src="${dataAddress("image/png", pngOf(image))}"><figcaption>is <b>${label(is)}</b>, seen as <b>${label(seen)}</b> (${percent(confidence).replace(" ", "\u00a0")})<br>${name}</figcaption></figure>`)}</div>`;
}

function modelTables(model: Model): Html {
  const { title, columns, rows, totals } = summaryTable(summarize(model));
  return html`${table("In all", [{ title: "figure" }, { title: "value" }], totals)}
<details${rows.length > 60 ? undefined : html` open`}><summary>${counted(rows.length, "layer")}</summary>
${table(title, columns, rows)}
</details>`;
}
