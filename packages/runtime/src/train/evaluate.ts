/** `evaluate`: how well a run's model does on images that it did not learn from. */

import type { DataManifest } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { preparer, unchanged } from "../data/augment.ts";
import { openData, openNamed } from "../data/built-in.ts";
import type { DataSet } from "../data/dataset.ts";
import { type Part, partition, whole } from "../data/loader.ts";
import { fail } from "../failure.ts";
import { type LoadedRun, type LoadOptions, type RunResult, withRun } from "../run/load.ts";
import { type Measured, measure } from "./measure.ts";

export interface EvaluateOptions extends LoadOptions {
  /** Other data than the recipe's: a built-in set's name, or a folder. */
  readonly data?: string;
}

export interface Evaluation extends Measured {
  /** Which images: the data's test images, else the recipe's validation images, else all training images. */
  readonly split: "test" | "validation" | "train";
  /** The classes' names, in the order of the confusion matrix. */
  readonly labels: readonly string[];
  /** The checkpoint that was measured. */
  readonly checkpoint: string;
}

/** Measures a run's model. Mistakes in run and data come back as diagnostics. */
export function evaluate(run: string, options: EvaluateOptions = {}): Promise<RunResult<Evaluation>> {
  return withRun(run, options, async (loaded) => {
    const { recipe, network, losses, data, checkpoint } = loaded;
    const set = options.data === undefined ? openData(recipe.data.format, recipe.data.path) : openNamed(options.data);
    if (set.manifest.shape !== data.shape || set.manifest.classes > data.classes) fail(differs(options.data ?? recipe.data.path ?? "", set.manifest, data));
    const { split, part } = chosenPart(loaded, set, options.data === undefined);
    const { normalize, augment } = recipe.data;
    // A run's recipe has its normalisation written out.
    const normalization = normalize === null || normalize === "auto" ? unchanged(part.images.channels) : normalize;
    const prepare = preparer(part.images, { augment, normalization, seed: recipe.seed });
    const measured = await measure(network, part, prepare, losses, Math.max(recipe.batch, 128), data.classes);
    return { ...measured, split, labels: data.labels, checkpoint };
  });
}

function chosenPart({ recipe }: LoadedRun, set: DataSet, isOwn: boolean): { readonly split: Evaluation["split"]; readonly part: Part } {
  if (set.manifest.test > 0) return { split: "test", part: whole(set.test()) };
  const { train, validation } = isOwn ? partition(set, recipe.data, recipe.seed) : { train: whole(set.train()), validation: undefined };
  return validation ? { split: "validation", part: validation } : { split: "train", part: train };
}

const differs = (data: string, found: DataManifest, trained: DataManifest) =>
  runProblems.dataDiffers({ data, held: about(found), needed: about(trained) });

const about = ({ shape, classes }: DataManifest): string => `images of ${shape} in ${classes} classes`;
