/** The names of classes, one a line: `classes.txt` beside the images. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const classNamesFile = "classes.txt";

/** Undefined where there is no such file. */
export function namesIn(folder: string, file = classNamesFile): readonly string[] | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  return readFileSync(path, "utf8").split(/\r?\n/).map((name) => name.trim()).filter((name) => name !== "");
}
