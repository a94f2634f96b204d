/** A model as a Mermaid flowchart, which GitHub and many editors draw: https://mermaid.js.org/syntax/flowchart.html. */

import type { Call, Layer, Model } from "../model/model.ts";
import { printShape } from "../shapes/shape.ts";
import { linesOf, nest, titleOf, type Group } from "./nest.ts";

export function printMermaid(model: Model): string {
  const { layers, outputs } = model;
  const edges = layers.flatMap(({ id, inputs }) => inputs.map((input) => edge(input, `n${id}`, layers[input])));
  const ends = outputs.flatMap(({ name, layer }, i) => [`o${i}([${quoted([name])}])`, edge(layer, `o${i}`, layers[layer])]);
  return `${["flowchart TD", ...[...groupLines(nest(model), undefined), ...edges, ...ends].map(indent)].join("\n")}\n`;
}

function groupLines({ call, members }: Group, around: Call | undefined): readonly string[] {
  const inside = members.flatMap((member) => ("members" in member ? groupLines(member, call) : [node(member, call)]));
  return call ? [`subgraph g${call.id}[${quoted([titleOf(call, around)])}]`, ...inside.map(indent), "end"] : inside;
}

function node(layer: Layer, around: Call | undefined): string {
  const text = quoted(linesOf(layer, around));
  return layer.operator === "input" ? `n${layer.id}([${text}])` : `n${layer.id}[${text}]`;
}

const edge = (from: number, to: string, source: Layer | undefined): string =>
  `n${from} -->|${quoted([source ? printShape(source.outputShape) : ""])}| ${to}`;

const indent = (line: string): string => `  ${line}`;

/**
 * Lines of a label. Mermaid reads Markdown and HTML in it, so that all but letters, digits and a few signs are written by
 * number, and underscores too where they could be taken for emphasis.
 */
const quoted = (lines: readonly string[]): string =>
  `"${lines.map((line) => line.replace(/[^\p{L}\p{N} _.,:@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (sign) => `#${sign.codePointAt(0)};`)).join("<br/>")}"`;
