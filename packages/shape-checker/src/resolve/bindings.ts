/** What names mean where they stand, and what is said of one that is given twice. */

import { locate, type Argument, type Edit, type Name, type Parameter, type Span } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import { isOperatorName } from "../operators/index.ts";
import type { NameContext } from "./context.ts";
import { find, openScope, type Scope } from "./scopes.ts";
import { reportUnknownPoint } from "./unknown.ts";

/** Whether a bare word has a meaning of its own; where only certain words are taken, another one is one of those misspelt. */
export const isKnown = (name: string, scope: Scope, context: NameContext): boolean =>
  isDefined(name, scope, context) || (isOperatorName(name) && name !== "input");

/** Whether the program gives a bare word a meaning. */
export const isDefined = (name: string, scope: Scope, { file }: NameContext): boolean => find(scope, "values", name) !== undefined || file.names.has(name);

export function usePoint(name: string, span: Span, scope: Scope, context: NameContext): void {
  const point = find(scope, "points", name);
  if (!point) reportUnknownPoint(name, span, scope, context);
  else {
    point.used = true;
    context.link(span, point.span);
  }
}

export function declareValue(kind: "parameter" | "let" | "loop", { text: name, span }: Name, scope: Scope, context: NameContext, removal?: Edit): void {
  const earlier = find(scope, "values", name) ?? find(scope, "points", name);
  if (earlier) {
    earlier.used = true;
    context.report(locate(nameProblems.shadowed({ name }), span, { related: [{ message: `${name} is defined here`, span: earlier.span }] }));
  }
  context.link(span, span);
  scope.values.set(name, { kind, span, used: earlier !== undefined, ...(removal && { removal }) });
}

export function declarePoint(kind: "point" | "input", { text: name, span }: Name, scope: Scope, context: NameContext, removal?: Edit): void {
  const taken = whatElse(name, scope, context);
  const earlier = scope.points.get(name);
  if (taken) {
    const related = taken.span ? [{ message: `${name} is ${taken.what} here`, span: taken.span }] : [];
    context.report(locate(nameProblems.valueNameTaken({ name, what: taken.what }), span, { related }));
  }
  if (!taken && earlier && (kind !== "input" || earlier.kind !== "input")) {
    earlier.used = true;
    context.report(locate(nameProblems.shadowed({ name }), span, { related: [{ message: `${name} is named here`, span: earlier.span }] }));
  }
  context.link(span, span);
  const used = kind === "input" || taken !== undefined || earlier !== undefined || context.awaited.has(name);
  scope.points.set(name, { kind, span, used, ...(removal && { removal }) });
}

/** What a point's name means already, which it may not. */
function whatElse(name: string, scope: Scope, { file }: NameContext): { readonly what: string; readonly span?: Span } | undefined {
  if (isOperatorName(name)) return { what: "an operator" };
  const declared = file.names.get(name);
  if (declared && declared.kind !== "failed") return { what: `a ${declared.kind}`, span: declared.span };
  const value = find(scope, "values", name);
  if (!value) return undefined;
  value.used = true;
  return { what: { parameter: "a parameter", let: "a value", loop: "a loop name", point: "", input: "", label: "" }[value.kind], span: value.span };
}

/** A group given as an argument sees values of its writer, but neither points nor labels. */
export function argumentScope(scope: Scope): Scope {
  const values = openScope(undefined, new Map());
  for (let each: Scope | undefined = scope; each; each = each.parent) {
    for (const [name, binding] of each.values) if (!values.values.has(name)) values.values.set(name, binding);
  }
  return values;
}

/** Named arguments mean the parameters they are given to. */
export function linkArguments(given: readonly Argument[], parameters: readonly Parameter[], { link }: NameContext): void {
  for (const { name } of given) {
    const parameter = name && parameters.find((each) => each.name.text === name.text);
    if (parameter) link(name.span, parameter.name.span);
  }
}
