/** `cnn editor install`: puts the extension into the editors that are there. */

import { buildCommand, buildRouteMap } from "@stricli/core";
import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { type Context, Refusal } from "../context.ts";

/** The commands of Visual Studio Code and of those that are built from it. */
const editors = ["code", "codium", "cursor"] as const;

const installCommand = buildCommand<Record<never, never>, [], Context>({
  docs: {
    brief: "Install the extension into Visual Studio Code, VSCodium and Cursor",
    fullDescription: "Looks for the commands code, codium and cursor on PATH, and has each that is there install the extension.",
  },
  parameters: {},
  async func() {
    const { stdout, env } = this.process;
    const extension = extensionFile();
    const found = editors.flatMap((name) => findOnPath(name, env) ?? []);
    if (found.length === 0) {
      throw new Refusal(
        3,
        `None of the commands ${editors.join(", ")} is on PATH. In the editor's palette, "Shell Command: Install 'code' command in PATH" puts it there;\n` +
          `or let the editor install ${extension} by "Extensions: Install from VSIX…". docs/editor.md tells how other editors are set up.`,
      );
    }
    for (const command of found) {
      const result = await start(command, ["--install-extension", extension, "--force"]);
      const said = `${result.error?.message ?? ""}${result.stdout ?? ""}${result.stderr ?? ""}`.trim();
      if (result.status !== 0) throw new Refusal(3, `${command} did not install the extension${said === "" ? "." : `:\n${said}`}`);
      stdout.write(`${command}: the extension is installed.\n`);
    }
  },
});

export const editorCommands = buildRouteMap({
  routes: { install: installCommand },
  docs: { brief: "Set up an editor" },
});

/** On Windows the commands are scripts, which only a shell starts. */
async function start(command: string, words: readonly string[]) {
  const { spawnSync } = await import("node:child_process");
  if (process.platform !== "win32") return spawnSync(command, words, { encoding: "utf8" });
  const quoted = (word: string): string => `"${word}"`;
  return spawnSync(quoted(command), words.map(quoted), { encoding: "utf8", shell: true });
}

/** The packed extension; `npm run vsix` makes it. */
function extensionFile(): string {
  const bin = realpathSync(process.argv[1] ?? "");
  const file = resolve(dirname(bin), "../dist/cnn-lang.vsix");
  if (existsSync(file)) return file;
  throw new Refusal(3, "The extension is not built: run npm run vsix first.");
}

/** Where a command of that name would be started from. */
function findOnPath(name: string, env: Context["process"]["env"]): string | undefined {
  const endings = process.platform === "win32" ? [".cmd", ".exe"] : [""];
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
