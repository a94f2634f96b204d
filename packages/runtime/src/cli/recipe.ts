/** A recipe made of flags: a `.cnn` file, what it is trained on, and little else. */

import { lossOfLabels, type WrittenRecipe } from "@cnn-lang/shape-checker";
import { type Context, Refusal } from "./context.ts";
import { checkOptions, type ModelFlags, splitReference, told } from "./model.ts";
import { openProjects } from "./projects.ts";

export interface RecipeFlags extends Pick<ModelFlags, "model" | "set"> {
  readonly data?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly seed?: number;
  readonly weights?: string;
}

/**
 * The recipe that `FILE --data NAME-or-DIR` and the flags beside it mean; nothing where there is no such data, which is told.
 * Its paths start at the working directory.
 */
export async function recipeOfFlags(context: Context, reference: string, data: string, flags: RecipeFlags): Promise<WrittenRecipe | undefined> {
  if (reference.endsWith(".json")) throw new Refusal(2, `${reference} is a recipe, which names its data itself: --data is for .cnn files.`);
  const { model, set, epochs, batch, lr, seed, weights } = flags;
  const { file, name } = splitReference(reference);
  const chosen = checkOptions({ ...(model !== undefined && { model }) }, name).model;
  const { describeData, manifestOf } = await import("#cli/data");
  const described = describeData(data);
  if ("diagnostic" in described) {
    told(context, openProjects().textOf, [described.diagnostic]);
    return undefined;
  }
  const { path } = described.data;
  const manifest = path === null ? undefined : manifestOf(path);
  const labelKind = manifest && "labelKind" in manifest ? manifest.labelKind : undefined;
  return {
    model: chosen === undefined ? file : `${file}#${chosen}`,
    data: described.data,
    ...(labelKind && labelKind !== "classes" && { loss: { name: lossOfLabels[labelKind] } }),
    ...(set && { arguments: Object.fromEntries(set) }),
    ...(lr !== undefined && { optimizer: { name: "adam", learningRate: lr } }),
    ...(epochs !== undefined && { epochs }),
    ...(batch !== undefined && { batch }),
    ...(seed !== undefined && { seed }),
    ...(weights !== undefined && { weights }),
  };
}
