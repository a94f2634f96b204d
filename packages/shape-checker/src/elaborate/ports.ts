/** Where the flow enters a model and where it leaves: `input` and `output`. */

import { locate, type Input, type Output } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import { operators } from "../operators/index.ts";
import { printShape, printSize, type Shape } from "../shapes/shape.ts";
import { addLayer } from "./add-layer.ts";
import { setPoint, type Flow } from "./environment.ts";
import { readShape } from "./shape-literal.ts";
import { reportAt, sightOf, type Place, type Walk } from "./walk.ts";

export function inputStep(walk: Walk, input: Input, place: Place): Flow {
  const name = input.name?.text ?? "input";
  const span = (input.name ?? input).span;
  if (!standsInModel(place)) return "unknown";
  const earlier = walk.inputs.find((port) => port.name === name);
  if (earlier) {
    const first = walk.layers[earlier.layer]?.span;
    const related = first ? [{ message: "the first stands here", span: first }] : [];
    reportAt(walk, place, locate(flowProblems.inputTwice({ what: "input", name }), span, { related }));
    return "unknown";
  }
  const written = readShape(input.shape, sightOf(walk, place, "nothing"));
  const given = walk.inputShapes.get(name) ?? written;
  const unknownInput = (): Flow => {
    walk.hasGap = true;
    walk.inputs.push({ name, layer: -1, shape: { channels: 0, axes: [] } });
    if (input.name) setPoint(place.environment, name, "unknown");
    return "unknown";
  };
  if (given === "unknown") return unknownInput();
  const { channels } = given;
  const axes = given.axes.filter((n) => n !== "?");
  if (channels === "?" || axes.length < given.axes.length) {
    reportAt(walk, place, locate(flowProblems.openInput({}), input.shape.span));
    return unknownInput();
  }
  const meant = likelyShape({ channels, axes });
  if (meant) {
    const [shape, reading] = meant;
    const finding = flowProblems.channelsLast({ written: printShape({ channels, axes }), reading, meant: shape });
    const fixes = [{ title: `write ${shape}`, edits: [{ span: input.shape.span, text: shape }] }];
    reportAt(walk, place, locate(finding, input.shape.span, { fixes }));
  }
  const facts = operators.input.infer({ name, shape: { channels, axes } });
  if (!("attributes" in facts)) return unknownInput();
  walk.made.push({ name: "input", values: { name }, inputs: [] });
  const point = addLayer(walk, place, { operator: "input", path: name, facts, inputs: [], span: input.span, nameSpan: span });
  walk.inputs.push({ name, ...point });
  if (input.name) setPoint(place.environment, name, point);
  return point;
}

/** Directly in a model, in no braces inside it; elsewhere the names' pass has reported it. */
const standsInModel = ({ within, environment }: Place): boolean => within === "model" && environment.parent === undefined;

/** What a shape was probably meant to be where it reads like `HxWxC` or has the batch in front; and how it is read as it stands. */
function likelyShape({ channels, axes }: Shape): readonly [meant: string, reading: string] | undefined {
  const [first = 0, second = 0, third = 0] = axes;
  const isDepth = (n: number): boolean => n === 1 || n === 3 || n === 4;
  if (axes.length === 2 && channels >= 8 && first === channels && isDepth(second)) {
    return [`${second}@${channels}x${first}`, `${channels} channels of ${printSize(axes)}`];
  }
  if (axes.length === 3 && channels >= 8 && isDepth(first) && second === third) {
    return [`${first}@${second}x${third}`, `${channels} channels of volumes of ${printSize(axes)}`];
  }
  return undefined;
}

export function outputStep(walk: Walk, output: Output, flow: Flow, place: Place): Flow {
  const { text: name, span } = output.name;
  if (!standsInModel(place)) return "unknown";
  if (walk.outputs.some((port) => port.name === name)) {
    reportAt(walk, place, locate(flowProblems.inputTwice({ what: "output", name }), span));
    return "nothing";
  }
  if (flow === "nothing") reportAt(walk, place, locate(flowProblems.nothingFlows({ begun: walk.inputs.length > 0 }), output.span));
  if (typeof flow === "string") walk.outputs.push({ name, layer: -1, shape: { channels: 0, axes: [] } });
  else walk.outputs.push({ name, ...flow });
  return "nothing";
}
