/**
 * What the walk over one model carries along: the layers so far, the reports, the bounds. Expansion and inference
 * are one walk, since `if here.channels == …` and `skip … project` decide the structure from a shape.
 */

import { locate, type BlockDeclaration, type Body, type Diagnostic, type Span, type Step } from "@cnn-lang/parser";
import { effectivePadding, effectiveStride, fieldOf, receptiveField, type Field } from "../analyze/receptive-field.ts";
import { limitProblems } from "../codes/program.ts";
import { weightProblems } from "../codes/weights.ts";
import type { Call, Layer, LayerId, Port, Weight } from "../model/model.ts";
import type { OperatorName } from "../operators/index.ts";
import type { Facts, WeightFacts } from "../operators/operator.ts";
import type { FileScope } from "../resolve/program.ts";
import { claimScope, duplicatePath, type Claim, type Claims, type Loop } from "./claims.ts";
import type { Environment, Flow, Point } from "./environment.ts";
import type { Sight } from "./evaluate.ts";
import { LimitReached, limits } from "./limits.ts";
import { pathScope, type PathScope } from "./paths.ts";

/** Where the walk is: names, path, and what surrounds it. */
export interface Place {
  readonly environment: Environment;
  readonly paths: PathScope;
  readonly frozen: boolean;
  /** Directly in a model stand input, output, load and freeze; in an argument group not even points do. */
  readonly within: "model" | "block" | "argument";
  readonly calls: readonly Call[];
  /** The loop around, in the same scope. */
  readonly loop?: Loop | undefined;
  /** Where a labelled step is applied again: its layers take the weights of those with the same paths. */
  readonly reuse?: { readonly name: string; readonly span: Span };
}

export interface Walk {
  readonly layers: Layer[];
  readonly fields: Field[];
  readonly inputs: Port[];
  readonly outputs: Port[];
  readonly claims: Claims;
  /** Labels and paths of layers whose shapes are not known: selectors may still name them. */
  readonly silentPaths: Set<string>;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Walks a body of the flow; here so that the files of this folder form no cycle. */
  readonly through: (body: Body, flow: Flow, place: Place) => Flow;
  /** Another input shape than the model's own, by the input's name. */
  readonly inputShapes: ReadonlyMap<string, { readonly channels: number; readonly axes: readonly number[] }>;
  /** Blocks that contain themselves: reported, and not entered a second time. */
  readonly recursive: ReadonlySet<BlockDeclaration>;
  readonly deadline: number;
  calls: number;
  depth: number;
}

/** What an expression sees at a place. */
export const sightOf = (walk: Walk, place: Place, flow: Flow): Sight => ({
  environment: place.environment,
  here: typeof flow === "string" ? flow : flow.shape,
  report: (diagnostic) => walk.report(withUse(diagnostic, place)),
  text: (span) => textAt(place.environment.file, span),
});

export const textAt = (file: FileScope, span: Span): string => file.text.slice(span.start.offset, span.end.offset);

/** A mistake inside a block, or in a step that is used again, shows the use that leads to it. */
export function withUse(diagnostic: Diagnostic, { calls, reuse }: Place): Diagnostic {
  const use = reuse ?? calls.findLast(({ kind }) => kind === "block");
  if (!use || diagnostic.severity === "info" || [diagnostic, ...diagnostic.related].some(({ span }) => isWithin(span, use.span))) return diagnostic;
  return { ...diagnostic, related: [...diagnostic.related, { message: `in this use of ${use.name}`, span: use.span }] };
}

const isWithin = (inner: Span, outer: Span): boolean =>
  inner.file === outer.file && inner.start.offset >= outer.start.offset && inner.end.offset <= outer.end.offset;

export function reportAt(walk: Walk, place: Place, diagnostic: Diagnostic): void {
  walk.report(withUse(diagnostic, place));
}

/** The place inside a new scope: a use of a block, or a group whose members are numbered. */
export function enterScope(walk: Walk, place: Place, kind: Call["kind"], name: string, path: string, claim: Omit<Claim, "loop"> & { readonly whole: Span }): Place {
  const call = { id: walk.calls++, kind, name, path, span: claim.whole };
  claimScope(walk.claims, call, { ...claim, ...(place.loop && { loop: place.loop }) });
  return { ...place, paths: pathScope(path, kind === "group"), calls: [...place.calls, call], loop: undefined };
}

/** Enters one level deeper, or ends the walk where that is too deep. */
export function deeper<T>(walk: Walk, span: Span, work: () => T): T {
  checkBounds(walk, span);
  if (walk.depth >= limits.depth) {
    walk.report(locate(limitProblems.tooDeep({ limit: limits.depth }), span));
    throw new LimitReached();
  }
  walk.depth += 1;
  const result = work();
  walk.depth -= 1;
  return result;
}

/** Called at every layer and every body, so that no program runs for ever. */
export function checkBounds(walk: Walk, span: Span): void {
  if (walk.layers.length >= limits.layers) {
    walk.report(locate(limitProblems.tooManyLayers({ limit: limits.layers }), span));
    throw new LimitReached();
  }
  if (performance.now() > walk.deadline) {
    walk.report(locate(limitProblems.tooSlow({}), span));
    throw new LimitReached();
  }
}

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
  const claim = { span: nameSpan, ...(step && { step }), ...(place.loop && { loop: place.loop }) };
  const weights = facts.weights.map((weight) => toWeight(path, weight, !place.frozen));
  if (known === undefined) walk.claims.layers.set(path, { id, claim });
  else if (place.reuse) checkReuse(walk, place, weights, known, place.reuse.span);
  else if (!joins) reportAt(walk, place, duplicatePath(walk.claims, path, claim, place.calls));

  const reuses = place.reuse ? known?.id : undefined;
  const field = fieldOf(facts.window, inputs.flatMap((input) => walk.fields[input.layer] ?? []), facts.outputShape.axes.length);
  const counted = reuses === undefined ? facts.weights : [];
  const layer = {
    id,
    path,
    operator,
    attributes: facts.attributes,
    inputs: inputs.map((input) => input.layer),
    outputShape: facts.outputShape,
    weights,
    ...(reuses !== undefined && { reuses }),
    cost: {
      parameters: countNumbers(counted, "parameter"),
      buffers: countNumbers(counted, "buffer"),
      macs: facts.macs,
      receptiveField: receptiveField(field),
      effectiveStride: effectiveStride(field),
      effectivePadding: effectivePadding(field),
      keeps: facts.keeps,
    },
    frozen: place.frozen,
    span,
    calls: place.calls,
  };
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

/** How many numbers the weights of a kind hold. Counters of batches are no statistics. */
const countNumbers = (weights: readonly WeightFacts[], kind: WeightFacts["kind"]): number =>
  weights.reduce((total, { kind: own, dtype, shape }) => (own === kind && !dtype ? total + shape.reduce((all, n) => all * n, 1) : total), 0);

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
