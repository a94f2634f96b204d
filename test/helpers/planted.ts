/** Faults planted in TensorFlow.js's kernels, to see what is told of them. */

import * as tf from "@tensorflow/tfjs-core";

type Kernel = NonNullable<ReturnType<typeof tf.getKernel>>["kernelFunc"];

/** Runs `work` with another kernel in the place of one of the current backend. */
export async function withKernel<T>(kernelName: string, kernelOf: (stock: Kernel) => Kernel, work: () => Promise<T>): Promise<T> {
  const backendName = tf.getBackend();
  const stock = tf.getKernel(kernelName, backendName);
  if (!stock) throw new Error(`${backendName} has no kernel ${kernelName}.`);
  const replace = (kernelFunc: Kernel): void => {
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...stock, kernelFunc });
  };
  replace(kernelOf(stock.kernelFunc));
  try {
    return await work();
  } finally {
    replace(stock.kernelFunc);
  }
}
