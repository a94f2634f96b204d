/** TensorFlow.js's own kernels on the tape: they keep the functions of its module that they call, and are given others that are noted. */

import { getKernelsForBackend } from "@tensorflow/tfjs-core";
import type { WasmBackend } from "./insides.ts";
import type { Tape } from "./tape.ts";

/** Sets all kernels up anew, as TensorFlow.js does whenever the backend is set. Those functions are given tensors by number, all else as it is. */
export function noteStockKernels(backend: WasmBackend, tape: Tape): void {
  const { wasm } = backend;
  const cwrap = wasm.cwrap.bind(wasm);
  wasm.cwrap = (...described) => {
    const routine = cwrap(...described);
    return (...given) => tape.perform(() => routine(...given));
  };
  for (const { setupFunc } of getKernelsForBackend("wasm")) setupFunc?.(backend);
}
