/**
 * The one place that writes files. Everything is written under another name, synced, and renamed: a reader or a crash sees the
 * old file or the new one, never half of one. All of it goes through `Disk`, so that tests can fill a disk up.
 */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, truncateSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import { makeFolder } from "./folder.ts";

/** What writing a run asks of a disk; each throws Node's own errors. */
export interface Disk {
  /** Makes a folder with those above it; one that is there is left. */
  makeFolder(path: string): void;
  /** Writes a new file, or over an old one, and syncs it. */
  write(path: string, bytes: Uint8Array): void;
  /** Appends to a file, made where it is missing, and syncs it. */
  append(path: string, bytes: Uint8Array): void;
  truncate(path: string, length: number): void;
  /** Syncs the folder that holds the new name, too. */
  rename(from: string, to: string): void;
  /** Removes a file, or a folder with all in it; what is not there is no error. */
  remove(path: string): void;
}

export const disk: Disk = {
  makeFolder,
  write: (path, bytes) => writeAll(path, bytes, "w"),
  append: (path, bytes) => writeAll(path, bytes, "a"),
  truncate: truncateSync,
  rename(from, to) {
    renameSync(from, to);
    // Windows cannot open a folder, and syncs its names by itself.
    if (process.platform === "win32") return;
    const folder = openSync(dirname(to), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  },
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};

function writeAll(path: string, bytes: Uint8Array, flags: "w" | "a"): void {
  const file = openSync(path, flags);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export type Content = Uint8Array | string;

/** Writes a file as a whole, with the folders above it. Throws the Failure CNN8002 and leaves what was there where it cannot be written. */
export function writeFile(to: Disk, path: string, content: Content): void {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  writing(to, path, temporary, () => {
    to.makeFolder(dirname(path));
    to.write(temporary, bytesOf(content));
    to.rename(temporary, path);
  });
}

/** What a folder is called until it is whole. */
export const temporaryOf = (path: string): string => join(dirname(path), `.${basename(path)}.new`);

/**
 * Writes a folder of files as a whole, by their paths in it. Throws the Failure CNN8002 and leaves no folder where it cannot be
 * written, or where something of that name is in the way.
 */
export function writeFolder(to: Disk, path: string, files: Readonly<Record<string, Content>>): void {
  const temporary = temporaryOf(path);
  writing(to, path, temporary, () => {
    to.remove(temporary);
    to.makeFolder(temporary);
    for (const [name, content] of Object.entries(files)) {
      const file = join(temporary, name);
      to.makeFolder(dirname(file));
      to.write(file, bytesOf(content));
    }
    to.rename(temporary, path);
  });
}

/** Appends to a file. Throws the Failure CNN8002 where it cannot be written. */
export function append(to: Disk, path: string, content: Content): void {
  writing(to, path, undefined, () => to.append(path, bytesOf(content)));
}

function writing(to: Disk, path: string, temporary: string | undefined, write: () => void): void {
  try {
    write();
  } catch (error) {
    try {
      if (temporary !== undefined) to.remove(temporary);
    } catch {
      // The first error is the one to tell.
    }
    fail(runProblems.writeFailed({ path, why: reasonOf(error) }));
  }
}

const bytesOf = (content: Content): Uint8Array => (typeof content === "string" ? new TextEncoder().encode(content) : content);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  EISDIR: "it is a folder",
  EEXIST: "a file of that name is in the way",
  EACCES: "this user may not do that",
  EPERM: "this user may not do that",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "this user's share of the disk is full",
  EFBIG: "it is larger than the disk's files may be",
  EIO: "the disk does not answer as it should",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
};

/** Why a file system call failed, in words. Errors of any other kind are ours and are thrown again. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") throw error;
  return reasons[error.code] ?? error.message;
}
