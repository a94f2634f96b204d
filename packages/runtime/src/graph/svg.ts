/** A model's picture as SVG: the checker's graph, laid out by Graphviz, which comes as WebAssembly and is installed as an option. */

import { foldedGraph, graph, type Model } from "@cnn-lang/shape-checker";

/** The picture; nothing where the package `@hpcc-js/wasm-graphviz` is not installed. */
export async function drawSvg(model: Model): Promise<string | undefined> {
  const graphviz = await loadGraphviz();
  return graphviz?.dot(graph(model, "dot"), "svg");
}

/** The same with at most so many nodes, blocks and groups folded; nothing, too, where that is not enough. */
export async function drawFoldedSvg(model: Model, mostNodes: number): Promise<string | undefined> {
  const folded = foldedGraph(model, mostNodes);
  return folded === undefined ? undefined : (await loadGraphviz())?.dot(folded, "svg");
}

async function loadGraphviz() {
  try {
    const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
    return await Graphviz.load();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
