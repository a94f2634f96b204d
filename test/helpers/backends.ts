/** Suites on a backend: their tests count as skipped where this machine lacks it. */

import { suite, type Test } from "uvu";
import type { BackendName } from "../../packages/runtime/src/backends/backend.ts";
import { backends, selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { startWebgpu } from "./webgpu.ts";

/** The backends whose tensors can be read at once. */
export const readable = ["cpu", "wasm", "tensorflow"] as const;

/** Makes a backend current, or throws why it does not start. */
export async function startBackend(name: string): Promise<void> {
  const selection = await selectBackend(name);
  if (!selection.ok) throw new Error(selection.message);
}

/** What makes a backend current, if this machine has it. */
async function startOf(name: BackendName): Promise<(() => Promise<void>) | undefined> {
  if (name === "webgpu") return startWebgpu;
  return (await backends[name].probe()).usable ? () => startBackend(name) : undefined;
}

/** A suite that starts the backend before its first test; `test` skips where there is none. */
export async function suiteOn(title: string, backend: BackendName): Promise<{ readonly all: Test; readonly test: Test | Test["skip"] }> {
  const all = suite(`${title} on ${backend}`);
  const start = await startOf(backend);
  if (start) all.before(start);
  return { all, test: start ? all : all.skip };
}
