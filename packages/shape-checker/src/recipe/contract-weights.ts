/** A recipe's `weights` against the model: they must hold all of its tensors, in their shapes, and no others. */

import { type Diagnostic, locate } from "@cnn-lang/parser";
import { againstHeader, ownedWeights, readFileHeader, shapeHere } from "../analyze/load-plan.ts";
import { recipeProblems } from "../codes/recipe.ts";
import { weightProblems } from "../codes/weights.ts";
import type { RecipeAndModel } from "./parties.ts";

/** @param file The weights' path in the project; `weights` is how the recipe writes it. A file that is not there is no mistake before the training. */
export function checkWeights({ places, model, project }: RecipeAndModel, weights: string, file: string): readonly Diagnostic[] {
  const place = places.value(["weights"]);
  const fixes = [{ title: "draw the weights from the seed", edits: places.remove(["weights"]) }];
  const overwritten = model.load.map(({ written, span }) =>
    locate(recipeProblems.loadOverwritten({ file: written, weights }), place, { fixes, related: [{ message: "it is loaded here", span }] }),
  );
  const header = readFileHeader(project, file);
  if (header === undefined) return overwritten;
  if ("why" in header) return [...overwritten, locate(weightProblems.badWeightFile({ file: weights, why: header.why }), place, { fixes })];
  const owned = ownedWeights(model);
  const { missing, differing, leftOver } = againstHeader(owned, owned, header);
  const [first] = differing;
  return [
    ...overwritten,
    ...(missing.length > 0
      ? [locate(weightProblems.tensorMissing({ file: weights, names: missing.map(({ weight }) => weight.name) }), place, { fixes, related: missing.slice(0, 1).map(shapeHere) })]
      : []),
    ...(first
      ? [locate(weightProblems.tensorDiffers({ file: weights, name: first.weight.name, found: first.found, needed: first.weight.shape, more: differing.length - 1 }), place, { fixes, related: [shapeHere(first)] })]
      : []),
    ...(leftOver.length > 0 ? [locate(recipeProblems.weightsLeftOver({ file: weights, names: leftOver }), place, { fixes })] : []),
  ];
}
