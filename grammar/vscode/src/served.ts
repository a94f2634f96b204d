import { commands, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** Whether the server answers. Where it does not, as after it ended several times, a word is said and a new start is offered. */
export function isServed(client: LanguageClient): boolean {
  if (client.isRunning()) return true;
  void offerRestart();
  return false;
}

async function offerRestart(): Promise<void> {
  const chosen = await window.showErrorMessage("The CNN language server has ended.", "Start It Again");
  if (chosen) await commands.executeCommand("cnn.restart");
}
