/**
 * Runs the uvu suites under `test/` whose path holds one of the given substrings, file by file on as many processes as there are
 * cores, and ends with `N passed, N failed, N skipped`. A file that queues no test fails: it would prove nothing.
 */

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse } from "uvu/parse";

/** What the processes say to each other: the first sends the name and place of a file, the others what came of it. */
interface Task {
  readonly name: string;
  readonly file: string;
}
interface Outcome {
  readonly text: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const substrings = process.argv.slice(2);
if (process.send) {
  process.on("message", (task: Task) => void runFile(task).then((outcome) => process.send?.(outcome)));
  // Whatever a test left open; its folders are removed on the way out.
  process.on("disconnect", () => process.exit());
} else await runAll();

async function runAll(): Promise<void> {
  const { suites } = await parse("test", /\.test\.ts$/);
  const waiting = suites.filter(({ name }) => substrings.length === 0 || substrings.some((part) => `test/${name}`.includes(part)));
  if (waiting.length === 0) {
    console.error("No test file matches.");
    process.exit(1);
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  const count = Math.min(availableParallelism(), waiting.length, 4);
  await Promise.all(Array.from({ length: count }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const child = fork(fileURLToPath(import.meta.url));
      // One process for many files: starting costs a second. After a crash the rest goes on in another.
      for (let task: Task | undefined = next; task; task = child.connected ? waiting.shift() : undefined) {
        const { text, passed, failed, skipped } = await outcomeOf(child, task);
        console.log(text);
        total.passed += passed;
        total.failed += failed;
        total.skipped += skipped;
      }
      if (child.connected) child.disconnect();
    }
  }));
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
  process.exit(total.failed > 0 ? 1 : 0);
}

function outcomeOf(child: ReturnType<typeof fork>, { name, file }: Task): Promise<Outcome> {
  return new Promise((settle) => {
    const ended = (code: number | null, signal: string | null): void =>
      settle({ text: `${name}\n   FAIL  the process of the tests ended (${signal ?? code}) before they did\n`, passed: 0, failed: 1, skipped: 0 });
    child.once("exit", ended);
    child.once("message", (outcome: Outcome) => {
      child.off("exit", ended);
      settle(outcome);
    });
    child.send({ name, file });
  });
}

interface Suites {
  UVU_DEFER?: number;
  UVU_INDEX?: number;
  UVU_QUEUE: [string, ...(() => Promise<[errors: string | true, passed: number, skipped: number, total: number]>)[]][];
}

/** Runs the suites of one file; what they print comes back as text, so that files do not mix. */
async function runFile({ name, file }: Task): Promise<Outcome> {
  const shared = globalThis as typeof globalThis & Suites;
  shared.UVU_DEFER = 1;
  await import("uvu");
  shared.UVU_QUEUE.length = 0;
  shared.UVU_INDEX = 0;
  shared.UVU_QUEUE.push([name]);
  const result = { passed: 0, failed: 0, skipped: 0 };
  let text = `${name}\n`;
  const { write } = process.stdout;
  process.stdout.write = (piece: string | Uint8Array): boolean => {
    text += typeof piece === "string" ? piece : new TextDecoder().decode(piece);
    return true;
  };
  try {
    await import(pathToFileURL(file).href);
    const [[, ...queued] = [name]] = shared.UVU_QUEUE;
    if (queued.length === 0) throw new Error("The file holds no test.");
    for (const suite of queued) {
      const [errors, passed, skipped, total] = await suite();
      result.passed += passed;
      result.skipped += skipped;
      result.failed += total - passed;
      if (errors !== true && errors.length > 0) text += `\n${errors}\n`;
    }
  } catch (error) {
    text += `\n   FAIL  ${error instanceof Error ? error.stack : String(error)}\n`;
    result.failed += 1;
  } finally {
    process.stdout.write = write;
  }
  return { text, ...result };
}
