/** "Explain a Diagnostic": the page of a code, of those in the open file or any other. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands, languages, Uri, window } from "vscode";

export async function explainCode(pages: string): Promise<void> {
  const uri = window.activeTextEditor?.document.uri;
  const here = (uri ? languages.getDiagnostics(uri) : []).flatMap(({ code, message, source }) =>
    source === "cnn" && typeof code === "object" ? [{ label: String(code.value), description: message.split("\n")[0] ?? "" }] : [],
  );
  const named = new Set(here.map(({ label }) => label));
  const others = readdirSync(pages).flatMap((name) => (named.has(name.slice(0, -3)) ? [] : titleOf(join(pages, name))));
  const choices = [...new Map(here.map((choice) => [choice.label, choice])).values(), ...others];
  const chosen = await window.showQuickPick(choices, { placeHolder: "A code or a word: those of this file come first", matchOnDescription: true });
  if (chosen) await commands.executeCommand("markdown.showPreview", Uri.file(join(pages, `${chosen.label}.md`)));
}

/** A page begins with `# CNN2001: An unknown operator or block`. */
function titleOf(page: string): readonly { readonly label: string; readonly description: string }[] {
  const [, label, description] = /^# (CNN\d+): (.*)/.exec(readFileSync(page, "utf8")) ?? [];
  return label !== undefined && description !== undefined ? [{ label, description }] : [];
}
