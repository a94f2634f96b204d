/** Puts our kernels into TensorFlow.js's backend on TensorFlow. */

import { backend } from "@tensorflow/tfjs-core";
import { registerOwnGradients } from "../gradients.ts";
import { install } from "../kernel.ts";
import { convKernels } from "./conv.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { createOperations, isNodeBackend } from "./operations.ts";
import { normalizationKernels } from "./normalization.ts";
import { poolKernels } from "./pool.ts";

const installed = new WeakSet<object>();

/** Installs our kernels in the current backend, once. Where that is not built as expected, nothing changes and the answer is false. */
export function installTensorflowKernels(): boolean {
  const current = backend();
  if (installed.has(current)) return true;
  if (!isNodeBackend(current)) return false;
  const operations = createOperations(current);
  for (const kernel of [...convKernels, ...poolKernels, ...normalizationKernels, ...crossEntropyKernels]) install(kernel, "tensorflow", operations);
  registerOwnGradients();
  installed.add(current);
  return true;
}
