/** All that must be right before the first step: the recipe, its model and data, the weights it starts from. */

import type { Diagnostic } from "@cnn-lang/parser";
import { check, checkRecipe, lossesByOutput, relativeTo, splitModelReference } from "@cnn-lang/shape-checker";
import type { DataManifest, LossSettings, Model, Places, Project, Recipe, WrittenRecipe } from "@cnn-lang/shape-checker";
import { diskProject, projectRoot } from "@cnn-lang/shape-checker/node";
import { relative, resolve, sep } from "node:path";
import { runProblems } from "../codes.ts";
import { type Preparation, type Preparer, preparer, statistics, unchanged } from "../data/augment.ts";
import { manifestOf, openData } from "../data/built-in.ts";
import { type Part, partition } from "../data/loader.ts";
import { fail, within } from "../failure.ts";
import type { NamedArrays } from "../weights/safetensors.ts";
import { modelWeights, weightsFrom } from "../weights/starting.ts";

/** A recipe whose model is whole and fits its data. */
export interface Plan {
  readonly recipe: Recipe;
  readonly places: Places;
  readonly model: Model;
  readonly losses: ReadonlyMap<string, LossSettings>;
  /** Every `.cnn` text that was read, by its path below the project's root. */
  readonly sources: ReadonlyMap<string, string>;
  /** The model's file below the project's root, with the model's name. */
  readonly reference: string;
}

/** A project on disk that knows what data folders hold. */
export const dataProject = (root: string): Project => ({ ...diskProject(root), manifest: manifestOf });

/**
 * Checks a recipe with its model and its data's headers.
 *
 * @param recipe The path of a recipe, or a recipe; the paths in that one start at the working directory.
 * @param folder The folder outside of which no `.cnn` file is read; the project's root unless given.
 */
export function makePlan(recipe: string | WrittenRecipe, folder?: string): { readonly plan?: Plan; readonly diagnostics: readonly Diagnostic[] } {
  const [file, text] = typeof recipe === "string" ? [recipe, undefined] : ["<recipe>", JSON.stringify(recipe, null, 2)];
  const root = folder ?? projectRoot(typeof recipe === "string" ? recipe : splitModelReference(recipe.model).file);
  const project = dataProject(root);
  const sources = new Map<string, string>();
  const reading: Project = {
    ...project,
    read(path) {
      const read = project.read(path);
      if (typeof read === "string" && path.endsWith(".cnn")) sources.set(below(root, path), read);
      return read;
    },
  };
  const { recipe: resolved, places, model, diagnostics: found } = checkRecipe(reading, file, check, text);
  // Hints are for reading a program, in an editor or with `check --hints`; who trains it hears of mistakes and warnings.
  const diagnostics = found.filter(({ severity }) => severity !== "info");
  if (!resolved || !model || diagnostics.some(({ severity }) => severity === "error")) return { diagnostics };
  const modelFile = below(root, relativeTo(file, splitModelReference(resolved.model).file));
  const plan = { recipe: resolved, places, model, sources, losses: lossesByOutput(resolved, model.outputs), reference: `${modelFile}#${model.name}` };
  return { plan, diagnostics };
}

const below = (root: string, path: string): string => relative(resolve(root), resolve(path)).split(sep).join("/");

/** A plan's data, read and parted. */
export interface TrainingData {
  readonly manifest: DataManifest;
  readonly train: Part;
  readonly validation: Part | undefined;
  /** How an image becomes numbers. Its normalisation is what the resolved recipe writes out. */
  readonly preparation: Preparation;
  readonly prepareTrain: Preparer;
  readonly prepareValidation: Preparer | undefined;
}

/** Reads a plan's data. Throws the Failure CNN7xxx at the recipe's `data`, or CNN8011 at its `batch`. */
export function readTrainingData({ recipe, places, model }: Plan): TrainingData {
  const { data, seed } = recipe;
  return within(places.value(["data", data.path === null ? "format" : "path"]), () => {
    const set = openData(data.format, dataFolder(recipe, places));
    const { train, validation } = partition(set, data, seed);
    within(places.value(["batch"]), () => checkSmallestBatch(model, train.indices.length, recipe.batch));
    const normalization = data.normalize === "auto" ? statistics(train.images, train.indices) : (data.normalize ?? unchanged(train.images.channels));
    const preparation = { augment: data.augment, normalization, seed };
    const prepareTrain = preparer(train.images, preparation);
    return {
      manifest: set.manifest, train, validation, preparation, prepareTrain,
      prepareValidation: validation && (validation.images === train.images ? prepareTrain : preparer(validation.images, preparation)),
    };
  });
}

/** The folder of a recipe's data; null for generated data. */
export const dataFolder = ({ data }: Recipe, places: Places): string | null => (data.path === null ? null : relativeTo(places.file, data.path));

/** Batch norm of vectors or 1x1 maps has one value a channel and image: a batch of one image has no variance. */
export function checkSmallestBatch({ layers }: Model, images: number, batch: number): void {
  if (batch > 1 && images % batch !== 1) return;
  const layer = layers.find(({ operator, frozen, outputShape }) => operator === "batchnorm" && !frozen && outputShape.axes.every((size) => size === 1));
  if (layer) fail(runProblems.batchOfOne({ path: layer.path, images, batch }));
}

/** The weights that a plan starts from: those of the recipe, or else drawn, then `load`ed by the model. Throws a Failure CNN8xxx. */
export function startingWeights({ recipe, places, model }: Plan): NamedArrays {
  const { weights, seed } = recipe;
  if (weights === null) return modelWeights(model, seed);
  return within(places.value(["weights"]), () => weightsFrom(model, relativeTo(places.file, weights)));
}

/** The recipe that a run keeps: every default and computed number written out, its model where the run has it. */
export function runRecipe({ recipe, places, reference }: Plan, { preparation }: TrainingData): Recipe {
  const folder = dataFolder(recipe, places);
  const weights = recipe.weights === null ? null : resolve(relativeTo(places.file, recipe.weights));
  return {
    ...recipe,
    model: `model/${reference}`,
    data: { ...recipe.data, path: folder === null ? null : resolve(folder), normalize: recipe.data.normalize === null ? null : preparation.normalization },
    weights,
  };
}

