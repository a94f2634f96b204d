/** What TensorFlow.js's fused operations do to a result in the end, in place: the activations that have a kernel of ours. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import { activations } from "./activations.ts";
import type { Heap } from "./heap.ts";

/** Applies a fused operation's activation to its result. */
type Finish = (heap: Heap, y: TensorInfo) => void;

const finishes: Readonly<Record<string, Finish>> = {
  linear() {},
  relu: (heap, y) => void heap.call("relu", heap.address(y), heap.address(y), sizeOf(y)),
  relu6: (heap, y) => void heap.call("activation", activations.indexOf("relu6"), heap.address(y), heap.address(y), sizeOf(y)),
};

/** By the name that TensorFlow.js gives it; nothing for those that only its own kernels know. */
export const finishOf = (activation: string): Finish | undefined => finishes[activation];
