/** Puts our kernels into TensorFlow.js's backend on TensorFlow. */

import { backend, getBackend } from "@tensorflow/tfjs-core";
import { registerOwnGradients } from "../gradients.ts";
import { install } from "../kernel.ts";
import { convKernels } from "./conv.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { groupedConvKernels } from "./grouped-conv.ts";
import { createOperations, isNodeBackend, type Operations } from "./operations.ts";
import { normalizationKernels } from "./normalization.ts";
import { poolKernels } from "./pool.ts";

const installed = new WeakMap<object, Operations>();

/** TensorFlow's operations on the current backend; nothing unless our kernels are installed there. */
export function currentOperations(): Operations | undefined {
  return getBackend() === "tensorflow" ? installed.get(backend()) : undefined;
}

/** Installs our kernels in the current backend, once. Where that is not built as expected, nothing changes and the answer is false. */
export function installTensorflowKernels(): boolean {
  const current = backend();
  if (installed.has(current)) return true;
  if (!isNodeBackend(current)) return false;
  const operations = createOperations(current);
  for (const kernel of [...convKernels, ...groupedConvKernels, ...poolKernels, ...normalizationKernels, ...crossEntropyKernels]) install(kernel, "tensorflow", operations);
  registerOwnGradients();
  installed.set(current, operations);
  return true;
}
