/** A model as a graph in Graphviz's language: https://graphviz.org/doc/info/lang.html. */

import type { Call, Layer, Model } from "../model/model.ts";
import { printShape } from "../shapes/shape.ts";
import { isFrozen, linesOf, nest, titleOf, type Group } from "./nest.ts";

export function printDot(model: Model): string {
  const { layers, outputs } = model;
  const edges = layers.flatMap(({ id, inputs }) => inputs.map((input) => edge(input, `n${id}`, layers[input])));
  const ends = outputs.flatMap(({ name, layer }, i) => [`o${i} [label=${quoted(name)} shape=oval]`, edge(layer, `o${i}`, layers[layer])]);
  return [
    `digraph ${quoted(model.name)} {`,
    `  graph [fontname="Helvetica,Arial,sans-serif" fontsize=11 style="rounded" color="gray60" nodesep=0.3 ranksep=0.35]`,
    `  node [fontname="Helvetica,Arial,sans-serif" fontsize=11 shape=box style="rounded" height=0.3 margin="0.18,0.06"]`,
    `  edge [fontname="Helvetica,Arial,sans-serif" fontsize=9 arrowsize=0.6]`,
    ...groupLines(nest(model), undefined).map(indent),
    ...[...edges, ...ends].map(indent),
    "}",
    "",
  ].join("\n");
}

function groupLines({ call, members }: Group, around: Call | undefined): readonly string[] {
  const inside = members.flatMap((member) => ("members" in member ? groupLines(member, call) : [node(member, call)]));
  return call ? [`subgraph cluster_${call.id} {`, ...[`label=${quoted(titleOf(call, around))}`, ...inside].map(indent), "}"] : inside;
}

const node = (layer: Layer, around: Call | undefined): string => {
  const look = layer.operator === "input" ? " shape=oval" : isFrozen(layer) ? ` style="rounded,dashed"` : "";
  return `n${layer.id} [label=${quoted(linesOf(layer, around).join("\n"))}${look}]`;
};

/** Graphviz takes an `@` for narrower than it is: without blanks before it the shape would lie on its edge. */
const edge = (from: number, to: string, source: Layer | undefined): string =>
  `n${from} -> ${to} [label=${quoted(source ? `  ${printShape(source.outputShape)}` : "")}]`;

const indent = (line: string): string => `  ${line}`;

/**
 * A quoted string that shows its text as it is. Graphviz reads escapes (`\n`, `\N`) and, in labels, HTML entities; what a
 * label of the program holds must do neither.
 */
const quoted = (text: string): string =>
  `"${text.replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
