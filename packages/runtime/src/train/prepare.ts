/** All that must be right before the first step: the recipe, its model and data, the weights it starts from. */

import type { Diagnostic } from "@cnn-lang/parser";
import { check, checkRecipe, hasBatchOfOne, normOfSingleValues, relativeTo, splitModelReference } from "@cnn-lang/shape-checker";
import type { DataManifest, Model, Places, Project, Recipe, WrittenRecipe } from "@cnn-lang/shape-checker";
import { diskProject, projectRoot } from "@cnn-lang/shape-checker/node";
import { relative, resolve, sep } from "node:path";
import { runProblems } from "../codes.ts";
import { manifestOf, openData } from "../data/built-in.ts";
import { type LoadedData, loadTraining } from "../data/load.ts";
import type { OnProgress } from "../data/survey.ts";
import { fail, within, withinAsync } from "../failure.ts";
import type { NamedArrays } from "../weights/safetensors.ts";
import { modelWeights, weightsFrom } from "../weights/starting.ts";

/** A recipe whose model is whole and fits its data. */
export interface Plan {
  readonly recipe: Recipe;
  readonly places: Places;
  readonly model: Model;
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
  const plan = { recipe: resolved, places, model, sources, reference: `${modelFile}#${model.name}` };
  return { plan, diagnostics };
}

const below = (root: string, path: string): string => relative(resolve(root), resolve(path)).split(sep).join("/");

/** A plan's data, read and parted, with what it is. */
export interface TrainingData extends LoadedData {
  readonly manifest: DataManifest;
}

/** Reads a plan's data; the caller closes it. Throws the Failure CNN7xxx at the recipe's `data`, or CNN8011 at its `batch`. */
export function readTrainingData({ recipe, places, model }: Plan, onProgress?: OnProgress): Promise<TrainingData> {
  const { data, seed } = recipe;
  return withinAsync(places.value(["data", data.path === null ? "format" : "path"]), async () => {
    const set = openData(data.format, dataFolder(recipe, places), data);
    const loaded = await loadTraining(set, data, seed, onProgress);
    try {
      within(places.value(["batch"]), () => checkSmallestBatch(model, loaded.train.indices.length, recipe.batch));
      return { ...loaded, manifest: set.manifest };
    } catch (error) {
      await loaded.close();
      throw error;
    }
  });
}

/** The folder of a recipe's data; null for generated data. */
const dataFolder = ({ data }: Recipe, places: Places): string | null => (data.path === null ? null : relativeTo(places.file, data.path));

/** `check` has counted the images by their headers; some may have been left out since. */
export function checkSmallestBatch(model: Model, images: number, batch: number): void {
  const layer = normOfSingleValues(model);
  if (layer && hasBatchOfOne(images, batch)) fail(runProblems.batchOfOne({ path: layer.path, images, batch }));
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

