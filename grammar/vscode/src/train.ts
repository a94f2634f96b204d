/** "Train in the Terminal": `cnn train` of the open recipe, in its own folder. */

import { basename, dirname } from "node:path";
import { window, workspace } from "vscode";

export async function trainInTerminal(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document?.fileName.endsWith(".train.json")) {
    void window.showInformationMessage("Open a recipe (NAME.train.json) first.");
    return;
  }
  await document.save();
  const command = workspace.getConfiguration("cnn").get("command", "npx --no-install cnn");
  const terminal = window.createTerminal({ name: "cnn train", cwd: dirname(document.fileName) });
  terminal.show();
  terminal.sendText(`${command} train ${quoted(basename(document.fileName))}`);
}

/** One word for a shell, whatever the file is called. */
const quoted = (name: string): string => (process.platform === "win32" ? `"${name.replaceAll('"', "")}"` : `'${name.replaceAll("'", "'\\''")}'`);
