/** Runs the built command as its users do: a process of its own, in a folder of its own. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const bin = resolve("packages/runtime/bin/cnn.cjs");

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  // The tests' own runner must not show in the command's behaviour.
  const { NODE_OPTIONS: _, npm_command: __, npm_lifecycle_event: ___, ...rest } = process.env;
  return { ...rest, ...more };
};

/** Runs `cnn` with the words of a command line, or a list of them where one holds blanks. */
export function cnn(words: string | readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Outcome {
  const list = typeof words === "string" ? words.split(" ") : words;
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [bin, ...list], { cwd: folder, encoding: "utf8", env: environment(env), timeout: 300_000 });
  if (error) throw error;
  return { stdout, stderr, code: status };
}

export interface Running {
  readonly process: ChildProcess;
  /** Resolves once it has written the text, to either stream. */
  readonly says: (text: string) => Promise<void>;
  readonly ended: Promise<Outcome>;
}

/** Starts `cnn`, to be interrupted. */
export function start(words: string, folder: string): Running {
  const child = spawn(process.execPath, [bin, ...words.split(" ")], { cwd: folder, env: environment({}), stdio: ["ignore", "pipe", "pipe"], timeout: 300_000 });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = new Promise<Outcome>((end, failed) => {
    child.on("error", failed);
    child.on("close", (code) => end({ stdout, stderr, code }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((found, missed) => {
      const look = (): void => void ((stdout.includes(text) || stderr.includes(text)) && found());
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.on("close", () => missed(new Error(`ended without saying ${text}:\n${stdout}${stderr}`)));
      look();
    });
  return { process: child, says, ended };
}

const made: string[] = [];
process.on("exit", () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder of its own with some files in it, that is no part of any project; removed when the process ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cnn-test-")));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}
