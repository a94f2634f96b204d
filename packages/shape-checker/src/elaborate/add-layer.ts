/** The layers of a model, one appended after the other: path, weights, costs. */

import { locate, type Span, type Step } from "@cnn-lang/parser";
import { effectivePadding, effectiveStride, fieldOf, receptiveField, type Field } from "../analyze/receptive-field.ts";
import { weightProblems } from "../codes/weights.ts";
import type { Cost, Layer, LayerId, Weight } from "../model/model.ts";
import type { OperatorName } from "../operators/index.ts";
import type { Facts, WeightFacts } from "../operators/operator.ts";
import { duplicatePath, type Claim } from "./claims.ts";
import type { Point } from "./environment.ts";
import { product } from "../operators/weights.ts";
import { checkBounds, reportAt, type Place, type Walk } from "./walk.ts";

export interface NewLayer {
  readonly operator: OperatorName;
  readonly path: string;
  readonly facts: Facts<object>;
  readonly inputs: readonly Point[];
  readonly span: Span;
  /** Where to report a path that is taken: the label, else the call; and the step that has it. */
  readonly nameSpan: Span;
  readonly step?: Step;
  /** Joins take no place: their paths never clash with weights. */
  readonly joins?: boolean;
}

/** Appends a layer and gives the point that flows out of it. */
export function addLayer(walk: Walk, place: Place, { operator, path, facts, inputs, span, nameSpan, step, joins }: NewLayer): Point {
  checkBounds(walk, span);
  const id = walk.layers.length;
  const known = walk.claims.layers.get(path);
  const claim: Claim = { span: nameSpan, step, loop: place.loop };
  const weights = facts.weights.map((weight) => toWeight(path, weight, !place.frozen));
  if (known === undefined) walk.claims.layers.set(path, { id, claim });
  else if (place.reuse) checkReuse(walk, place, weights, known, place.reuse.span);
  else if (!joins) reportAt(walk, place, duplicatePath(walk.claims, path, claim, place.calls));

  const reuses = place.reuse ? known?.id : undefined;
  const field = fieldOf(facts.window, fieldsOf(walk, inputs), facts.outputShape.axes.length);
  const own = {
    id,
    path,
    operator,
    attributes: facts.attributes,
    inputs: inputs.map((input) => input.layer),
    outputShape: facts.outputShape,
    weights,
    cost: costOf(facts, field, reuses !== undefined),
    frozen: place.frozen,
    span,
    calls: place.calls,
  };
  const layer = reuses === undefined ? own : { ...own, reuses };
  // The one branded place: the table's types tie an operator's name to its attributes, but not through a variable name.
  walk.layers.push(layer as Layer);
  walk.fields.push(field);
  return { layer: id, shape: facts.outputShape };
}

const toWeight = (path: string, { leaf, shape, kind, initializer, dtype }: WeightFacts, trainable: boolean): Weight => ({
  name: leaf === "" ? path : `${path}.${leaf}`,
  shape,
  dtype: dtype ?? "float32",
  kind,
  initializer,
  trainable: kind === "parameter" && trainable,
});

function fieldsOf({ fields }: Walk, inputs: readonly Point[]): readonly Field[] {
  const found: Field[] = [];
  for (const { layer } of inputs) {
    const field = fields[layer];
    if (field) found.push(field);
  }
  return found;
}

/** Weights that are used again cost nothing more. */
function costOf(facts: Facts<object>, field: Field, again: boolean): Cost {
  const { parameters, buffers } = again ? nothing : countsOf(facts);
  const { receptiveField: seen, effectiveStride: stride, effectivePadding: padding } = seenBy(field);
  return { parameters, buffers, macs: facts.macs, receptiveField: seen, effectiveStride: stride, effectivePadding: padding, keeps: facts.keeps };
}

type Counts = Pick<Cost, "parameters" | "buffers">;

const nothing: Counts = { parameters: 0, buffers: 0 };

/** Counters of batches are no statistics. */
function countsOf({ weights }: Facts<object>): Counts {
  const count = { parameter: 0, buffer: 0 };
  for (const { kind, shape, dtype } of weights) if (!dtype) count[kind] += product(shape);
  return { parameters: count.parameter, buffers: count.buffer };
}

type Seen = Pick<Cost, "receptiveField" | "effectiveStride" | "effectivePadding">;

/** What the last field says of its layer: kept, since layers without windows have the field of the layer above. */
let recent: { readonly field: Field; readonly seen: Seen } | undefined;

function seenBy(field: Field): Seen {
  if (recent?.field === field) return recent.seen;
  const seen = { receptiveField: receptiveField(field), effectiveStride: effectiveStride(field), effectivePadding: effectivePadding(field) };
  recent = { field, seen };
  return seen;
}

function checkReuse(walk: Walk, place: Place, weights: readonly Weight[], first: { readonly id: LayerId; readonly claim: Claim }, span: Span): void {
  const built = walk.layers[first.id]?.weights ?? [];
  for (const [i, weight] of weights.entries()) {
    const other = built[i];
    if (!other || other.shape.join() === weight.shape.join()) continue;
    const related = [{ message: "the weights were built here", span: first.claim.span }];
    const finding = weightProblems.reuseDiffers({ name: weight.name, built: other.shape, needed: weight.shape });
    reportAt(walk, place, locate(finding, span, { related }));
    return;
  }
}
