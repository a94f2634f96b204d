/** "Show the Picture": the models of the open file, drawn beside it and drawn again as it changes. */

import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { ViewColumn, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { shownFile } from "./shown-file.ts";

interface Graph {
  readonly model: string;
  readonly dot: string;
}

export async function showGraph(client: LanguageClient): Promise<void> {
  const file = shownFile();
  if (!file) return;
  const panel = window.createWebviewPanel("cnn.graph", file.name, { viewColumn: ViewColumn.Beside, preserveFocus: true }, { enableScripts: false });
  const graphviz = await Graphviz.load();
  const draw = async (): Promise<void> => {
    const graphs = await client.sendRequest<readonly Graph[]>("cnn/graphs", { uri: file.uri.toString() });
    panel.webview.html = page(graphs.map(({ dot }) => graphviz.dot(dot, "svg")));
  };
  const listener = workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.toString() === file.uri.toString()) void draw();
  });
  panel.onDidDispose(() => listener.dispose());
  await draw();
}

/** No script runs in the page and it loads nothing. */
const page = (pictures: readonly string[]): string => `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body { background: white } svg { max-width: 100%; height: auto }</style>
${pictures.length > 0 ? pictures.map((svg) => svg.slice(svg.indexOf("<svg"))).join("\n") : "<p>There is no model here whose shapes are all known.</p>"}`;
