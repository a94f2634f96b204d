/**
 * What was found out about large data sets, kept for the next training: in `$XDG_CACHE_HOME/cnn`, else `~/.cache/cnn`, under names made
 * of the data's content. Where nothing can be kept, it is found out again.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Surveyed } from "./tasks.ts";

function fileFor(key: string): string {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "cnn");
  return join(folder, `survey-${createHash("sha256").update(key).digest("hex")}.json`);
}

/** What was remembered of so many files under a key; undefined where there is nothing, or what is there is damaged. */
export function recall(key: string, count: number): readonly Surveyed[] | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(fileFor(key), "utf8"));
    return Array.isArray(value) && value.length === count && value.every(isSurveyed) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isSurveyed = (value: unknown): value is Surveyed => {
  if (typeof value !== "object" || value === null) return false;
  if ("sums" in value) return Array.isArray(value.sums) && value.sums.every((sum) => typeof sum === "number");
  return "problem" in value && typeof value.problem === "object" && value.problem !== null && "message" in value.problem && typeof value.problem.message === "string";
};

export function remember(key: string, found: readonly Surveyed[]): void {
  const file = fileFor(key);
  try {
    mkdirSync(join(file, ".."), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(found));
    renameSync(temporary, file);
  } catch {
    // A cache that cannot be written is no mistake of the user's.
  }
}
