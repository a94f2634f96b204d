/** The names in a body: its statements and steps, and the calls among them. */

import { locate, suggest, syntax, type Argument, type Body, type Call, type Diagnostic, type Edit, type Fix, type Item, type Span, type Step } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import { nameProblems } from "../codes/program.ts";
import { valueProblems } from "../codes/values.ts";
import { bareNames, layersOf, matchArguments, reportBareNames, without } from "../elaborate/match-arguments.ts";
import { reportMissing, reportMissingOfBlock } from "../elaborate/missing-arguments.ts";
import { nearestArgument, parameterCalled, wordsOf, wrongWord } from "../elaborate/words.ts";
import { isOperatorName, operatorOf } from "../operators/index.ts";
import { argumentScope, declarePoint, declareValue, isDefined, isKnown, linkArguments, usePoint } from "./bindings.ts";
import { bodiesOf } from "./calls.ts";
import type { NameContext } from "./context.ts";
import { checkExpression } from "./expression-names.ts";
import { asFlow, layerBehindComma, layerInside, meantCall } from "./meant-call.ts";
import { find, findLater, namesIn, openScope, type Scope } from "./scopes.ts";
import { isLiteral, isSettled } from "./settled.ts";
import { reportMeantCall, reportUnknownLayer } from "./unknown.ts";
import { closeScope, removalOfLine, removalOfPoint } from "./unused.ts";

type Where = "model" | "block" | "argument" | "inside";

export function checkBody(body: Body, outer: Scope, context: NameContext, where: Where): void {
  const scope = openScope(outer, pointsNamedIn(body.items));
  // A model without a layer has no input either, which says more.
  if (body.items.length === 0 && where !== "model" && context.file.isReadable) {
    const fixes = [{ title: "write identity", edits: [{ span: body.span, text: "{ identity }" }] }];
    context.report(locate(flowProblems.emptyBody({}), body.span, { fixes }));
  }
  for (const item of body.items) checkItem(item, scope, context, where);
  closeScope(scope, context);
}

function pointsNamedIn(items: readonly Item[]): ReadonlyMap<string, Span> {
  let names: Map<string, Span> | undefined;
  for (const item of items) {
    if (item.kind !== "step") continue;
    for (const { text, span } of item.as) if (!names?.has(text)) (names ??= new Map()).set(text, span);
  }
  return names ?? noNames;
}

const noNames: ReadonlyMap<string, Span> = new Map();

function checkItem(item: Item, scope: Scope, context: NameContext, where: Where): void {
  switch (item.kind) {
    case "let":
      checkExpression(item.value, scope, context, { here: true });
      declareValue("let", item.name, scope, context, removalOfLine(item, context.file.text));
      break;
    case "assert":
      for (const condition of item.conditions) checkExpression(condition, scope, context, { here: true, metrics: true });
      break;
    case "load":
    case "freeze":
      if (where !== "model") context.report(locate(nameProblems.modelOnly({ what: item.kind }), item.span));
      break;
    case "step":
      checkStep(item, scope, context, where);
  }
}

function checkStep(step: Step, scope: Scope, context: NameContext, where: Where): void {
  const { core, label } = step;
  for (const part of label?.parts ?? []) if (typeof part !== "string") checkExpression(part, scope, context, { here: true });
  switch (core.kind) {
    case "call":
      checkCall(core, scope, context);
      break;
    case "input":
    case "output":
      if (where !== "model") context.report(locate(nameProblems.modelOnly({ what: core.kind }), core.span));
      if (core.kind === "input") checkShape(core.shape, scope, context);
      // `input n` with nothing behind it was told by the parser; n is a shape then, no name.
      if (core.kind === "input" && core.name && core.shape.channels.kind !== "invalid") declarePoint("input", core.name, scope, context);
      break;
    case "reuse":
      checkReuse(core.selector.segments.join("."), core.selector.span, scope, context, where);
      break;
    case "shape":
      checkShape(core, scope, context);
      break;
    case "for": {
      checkExpression(core.list, scope, context, { here: true });
      const inner = openScope(scope, new Map());
      for (const name of core.names) declareValue("loop", name, inner, context);
      checkBody(core.body, inner, context, "inside");
      closeScope(inner, context);
      break;
    }
    case "skip":
      if (core.condition) checkExpression(core.condition, scope, context, { here: true });
      break;
    case "repeat":
      checkExpression(core.count, scope, context, { here: true });
      break;
    case "if":
      for (let arm: typeof core | Body | undefined = core; arm?.kind === "if"; arm = arm.else) {
        checkExpression(arm.condition, scope, context, { here: true });
      }
      break;
    case "body":
    case "invalid":
  }
  if (core.kind !== "for" && core.kind !== "call") for (const body of bodiesOf(core)) checkBody(body, scope, context, "inside");
  if (label?.parts.every((part) => typeof part === "string")) {
    context.link(label.span, label.span);
    const end = { ...core.span, start: core.span.end };
    const name = label.parts.join("");
    scope.labels.set(name, { kind: "label", span: label.span, used: false, ...(step.as.length === 0 && { naming: { span: end, text: ` as ${name}` } }) });
  }
  for (const name of step.as) declarePoint("point", name, scope, context, removalOfPoint(step));
}

function checkShape(shape: Extract<Step["core"], { kind: "shape" }>, scope: Scope, context: NameContext): void {
  for (const part of [shape.channels, shape.axes]) {
    if (part && part.kind !== "unknown") checkExpression(part, scope, context, { here: true });
  }
}

function checkReuse(name: string, span: Span, scope: Scope, context: NameContext, where: Where): void {
  const label = find(scope, "labels", name);
  if (where === "argument") context.report(locate(flowProblems.groupMayNot({ what: "reuse" }), span));
  else if (label) context.link(span, label.span);
  else {
    const suggestion = suggest(name, namesIn(scope, "labels"));
    const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: [{ span, text: suggestion }] }] : [];
    context.report(locate(nameProblems.unknownReuse({ name, ...(suggestion && { suggestion }) }), span, { fixes }));
  }
}

function checkCall(call: Call, scope: Scope, context: NameContext): void {
  const name = call.callee.text;
  const { span } = call.callee;
  const value = find(scope, "values", name);
  const point = find(scope, "points", name);
  const declared = context.file.names.get(name);
  const operator = isOperatorName(name) && name !== "input" ? operatorOf(name) : undefined;
  if (value) value.used = true;
  if (point) point.used = true;
  if (declared) context.useDeclaration(name);
  const meant = value ?? point ?? declared;
  if (meant) context.link(span, meant.span);
  else if (operator && isSettled(call)) return;

  const isLayer = layersOf(context.file);
  const inner = layerInside(call.arguments.map((argument) => argument.value), isLayer);
  if (inner) return reportLayerInside(call, inner, scope, context);
  const cut = layerBehindComma(call, context.file, (each) => isLayer(each) && !find(scope, "values", each), textBefore(call, context.file.text));
  if (cut >= 0) {
    reportLayersBehindCommas(call, cut, isLayer, context);
    return checkCall({ ...call, arguments: call.arguments.slice(0, cut) }, scope, context);
  }
  if (!meant && !operator && !find(scope, "labels", name) && !findLater(scope, name)) {
    const read = meantCall(call);
    if (read) {
      reportMeantCall(call, read, context);
      return checkCall(read.call, scope, context);
    }
  }
  const signature = operator && !value && !declared ? operator.signature : undefined;
  const bare = bareNames(call, operator?.arity === "one" ? Object.keys(signature ?? {}) : [], (text) => isDefined(text, scope, context));
  if (value || point) {
    // Whether a value is a layer is known only where it is expanded.
  } else if (declared?.kind === "block") {
    linkArguments(call.arguments, declared.declaration.parameters, context);
    // Its parameters may be lost in text that could not be read.
    if (declared.scope.isReadable) {
      const places = matchArguments(name, call, declared.declaration.parameters.map((parameter) => parameter.name.text), context.report, isLayer);
      reportMissingOfBlock(declared.declaration, call, places, context.report);
    }
  } else if (declared?.kind === "model") {
    context.report(locate(nameProblems.modelAsLayer({ name }), span, { related: [{ message: `${name} is declared here`, span: declared.span }] }));
  } else if (operator && isOperatorName(name) && !declared) {
    let isQuiet = context.file.isReadable && !call.branches && call.arguments.every((argument) => isLiteral(argument.value));
    const tell = (diagnostic: Diagnostic): void => ((isQuiet = false), context.report(diagnostic));
    const positional = operator.arity === "many" ? call.arguments.filter((argument) => argument.name !== undefined) : call.arguments;
    const places = matchArguments(name, without({ arguments: positional, span: call.span }, bare), Object.keys(operator.signature), tell, isLayer);
    if (context.file.isReadable && bare.length === 0) reportMissing(name, call, places, tell);
    if (bare.length === 0) context.calls.push({ operator: name, call, file: context.file, isQuiet });
  } else if (!declared) {
    const { statement, suggestion } = reportUnknownLayer(call, scope, context);
    if (statement) return knowNames(call, suggestion === "input", scope);
  }

  const isUnknown = !value && !point && !declared && !operator;
  const parameters = Object.entries(signature ?? {});
  reportBareNames(call, bare, Object.keys(signature ?? {}), ({ start, end }) => context.file.text.slice(start.offset, end.offset), context.report);
  let position = 0;
  for (const argument of call.arguments) {
    const given = argument.name && parameterCalled(argument.name.text, Object.keys(signature ?? {}));
    const [known = "", parameter] = (argument.name ? parameters.find(([each]) => each === given) : parameters[position++]) ?? [];
    const { value: written } = argument;
    if (bare.includes(argument)) continue;
    // What is to be left out is not asked for its meaning.
    if (argument.name && signature && !parameter && written.kind === "reference" && nearestArgument(argument.name.text, Object.keys(signature)).suggestion === undefined) continue;
    // `conca e2`: of a layer that is not known, a point may well be what it joins.
    if (isUnknown && written.kind === "reference" && find(scope, "points", written.text)) {
      usePoint(written.text, written.span, scope, context);
      continue;
    }
    if (written.kind === "body") checkBody(written, argumentScope(scope), context, "argument");
    else if (written.kind === "shape") checkShape(written, scope, context);
    if (operator?.arity === "many" && !declared && !value && !argument.name) checkJoined(name, written, scope, context);
    else if (written.kind === "body" || written.kind === "shape") continue;
    else if (written.kind === "reference" && parameter && wordsOf(parameter) && !isKnown(written.text, scope, context)) {
      if (!wordsOf(parameter)?.includes(written.text)) context.report(wrongWord(`${known} of ${name}`, parameter, written.text, written.span));
    } else if (parameter?.kind !== "words") checkExpression(written, scope, context, { here: true });
  }
  for (const branch of call.branches ?? []) checkBody(branch, scope, context, "inside");
  if (call.branches && (declared?.kind === "block" || (operator?.arity === "one" && !declared)) && !value && !point) {
    context.report(locate(flowProblems.branchesOfNoJoin({ name }), span, { fixes: [joinedFirst(call, context)] }));
  }
}

/** Tells what the parser tells of commas, with the arrows that are meant; it takes that one's place. */
function reportLayersBehindCommas(call: Call, cut: number, isLayer: (name: string) => boolean, { file: { text }, report }: NameContext): void {
  const places = call.arguments.map((argument, i) => ({ argument, start: (call.arguments[i - 1] ?? call.callee).span.end }));
  const commas = places.filter(({ argument, start }) => text.slice(start.offset, argument.span.start.offset).includes(","));
  const edits = commas.map(({ argument, start }): Edit => {
    const begins = !argument.name && argument.value.kind === "reference" && isLayer(argument.value.text) && call.arguments.indexOf(argument) >= cut;
    return { span: { ...argument.span, start, end: argument.span.start }, text: begins ? " -> " : " " };
  });
  const [first] = commas;
  if (!first) return;
  const offset = text.indexOf(",", first.start.offset);
  const start = { ...first.start, offset, column: first.start.column + offset - first.start.offset };
  const span = { ...call.span, start, end: { ...start, offset: offset + 1, column: start.column + 1 } };
  const value = call.arguments[cut]?.value;
  const layer = value?.kind === "reference" ? value.text : "";
  report(locate(syntax.argumentComma({ layer }), span, { fixes: [{ title: "write arrows", edits }] }));
}

/** The text before an argument, from the one before it on. */
const textBefore = ({ callee }: Call, text: string) => (before: Argument | undefined, { span }: Argument): string => text.slice((before ?? callee).span.end.offset, span.start.offset);

/** `relu(conv(16, 3))`: layers stand one after another. */
function reportLayerInside(call: Call, inner: Extract<Argument["value"], { kind: "function-call" }>, scope: Scope, context: NameContext): void {
  const { text } = context.file;
  const textOf = (value: Argument["value"]): string => {
    const written = text.slice(value.span.start.offset, value.span.end.offset);
    return value.kind === "binary" || value.kind === "conditional" ? `(${written})` : written;
  };
  const flow = asFlow(call.callee.text, call.arguments.map(({ value }) => value), layersOf(context.file), textOf);
  // The names of a function's arguments are lost.
  const isNamed = /[^=<>!]=[^=]/.test(text.slice(call.callee.span.end.offset, call.span.end.offset));
  const fixes = isNamed ? [] : [{ title: `write ${flow}`, edits: [{ span: call.span, text: flow }] }];
  const shown = isNamed ? `${inner.callee.text} … -> ${call.callee.text}` : flow;
  context.report(locate(valueProblems.layerInside({ inner: inner.callee.text, outer: call.callee.text, flow: shown }), inner.span, { fixes }));
  useInside(call.arguments.map(({ value }) => value), scope, context);
}

/** The names in layers that stand in each other. */
function useInside(given: readonly Argument["value"][], scope: Scope, context: NameContext): void {
  for (const value of given) {
    const inner = layerInside([value], layersOf(context.file));
    if (inner) {
      context.useDeclaration(inner.callee.text);
      useInside(inner.arguments, scope, context);
    } else if (value.kind !== "body" && value.kind !== "shape") checkExpression(value, scope, context, { here: true });
  }
}

/** `inpu left 1@28x28`, `outpu digit`: the names behind a misspelt statement are known, and used. */
function knowNames({ arguments: [first] }: Call, isInput: boolean, scope: Scope): void {
  if (isInput && first?.value.kind === "reference") scope.points.set(first.value.text, { kind: "input", span: first.span, used: true });
}

/** `relu { | … | … }` → `concat { | … | … } -> relu`. */
function joinedFirst({ callee, arguments: given, span }: Call, { file: { text } }: NameContext): Fix {
  const brace = text.indexOf("{", (given.at(-1) ?? callee).span.end.offset);
  const layer = text.slice(span.start.offset, brace).trim();
  return { title: `join them before ${callee.text}`, edits: [{ span, text: `concat ${text.slice(brace, span.end.offset)} -> ${layer}` }] };
}

/** What a join joins beside its branches: points that have a name. */
function checkJoined(join: string, written: Argument["value"], scope: Scope, context: NameContext): void {
  if (written.kind === "reference") return usePoint(written.text, written.span, scope, context);
  if (written.kind === "invalid") return;
  const text = context.file.text.slice(written.span.start.offset, written.span.end.offset);
  const found = written.kind === "body" ? "a group without bars" : text;
  const finding = valueProblems.wrongType({ what: `what ${join} joins`, needed: "a name given with as, or branches { | … | … }", found });
  const names = written.kind === "list" ? written.items.flatMap((item) => (item.kind === "reference" ? [item.text] : [])) : [];
  for (const name of names) {
    const point = find(scope, "points", name);
    if (point) point.used = true;
  }
  const isListOfNames = written.kind === "list" && names.length > 0 && names.length === written.items.length;
  const fixes = isListOfNames ? [{ title: `write ${names.join(" ")}`, edits: [{ span: written.span, text: names.join(" ") }] }] : [];
  context.report(locate(finding, written.span, { fixes }));
}
