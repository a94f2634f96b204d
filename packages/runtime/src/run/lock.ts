/**
 * One process at a time trains a run: it holds the file `.lock`, with its number in it. What a killed process leaves is no obstacle:
 * the next one sees that nobody of that number runs any more, and takes the lock over.
 */

import { randomUUID } from "node:crypto";
import { linkSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import { resumeProblems } from "./codes.ts";
import { reasonOf } from "./files.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, where the system tells: another process may have its number by now. */
  readonly begun: string | null;
}

/**
 * Takes a run's lock, and gives what lets go of it.
 *
 * @throws Failure CNN8014 where another process trains the run, CNN8002 where the lock cannot be written.
 */
export function lockRun(run: string): () => void {
  const file = join(run, ".lock");
  const own: Holder = { pid: process.pid, host: hostname(), begun: begunOf(process.pid) };
  const content = `${JSON.stringify({ ...own, id: randomUUID() })}\n`;
  while (!created(file, content)) {
    const found = textOf(file);
    const holder = holderIn(found);
    if (holder && (holder.host !== own.host || isRunning(holder))) fail(resumeProblems.runInUse({ path: run, ...holder, here: own.host }));
    removeStale(file, found);
  }
  return () => {
    if (textOf(file) === content) rmSync(file, { force: true });
  };
}

function created(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    return fail(runProblems.writeFailed({ path: file, why: reasonOf(error) }));
  }
}

/** Another process may have done so in between, and hold the lock now: then it gets it back. */
function removeStale(file: string, stale: string | undefined): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (textOf(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    const isSettled = error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EEXIST");
    if (!isSettled) fail(runProblems.writeFailed({ path: file, why: reasonOf(error) }));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** A run is untrusted: what stands in the lock's place may be anything, a pipe that nobody writes into or a gigabyte. */
function textOf(file: string): string | undefined {
  try {
    const facts = lstatSync(file);
    return facts.isFile() && facts.size < 1000 ? readFileSync(file, "utf8") : undefined;
  } catch (error) {
    reasonOf(error);
    return undefined;
  }
}

/** Who holds a lock; nobody where a crash has torn it. */
function holderIn(text = ""): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("pid" in value) || !("host" in value)) return undefined;
    const { pid, host } = value;
    const begun = "begun" in value && typeof value.begun === "string" ? value.begun : null;
    return typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0 && typeof host === "string" ? { pid, host, begun } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, begun }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user is there, but takes no signal.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const now = begunOf(pid);
  return begun === null || now === null || begun === now;
}

/** Linux: the 22nd field of a process's `stat`, when it began (proc(5)); the second, its name, stands in brackets and may hold blanks. */
function begunOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
