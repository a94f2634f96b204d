/** Runs the command from its source in this very process: for tests of what it says in many cases, not of how it starts and ends. */

import { runCommandLine } from "../../packages/runtime/src/cli/main.ts";
import { createTerminal } from "../../packages/runtime/src/cli/output/terminal.ts";

/** What `cnn` writes, both streams in one, when it is run in a folder. */
export async function textOfCommand(words: readonly string[], folder: string): Promise<string> {
  const written: string[] = [];
  const terminal = createTerminal({ write: (text) => written.push(text) }, {});
  const home = process.cwd();
  process.chdir(folder);
  try {
    await runCommandLine(words, { stdout: terminal, stderr: terminal, env: {} });
  } finally {
    process.chdir(home);
  }
  return written.join("");
}
