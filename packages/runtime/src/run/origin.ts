/** What a checkpoint comes from. A training that goes on with other settings, or another program, would be neither the one nor the other. */

import { createHash } from "node:crypto";
import { type Recipe, splitModelReference } from "@cnn-lang/shape-checker";

/** A hash of each part of the recipe that the numbers of a training hang on, and one of the program. */
export type Origin = Readonly<Record<string, string>>;

/**
 * The origin of a run's checkpoints. How long it trains, how often it saves, when it stops early and where its data lies may be changed.
 *
 * @param recipe The run's: every number written out.
 * @param sources The `.cnn` texts by their paths.
 */
export function originOf(recipe: Recipe, sources: ReadonlyMap<string, string>): Origin {
  const { model, epochs: _, checkpoint: __, earlyStopping: ___, weights: ____, data, ...settings } = recipe;
  const { path: _____, workers: ______, expects: _______, ...prepared } = data;
  const program = [splitModelReference(model).model, ...[...sources.values()].toSorted()];
  return Object.fromEntries(Object.entries({ ...settings, data: prepared, program }).map(([name, value]) => [name, hash(value)]));
}

const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

/** The names of what has changed since; `program` is the text of the model. */
export const changedSince = (before: Origin, now: Origin): readonly string[] => Object.keys(before).filter((name) => before[name] !== now[name]);
