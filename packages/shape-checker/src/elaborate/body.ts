/** The flow through a body: its items in order, each step with its label and its names. */

import { locate, type AnyNode, type Body, type Core, type Item, type Label, type Name, type Step } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import { nameProblems } from "../codes/program.ts";
import { assertConditions, assertShape } from "./assertions.ts";
import { callStep } from "./call.ts";
import { forStep, ifStep, repeatStep } from "./control.ts";
import { findLabel, type Flow, innerEnvironment, setLabel, setPoint, setValue } from "./environment.ts";
import { nameValue } from "./evaluate.ts";
import { labelText } from "./labels.ts";
import { inputStep, outputStep } from "./ports.ts";
import { pathScope, placePath } from "./paths.ts";
import { skipStep } from "./skip.ts";
import { enterScope, reportAt, sightOf, textAt, type Place, type Walk } from "./walk.ts";

/** Walks `{ … }`: names given inside end with it. */
export function walkBody(walk: Walk, body: Body, flow: Flow, outer: Place): Flow {
  return walkItems(walk, body.items, flow, { ...outer, environment: innerEnvironment(outer.environment) });
}

/** Walks items in a place whose environment is already open. */
export function walkItems(walk: Walk, items: readonly Item[], start: Flow, place: Place): Flow {
  let flow = start;
  for (const [index, item] of items.entries()) {
    switch (item.kind) {
      case "let":
        setValue(place.environment, item.name.text, nameValue(item.value, sightOf(walk, place, flow)));
        break;
      case "assert":
        assertConditions(walk, item, flow, place);
        break;
      case "load":
      case "freeze":
        // Read by `model.ts` where they stand directly in a model; anywhere else the names' pass has reported them.
        break;
      case "step":
        flow = losesText(item, items[index + 1], place) ? passOver(walk, item, place) : walkStep(walk, item, flow, place);
    }
  }
  return flow;
}

/** Whether the rest of a step could not be read: then it is not the layer that was meant. */
function losesText({ core, span }: Step, next: Item | undefined, { environment: { file } }: Place): boolean {
  if (file.lost.length === 0 || (core.kind !== "call" && core.kind !== "shape") || (core.kind === "call" && core.branches)) return false;
  const lineEnd = file.text.indexOf("\n", span.end.offset);
  const end = Math.min(next?.span.start.offset ?? Infinity, lineEnd < 0 ? Infinity : lineEnd);
  return file.lost.some((offset) => offset >= span.start.offset && offset < end);
}

/** A step of which only the names are known. */
function passOver(walk: Walk, step: Step, place: Place): Flow {
  if (step.label) walk.silentPaths.add(placePath(place.paths, "", step.label.parts.join("")));
  nameFlows(walk, step, ["unknown"], place);
  return "unknown";
}

function walkStep(walk: Walk, step: Step, flow: Flow, outer: Place): Flow {
  const place = step.frozen ? { ...outer, frozen: true } : outer;
  const label = step.label && labelText(walk, step.label, flow, place);
  if (label === "unknown") {
    nameFlows(walk, step, ["unknown"], place);
    return "unknown";
  }
  const result = walkCore(walk, step, label, flow, place);
  const isOne = typeof result === "string" || "layer" in result;
  if (isOne && step.as.length === 0) return result;
  const flows: readonly Flow[] = isOne ? [result] : result.parts;
  nameFlows(walk, step, flows, place);
  if (flows.length === 1) return flows[0] ?? "unknown";
  return step.as.length > 0 ? "nothing" : "unknown";
}

/** Several flows come out of `split` alone. */
export type StepResult = Flow | { readonly parts: readonly Flow[] };

function walkCore(walk: Walk, step: Step, label: string | undefined, flow: Flow, place: Place): StepResult {
  const { core } = step;
  switch (core.kind) {
    case "call":
      return callStep(walk, { step, call: core, label }, flow, place);
    case "body":
      return walk.through(core, flow, label === undefined ? place : groupPlace(walk, step, label, place));
    case "skip":
      return skipStep(walk, step, core, label, flow, label === undefined ? place : groupPlace(walk, step, label, place));
    case "repeat":
      return repeatStep(walk, step, core, flow, label === undefined ? place : groupPlace(walk, step, label, place));
    case "for":
      return forStep(walk, step, core, flow, label === undefined ? place : groupPlace(walk, step, label, place));
    case "if":
      return ifStep(walk, core, flow, label === undefined ? place : groupPlace(walk, step, label, place));
    case "reuse":
      if (step.label) refuseLabel(walk, step, step.label, place);
      return reuseStep(walk, core, flow, place);
    case "invalid":
      return "unknown";
    case "input":
    case "output":
    case "shape":
      if (step.label) refuseLabel(walk, step, step.label, place);
      if (core.kind === "shape") return assertShape(walk, core, flow, place);
      return core.kind === "input" ? inputStep(walk, core, place) : outputStep(walk, core, flow, place);
  }
}

/** A labelled group is a numbered scope, remembered for `reuse`. */
function groupPlace(walk: Walk, step: Step, label: string, place: Place): Place {
  const path = placePath(place.paths, "", label);
  remember(step, label, path, place);
  walk.silentPaths.add(path);
  return enterScope(walk, place, "group", label, path, { span: step.label?.span ?? step.span, step, whole: step.span });
}

/** Makes a labelled step known to `reuse`. */
export function remember(step: Step, label: string, path: string, { environment, paths, frozen }: Place): void {
  setLabel(environment, label, { step, environment, paths, path, frozen });
}

function reuseStep(walk: Walk, core: Extract<Core, { kind: "reuse" }>, flow: Flow, place: Place): StepResult {
  const name = core.selector.segments.join(".");
  const labelled = findLabel(place.environment, name);
  // The names' pass has reported a label that is not there.
  if (!labelled) return "unknown";
  // The path the step had is had again: a scope that gives out just that one.
  const segments = labelled.path.split(".");
  const again: Place = {
    ...place,
    environment: innerEnvironment(labelled.environment),
    paths: pathScope(segments.slice(0, -1).join("."), false),
    frozen: labelled.frozen || place.frozen,
    reuse: { name, span: core.span },
  };
  return walkCore(walk, labelled.step, segments.at(-1), flow, again);
}

/** `input: 3@32x32`, as Python or JSON would have it. */
export const isInputWithColon = (node: AnyNode): boolean => node.kind === "step" && node.core.kind === "shape" && node.label?.parts.join("") === "input";

function refuseLabel(walk: Walk, step: Step, label: Label, place: Place): void {
  const { core } = step;
  if (isInputWithColon(step)) {
    const fixes = [{ title: "leave the colon out", edits: [{ span: { ...label.span, end: core.span.start }, text: "input " }] }];
    return reportAt(walk, place, locate(flowProblems.unusableLabel({ what: "a shape", input: textAt(place.environment.file, core.span) }), label.span, { fixes }));
  }
  const what = core.kind === "shape" || core.kind === "reuse" ? `a ${core.kind}` : `an ${core.kind}`;
  const fixes = [{ title: "leave the label out", edits: [{ span: { ...label.span, end: core.span.start }, text: "" }] }];
  reportAt(walk, place, locate(flowProblems.unusableLabel({ what }), label.span, { fixes }));
}

function nameFlows(walk: Walk, step: Step, flows: readonly Flow[], place: Place): void {
  if (flows.length !== step.as.length && (flows.length > 1 || step.as.length > 1)) {
    const span = (step.as.at(-1) ?? step).span;
    if (step.as.length === 0) reportAt(walk, place, locate(flowProblems.unnamedParts({ parts: flows.length }), step.core.span));
    else if (flows[0] !== "unknown") reportAt(walk, place, locate(nameProblems.lostName({ expected: flows.length, given: step.as.length }), span));
  }
  step.as.forEach((name: Name, i) => setPoint(place.environment, name.text, flows[i] ?? "unknown"));
}
