/**
 * What is said of a name that means nothing: it is named below, it ended with its braces above, it belongs to another
 * declaration, or it is misspelt. The name that was probably meant counts as used, so that one mistake is one error.
 */

import { locate, suggest, type BlockDeclaration, type Call, type Finding, type ModelDeclaration, type Related, type Span } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import { enumeratedWords, isOperatorName, operators } from "../operators/index.ts";
import type { NameContext } from "./context.ts";
import { grownTogether, type Meant, meansInput } from "./meant-call.ts";
import { type Nearest, nearestLayer } from "./nearest-layer.ts";
import { find, findLater, namesIn, type Binding, type Scope } from "./scopes.ts";

/** `input` is a word of its own, and no layer that could be handed on. */
const layerNames: readonly string[] = Object.keys(operators).filter((name) => name !== "input");

/** A bare word in an expression or argument. */
export function reportUnknownValue(name: string, span: Span, scope: Scope, context: NameContext): void {
  if (reportNamedBelow(name, span, scope, context)) return;
  const point = find(scope, "points", name);
  if (point) {
    point.used = true;
    const related = [{ message: `${name} is named here`, span: point.span }];
    return context.report(locate(nameProblems.unknownName({ name, point: true }), span, { related }));
  }
  const suggestion = suggest(name, [...namesIn(scope, "values"), ...blockNames(context), ...enumeratedWords, ...layerNames]);
  report(nameProblems.unknownName({ name, ...reason({ name, span, suggestion }, context), ...(suggestion && { suggestion }) }), { name, span, suggestion }, scope, context);
}

/** A name in step position; gives what was probably meant. */
export function reportUnknownLayer(call: Call, scope: Scope, context: NameContext): Nearest {
  const { text: name, span } = call.callee;
  if (reportNamedBelow(name, span, scope, context)) return {};
  const label = find(scope, "labels", name);
  if (label && call.arguments.length === 0) {
    reportCalledLabel(name, span, label, context);
    return {};
  }
  const grown = grownTogether(call);
  const near: Nearest = grown !== undefined ? { suggestion: grown } : meansInput(call) ? { suggestion: "input", statement: true } : nearestLayer(name, [...blockNames(context), ...namesIn(scope, "points")]);
  const finding = context.closed.has(name) ? nameProblems.unknownName({ name, ...reason({ name, span, suggestion: undefined }, context) }) : nameProblems.unknownLayer({ name, ...near });
  // A word that begins a statement stands before something, `skip` and `repeat` before braces; alone it would be the next mistake.
  const needsBraces = near.alias === true && near.suggestion !== undefined && !isOperatorName(near.suggestion);
  const isAlone = needsBraces ? call.arguments.every(({ value }) => value.kind !== "body") : near.statement === true && call.arguments.length === 0;
  report(finding, { name, span, suggestion: near.suggestion, isAlone }, scope, context);
  return near;
}

/** A label in step position, where `reuse` is missing. */
function reportCalledLabel(name: string, span: Span, label: Binding, { report }: NameContext): void {
  const related = [{ message: `${name} is the label of this layer`, span: label.span }];
  const fixes = [{ title: `write reuse ${name}`, edits: [{ span: { ...span, end: span.start }, text: "reuse " }] }];
  report(locate(nameProblems.unknownLayer({ name, label: true }), span, { related, fixes }));
}

/** Another framework's name, one in capitals, or one of several words, for an operator. */
export function reportMeantCall({ callee, arguments: given }: Call, { operator, words }: Meant, { report }: NameContext): void {
  const span = { ...callee.span, end: (given[words - 1] ?? callee).span.end };
  const name = [callee.text, ...given.slice(0, words).map(({ value }) => (value.kind === "reference" ? value.text : ""))].join(" ");
  report(locate(nameProblems.unknownLayer({ name, suggestion: operator, alias: true }), span, { fixes: [{ title: `write ${operator}`, edits: [{ span, text: operator }] }] }));
}

/** A name after `concat`, `add` or `mul`. */
export function reportUnknownPoint(name: string, span: Span, scope: Scope, context: NameContext): void {
  if (reportNamedBelow(name, span, scope, context)) return;
  const label = find(scope, "labels", name);
  if (label) {
    const related = [{ message: `${name} is the label of this layer`, span: label.span }];
    const fixes = label.naming ? [{ title: `write as ${name} behind it`, edits: [label.naming] }] : [];
    return context.report(locate(nameProblems.unknownName({ name, label: true }), span, { related, fixes }));
  }
  const suggestion = suggest(name, namesIn(scope, "points"));
  report(nameProblems.unknownName({ name, ...reason({ name, span, suggestion }, context), ...(suggestion && { suggestion }) }), { name, span, suggestion }, scope, context);
}

interface Unknown {
  readonly name: string;
  readonly span: Span;
  readonly suggestion: string | undefined;
  /** What is suggested cannot stand alone: it is named, and not offered. */
  readonly isAlone?: boolean;
}

function report(finding: Finding, { name, span, suggestion, isAlone = false }: Unknown, scope: Scope, context: NameContext): void {
  // What defines it may be lost in the text that could not be read: that mistake is enough.
  if (suggestion === undefined && !context.file.isReadable) return;
  const related: Related[] = [];
  const fixes = suggestion === undefined || isAlone ? [] : [{ title: `write ${suggestion}`, edits: [{ span, text: suggestion }] }];
  if (suggestion !== undefined) {
    for (const table of ["values", "points"] as const) {
      const meant = find(scope, table, suggestion);
      if (meant) meant.used = true;
    }
    context.useDeclaration(suggestion);
  } else {
    const place = context.closed.get(name) ?? parameterElsewhere(name, context)?.span;
    if (place) related.push({ message: `${name} is defined here`, span: place });
  }
  context.report(locate(finding, span, { related, fixes }));
}

function reportNamedBelow(name: string, span: Span, scope: Scope, context: NameContext): boolean {
  const later = findLater(scope, name);
  if (!later || later.start.offset < span.start.offset) return false;
  context.awaited.add(name);
  const related = [{ message: `${name} is named here`, span: later }];
  context.report(locate(nameProblems.usedBefore({ name, line: later.start.line }), span, { related }));
  return true;
}

/** Why a name that stands somewhere else means nothing here. */
function reason({ name, span, suggestion }: Unknown, context: NameContext): { readonly ended?: true; readonly owner?: string; readonly later?: true } {
  if (suggestion !== undefined) return {};
  if (context.closed.has(name)) return { ended: true };
  const elsewhere = parameterElsewhere(name, context);
  if (!elsewhere) return {};
  const { start, end } = elsewhere.declaration.span;
  return span.start.offset > start.offset && span.end.offset < end.offset ? { later: true } : { owner: elsewhere.declaration.name.text };
}

function parameterElsewhere(name: string, { file }: NameContext): { readonly declaration: BlockDeclaration | ModelDeclaration; readonly span: Span } | undefined {
  for (const declaration of file.ast.declarations) {
    if (declaration.kind === "import") continue;
    const parameter = declaration.parameters.find((each) => each.name.text === name);
    if (parameter) return { declaration, span: parameter.name.span };
  }
  return undefined;
}

const blockNames = ({ file }: NameContext): readonly string[] => [...file.names].flatMap(([name, { kind }]) => (kind === "block" ? [name] : []));
