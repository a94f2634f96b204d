/** One model, expanded and inferred: arguments bound, the body walked, freezing decided, the result assembled. */

import {
  locate,
  suggest,
  walk as visitNodes,
  type AnyNode,
  type Body,
  type Diagnostic,
  type Freeze,
  type Item,
  type Load,
  type ModelDeclaration,
  type Span,
} from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import { valueProblems } from "../codes/values.ts";
import type { ArgumentValue, Layer, Model } from "../model/model.ts";
import { isOperatorName } from "../operators/index.ts";
import type { FileScope } from "../resolve/program.ts";
import { checkExpression } from "../resolve/expression-names.ts";
import { meansInput } from "../resolve/meant-call.ts";
import type { Recursion } from "../resolve/recursion.ts";
import { openScope } from "../resolve/scopes.ts";
import type { Rehearsal } from "../analyze/provenance.ts";
import { resolvePath } from "../project.ts";
import { printShape, type Shape } from "../shapes/shape.ts";
import { isInputWithColon, walkBody, walkItems } from "./body.ts";
import { noClaims } from "./claims.ts";
import { type Environment, findValue, type Flow, type Named, rootEnvironment, setValue } from "./environment.ts";
import { evaluate, nameValue, type Sight } from "./evaluate.ts";
import { readExpression } from "./read-expression.ts";
import { freezeLayers } from "./freeze.ts";
import { LimitReached } from "./limits.ts";
import { pathScope } from "./paths.ts";
import { rehearsal } from "./rehearse.ts";
import { listValue, printValue, unknown, type Value } from "./values.ts";
import { textAt, type Walk } from "./walk.ts";
import { matchArguments } from "./match-arguments.ts";

export interface ElaborationOptions {
  /** Values for the model's parameters; a string is read as an expression of the language. */
  readonly arguments?: Readonly<Record<string, ArgumentValue>>;
  /** Another input shape: of the only input, or by name. */
  readonly input?: Shape | ReadonlyMap<string, Shape>;
}

/** A model's layers with the statements that wait for the whole of it. */
export interface Elaborated {
  readonly model: Model;
  /** False where some shape could not be found out: counts would be wrong. */
  readonly complete: boolean;
  /** Whether inputs of other sizes go through, as far as that follows from shapes alone. */
  readonly rehearse?: Rehearsal;
  readonly budgets: readonly Budget[];
  /** Paths beside those of the layers that selectors may name: of scopes, and of layers of unknown shape. */
  readonly silentPaths: ReadonlySet<string>;
}

/** An `assert` directly in a model, with what its names mean. */
export interface Budget {
  readonly assertion: Extract<Item, { kind: "assert" }>;
  readonly environment: Environment;
}

interface Chain {
  readonly declaration: ModelDeclaration;
  readonly scope: FileScope;
  readonly environment: Environment;
}

/** Expands a model. Mistakes are reported; what is known in spite of them is returned. */
export function elaborateModel(
  scope: FileScope,
  declaration: ModelDeclaration,
  options: ElaborationOptions,
  recursion: Recursion,
  report: (diagnostic: Diagnostic) => void,
): Elaborated | undefined {
  const given = settledValues(scope, declaration, options.arguments ?? {}, report);
  const chain = bindChain(scope, declaration, given, recursion, report);
  const origin = chain?.at(-1);
  if (!chain || !origin?.declaration.body) return undefined;

  const inputNames = origin.declaration.body.items.flatMap((item) =>
    item.kind === "step" && item.core.kind === "input" ? [item.core.name?.text ?? "input"] : [],
  );

  const walk: Walk = {
    layers: [],
    fields: [],
    inputs: [],
    outputs: [],
    claims: noClaims(),
    silentPaths: new Set(),
    report,
    through: (body, flow, place) => walkBody(walk, body, flow, place),
    inputShapes: inputShapes(options.input, inputNames),
    recursive: recursion.blocks,
    made: [],
    dependsOnSize: false,
    hasGap: false,
    calls: 0,
    steps: 0,
    depth: 0,
  };
  const place = { environment: origin.environment, paths: pathScope("", false), frozen: false, within: "model", calls: [] } as const;
  let complete = true;
  try {
    if (inputNames.length === 0 && origin.scope.isReadable && !holdsInput(origin.declaration.body, origin.scope, origin.environment)) reportNoInput(origin.declaration, origin.declaration.body, report);
    const end = walkItems(walk, origin.declaration.body.items, inputNames.length === 0 ? "unknown" : "nothing", place);
    finish(walk, end, origin, report);
    complete = !walk.hasGap && walk.outputs.every(({ layer }) => layer >= 0);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    complete = false;
  }

  const statements = chain.toReversed().flatMap(({ declaration: { body }, scope: { file }, environment }) =>
    (body?.items ?? []).map((item) => ({ item, file, environment })),
  );
  const loads = statements.flatMap(({ item, file }) => (item.kind === "load" ? [loadStatement(item, file)] : []));
  const freezes = statements.flatMap(({ item }) => (item.kind === "freeze" ? [item] : []));
  const layers: readonly Layer[] = freezeLayers(walk.layers, freezes);
  const values = [...(chain[0]?.environment.values ?? [])].filter(([name]) => declaration.parameters.some((p) => p.name.text === name));
  return {
    model: {
      version: 1,
      name: declaration.name.text,
      arguments: Object.fromEntries((declaration.parameters.length > 0 ? values : [...(origin.environment.values ?? [])]).flatMap(plainEntry)),
      layers,
      inputs: walk.inputs,
      outputs: walk.outputs,
      load: loads,
      freeze: freezes.map(freezeStatement),
      span: declaration.name.span,
    },
    complete,
    ...(!walk.dependsOnSize && { rehearse: rehearsal(walk.made) }),
    budgets: statements.flatMap(({ item, environment }) => (item.kind === "assert" ? [{ assertion: item, environment }] : [])),
    silentPaths: walk.silentPaths,
  };
}

const inputShapes = (input: ElaborationOptions["input"], names: readonly string[]): ReadonlyMap<string, Shape> =>
  input === undefined ? new Map() : "axes" in input ? new Map([[names[0] ?? "input", input]]) : input;

/** The model and those it is derived from, each with its parameters bound; the last has the layers. */
function bindChain(
  scope: FileScope,
  declaration: ModelDeclaration,
  given: ReadonlyMap<string, Named>,
  recursion: Recursion,
  report: (diagnostic: Diagnostic) => void,
): readonly Chain[] | undefined {
  if (recursion.models.has(declaration)) return undefined;
  const environment = rootEnvironment(scope);
  const sight = sightIn(environment, report);
  for (const parameter of declaration.parameters) {
    const { text: name, span } = parameter.name;
    const set = given.get(name);
    // One that is given twice is told as that.
    const isFirst = declaration.parameters.find((each) => each.name.text === name) === parameter;
    if (set === undefined && !parameter.default && scope.isReadable && isFirst) report(locate(valueProblems.parameterWithoutDefault({ name }), span));
    setValue(environment, name, set ?? (parameter.default ? nameValue(parameter.default, sight) : { value: unknown }));
  }
  const own = { declaration, scope, environment };
  if (!declaration.base) return [own];

  const base = scope.names.get(declaration.base.name.text);
  if (base?.kind !== "model") return undefined;
  const parameters = base.declaration.parameters.map(({ name }) => name.text);
  const places = matchArguments(base.declaration.name.text, { arguments: declaration.base.given }, parameters, report, () => false);
  const values = new Map<string, Named>();
  for (const [name, { value }] of places) values.set(name, value.kind === "shape" ? { value: unknown } : nameValue(value, sight));
  const rest = bindChain(base.scope, base.declaration, values, recursion, report);
  return rest && [own, ...rest];
}

/** What `--set` and recipes give, as values; a name that the model lacks is reported. */
function settledValues(
  scope: FileScope,
  { name: model, parameters }: ModelDeclaration,
  given: Readonly<Record<string, ArgumentValue>>,
  report: (diagnostic: Diagnostic) => void,
): ReadonlyMap<string, Named> {
  const names = parameters.map(({ name }) => name.text);
  const values = new Map<string, Named>();
  for (const [name, value] of Object.entries(given)) {
    if (names.includes(name)) values.set(name, { value: settledValue(value, rootEnvironment(scope), name, model.span, report) });
    else {
      const suggestion = suggest(name, names);
      report(locate(valueProblems.unsettableParameter({ model: model.text, name, ...(suggestion && { suggestion }) }), model.span));
    }
  }
  return values;
}

const sightIn = (environment: Environment, report: (diagnostic: Diagnostic) => void): Sight => ({
  environment,
  here: "nothing",
  report,
  text: (span) => textAt(environment.file, span),
});

/** A value from outside: a number, a list, or text that is read as an expression. */
function settledValue(
  value: ArgumentValue,
  environment: Environment,
  name: string,
  span: Span,
  report: (diagnostic: Diagnostic) => void,
): Value {
  if (typeof value === "number") return { type: "number", value };
  if (typeof value === "boolean") return { type: "boolean", value };
  if (typeof value !== "string") return listValue(value.map((item) => settledValue(item, environment, name, span, report)));
  const expression = readExpression(value);
  if (!expression) {
    report(locate(valueProblems.wrongType({ what: `the argument ${name}`, needed: "an expression", found: JSON.stringify(value) }), span));
    return unknown;
  }
  const inText: Sight = {
    ...sightIn(environment, (diagnostic) => report({ ...diagnostic, span, fixes: [], related: [] })),
    text: () => value,
  };
  const context = { file: environment.file, report: inText.report, useDeclaration: () => undefined, reportUnused: false, link: () => undefined };
  checkExpression(expression, openScope(undefined, new Map()), { ...context, closed: new Map(), awaited: new Set(), calls: [] }, { here: false });
  return evaluate(expression, inText);
}

function finish(walk: Walk, end: Flow, { declaration }: Chain, report: (diagnostic: Diagnostic) => void): void {
  if (walk.outputs.length > 0) {
    if (typeof end === "string") return;
    const span = walk.layers[end.layer]?.span ?? declaration.name.span;
    report(locate(flowProblems.leftOver({ shape: printShape(end.shape), outputs: walk.outputs.map(({ name }) => name) }), span));
  } else if (end === "nothing") report(locate(flowProblems.noOutput({ model: declaration.name.text }), declaration.name.span));
  else if (end === "unknown") walk.outputs.push({ name: "output", layer: -1, shape: { channels: 0, axes: [] } });
  else walk.outputs.push({ name: "output", ...end });
}

const loadStatement = ({ path, except, span }: Load, file: string): Model["load"][number] => ({
  file: resolvePath(file, path.value),
  written: path.value,
  except: except.map(({ segments }) => segments.join(".")),
  span,
});

const freezeStatement = ({ selectors, except, span }: Freeze): Model["freeze"][number] => ({
  selectors: selectors === "all" ? "all" : selectors.map(({ segments }) => segments.join(".")),
  except: except.map(({ segments }) => segments.join(".")),
  span,
});

function plainEntry([name, { value }]: readonly [string, Named]): readonly (readonly [string, ArgumentValue])[] {
  const plain = plainValue(value);
  return plain === undefined ? [] : [[name, plain]];
}

/** A value as JSON holds it; sizes, words and layers as their text. */
function plainValue(value: Value): ArgumentValue | undefined {
  switch (value.type) {
    case "number":
    case "boolean":
    case "string":
      return value.value;
    case "list":
      return value.items.map((item) => plainValue(item) ?? "?");
    case "unknown":
      return undefined;
    case "size":
    case "word":
    case "layer":
    case "shape":
      return printValue(value);
  }
}

/** A shape that the model begins with is probably the input's. */
function reportNoInput({ name }: ModelDeclaration, { items: [first] }: Body, report: (diagnostic: Diagnostic) => void): void {
  const shape = first?.kind === "step" && first.core.kind === "shape" && !first.label ? first.core.span : undefined;
  const fixes = shape ? [{ title: "write input before it", edits: [{ span: { ...shape, end: shape.start }, text: "input " }] }] : [];
  report(locate(flowProblems.noInput({ model: name.text }), name.span, { fixes }));
}

/** An input that stands in a group, `input: 3@32x32` or `inpu 3@32x32`, which are told by themselves. */
function holdsInput(body: Body, { names }: FileScope, environment: Environment): boolean {
  const isUnknown = (name: string): boolean => !isOperatorName(name) && !names.has(name) && findValue(environment, name) === undefined;
  const isMisspelt = (node: AnyNode): boolean =>
    node.kind === "call" && (meansInput(node) || suggest(node.callee.text, ["input"]) !== undefined) && isUnknown(node.callee.text);
  let found = false;
  visitNodes(body, (node) => void (found ||= node.kind === "input" || isInputWithColon(node) || isMisspelt(node)));
  return found;
}
