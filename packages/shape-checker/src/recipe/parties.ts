/** Who makes the contract: a recipe, its model and its data; and what is said of them. */

import type { Layer, Model, Port } from "../model/model.ts";
import type { Project } from "../project.ts";
import type { DataFacts } from "./manifest.ts";
import type { Places } from "./places.ts";
import type { Recipe } from "./recipe.ts";

/** What a recipe says, and of which model. */
export interface RecipeAndModel {
  readonly recipe: Recipe;
  readonly places: Places;
  readonly model: Model;
  /** For the texts that fixes change. */
  readonly project: Project;
}

export interface Parties extends RecipeAndModel {
  readonly data: DataFacts;
}

export function layerOf(model: Model, port: Port): Layer {
  const layer = model.layers[port.layer];
  if (!layer) throw new Error(`The model ${model.name} has no layer ${port.layer} for ${port.name}.`);
  return layer;
}

/** `the output of Net`; by its name where there are several. */
export const outputWords = (model: Model, output: Port): string =>
  model.outputs.length === 1 ? `the output of ${model.name}` : `the output ${output.name}`;
