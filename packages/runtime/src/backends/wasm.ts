/** TensorFlow.js's wasm backend with our kernels: the default everywhere. */

import { setFlagsFromString } from "node:v8";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { registerGradients, type Backend } from "./backend.ts";

/** A function that answers the vector of four zeros: valid only where the engine knows SIMD. */
const simdModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]);

/** Whether vectors of eight are worth a trial: from this version on V8 joins those of our loops on x64, where its flag is set. */
const mayWiden = process.arch !== "x64" || Number.parseInt(process.versions.v8, 10) >= 13;

export const wasm: Backend = {
  name: "wasm",
  async probe() {
    if (WebAssembly.validate(simdModule)) return { usable: true, about: `TensorFlow.js on WebAssembly with this package's kernels, one thread${mayWiden ? "" : "; faster on Node 24 or newer"}` };
    return { usable: false, reason: "this processor or engine has no WebAssembly SIMD", remedy: "Use Node 20.19 or newer on a processor with SSE4.1 or NEON." };
  },
  async load() {
    const { hasRelaxedSimd } = await import("../kernels/wasm/heap.ts");
    // Node 20 knows relaxed SIMD, but only behind a flag; where V8 has no such flag this does nothing.
    if (!hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
    if (mayWiden && process.arch === "x64") setFlagsFromString("--experimental-wasm-revectorize");
    await import("@tensorflow/tfjs-backend-wasm");
    await registerGradients();
    await withoutItsListeners(async () => {
      if (!(await setBackend("wasm"))) throw new Error("TensorFlow.js's wasm backend did not start.");
      await ready();
    });
    const { currentHeap, installWasmKernels } = await import("../kernels/wasm/install.ts");
    const installation = await installWasmKernels();
    const heap = currentHeap();
    if (heap && mayWiden) await (await import("../kernels/wasm/wide.ts")).widen(heap);
    return { warnings: installation.installed ? [] : [`wasm runs with TensorFlow.js's own slower kernels, since ${installation.reason}.`] };
  },
};

/**
 * In Node the backend listens for uncaught errors, only to throw them again from a line of 70,000 characters, which Node
 * then prints. This takes the listeners that `work` adds away.
 */
async function withoutItsListeners(work: () => Promise<void>): Promise<void> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const listeners = (event: (typeof events)[number]): ((...args: unknown[]) => void)[] => [...process.rawListeners(event)] as ((...args: unknown[]) => void)[];
  const before = events.map(listeners);
  await work();
  for (const [index, event] of events.entries()) {
    for (const listener of listeners(event)) if (!before[index]?.includes(listener)) process.removeListener(event, listener);
  }
}
