/** An operator names what is wrong; here is found where that stands, where its numbers come from, and its mends become edits. */

import { locate, type Call, type Diagnostic, type Edit, type Fix, type Related, type Span, type Step } from "@cnn-lang/parser";
import type { FixRequest, Problem } from "../operators/operator.ts";
import { sameAxes } from "../shapes/shape.ts";
import type { BoundCall } from "./arguments.ts";
import type { Environment, Point } from "./environment.ts";
import { replaceValue, shapeOrigins, sizeHistory, valueOrigins } from "./origins.ts";
import type { Walk } from "./walk.ts";
import { withoutArgument } from "./without-argument.ts";

interface Context {
  readonly step: Step;
  readonly call: Call;
  readonly bound: BoundCall;
  readonly inputs: readonly Point[];
  readonly environment: Environment;
}

export function locateProblem(walk: Walk, { finding, at, against, about, fixes = [], mends = [] }: Problem, context: Context): Diagnostic {
  const { call, bound, inputs, environment } = context;
  const argument = typeof at === "string" ? bound.places.get(at) : undefined;
  const value = argument?.value.kind === "shape" ? undefined : argument?.value;
  const shapes = typeof at === "number" && against !== undefined ? clashOrigins(walk, inputs[against], inputs[at]) : inputOrigins(walk, inputs, about);
  return locate(finding, argument?.span ?? (typeof at === "number" ? inputPlace(at, call) : undefined) ?? call.span, {
    related: withoutDoubles([...shapes, ...valueOrigins(value, environment)]),
    fixes: [
      ...mends,
      ...fixes.flatMap((fix): readonly Fix[] => {
        const edits = edit(fix, context);
        return edits ? [{ title: fix.title, edits: [edits] }] : [];
      }),
    ],
  });
}

/** Where those dimensions of two shapes come from in which they differ. */
function clashOrigins(walk: Walk, one: Point | undefined, other: Point | undefined): readonly Related[] {
  if (!one || !other) return [];
  const asked = {
    channels: one.shape.channels !== other.shape.channels,
    axes: one.shape.axes.length > 0 && other.shape.axes.length > 0 && !sameAxes(one.shape.axes, other.shape.axes),
  };
  return [one, other].flatMap((point) => shapeOrigins(walk, point, asked));
}

function inputOrigins(walk: Walk, inputs: readonly Point[], about: Problem["about"]): readonly Related[] {
  if (about === "nothing") return [];
  return inputs.flatMap((input) =>
    about === "size" ? sizeHistory(walk, input) : shapeOrigins(walk, input, { channels: true, axes: about === undefined }),
  );
}

/** An input of a join: its branch (of a branch of several lines the last layer), or the name that stands for it. */
function inputPlace(index: number, call: Call): Span | undefined {
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
    if (argument) return replaceValue(argument.value, environment, fix.text);
    const last = call.arguments.at(-1)?.span ?? call.callee.span;
    return { span: { ...last, start: last.end }, text: ` ${fix.set}=${fix.text}` };
  }
  if ("remove" in fix) {
    const argument = bound.places.get(fix.remove);
    return argument && withoutArgument(call.arguments, argument);
  }
  if ("before" in fix) return { span: { ...step.span, end: step.span.start }, text: `${fix.before} -> ` };
  if ("input" in fix) return leadInput(fix.input, fix.through, step, call);
  if ("after" in fix) return { span: { ...step.span, start: step.span.end }, text: ` -> ${fix.after}` };
  return { span: call.span, text: fix.instead };
}

/** Leads an input of a join through further layers: at the end of its branch, before the step, or in a branch made for it. */
function leadInput(index: number, layers: string, step: Step, call: Call): Edit | undefined {
  const { branches } = call;
  const last = branches?.[index]?.items.at(-1)?.span;
  if (last) return { span: { ...last, start: last.end }, text: ` -> ${layers}` };
  if (branches) return undefined;
  if (index === 0) return { span: { ...step.span, end: step.span.start }, text: `${layers} -> ` };
  const names = call.arguments.flatMap(({ name, value }) => (!name && value.kind === "reference" ? [value.text] : []));
  const led = names.map((name, i) => (i === index - 1 ? `${name} -> ${layers}` : name));
  const options = call.arguments.filter(({ name }) => name !== undefined);
  return options.length > 0 ? undefined : { span: call.span, text: `${call.callee.text} { | identity | ${led.join(" | ")} }` };
}
