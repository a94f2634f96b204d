/** Pictures of a model as text, for other programs to lay out and draw. */

import type { Model } from "../model/model.ts";
import { nodeOf, printDot } from "./dot.ts";
import { printMermaid } from "./mermaid.ts";

const printers = { dot: (model: Model) => printDot(model), mermaid: printMermaid } as const;

export type GraphFormat = keyof typeof printers;

/**
 * A model as a graph: a node for each layer, blocks and labelled groups drawn around theirs, and the shape that flows on
 * each edge. Labels are escaped, whatever the program calls its layers.
 */
export const graph = (model: Model, format: GraphFormat): string => printers[format](model);

/**
 * A model as a graph for Graphviz that has at most so many nodes beside its outputs: blocks and labelled groups are folded, the innermost
 * first. Nothing where a model has more that stand in none.
 */
export function foldedGraph(model: Model, mostNodes: number): string | undefined {
  const deepest = Math.max(0, ...model.layers.map(({ calls }) => calls.length));
  for (let depth = deepest; depth >= 0; depth--) {
    if (new Set(model.layers.map((layer) => nodeOf(layer, depth))).size <= mostNodes) return printDot(model, depth);
  }
  return undefined;
}
