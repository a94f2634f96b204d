/** What each thread does in a step: forward and backward on its slice, and its part of adding the gradients up. */

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

/** Takes a thread's part in a step on the batch. What its slice was worth is left in the shared memory. */
export type Member = (batch: Batch, mode: Mode, rates: Rates) => void;

export function createMember(thread: number, memory: SharedMemory, heap: Heap, training: Training): Member {
  const { control, threads, exchanges, gradients, sum, tallies } = memory;
  const patience = patienceFor(threads);
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

  /** Leaves the gradients and the tally of this thread's slice. */
  function compute(batch: Batch, mode: Mode, slices: number): void {
    turn = 0;
    const bounds = boundsOf(batch.size, slices, thread);
    const slice = sliceOf(batch, bounds);
    const heads = training.heads.map((head) => ({ ...head, loss: { ...head.loss, weight: head.loss.weight * shareOf(head, slice, batch) } }));
    const own: Mode = mode.random ? { ...mode, random: { ...mode.random, first: bounds[0] } } : mode;
    const { loss, tally, gradients: computed } = among(slices, () => computeGradients({ ...training, heads }, slice, own));
    tallies[thread]?.set(heap.floats(heap.address(tally), tally.size));
    let at = 0;
    for (const name of training.trainable) {
      const gradient = computed[name];
      if (!gradient) throw new Error(`There is no gradient of ${name}.`);
      gradients[thread]?.set(heap.floats(heap.address(gradient), gradient.size), at);
      at += gradient.size;
    }
    tf.dispose([loss, tally, computed]);
  }

  /** Adds the slices' gradients up: each thread an equal part of them, in the order of the slices. */
  function reduce(slices: number): void {
    const [from, to] = boundsOf(sum.length, threads, thread);
    const [first, ...others] = gradients.slice(0, slices).map((part) => part.subarray(from, to));
    const total = sum.subarray(from, to);
    if (first) total.set(first);
    for (const part of others) for (let i = 0; i < total.length; i += 1) total[i] = (total[i] ?? 0) + (part[i] ?? 0);
  }

  /** The sums, as tensors. */
  function summed(): Weights {
    let at = 0;
    return Object.fromEntries(
      training.trainable.map((name) => {
        const { size = 0, shape = [] } = training.network.weights[name] ?? {};
        return [name, tf.tensor(sum.subarray(at, (at += size)), shape)];
      }),
    );
  }

  return (batch, mode, rates) => {
    const slices = slicesOf(batch.size, threads);
    if (thread < slices) compute(batch, mode, slices);
    meet(control, words.steps, threads, patience);
    reduce(slices);
    meet(control, words.steps, threads, patience);
    moveWeights(training, summed(), rates);
  };
}
