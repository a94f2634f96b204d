/**
 * Documents as tests: the code blocks of a Markdown file, and what running them means.
 *
 * - ` ```cnn name.cnn ` and ` ```json name.json ` write a file into the document's own folder; without a name, a program is
 *   only checked. A program must be free of errors, unless its info string says `wrong`.
 * - ` ```console `: lines that begin with `$ ` are commands, the lines below are what they print (both streams). `…` stands for
 *   any text; a line `…` for any lines.
 * - ` ```ts `: a program, run in that folder; a ` ```text ` block behind it is what it prints. ` ```ts name.mts ` writes a file for others.
 * - ` ```html `: a page, opened in Chromium with the folder's files and TensorFlow.js's scripts beside it; a ` ```text ` block
 *   behind it is what it shows.
 * - ` ```python `: a program likewise, for Python with PyTorch.
 * - ` ```sh `: commands for a clone, which are not run: each must be a script of package.json, a file for node, or a command of `cnn`.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as assert from "uvu/assert";
import { bin } from "./cli.ts";

export interface Block {
  readonly line: number;
  readonly language: string;
  /** What stands behind the language. */
  readonly name: string;
  readonly text: string;
}

/** The fenced code blocks of a document. */
export function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(document, "utf8");
  return [...text.matchAll(/^```(\w*) ?(.*)\n([^]*?)^```$/gm)].map(({ index, 1: language = "", 2: name = "", 3: content = "" }) => ({
    line: text.slice(0, index).split("\n").length,
    language,
    name,
    text: content,
  }));
}

/** Below the clone, where its packages are found; of this process, since tests run side by side. */
const documents = resolve(`node_modules/.cnn/documents-${process.pid}`);
process.on("exit", () => rmSync(documents, { recursive: true, force: true }));

/** An empty folder for a document, from which the packages can be imported. */
export function folderOf(document: string): string {
  const folder = resolve(documents, document.replaceAll("/", "-").replace(/\.md$/, ""));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface Printed {
  readonly text: string;
  readonly code: number | null;
}

function run(args: readonly string[], folder: string): Printed {
  const { NODE_OPTIONS: _, npm_lifecycle_event: __, ...env } = process.env;
  // Both streams into one, in the order in which they were written; `npx cnn` is how a reader of the document calls the command.
  const command = `${[process.execPath, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")} 2>&1`;
  const { stdout, status, error } = spawnSync(command, { cwd: folder, encoding: "utf8", shell: true, timeout: 300_000, env: { ...env, npm_command: "exec" } });
  if (error) throw error;
  return { text: stdout, code: status };
}

/** Runs the words of an `npx cnn …` command. */
export const runCommand = (words: readonly string[], folder: string): Printed => run([bin, ...words], folder);

/** Runs a TypeScript program by the packages' built form, as a user's would be. */
export function runProgram(text: string, folder: string): Printed {
  const file = join(folder, "program.mts");
  writeFileSync(file, text);
  return run(["--import", "tsx", file], folder);
}

export function writeInto(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** A console block's commands with what each prints. */
export function commandsIn(text: string): readonly { readonly command: string; readonly output: string }[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** Words of a command line; quotes hold blanks. */
export const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? "");

/** Whether a text is what a document shows, in which `…` stands for anything. */
export function assertShown(actual: string, shown: string, where: string): void {
  const lines = trimmed(shown).split("\n");
  const pattern = lines.map((line) => (line.trim() === "…" ? "(?:.*\\n)*?" : `${line.split("…").map(escaped).join(".*")} *\\n`)).join("");
  if (!new RegExp(`^${pattern}$`).test(`${trimmed(actual)}\n`)) assert.is(trimmed(actual), trimmed(shown), where);
}

/** Without spaces at the ends, and without the lines that a training writes every few seconds on a slow machine. */
const trimmed = (text: string): string => text.replace(/^epoch .*[━┈].*\n/gm, "").replace(/[ \t]+$/gm, "").replace(/^\n+|\n+$/g, "");
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** The name that a block's first word gives, or one of its own. */
export const fileNameOf = ({ name, line, language }: Block): string => name.split(" ").find((word) => word.includes(".")) ?? `block-${line}.${language}`;
