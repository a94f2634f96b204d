/** An operator names what is wrong; here is found where that stands, where its numbers come from, and its mends become edits. */

import { locate, type Call, type Diagnostic, type Edit, type Fix, type Related, type Span, type Step } from "@cnn-lang/parser";
import type { FixRequest, Problem } from "../operators/operator.ts";
import type { BoundCall } from "./arguments.ts";
import type { Environment, Point } from "./environment.ts";
import { literalPlace, shapeOrigins, sizeHistory, valueOrigins } from "./origins.ts";
import type { Walk } from "./walk.ts";

interface Context {
  readonly step: Step;
  readonly call: Call;
  readonly bound: BoundCall;
  readonly inputs: readonly Point[];
  readonly environment: Environment;
}

export function locateProblem(walk: Walk, { finding, at, fixes = [] }: Problem, context: Context): Diagnostic {
  const { bound, inputs, environment } = context;
  const argument = typeof at === "string" ? bound.places.get(at) : undefined;
  const [input] = inputs;
  // Where a kernel does not fit, the way the map shrank is of interest; elsewhere where the shapes come from.
  const shapes = at === "kernel" && input ? sizeHistory(walk, input) : inputs.flatMap((each) => shapeOrigins(walk, each));
  const value = argument?.value.kind === "shape" ? undefined : argument?.value;
  return locate(finding, argument?.span ?? (typeof at === "number" ? inputPlace(at, context) : undefined) ?? context.call.span, {
    related: withoutDoubles([...shapes, ...valueOrigins(value, environment)]),
    fixes: fixes.flatMap((fix): readonly Fix[] => {
      const edits = edit(fix, context);
      return edits ? [{ title: fix.title, edits: [edits] }] : [];
    }),
  });
}

/** An input of a join: its branch (of a branch of several lines the last layer), or the name that stands for it. */
function inputPlace(index: number, { call }: Context): Span | undefined {
  const { branches } = call;
  const branch = branches?.[index];
  if (branch) return branch.span.start.line === branch.span.end.line ? branch.span : branch.items.at(-1)?.span;
  const names = call.arguments.filter(({ name }) => name === undefined);
  return names[index - (branches?.length ?? 1)]?.span;
}

function withoutDoubles(related: readonly Related[]): readonly Related[] {
  const seen = new Set<string>();
  return related.filter(({ message, span }) => {
    const key = `${message} ${span.start.offset}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The edit of a mend; none where the value to change is computed, or passed in by different uses. */
function edit(fix: FixRequest, { step, call, bound, environment }: Context): Edit | undefined {
  if ("set" in fix) {
    const argument = bound.places.get(fix.set);
    if (argument?.value.kind === "shape") return { span: argument.value.span, text: fix.text };
    if (argument) {
      const span = literalPlace(argument.value, environment);
      return span && { span, text: fix.text };
    }
    const last = call.arguments.at(-1)?.span ?? call.callee.span;
    return { span: { ...last, start: last.end }, text: ` ${fix.set}=${fix.text}` };
  }
  if ("remove" in fix) {
    const argument = bound.places.get(fix.remove)?.span ?? call.span;
    const { line, column, offset } = argument.start;
    return { span: { ...argument, start: { line, column: column - 1, offset: offset - 1 } }, text: "" };
  }
  if ("before" in fix) return { span: { ...step.span, end: step.span.start }, text: `${fix.before} -> ` };
  if ("after" in fix) return { span: { ...step.span, start: step.span.end }, text: ` -> ${fix.after}` };
  return { span: call.span, text: fix.instead };
}
