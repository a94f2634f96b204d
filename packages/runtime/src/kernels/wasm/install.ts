/** Puts our kernels into TensorFlow.js's wasm backend, or says why they cannot be. */

import { backend, dispose, getBackend, tensor1d } from "@tensorflow/tfjs-core";
import { registerOwnGradients } from "../gradients.ts";
import { install } from "../kernel.ts";
import { activationKernels } from "./activations.ts";
import { convKernels } from "./conv.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { registerExactFlag } from "./exact.ts";
import { createHeap, type Heap } from "./heap.ts";
import { isWasmBackend } from "./insides.ts";
import { matmulKernels } from "./matmul.ts";
import { moveKernels } from "./moves.ts";
import { normalizationKernels } from "./normalization.ts";
import { poolKernels } from "./pool.ts";

/** All kernels that this package has for wasm. */
export const wasmKernels = [
  ...convKernels,
  ...depthwiseKernels,
  ...poolKernels,
  ...matmulKernels,
  ...elementwiseKernels,
  ...moveKernels,
  ...activationKernels,
  ...normalizationKernels,
  ...crossEntropyKernels,
];

export type Installation = { readonly installed: true } | { readonly installed: false; readonly reason: string };

const heaps = new WeakMap<object, Heap>();

/** The memory of the current backend with our kernels on it; nothing unless they are installed there. */
export function currentHeap(): Heap | undefined {
  return getBackend() === "wasm" ? heaps.get(backend()) : undefined;
}

/**
 * Installs our kernels in the current wasm backend, once. They lean on insides of TensorFlow.js 4.22, so the backend is
 * looked at first; where anything is not as expected, nothing changes and the reason is given.
 */
export async function installWasmKernels(): Promise<Installation> {
  if (getBackend() !== "wasm") return { installed: false, reason: `the current backend is "${getBackend()}", not "wasm"` };
  const current = backend();
  if (heaps.has(current)) return { installed: true };
  if (!isWasmBackend(current)) return { installed: false, reason: "the wasm backend is not built like the one of TensorFlow.js 4.22" };
  registerExactFlag();
  const heap = await createHeap(current).catch((error: unknown) => String(error));
  if (typeof heap === "string") return { installed: false, reason: `the kernels do not load (${heap})` };
  if (!readsTensors(heap)) return { installed: false, reason: "tensors do not lie where TensorFlow.js 4.22 puts them" };
  for (const kernel of wasmKernels) install(kernel, "wasm", heap);
  registerOwnGradients();
  heaps.set(current, heap);
  return { installed: true };
}

/** Whether a tensor's numbers are found at its address. */
function readsTensors(heap: Heap): boolean {
  const values = [1.5, -2.25, 3];
  const tensor = tensor1d(values);
  const found = heap.readFloats(heap.address(tensor), values.length);
  dispose(tensor);
  return values.every((value, index) => found[index] === value);
}
