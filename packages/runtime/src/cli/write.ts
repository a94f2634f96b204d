/** Writing a command's output files. */

import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder } from "../run/folder.ts";
import { Refusal } from "./context.ts";

/**
 * Writes a file as a whole, and the folders above it that are missing. Where that cannot be it refuses with the reason, and what was
 * there stays. A link goes on leading to its file.
 */
export function writeText(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : resolve(path);
  const temporary = join(dirname(target), `.${basename(target)}.new`);
  try {
    makeFolder(dirname(target));
    writeFileSync(temporary, text, { mode: statSync(target, { throwIfNoEntry: false })?.mode ?? 0o666 });
    renameSync(temporary, target);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw new Refusal(1, `${path} cannot be written: ${reason(path, error)}.`);
  }
}

function reason(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "no folder can be made there";
    case "EISDIR":
      return "it is a folder";
    case "EEXIST":
    case "ENOTDIR":
      return `${fileAbove(path)} is a file, not a folder`;
    case "EACCES":
    case "EPERM":
      return "this user may not write there";
    case "EROFS":
      return "the file system is read-only";
    case "ENOSPC":
      return "the disk is full";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** The part of a path that should be a folder and is a file: the nearest that exists. */
function fileAbove(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
