/**
 * Where a model comes from, for questions that are asked after the check and take longer than it: other input sizes, the
 * files it loads. Kept beside the model, which stays plain data; a model from elsewhere has none.
 */

import type { Diagnostic } from "@cnn-lang/parser";
import type { Layer, Model } from "../model/model.ts";
import type { Shape } from "../shapes/shape.ts";
import type { LoadPlan } from "./load-plan.ts";

/** Whether inputs of other shapes, by their names, go through; undefined where only an expansion can tell. */
export type Rehearsal = (inputs: ReadonlyMap<string, Shape>) => boolean | undefined;

export interface Provenance {
  /** Expands the model once more with other input shapes, by the inputs' names, up to the first error; none where all fits. */
  readonly attempt: (inputs: ReadonlyMap<string, Shape>) => Failure | undefined;
  /** The same question answered from the shapes alone, some twenty times faster; absent where the program asks for sizes. */
  readonly rehearse?: Rehearsal | undefined;
  readonly loads: readonly LoadPlan[];
}

/** Where an expansion ended. */
export interface Failure {
  readonly diagnostic: Diagnostic;
  /** The layers before the one that failed. */
  readonly layers: readonly Layer[];
}

const known = new WeakMap<Model, Provenance>();

export const remember = (model: Model, provenance: Provenance): void => void known.set(model, provenance);

export const provenanceOf = (model: Model): Provenance | undefined => known.get(model);

/** Each `load` of a model against its file's header. */
export const loadsOf = (model: Model): readonly LoadPlan[] => known.get(model)?.loads ?? [];
