import { basename } from "node:path";
import { type Uri, window } from "vscode";

/** The `.cnn` file in front; without one a word is said. */
export function shownFile(): { readonly uri: Uri; readonly name: string } | undefined {
  const document = window.activeTextEditor?.document;
  if (document?.languageId === "cnn") return { uri: document.uri, name: basename(document.uri.path) };
  void window.showInformationMessage("Open a .cnn file first.");
  return undefined;
}
