/** Puts our kernels into TensorFlow.js's webgpu backend, or says why they cannot be. */

import { backend, env, getBackend } from "@tensorflow/tfjs-core";
import { registerOwnGradients } from "../gradients.ts";
import { install } from "../kernel.ts";
import { activationKernels } from "./activations.ts";
import { borderKernels } from "./border.ts";
import { convKernels } from "./conv.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { dropoutKernels } from "./dropout.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { groupedConvKernels } from "./grouped-conv.ts";
import { isWebgpuBackend } from "./insides.ts";
import { normalizationKernels } from "./normalization.ts";
import { poolKernels } from "./pool.ts";
import { createRecorder, type Recorder } from "./recorder.ts";

/** All kernels that this package has for webgpu. */
const webgpuKernels = [...borderKernels, ...convKernels, ...groupedConvKernels, ...poolKernels, ...elementwiseKernels, ...activationKernels, ...dropoutKernels, ...normalizationKernels, ...crossEntropyKernels];

const recorders = new WeakMap<object, Recorder>();

/** What records work on the current backend; nothing unless our kernels are installed there. */
export const currentRecorder = (): Recorder | undefined => (getBackend() === "webgpu" ? recorders.get(backend()) : undefined);

/** Installs our kernels in the current webgpu backend, once. Where that is not built as expected, nothing changes and the answer is false. */
export function installWebgpuKernels(): boolean {
  const current = backend();
  if (recorders.has(current)) return true;
  if (!isWebgpuBackend(current)) return false;
  // The tiled product for input gradients; products without atomic additions, whose results differ from run to run; a
  // step's work in one or two submits.
  env().set("WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE", false);
  env().set("WEBGPU_MATMUL_PROGRAM_TYPE", 3);
  env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 64);
  const recorder = createRecorder(current);
  for (const kernel of webgpuKernels) install(kernel, "webgpu", recorder);
  registerOwnGradients();
  recorders.set(current, recorder);
  return true;
}
