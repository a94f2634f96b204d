/** A model as a graph in Graphviz's language: https://graphviz.org/doc/info/lang.html. */

import type { Call, Layer, Model } from "../model/model.ts";
import { printShape } from "../shapes/shape.ts";
import { isFrozen, linesOf, nest, titleOf, type Group } from "./nest.ts";

/** @param depth How many groups around a layer are drawn around it; the next one is folded, and a node. */
export function printDot(model: Model, depth = Infinity): string {
  const { layers, outputs } = model;
  const from = (layer: number, to: string): readonly string[] => {
    const source = layers[layer];
    return source && nodeOf(source, depth) !== to ? [edge(source, depth, to)] : [];
  };
  const edges = new Set(layers.flatMap((layer) => layer.inputs.flatMap((input) => from(input, nodeOf(layer, depth)))));
  const ends = outputs.flatMap(({ name, layer }, i) => [`o${i} [label=${quoted(name)} shape=oval]`, ...from(layer, `o${i}`)]);
  return [
    `digraph ${quoted(model.name)} {`,
    `  graph [fontname="Helvetica,Arial,sans-serif" fontsize=11 style="rounded" color="gray60" nodesep=0.3 ranksep=0.35]`,
    `  node [fontname="Helvetica,Arial,sans-serif" fontsize=11 shape=box style="rounded" height=0.3 margin="0.18,0.06"]`,
    `  edge [fontname="Helvetica,Arial,sans-serif" fontsize=9 arrowsize=0.6]`,
    ...groupLines(nest(model), undefined, depth).map(indent),
    ...[...edges, ...ends].map(indent),
    "}",
    "",
  ].join("\n");
}

function groupLines(group: Group, around: Call | undefined, depth: number): readonly string[] {
  const { call, members } = group;
  if (call && depth === 0) return [`g${call.id} [label=${quoted(`${titleOf(call, around)}\n${counted(countLayers(group))}`)} peripheries=2]`];
  const inside = members.flatMap((member) => ("members" in member ? groupLines(member, call, call ? depth - 1 : depth) : [node(member, call)]));
  return call ? [`subgraph cluster_${call.id} {`, ...[`label=${quoted(titleOf(call, around))}`, ...inside].map(indent), "}"] : inside;
}

const node = (layer: Layer, around: Call | undefined): string => {
  const look = layer.operator === "input" ? " shape=oval" : isFrozen(layer) ? ` style="rounded,dashed"` : "";
  return `n${layer.id} [label=${quoted(linesOf(layer, around).join("\n"))}${look}]`;
};

/** What a layer is drawn as, alone or with its group. */
export function nodeOf({ id, calls }: Layer, depth: number): string {
  const folded = calls[depth];
  return folded ? `g${folded.id}` : `n${id}`;
}

const countLayers = ({ members }: Group): number => members.reduce((sum, member) => sum + ("members" in member ? countLayers(member) : 1), 0);

const counted = (layers: number): string => (layers === 1 ? "1 layer" : `${layers.toLocaleString("en")} layers`);

/** Graphviz takes an `@` for narrower than it is: without blanks before it the shape would lie on its edge. */
const edge = (source: Layer, depth: number, to: string): string => `${nodeOf(source, depth)} -> ${to} [label=${quoted(`  ${printShape(source.outputShape)}`)}]`;

const indent = (line: string): string => `  ${line}`;

/**
 * A quoted string that shows its text as it is. Graphviz reads escapes (`\n`, `\N`) and, in labels, HTML entities; what a
 * label of the program holds must do neither.
 */
const quoted = (text: string): string =>
  `"${text.replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
