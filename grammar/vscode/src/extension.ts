/** The extension for Visual Studio Code: starts the language server that comes with it, and adds the commands. */

import { join } from "node:path";
import { commands, type ExtensionContext } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { explainCode } from "./explain.ts";
import { showGraph } from "./graph.ts";
import { showSummary, summaryDocuments } from "./summary.ts";
import { trainInTerminal } from "./train.ts";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const server = { module: join(context.extensionPath, "dist", "server.mjs"), transport: TransportKind.stdio };
  const started = new LanguageClient("cnn", "CNN", server, {
    documentSelector: [
      { scheme: "file", language: "cnn" },
      { scheme: "untitled", language: "cnn" },
      { scheme: "file", pattern: "**/*.train.json" },
    ],
  });
  client = started;
  context.subscriptions.push(
    summaryDocuments(started),
    commands.registerCommand("cnn.summary", () => showSummary(started)),
    commands.registerCommand("cnn.graph", () => showGraph(started)),
    commands.registerCommand("cnn.train", trainInTerminal),
    commands.registerCommand("cnn.explain", () => explainCode(join(context.extensionPath, "dist", "diagnostics"))),
    commands.registerCommand("cnn.restart", () => started.restart()),
  );
  await started.start();
}

export const deactivate = (): Promise<void> | undefined => client?.stop();
