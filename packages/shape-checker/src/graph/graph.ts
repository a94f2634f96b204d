/** Pictures of a model as text, for other programs to lay out and draw. */

import type { Model } from "../model/model.ts";
import { printDot } from "./dot.ts";
import { printMermaid } from "./mermaid.ts";

const printers = { dot: printDot, mermaid: printMermaid } as const;

export type GraphFormat = keyof typeof printers;

/**
 * A model as a graph: a node for each layer, blocks and labelled groups drawn around theirs, and the shape that flows on
 * each edge. Labels are escaped, whatever the program calls its layers.
 */
export const graph = (model: Model, format: GraphFormat): string => printers[format](model);
