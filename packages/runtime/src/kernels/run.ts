/** Calling our own kernels from primitives, on the backend that is current. */

import * as tf from "@tensorflow/tfjs-core";
import type { KernelName } from "./table.ts";

/** Whether the current backend has this kernel. */
export function hasKernel(name: KernelName): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** Runs a kernel with one output; it is on the gradient tape where the kernel has a gradient. */
export function runKernel(name: KernelName, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap = {}): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(name, inputs, attributes);
}

/** Runs a kernel with several outputs. */
export function runKernelForAll(name: KernelName, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap = {}): tf.Tensor[] {
  return tf.engine().runKernel<tf.Tensor[]>(name, inputs, attributes);
}
