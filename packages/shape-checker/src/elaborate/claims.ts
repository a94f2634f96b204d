/** Who has which path: two layers of one path are a mistake, told once, at the label or block that brings it about. */

import { locate, type Diagnostic, type Fix, type Span, type Step } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import type { Call } from "../model/model.ts";

/** The loop around a label: what its turns can be told apart by. */
export interface Loop {
  readonly step: Step;
  /** What stands before its braces: `repeat 3`, `for c in [8, 16]`. */
  readonly head: Span;
  /** Loop names whose values are a different number in each turn. */
  readonly counters: readonly string[];
}

/** Where a path was given out: at the label, else at the name of the operator or block. */
export interface Claim {
  readonly span: Span;
  readonly step: Step | undefined;
  readonly loop: Loop | undefined;
}

export interface Claimed {
  readonly id: number;
  readonly claim: Claim;
}

export interface Claims {
  /** The first layer of each path. */
  readonly layers: Map<string, Claimed>;
  /** The first scope of each path, and every scope's claim by its call. */
  readonly scopes: Map<string, number>;
  readonly calls: Map<number, Claim>;
}

export const noClaims = (): Claims => ({ layers: new Map(), scopes: new Map(), calls: new Map() });

export function claimScope({ scopes, calls }: Claims, { id, path }: Call, claim: Claim): void {
  calls.set(id, claim);
  if (!scopes.has(path)) scopes.set(path, id);
}

/** What to say of a layer whose path is taken. Where a scope around it is there twice, that is what is wrong. */
export function duplicatePath(claims: Claims, path: string, claim: Claim, around: readonly Call[]): Diagnostic {
  for (const call of around) {
    const first = claims.calls.get(claims.scopes.get(call.path) ?? call.id);
    const own = claims.calls.get(call.id);
    if (first && own && first !== own) return clash(call.path, call.kind === "group" ? "group" : "layer", own, first);
  }
  return clash(path, "layer", claim, claims.layers.get(path)?.claim ?? claim);
}

function clash(path: string, what: "layer" | "group", claim: Claim, first: Claim): Diagnostic {
  const isLoop = first.span.start.offset === claim.span.start.offset && first.span.file === claim.span.file;
  const loop = claim.loop && [{ message: "this is the loop", span: claim.loop.head }];
  const related = isLoop ? (loop ?? []) : [{ message: `${path} is here first`, span: first.span }];
  return locate(nameProblems.duplicatePath({ path, what, loop: isLoop }), claim.span, { related, fixes: isLoop ? loopFixes(claim) : [] });
}

/** Numbers the label by the loop's counter, or labels the loop, which numbers its members. */
function loopFixes({ step, loop }: Claim): readonly Fix[] {
  const label = step?.label;
  if (!step || !label || !loop || !label.parts.every((part) => typeof part === "string")) return [];
  const text = label.parts.join("");
  const [counter] = loop.counters;
  const numbered = `"${text}{${counter}}"`;
  const fixes: Fix[] = counter === undefined ? [] : [{ title: `number the label: ${numbered}`, edits: [{ span: label.span, text: numbered }] }];
  if (loop.step.label) return fixes;
  const written = label.form === "string" ? JSON.stringify(text) : text;
  const edits = [
    { span: { ...loop.step.core.span, end: loop.step.core.span.start }, text: `${written}: ` },
    { span: { ...label.span, end: step.core.span.start }, text: "" },
  ];
  return [...fixes, { title: `label the loop: ${written}.0, ${written}.1, …`, edits }];
}
