/** Which backend computes, and why not the others. */

import { backendNames, type Backend, type BackendName } from "./backend.ts";
import { cpu } from "./cpu.ts";
import { tensorflow } from "./tensorflow.ts";
import { wasm } from "./wasm.ts";
import { webgpu } from "./webgpu.ts";

/** All backends, by name. */
export const backends: { readonly [B in BackendName]: Backend } = { tensorflow, webgpu, wasm, cpu };

/** The order in which `auto` tries them; `cpu` is taken by name only. */
const automatic = ["tensorflow", "webgpu", "wasm"] as const satisfies readonly BackendName[];

export interface Rejection {
  readonly name: BackendName;
  readonly reason: string;
  readonly remedy?: string;
}

export type Selection =
  | {
      readonly ok: true;
      readonly name: BackendName;
      /** What it is, and why it was taken. */
      readonly why: string;
      readonly warnings: readonly string[];
      /** The backends that would have come first, and why they did not. */
      readonly rejected: readonly Rejection[];
    }
  | { readonly ok: false; readonly message: string; readonly rejected: readonly Rejection[] };

/**
 * Starts the backend of that name, or the best that works here with "auto", and makes it TensorFlow.js's current one.
 * Never rejects: what does not work is told.
 */
export async function selectBackend(wanted: string = "auto"): Promise<Selection> {
  const named = backendNames.find((name) => name === wanted);
  if (wanted !== "auto" && named === undefined)
    return { ok: false, message: `There is no backend "${wanted}"; there are auto, ${backendNames.join(", ")}.`, rejected: [] };

  const rejected: Rejection[] = [];
  for (const name of named ? [named] : automatic) {
    const started = await start(backends[name], named !== undefined);
    if ("reason" in started) rejected.push({ name, ...started });
    else return { ok: true, name, why: named ? `${started.about}; asked for by name` : started.about, warnings: started.warnings, rejected };
  }
  const [only] = rejected;
  const message =
    named && only ? `The backend ${named} cannot be used: ${only.reason}.${only.remedy ? ` To mend it: ${only.remedy.replace(/\.$/, "")}.` : ""}`
    : `No backend works here: ${rejected.map(({ name, reason, remedy }) => `${name}: ${reason}${remedy ? ` (${remedy})` : ""}`).join("; ")}.`;
  return { ok: false, message, rejected };
}

type Started = { about: string; warnings: readonly string[] } | { reason: string; remedy?: string };

async function start(backend: Backend, isNamed: boolean): Promise<Started> {
  const probe = await backend.probe();
  if (!probe.usable) return { reason: probe.reason, ...(probe.remedy === undefined ? {} : { remedy: probe.remedy }) };
  if (probe.slow !== undefined && !isNamed) return { reason: `${probe.about}: ${probe.slow}` };
  try {
    const { warnings } = await backend.load();
    return { about: probe.about, warnings };
  } catch (error) {
    return { reason: `it does not start: ${error instanceof Error ? error.message : String(error)}` };
  }
}
