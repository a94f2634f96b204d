/** The weights that a model has before anyone trains it. */

import type { Model } from "@cnn-lang/shape-checker";
import { within } from "../failure.ts";
import { initialWeights } from "./initial.ts";
import { type NamedArray, type NamedArrays, readSafetensors } from "./safetensors.ts";
import { fitting } from "./transfer.ts";

/** Drawn from the seed, then `load`ed as the model says. Throws the Failure CNN8xxx at the `load` whose file does not fit. */
export function modelWeights(model: Model, seed: number): NamedArrays {
  const arrays: Map<string, NamedArray> = initialWeights(model, seed);
  for (const { file, except, span } of model.load) {
    within(span, () => fitting(model, readSafetensors(file), file, { except, strict: false }).forEach((array, name) => arrays.set(name, array)));
  }
  return arrays;
}

/** All of a model's weights from a file that holds these and no others. Throws a Failure CNN8xxx where it does not. */
export const weightsFrom = (model: Model, file: string): NamedArrays => fitting(model, readSafetensors(file), file);
