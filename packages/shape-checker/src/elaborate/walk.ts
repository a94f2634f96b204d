/**
 * What the walk over one model carries along: the layers so far, the reports, the bounds. Expansion and inference
 * are one walk, since `if here.channels == …` and `skip … project` decide the structure from a shape.
 */

import { locate, type BlockDeclaration, type Body, type Diagnostic, type Span } from "@cnn-lang/parser";
import type { Field } from "../analyze/receptive-field.ts";
import { limitProblems } from "../codes/program.ts";
import type { Call, Layer, Port } from "../model/model.ts";
import type { FileScope } from "../resolve/program.ts";
import { claimScope, type Claim, type Claims, type Loop } from "./claims.ts";
import type { Environment, Flow } from "./environment.ts";
import type { Sight } from "./evaluate.ts";
import { LimitReached, limits } from "./limits.ts";
import type { Made } from "./rehearse.ts";
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
  /** How each layer was made, to make it once more of other sizes. */
  readonly made: Made[];
  /** Set where the program asked for a size: of other sizes other layers might be made. */
  dependsOnSize: boolean;
  /** Set where a shape was believed behind an unknown layer, and where an input's shape is unknown. */
  hasGap: boolean;
  calls: number;
  /** What the expansion has cost so far. */
  steps: number;
  depth: number;
}

/** What an expression sees at a place. */
export const sightOf = (walk: Walk, place: Place, flow: Flow): Sight => ({
  environment: place.environment,
  here: typeof flow === "string" ? flow : flow.shape,
  report: (diagnostic) => walk.report(withUse(diagnostic, place)),
  text: (span) => textAt(place.environment.file, span),
  spend: (steps, span) => spend(walk, steps, span),
  noteSize: () => void (walk.dependsOnSize = true),
});

export const textAt = (file: FileScope, span: Span): string => file.text.slice(span.start.offset, span.end.offset);

/** A mistake inside a block, or in a step that is used again, shows the use that leads to it, and the one in the model's own file. */
function withUse(diagnostic: Diagnostic, { calls, reuse }: Place): Diagnostic {
  const blocks = calls.filter(({ kind }) => kind === "block");
  const use = reuse ?? blocks.at(-1);
  if (!use || diagnostic.severity === "info") return diagnostic;
  const outer = blocks.findLast(({ span }) => span.file === calls[0]?.span.file);
  const uses = use.span.file === outer?.span.file || !outer ? [use] : [use, outer];
  const places = [diagnostic, ...diagnostic.related];
  const unseen = uses.filter((each) => !places.some(({ span }) => isWithin(span, each.span)));
  return { ...diagnostic, related: [...diagnostic.related, ...unseen.map(({ name, span }) => ({ message: `in this use of ${name}`, span }))] };
}

const isWithin = (inner: Span, outer: Span): boolean =>
  inner.file === outer.file && inner.start.offset >= outer.start.offset && inner.end.offset <= outer.end.offset;

export function reportAt(walk: Walk, place: Place, diagnostic: Diagnostic): void {
  walk.report(withUse(diagnostic, place));
}

/** The place inside a new scope: a use of a block, or a group whose members are numbered. */
export function enterScope(walk: Walk, place: Place, kind: Call["kind"], name: string, path: string, claim: Omit<Claim, "loop"> & { readonly whole: Span }): Place {
  const call = { id: walk.calls++, kind, name, path, span: claim.whole };
  claimScope(walk.claims, call, { span: claim.span, step: claim.step, loop: place.loop });
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
  spend(walk, 1, span);
}

/** Counts work. By steps, not by time: what a program means must not depend on how fast a machine is. */
export function spend(walk: Walk, steps: number, span: Span): void {
  walk.steps += steps;
  if (walk.steps <= limits.steps) return;
  walk.report(locate(limitProblems.tooMuchWork({ limit: limits.steps }), span));
  throw new LimitReached();
}
