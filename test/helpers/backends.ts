/** Suites on a backend: their tests count as skipped where this machine lacks it. */

import { suite, type Test } from "uvu";
import { backends, selectBackend } from "../../packages/runtime/src/backends/select.ts";

/** The backends whose tensors can be read at once. */
export const readable = ["cpu", "wasm", "tensorflow"] as const;

/** A suite that starts the backend before its first test; `test` skips where there is none. */
export async function suiteOn(title: string, backend: (typeof readable)[number]): Promise<{ readonly all: Test; readonly test: Test | Test["skip"] }> {
  const all = suite(`${title} on ${backend}`);
  if (!(await backends[backend].probe()).usable) return { all, test: all.skip };
  all.before(async () => {
    const selection = await selectBackend(backend);
    if (!selection.ok) throw new Error(selection.message);
  });
  return { all, test: all };
}
