/** "Show the Summary": the tables of the open file's models, in a preview that follows the text. */

import { commands, type Disposable, EventEmitter, Uri, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Summary } from "@cnn-lang/shape-checker";
import { markdownSummary } from "../../../packages/runtime/src/cli/output/summary.ts";
import { isServed } from "./served.ts";
import { shownFile } from "./shown-file.ts";

const scheme = "cnn-summary";

export async function showSummary(client: LanguageClient): Promise<void> {
  const file = shownFile();
  if (file && isServed(client)) await commands.executeCommand("markdown.showPreviewToSide", summaryOf(file.uri));
}

const summaryOf = (uri: Uri): Uri => Uri.from({ scheme, path: `${uri.path} (summary)`, query: uri.toString() });

/** Documents that hold the summary of another one. */
export function summaryDocuments(client: LanguageClient): Disposable {
  const changed = new EventEmitter<Uri>();
  const provider = workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    async provideTextDocumentContent({ query }) {
      if (!client.isRunning()) return "The language server has ended.";
      const summaries = await client.sendRequest<readonly Summary[]>("cnn/summaries", { uri: query });
      return summaries.length > 0 ? summaries.map(markdownSummary).join("\n") : "There is no model here whose shapes are all known.";
    },
  });
  const listener = workspace.onDidChangeTextDocument(({ document }) => {
    if (document.languageId === "cnn") changed.fire(summaryOf(document.uri));
  });
  return { dispose: () => [provider, listener, changed].forEach((each) => each.dispose()) };
}
