/** "Show the Picture": the models of the open file, drawn beside it and drawn again as it changes. */

import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { ViewColumn, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { isServed } from "./served.ts";
import { shownFile } from "./shown-file.ts";

interface Graph {
  readonly model: string;
  readonly dot: string;
}

/** Milliseconds without a change: the layout of a large network would be late for every key. */
const pause = 200;

export async function showGraph(client: LanguageClient): Promise<void> {
  const file = shownFile();
  if (!file || !isServed(client)) return;
  const panel = window.createWebviewPanel("cnn.graph", `Picture of ${file.name}`, { viewColumn: ViewColumn.Beside, preserveFocus: true }, { enableScripts: false });
  const graphviz = await Graphviz.load();
  let drawn = "";
  const draw = async (): Promise<void> => {
    const graphs = await client.sendRequest<readonly Graph[]>("cnn/graphs", { uri: file.uri.toString() });
    if (graphs.length > 0) drawn = graphs.map(({ model, dot }) => picture(model, graphviz.dot(dot, "svg"))).join("\n");
    panel.webview.html = page(drawn, graphs.length === 0);
  };
  let due: NodeJS.Timeout | undefined;
  const listener = workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.toString() !== file.uri.toString()) return;
    clearTimeout(due);
    due = setTimeout(() => void (client.isRunning() && draw()), pause);
  });
  panel.onDidDispose(() => {
    clearTimeout(due);
    listener.dispose();
  });
  await draw();
}

const picture = (model: string, svg: string): string => `<h2>${model}</h2>\n${svg.slice(svg.indexOf("<svg"))}`;

/** No script runs in the page and it loads nothing; what was drawn last stays, faded, while the file has mistakes. */
const page = (drawn: string, hasMistakes: boolean): string => `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
  body { background: var(--vscode-editor-background); text-align: center }
  h2 { font-weight: normal }
  svg { max-width: 100%; height: auto; ${hasMistakes ? "opacity: 0.4" : ""} }
  svg .graph > polygon { fill: none }
  svg text, svg .edge polygon { fill: var(--vscode-editor-foreground) }
  svg .node *, svg .edge path, svg .edge polygon { stroke: var(--vscode-editor-foreground) }
  svg text, svg .node text { stroke: none }
  footer { position: fixed; bottom: 0; left: 0; right: 0; padding: 0.5em; background: var(--vscode-editor-background) }
</style>
${drawn}
${hasMistakes ? "<footer>There is no model here whose shapes are all known.</footer>" : ""}`;
