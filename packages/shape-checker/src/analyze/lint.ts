/** What trains badly rather than fails. Correct published networks stay silent, but for hints. */

import { locate, type Diagnostic, type Related } from "@cnn-lang/parser";
import type { Layer, Model } from "../model/model.ts";
import { lintFlow } from "./lint/flow.ts";
import { lintFreezing } from "./lint/freezing.ts";
import { hints } from "./lint/hints.ts";
import type { Linted } from "./lint/linted.ts";

/** What a model alone does not say: the texts it was written in, and which names nobody uses. */
export type Written = Pick<Linted, "sourceOf" | "isUnused">;

/** What was found in a model, if that follows from the model and its own lines alone: it stays true as long as both do. */
const known = new WeakMap<Model, readonly Diagnostic[]>();

export function lintModel(model: Model, written: Written): readonly Diagnostic[] {
  const before = known.get(model);
  if (before) return before;
  const found: Diagnostic[] = [];
  let isOwn = true;
  lint(model, { ...written, isUnused: (span) => ((isOwn = false), written.isUnused(span)) }, (diagnostic) => found.push(diagnostic));
  if (isOwn) known.set(model, found);
  return found;
}

function lint(model: Model, written: Written, report: (diagnostic: Diagnostic) => void): void {
  const readers = model.layers.map((): Layer[] => []);
  for (const layer of model.layers) for (const input of layer.inputs) readers[input]?.push(layer);
  const outputs = new Set(model.outputs.map(({ layer }) => layer));
  const linted: Linted = {
    model,
    readers,
    isOutput: (id) => outputs.has(id),
    ...written,
    report: (finding, layer, { related = [], fixes = [] } = {}) =>
      report(locate(finding, layer.span, { related: [...related, ...useOf(layer)], fixes })),
  };
  lintFlow(linted);
  lintFreezing(model, report);
  hints(linted);
}

/** The use of the innermost block around a layer. */
function useOf({ calls }: Layer): readonly Related[] {
  const use = calls.findLast(({ kind }) => kind === "block");
  return use ? [{ message: `in this use of ${use.name}`, span: use.span }] : [];
}
