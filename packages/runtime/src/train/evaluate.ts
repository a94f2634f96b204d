/** `evaluate`: how well a run's model does on images that it did not learn from. */

import { type Diagnostic, locate } from "@cnn-lang/parser";
import { augmentedSizes, type DataManifest, factsOf, isOneSize, type LabelKind, type Model, type Recipe, printShape } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { openData, openNamed } from "../data/built-in.ts";
import { loadEvaluation } from "../data/load.ts";
import { fail, startOf } from "../failure.ts";
import { type LoadOptions, type RunResult, withRun } from "../run/load.ts";
import { type Head, namesFor } from "./heads.ts";
import { type Measured, type MeasuredHead, measure } from "./measure.ts";
import type { ClassFigures, Confusion, HeadMetrics } from "./metrics.ts";

export interface EvaluateOptions extends LoadOptions {
  /** Other data than the recipe's: a built-in set's name, or a folder. */
  readonly data?: string;
}

/** How well one output does. */
export interface OutputEvaluation extends HeadMetrics {
  /** Row: what an image (or pixel) is; column: what it was taken for. Of outputs that decide between classes. */
  readonly confusion?: Confusion;
  /** Class by class, or label by label. */
  readonly classes?: readonly (ClassFigures & { readonly label: string })[];
}

/** Of a model with several outputs, the first one's, and each one's beside. */
export interface Evaluation extends OutputEvaluation {
  readonly outputs?: Readonly<Record<string, OutputEvaluation>>;
  readonly samples: number;
  /** Which images: the data's test images, else the recipe's validation images, else all training images. */
  readonly split: "test" | "validation" | "train";
  /** The classes' names, in the order of the confusion matrix; of yes-no labels and numbers, theirs. */
  readonly labels: readonly string[];
  /** The checkpoint that was measured. */
  readonly checkpoint: string;
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
      const measured = await measure(network, part.loader.batches(part.indices, Math.max(recipe.batch, 128)), heads);
      return { split: part.split, ...evaluationOf(measured, heads, data.labels), labels: data.labels, checkpoint };
    } finally {
      await part.close();
    }
  });
  return result.status === "ok" ? { ...result, diagnostics: leftOut } : result;
}

function evaluationOf({ metrics: { outputs, ...metrics }, samples, heads: measured }: Measured, heads: readonly Head[], labels: readonly string[]): Omit<Evaluation, "split" | "labels" | "checkpoint"> {
  const each = heads.map((head, i) => [head.output, { ...(outputs?.[head.output] ?? metrics), ...named(measured[i] ?? {}, namesFor(head, labels)) }] as const);
  const { confusion, classes }: OutputEvaluation = each[0]?.[1] ?? metrics;
  return { samples, ...metrics, ...(confusion && { confusion }), ...(classes && { classes }), ...(outputs && { outputs: Object.fromEntries(each) }) };
}

const named = ({ confusion, classes }: MeasuredHead, labels: readonly string[]): Pick<OutputEvaluation, "confusion" | "classes"> => ({
  ...(confusion && { confusion }),
  ...(classes && { classes: classes.map((figures, label) => ({ label: labels[label] ?? `${label}`, ...figures })) }),
});

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
