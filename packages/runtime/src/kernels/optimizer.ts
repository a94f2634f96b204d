/** What a kernel that makes an optimizer's step is given of each weight. */

import type { Tensor } from "@tensorflow/tfjs-core";

/** One weight, what belongs to it, and how fast it moves at this step. */
export interface Parameter {
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** What is remembered of it, in the order of the optimizer's `slotNames`. */
  readonly slots: readonly Tensor[];
  readonly learningRate: number;
  readonly weightDecay: number;
}
