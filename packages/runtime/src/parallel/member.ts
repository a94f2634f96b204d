/** What each thread does in a step: forward and backward on its slice, and the weights' step with the gradients of all. */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batch.ts";
import type { Heap } from "../kernels/wasm/heap.ts";
import type { Rates } from "../train/schedules.ts";
import { computeGradients, moveWeights, type Training } from "../train/step.ts";
import type { Weights } from "../weights/transfer.ts";
import { meet, patienceFor } from "./barrier.ts";
import { type SharedMemory, words } from "./memory.ts";
import { boundsOf, shareOf, sliceOf, slicesOf } from "./slices.ts";
import { createSummation } from "./sum.ts";

/** Takes a thread's part in a step on the batch. What its slice was worth is left in the shared memory. */
export type Member = (batch: Batch, mode: Mode, rates: Rates) => void;

export function createMember(thread: number, memory: SharedMemory, heap: Heap, training: Training): Member {
  const { control, threads, exchanges, tallies } = memory;
  const patience = patienceFor(threads);
  const weights = training.trainable.map((name) => [name, training.network.weights[name]?.shape ?? []] as const);
  const sumOf = createSummation(thread, memory, heap, new Map(weights));
  let turn = 0;

  /** Runs the kernels of `work` so that they know of the other slices. */
  function among<T>(slices: number, work: () => T): T {
    if (slices === 1) return work();
    heap.slices = {
      isFirst: thread === 0,
      exchange(own) {
        // In turns: while the slower threads still read one, the fastest may write the other.
        const all = exchanges[(turn = 1 - turn)] ?? [];
        all[thread]?.set(own);
        meet(control, words.kernels, slices, patience);
        return all.slice(0, slices);
      },
    };
    try {
      return work();
    } finally {
      heap.slices = undefined;
    }
  }

  /** The gradients of this thread's slice, whose tally is left in the shared memory. */
  function compute(batch: Batch, mode: Mode, slices: number): Weights {
    turn = 0;
    const bounds = boundsOf(batch.size, slices, thread);
    const slice = sliceOf(batch, bounds);
    const heads = training.heads.map((head) => ({ ...head, loss: { ...head.loss, weight: head.loss.weight * shareOf(head, slice, batch) } }));
    const own: Mode = mode.random ? { ...mode, random: { ...mode.random, first: bounds[0] } } : mode;
    const { loss, tally, gradients } = among(slices, () => computeGradients({ ...training, heads }, slice, own));
    tallies[thread]?.set(heap.floats(heap.address(tally), tally.size));
    tf.dispose([loss, tally]);
    return gradients;
  }

  /** Those of a thread without a slice. */
  const nothing = (): Weights => Object.fromEntries(weights.map(([name, shape]) => [name, tf.zeros([...shape])]));

  return (batch, mode, rates) => {
    const slices = slicesOf(batch.size, threads);
    moveWeights(training, sumOf(thread < slices ? compute(batch, mode, slices) : nothing()), rates);
  };
}
