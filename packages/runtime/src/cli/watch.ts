/** Waiting for files to change. */

import { existsSync, statSync, watch } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Editors write a file in several moves: the change is over when it has been quiet so long. */
const quietMilliseconds = 50;

/**
 * Resolves when one of the files was changed, made or removed, or had been changed since the given time (in milliseconds). Their
 * folders are watched, not the files: most editors replace a file by another one when they save.
 */
export function nextChange(files: Iterable<string>, since: number): Promise<void> {
  const paths = new Set([...files].map((file) => resolve(file)));
  const folders = [...new Set([...paths].map((path) => dirname(path)))].filter((folder) => existsSync(folder));
  return new Promise((changed) => {
    let quiet: NodeJS.Timeout | undefined;
    const watchers = folders.map((folder) =>
      watch(folder, (_, name) => {
        if (name !== null && !paths.has(join(folder, name))) return;
        clearTimeout(quiet);
        quiet = setTimeout(finish, quietMilliseconds);
      }),
    );
    if ([...paths].some((path) => isBetween(statSync(path, { throwIfNoEntry: false })?.mtimeMs, since, Date.now()))) finish();

    function finish(): void {
      for (const watcher of watchers) watcher.close();
      changed();
    }
  });
}

/** A file from the future, by a clock that is wrong, was not changed just now. */
const isBetween = (time: number | undefined, from: number, to: number): boolean => time !== undefined && time > from && time <= to;
