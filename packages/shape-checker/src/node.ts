/** Projects on disk. */

import { closeSync, existsSync, openSync, readSync, realpathSync, statSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, isAbsolute } from "node:path";
import type { Project, Unreadable } from "./project.ts";

const largestText = 10 * 1024 * 1024;

/** The nearest folder above `entry` with a `package.json` or `.git`, else the entry's own folder, or what there is of it. */
export function projectRoot(entry: string): string {
  let start = dirname(resolve(entry));
  while (!existsSync(start)) start = dirname(start);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) || existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return start;
  }
}

/**
 * Files below `root`; nothing outside of it is read, symbolic links included. Paths are taken relative to the working
 * directory, as the command line gives them.
 */
export function diskProject(root: string): Project {
  const top = realpathSync(root);
  const isOutside = (path: string): boolean => {
    const from = relative(top, path);
    return from.startsWith("..") || isAbsolute(from);
  };

  function find(path: string): { readonly path: string; readonly size: number } | Unreadable {
    try {
      if (!existsSync(resolve(path))) return { reason: isOutside(resolve(realpathOfParent(path))) ? "outside" : "missing" };
      const real = realpathSync(resolve(path));
      if (isOutside(real)) return { reason: "outside" };
      const stat = statSync(real);
      if (!stat.isFile()) return { reason: stat.isDirectory() ? "folder" : "device" };
      return { path: real, size: stat.size };
    } catch {
      return { reason: "forbidden" };
    }
  }

  return {
    read(path) {
      const found = find(path);
      if ("reason" in found) return found;
      if (found.size > largestText) return { reason: "too large" };
      try {
        const bytes = readFileSync(found.path);
        if (bytes.includes(0)) return { reason: "binary" };
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (error) {
        return { reason: error instanceof TypeError ? "binary" : "forbidden" };
      }
    },
    readBytes(path, start, length) {
      const found = find(path);
      if ("reason" in found) return undefined;
      const buffer = new Uint8Array(Math.max(0, Math.min(length, found.size - start)));
      const file = openSync(found.path, "r");
      try {
        return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start));
      } finally {
        closeSync(file);
      }
    },
    manifest: () => undefined,
  };
}

/** The real folder a missing file would stand in, as far as it exists. */
function realpathOfParent(path: string): string {
  let folder = dirname(resolve(path));
  while (!existsSync(folder)) folder = dirname(folder);
  return realpathSync(folder);
}
