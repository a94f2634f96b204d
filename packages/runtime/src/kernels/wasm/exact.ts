/**
 * The flag that asks for exactness before speed: no Winograd convolution, whose rounding errors are larger, and no
 * multiply-add that rounds once on one processor and twice on another. Then results are equal on all machines.
 */

import { env } from "@tensorflow/tfjs-core";

/** The name of the flag: `tf.env().set("CNN_EXACT", true)`. */
const exactFlag = "CNN_EXACT";

/** Makes the flag known to TensorFlow.js. */
export const registerExactFlag = (): void => env().registerFlag(exactFlag, () => false);

/** Asks for exactness, or for speed again, from here on; harmless on backends without kernels of ours. */
export function setExact(exact: boolean): void {
  registerExactFlag();
  env().set(exactFlag, exact);
}

export const isExact = (): boolean => env().getBool(exactFlag);
