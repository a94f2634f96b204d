/** An operator names what is wrong; here is found where that stands, and its mends become edits. */

import { locate, type Call, type Diagnostic, type Edit, type Fix, type Related, type Span, type Step } from "@cnn-lang/parser";
import type { FixRequest, Problem } from "../operators/operator.ts";
import { printShape } from "../shapes/shape.ts";
import type { BoundCall } from "./arguments.ts";
import type { Point } from "./environment.ts";
import type { Walk } from "./walk.ts";

interface Context {
  readonly step: Step;
  readonly call: Call;
  readonly bound: BoundCall;
  readonly inputs: readonly Point[];
  readonly text: (span: Span) => string;
}

export function locateProblem(walk: Walk, { finding, at, fixes }: Problem, context: Context): Diagnostic {
  const { call, bound, inputs } = context;
  const argument = typeof at === "string" ? bound.places.get(at) : undefined;
  const branch = typeof at === "number" ? call.branches?.[at] : undefined;
  const span = argument?.span ?? branch?.span ?? call.span;
  return locate(finding, span, {
    related: inputs.flatMap((input) => originOf(walk, input)),
    fixes: (fixes ?? []).map((fix): Fix => ({ title: fix.title, edits: [edit(fix, context)] })),
  });
}

/** The layer that gave a shape: the last that changed it. */
function originOf(walk: Walk, { layer: id, shape }: Point): readonly Related[] {
  let layer = walk.layers[id];
  while (layer) {
    const before = walk.layers[layer.inputs[0] ?? -1];
    if (!before || printShape(before.outputShape) !== printShape(layer.outputShape)) break;
    layer = before;
  }
  return layer ? [{ message: `${printShape(shape)} comes from ${layer.path}`, span: layer.span }] : [];
}

function edit(fix: FixRequest, { step, call, bound }: Context): Edit {
  if ("set" in fix) {
    const argument = bound.places.get(fix.set);
    if (argument) return { span: argument.value.span, text: fix.text };
    const last = call.arguments.at(-1)?.span ?? call.callee.span;
    return { span: { ...last, start: last.end }, text: ` ${fix.set}=${fix.text}` };
  }
  if ("remove" in fix) {
    const argument = bound.places.get(fix.remove)?.span ?? call.span;
    const { line, column, offset } = argument.start;
    return { span: { ...argument, start: { line, column: column - 1, offset: offset - 1 } }, text: "" };
  }
  if ("before" in fix) return { span: { ...step.span, end: step.span.start }, text: fix.before };
  if ("after" in fix) return { span: { ...step.span, start: step.span.end }, text: fix.after };
  return { span: call.span, text: fix.instead };
}
