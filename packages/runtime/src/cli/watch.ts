/** Waiting for files to change. */

import { existsSync, watch } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Editors write a file in several moves: the change is over when it has been quiet so long. */
const quietMilliseconds = 50;

/**
 * Resolves when one of the files was changed, made or removed. Their folders are watched, not the files: most editors
 * replace a file by another one when they save.
 */
export function nextChange(files: Iterable<string>): Promise<void> {
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
    function finish(): void {
      for (const watcher of watchers) watcher.close();
      changed();
    }
  });
}
