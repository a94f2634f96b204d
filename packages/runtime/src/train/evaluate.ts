/** `evaluate`: how well a run's model does on images that it did not learn from. */

import { type Diagnostic, locate } from "@cnn-lang/parser";
import { augmentedSizes, type DataManifest, factsOf, isOneSize, type LabelKind, type Model, type Recipe, printShape } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { openData, openNamed } from "../data/built-in.ts";
import { loadEvaluation } from "../data/load.ts";
import { fail, startOf } from "../failure.ts";
import { collectMistakes } from "../report/mistakes.ts";
import { mostMistakes, shown } from "../report/measured.ts";
import { writeReport } from "../report/report.ts";
import { disk } from "../run/files.ts";
import { type LoadOptions, type RunResult, withRun } from "../run/load.ts";
import { type Evaluation, evaluationOf } from "./evaluation.ts";
import { measure } from "./measure.ts";

export interface EvaluateOptions extends LoadOptions {
  /** Other data than the recipe's: a built-in set's name, or a folder. */
  readonly data?: string;
  /** Whether the run's `report.html` is written anew, with what is measured. */
  readonly report?: boolean;
}

/** Measures a run's model. Mistakes in run and data come back as diagnostics, and images that were left out. */
export async function evaluate(run: string, options: EvaluateOptions = {}): Promise<RunResult<Evaluation>> {
  const leftOut: Diagnostic[] = [];
  const result = await withRun(run, options, async (loaded) => {
    const { recipe, model, network, data, checkpoint, heads } = loaded;
    const isOwn = options.data === undefined;
    const wanted = { ...recipe.data, labels: data.labels };
    const set = options.data === undefined ? openData(recipe.data.format, recipe.data.path, wanted) : openNamed(options.data, wanted);
    const isOfKind = (set.manifest.labelKind ?? "classes") === (data.labelKind ?? "classes");
    if (!fits(set.manifest, recipe, model) || !isOfKind || set.manifest.classes > data.classes) fail(differs(options.data ?? recipe.data.path ?? "", set.manifest, data));
    const part = await loadEvaluation(set, recipe.data, recipe.seed, isOwn);
    leftOut.push(...part.warnings.map((finding) => locate(finding, startOf(run))));
    try {
      const collector = options.report ? collectMistakes(heads[0], mostMistakes) : undefined;
      const measured = await measure(network, part.loader.batches(part.indices, Math.max(recipe.batch, 128)), heads, collector);
      const evaluation: Evaluation = { split: part.split, ...evaluationOf(measured, heads, data.labels), labels: data.labels, checkpoint };
      if (options.report) {
        const mistakes = await shown(part.images, part.indices, collector?.mistakes() ?? []);
        await writeReport(disk, { run, model, recipe, evaluation, of: part.indices.length, mistakes });
      }
      return evaluation;
    } finally {
      await part.close();
    }
  });
  return result.status === "ok" ? { ...result, diagnostics: leftOut } : result;
}

/** Whether images become what the model takes, as its recipe prepares them. */
function fits(manifest: DataManifest, { data }: Recipe, { inputs: [input] }: Model): boolean {
  const facts = factsOf(data, manifest);
  const sizes = facts && augmentedSizes(facts.sizes, data.augment);
  return facts !== undefined && sizes !== undefined && input !== undefined && "smallest" in sizes && isOneSize(sizes) && printShape(input.shape) === printShape({ channels: facts.shape.channels, axes: sizes.smallest });
}

const differs = (data: string, found: DataManifest, trained: DataManifest) =>
  runProblems.dataDiffers({ data, held: about(found), needed: about(trained) });

const about = ({ shape, largest, labelKind = "classes", classes }: DataManifest): string =>
  `images of ${shape}${largest ? ` to ${largest.join("x")}` : ""} ${withLabels[labelKind]} ${classes} ${labelKind === "numbers" ? "columns" : "classes"}`;

const withLabels: Readonly<Record<LabelKind, string>> = { classes: "in", masks: "with masks of", "yes-no": "with a yes or no for", numbers: "with numbers in" };
