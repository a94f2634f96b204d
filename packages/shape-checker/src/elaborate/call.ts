/** Calls: what a name in step position means, and the layers it makes. */

import { locate, type Argument, type Call, type Step } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import { shapeProblems } from "../codes/shapes.ts";
import { nameProblems } from "../codes/program.ts";
import { valueProblems } from "../codes/values.ts";
import { isOperatorName, operatorOf, type OperatorName } from "../operators/index.ts";
import type { Facts, Inference } from "../operators/operator.ts";
import { layerBehindComma, layerInside, meantCall } from "../resolve/meant-call.ts";
import { sameAxes, sameShape } from "../shapes/shape.ts";
import { addLayer } from "./add-layer.ts";
import { bindArguments, type BoundCall } from "./arguments.ts";
import { callBlock } from "./block.ts";
import { buildAgain, isSingle, lastBuilt } from "./built.ts";
import type { StepResult } from "./body.ts";
import { type Environment, findLabel, findNamed, findPoint, findValue, type Flow, type Point, setLabel, valuesOnly } from "./environment.ts";
import { inferCall } from "./inferred.ts";
import { layersOf } from "./match-arguments.ts";
import { replaceValue, valueOrigins } from "./origins.ts";
import { joinPath, placePath } from "./paths.ts";
import { locateProblem } from "./problems.ts";
import { assertShape } from "./assertions.ts";
import { describeValue, type LayerValue } from "./values.ts";
import { deeper, enterScope, reportAt, sightOf, textAt, type Place, type Walk } from "./walk.ts";

export interface CallStep {
  readonly step: Step;
  readonly call: Call;
  readonly label: string | undefined;
}

/** A named step: a layer parameter, a named point, a block, an operator, or a value that asserts a vector. */
export function callStep(walk: Walk, use: CallStep, flow: Flow, place: Place): StepResult {
  const { step, call } = use;
  const name = call.callee.text;
  if (holdsLayers(call, place.environment)) return "unknown";
  const value = findValue(place.environment, name);
  if (value?.type === "layer") return callLayer(walk, use, value.layer, flow, place);

  const point = findPoint(place.environment, name);
  if (point !== undefined) {
    if (step.label) {
      const fixes = [{ title: "leave the label out", edits: [{ span: { ...step.label.span, end: step.core.span.start }, text: "" }] }];
      reportAt(walk, place, locate(flowProblems.unusableLabel({ what: "a named value" }), step.label.span, { fixes }));
    }
    if (step.afterArrow) {
      const joined = (join: string) => ({ title: `write ${join} ${name}`, edits: [{ span: call.callee.span, text: `${join} ${name}` }] });
      const [here, there] = [flow, point].map((each) => (typeof each === "string" ? undefined : each.shape));
      const fixes = [
        ...(here && there && sameAxes(here.axes, there.axes) ? [joined("concat")] : []),
        ...(here && there && sameShape(here, there) ? [joined("add")] : []),
      ];
      reportAt(walk, place, locate(nameProblems.valueAfterArrow({ name }), call.span, { fixes }));
    }
    return point;
  }
  // A parameter hides what the file declares by its name.
  const declared = value ? undefined : place.environment.file.names.get(name);
  if (declared?.kind === "block") return callLayer(walk, use, { kind: "block", declaration: declared.declaration, scope: declared.scope }, flow, place);
  if (declared === undefined && isOperatorName(name) && name !== "input") return callOperator(walk, use, name, flow, place);
  if (declared === undefined && value && value.type !== "unknown") {
    if (call.arguments.length === 0 && value.type === "number") {
      const { span } = call;
      return assertShape(walk, { kind: "shape", span, channels: { kind: "reference", text: name, span: call.callee.span } }, flow, place);
    }
    const written = findNamed(place.environment, name)?.written;
    const meant = value.type === "string" && isOperatorName(value.value) ? value.value : undefined;
    const edit = written && meant ? replaceValue(written.expression, written.environment, meant) : undefined;
    const fixes = edit ? [{ title: `write ${meant}, without quotes`, edits: [edit] }] : [];
    const related = valueOrigins({ kind: "reference", text: name, span: call.callee.span }, place.environment);
    reportAt(walk, place, locate(valueProblems.notALayer({ name, found: describeValue(value) }), call.callee.span, { related, fixes }));
  }
  // An unknown name: the names' pass has reported it, and reads it so as well. Its label is known all the same.
  const isLabel = call.arguments.length === 0 && findLabel(place.environment, name) !== undefined;
  const meant = declared === undefined && !value && !isLabel ? meantCall(call) : undefined;
  if (meant) return callOperator(walk, { ...use, call: meant.call }, meant.operator, flow, place);
  walk.silentPaths.add(placePath(place.paths, name, use.label));
  return "unknown";
}

/** Layers among the arguments, in brackets or behind commas: that is told by the names' pass. */
function holdsLayers(call: Call, environment: Environment): boolean {
  const { file } = environment;
  const isLayer = layersOf(file);
  if (call.arguments.some(({ value }) => value.kind === "function-call" || value.kind === "parenthesized") && layerInside(call.arguments.map(({ value }) => value), isLayer)) return true;
  // The parser has told the commas.
  if (file.isReadable) return false;
  const between = (before: Argument | undefined, { span }: Argument): string => textAt(file, { ...span, start: (before ?? call.callee).span.end, end: span.start });
  return layerBehindComma(call, file, (each) => isLayer(each) && !findValue(environment, each), between) >= 0;
}

function callLayer(walk: Walk, use: CallStep, layer: LayerValue, flow: Flow, place: Place): StepResult {
  const { step, call, label } = use;
  if (call.branches && !(layer.kind === "operator" && operatorOf(layer.name).arity === "many")) {
    reportAt(walk, place, locate(flowProblems.branchesOfNoJoin({ name: call.callee.text }), call.callee.span));
  }
  switch (layer.kind) {
    case "operator":
      return callOperator(walk, use, layer.name, flow, place);
    case "block":
      return callBlock(walk, use, layer, flow, place);
    case "group": {
      const path = placePath(place.paths, call.callee.text, label);
      if (call.arguments.length > 0) {
        const [first] = call.arguments;
        reportAt(walk, place, locate(valueProblems.groupTakesNoArguments({ name: call.callee.text }), first?.span ?? call.span));
      }
      rememberLabel(use, path, place);
      const claim = { span: step.label?.span ?? call.callee.span, step, whole: step.span };
      const inner: Place = {
        ...enterScope(walk, place, "group", call.callee.text, path, claim),
        environment: valuesOnly(layer.environment),
        within: "argument",
      };
      return deeper(walk, call.span, () => walk.through(layer.body, flow, inner));
    }
  }
}

/** Makes a labelled call known to `reuse`. */
function rememberLabel({ step, label }: CallStep, path: string, { environment, paths, frozen }: Place): void {
  if (label !== undefined) setLabel(environment, label, { step, environment, paths, path, frozen });
}

function callOperator(walk: Walk, use: CallStep, name: OperatorName, flow: Flow, place: Place): StepResult {
  const operator = operatorOf(name);
  if (operator.arity === "many") return callJoin(walk, use, name, flow, place);
  const path = placePath(place.paths, use.call.callee.text, use.label);
  const { call, step } = use;
  rememberLabel(use, path, place);
  // What nothing is known of is not held against the flow: only what needs no flow would be, and that is little.
  if (typeof flow === "string") {
    walk.silentPaths.add(path);
    if (flow === "nothing") reportAt(walk, place, locate(flowProblems.nothingFlows({ begun: walk.inputs.length > 0 }), call.span));
    return "unknown";
  }
  const inferred = operator.arity === "one" ? inferCall(call, name, operator, flow.shape, place.environment, () => sightOf(walk, place, flow)) : undefined;
  if (!inferred?.inference) {
    walk.silentPaths.add(path);
    return name === "split" ? { parts: step.as.map(() => "unknown" as const) } : "unknown";
  }
  const again = inferred.built && buildAgain(walk, place, inferred.built, path, flow);
  if (again) return again;
  const built = build(walk, { use, name, path, inputs: [flow], inference: inferred.inference, bound: inferred.bound, joins: false }, place);
  if (isSingle(place) && name !== "permute" && typeof built !== "string" && "layer" in built) inferred.built = lastBuilt(walk, flow, built);
  return built;
}

function callJoin(walk: Walk, use: CallStep, name: OperatorName, flow: Flow, place: Place): StepResult {
  const { call, step, label } = use;
  const operator = operatorOf(name);
  if (operator.arity !== "many") return "unknown";
  const path = label === undefined ? undefined : placePath(place.paths, name, label);
  if (path !== undefined) rememberLabel(use, path, place);
  const claim = { span: step.label?.span ?? call.callee.span, step, whole: step.span };
  const inner = path === undefined ? place : enterScope(walk, place, "group", label ?? name, path, claim);

  const branches = call.branches?.map((branch) => deeper(walk, branch.span, () => walk.through(branch, flow, inner)));
  const names = call.arguments.filter((argument) => argument.name === undefined);
  const named = names.map(({ value }) => (value.kind === "reference" ? (findPoint(place.environment, value.text) ?? "unknown") : "unknown"));
  if (branches === undefined && flow === "nothing") reportAt(walk, place, locate(flowProblems.nothingFlows({ begun: walk.inputs.length > 0 }), call.span));
  const flows = branches ? [...branches, ...named] : [flow, ...named];
  if (flows.length < 2) {
    const [only] = call.branches ?? [];
    // What could not be read, and is told, may have been the other.
    if (only?.items.some((item) => item.kind === "step" && item.core.kind === "invalid")) return "unknown";
    const text = only && textAt(place.environment.file, only.span);
    const fixes = text === undefined ? [] : [{ title: `leave ${name} out`, edits: [{ span: call.span, text: text.includes("\n") ? `{ ${text} }` : text }] }];
    reportAt(walk, place, locate(shapeProblems.joinNeedsTwo({ operator: name }), call.span, { fixes }));
    return flows[0] ?? "unknown";
  }
  const inputs = flows.filter((each): each is Point => typeof each !== "string");
  if (inputs.length < flows.length) return "unknown";
  const options = { ...call, arguments: call.arguments.filter((argument) => argument.name !== undefined) };
  const bound = bindArguments(name, options, 0, sightOf(walk, place, flow));
  if (bound.values === undefined) return "unknown";
  const inference = operator.infer(bound.values, inputs.map((input) => input.shape));
  return build(walk, { use, name, path: path ?? joinPath(place.paths, name), inputs, inference, bound, joins: true }, place);
}

interface Building {
  readonly use: CallStep;
  readonly name: OperatorName;
  readonly path: string;
  readonly inputs: readonly Point[];
  readonly inference: Inference<object>;
  readonly bound: BoundCall;
  readonly joins: boolean;
}

/** Reports what an operator refused, and makes the layers of what it gave. */
function build(walk: Walk, { use, name, path, inputs, inference, bound, joins }: Building, place: Place): StepResult {
  const { step, call } = use;
  const nameSpan = step.label?.span ?? call.callee.span;
  const layer = (facts: Facts<object>, at: string): Point =>
    addLayer(walk, place, { operator: name, path: at, facts, inputs, span: call.span, nameSpan, step, joins });
  if (bound.values) walk.made.push({ name, values: bound.values, inputs });
  // Whether shared weights fit may follow from a size, and so do the channels of a permuted map.
  if (place.reuse || name === "permute") walk.dependsOnSize = true;

  if ("problems" in inference) {
    for (const problem of bound.guessed ? [] : inference.problems) {
      reportAt(walk, place, locateProblem(walk, problem, { step, call, bound, inputs, environment: place.environment }));
    }
    if (inference.facts) return layer(inference.facts, path);
    walk.silentPaths.add(path);
    return name === "split" ? { parts: step.as.map(() => "unknown" as const) } : "unknown";
  }
  if ("attributes" in inference) return layer(inference, path);
  return { parts: inference.map((facts, i) => layer(facts, `${path}.${i}`)) };
}
