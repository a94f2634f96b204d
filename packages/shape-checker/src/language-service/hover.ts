/** What a hover says: shape in and out, the formula with numbers, the cost, and the operator's own words. */

import { nodeAt, type AnyNode, type Call, type Span } from "@cnn-lang/parser";
import { needed } from "../elaborate/bind-value.ts";
import type { Layer, Model } from "../model/model.ts";
import { isOperatorName, operatorOf, type OperatorName } from "../operators/index.ts";
import { axisNames, printShape, printSize } from "../shapes/shape.ts";
import { explainOutputSize, type Window } from "../shapes/window.ts";
import { definitionOf, nameAt, type Analysis } from "./analysis.ts";
import { placeKey } from "./place.ts";

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

export function hover(analysis: Analysis, offset: number): Hover | undefined {
  const ast = analysis.program.entry?.ast;
  if (!ast) return undefined;
  const path = nodeAt(ast, offset);
  const call = path.findLast((node): node is Call => node.kind === "call");
  const argument = path.findLast((node) => node.kind === "argument");
  if (call && isOn(call.callee.span, offset)) return hoverCall(analysis, call);
  if (call && argument?.name && isOn(argument.name.span, offset) && isOperatorName(call.callee.text)) {
    const parameter = operatorOf(call.callee.text).signature[argument.name.text];
    if (parameter) return { span: argument.name.span, markdown: `**${argument.name.text}** — ${needed(parameter)}\n\n${parameter.doc}` };
  }
  return hoverName(analysis, offset, path);
}

const isOn = ({ start, end }: Span, offset: number): boolean => start.offset <= offset && offset <= end.offset;

function hoverCall(analysis: Analysis, call: Call): Hover | undefined {
  const name = call.callee.text;
  const layers = analysis.layersAt.get(placeKey(call.span)) ?? [];
  const [first] = layers;
  const model = first && analysis.expanded.find((each) => each.layers.includes(first));
  if (first && model && isOperatorName(name)) {
    const parts = [`**${name}** ${flowText(first, model)}`, ...formulas(first, model), costLine(first), usesLine(layers, model), operatorOf(name).doc];
    return { span: call.callee.span, markdown: parts.filter((part) => part !== "").join("\n\n") };
  }
  if (isOperatorName(name)) return { span: call.callee.span, markdown: `**${signatureText(name)}**\n\n${operatorOf(name).doc}` };
  return hoverBlock(analysis, call);
}

/** `conv filters kernel stride=1 …`: a signature as it is written. */
export function signatureText(name: OperatorName): string {
  const parameters = Object.entries(operatorOf(name).signature).map(([parameter, { default: standard, optional }]) => {
    if (standard === undefined) return optional ? `[${parameter}]` : parameter;
    return `${parameter}=${typeof standard === "object" ? standard.of : standard}`;
  });
  return [name, ...parameters].join(" ");
}

const flowText = ({ inputs, outputShape }: Layer, { layers }: Model): string =>
  `${inputs.map((id) => (layers[id] ? printShape(layers[id].outputShape) : "?")).join(", ")} → ${printShape(outputShape)}`;

/** The size formula with the reader's numbers, one line an axis (one for all where they agree). */
function formulas({ attributes, inputs }: Layer, { layers }: Model): readonly string[] {
  if (!("kernel" in attributes) || !("padding" in attributes) || !("stride" in attributes)) return [];
  const input = layers[inputs[0] ?? -1]?.outputShape;
  if (!input) return [];
  const dilation = "dilation" in attributes ? attributes.dilation : input.axes.map(() => 1);
  const lines = input.axes.map((n, axis) => {
    const [before, after] = attributes.padding[axis] ?? [0, 0];
    const window: Window = {
      size: attributes.kernel[axis] ?? 1,
      stride: attributes.stride[axis] ?? 1,
      before,
      after,
      dilation: dilation[axis] ?? 1,
      rounding: "ceil" in attributes && attributes.ceil ? "ceil" : "floor",
      ...("outputPadding" in attributes && { transposed: { outputPadding: attributes.outputPadding[axis] ?? 0 } }),
    };
    return explainOutputSize(n, window);
  });
  const names = axisNames[input.axes.length] ?? [];
  return new Set(lines).size === 1 ? lines.slice(0, 1) : lines.map((line, axis) => `${names[axis] ?? "axis"}: ${line}`);
}

const fieldOf = ({ cost: { receptiveField } }: Layer): readonly string[] => (receptiveField.length > 0 ? [`receptive field ${printSize(receptiveField)}`] : []);

function costLine(layer: Layer): string {
  const { cost, frozen } = layer;
  const counts = [
    ...(cost.parameters > 0 ? [`${cost.parameters.toLocaleString("en")} parameters${frozen ? " (frozen)" : ""}`] : []),
    ...(cost.macs > 0 ? [`${cost.macs.toLocaleString("en")} MACs`] : []),
  ];
  return [...counts, ...fieldOf(layer)].join(" · ");
}

function usesLine(layers: readonly Layer[], model: Model): string {
  if (layers.length < 2) return "";
  const uses = layers.slice(0, 4).map((layer) => `\`${layer.path}\` ${flowText(layer, model)}`);
  return `${layers.length} uses: ${uses.join("; ")}${layers.length > 4 ? " …" : ""}`;
}

function hoverBlock(analysis: Analysis, call: Call): Hover | undefined {
  for (const model of analysis.expanded) {
    const use = model.layers.flatMap(({ calls }) => calls).find(({ span, kind }) => kind === "block" && isOn(span, call.callee.span.start.offset) && span.file === analysis.file);
    if (!use) continue;
    const inside = model.layers.filter(({ calls }) => calls.some(({ id }) => id === use.id));
    const last = inside.at(-1);
    const first = model.layers[inside[0]?.inputs[0] ?? -1];
    if (!last || !first) continue;
    const parameters = inside.reduce((total, { cost }) => total + cost.parameters, 0);
    const macs = inside.reduce((total, { cost }) => total + cost.macs, 0);
    const markdown = [
      `**block ${use.name}** ${printShape(first.outputShape)} → ${printShape(last.outputShape)}`,
      [`${inside.length} layers`, `${parameters.toLocaleString("en")} parameters`, `${macs.toLocaleString("en")} MACs`, ...fieldOf(last)].join(" · "),
    ];
    return { span: call.callee.span, markdown: markdown.join("\n\n") };
  }
  return undefined;
}

function hoverName(analysis: Analysis, offset: number, path: readonly AnyNode[]): Hover | undefined {
  const use = nameAt(analysis, offset);
  const definition = use && definitionOf(analysis, use);
  if (!use || !definition) return undefined;
  const text = analysis.program.files.get(definition.file)?.text.split(/\r\n|\r|\n/)[definition.start.line - 1]?.trim().replace(/\s*\{$/, "");
  const declared = path.some((node) => node.kind === "model") ? analysis.models.find(({ arguments: given }) => Object.hasOwn(given, analysis.text.slice(use.start.offset, use.end.offset))) : undefined;
  const value = declared?.arguments[analysis.text.slice(use.start.offset, use.end.offset)];
  const markdown = [`\`\`\`cnn\n${text ?? ""}\n\`\`\``, ...(value === undefined ? [] : [`here: ${JSON.stringify(value)}`])];
  return { span: use, markdown: markdown.join("\n\n") };
}
