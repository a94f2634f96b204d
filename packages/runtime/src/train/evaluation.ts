/** What is told of a model that was measured: figures, class by class, by the names of classes and outputs. */

import { type Head, namesFor } from "./heads.ts";
import type { Measured, MeasuredHead } from "./measure.ts";
import type { ClassFigures, Confusion, HeadMetrics } from "./metrics.ts";

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

/** The figures of what was measured, each with its name. */
export function evaluationOf({ metrics: { outputs, ...metrics }, samples, heads: measured }: Measured, heads: readonly Head[], labels: readonly string[]): Omit<Evaluation, "split" | "labels" | "checkpoint"> {
  const each = heads.map((head, i) => [head.output, { ...(outputs?.[head.output] ?? metrics), ...named(measured[i] ?? {}, namesFor(head, labels)) }] as const);
  const { confusion, classes }: OutputEvaluation = each[0]?.[1] ?? metrics;
  return { samples, ...metrics, ...(confusion && { confusion }), ...(classes && { classes }), ...(outputs && { outputs: Object.fromEntries(each) }) };
}

const named = ({ confusion, classes }: MeasuredHead, labels: readonly string[]): Pick<OutputEvaluation, "confusion" | "classes"> => ({
  ...(confusion && { confusion }),
  ...(classes && { classes: classes.map((figures, label) => ({ label: labels[label] ?? `${label}`, ...figures })) }),
});
