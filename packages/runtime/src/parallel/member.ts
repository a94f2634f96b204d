/** What each thread does in a step: forward and backward on its slice, and the weights' step with the gradients of all. */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batch.ts";
import { capturerOn } from "../kernels/wasm/capturer.ts";
import type { Heap } from "../kernels/wasm/heap.ts";
import { captureComputation, computeAnew, type Worth } from "../train/captured-computation.ts";
import type { Rates } from "../train/schedules.ts";
import { type Computed, computeOn, type Given, moveWeights, type Training } from "../train/step.ts";
import { meet, patienceFor } from "./barrier.ts";
import { type SharedMemory, words } from "./memory.ts";
import { boundsOf, shareOf, sliceOf, slicesOf } from "./slices.ts";
import { createSummation } from "./sum.ts";

export interface Member {
  /** Takes a thread's part in a step on the batch. What its slice was worth is left in the shared memory. */
  step(batch: Batch, mode: Mode, rates: Rates): void;
  dispose(): void;
}

/** @param notice Told once, if steps cannot be done again; they are all computed anew where it is not given. */
export function createMember(thread: number, memory: SharedMemory, heap: Heap, training: Training, notice?: (message: string) => void): Member {
  const { control, threads, exchanges, tallies, form } = memory;
  const { network: { weights }, trainable } = training;
  const patience = patienceFor(threads);
  const shapes = trainable.map((name) => [name, weights[name]?.shape ?? []] as const);
  const sumOf = createSummation(thread, memory, heap, new Map(shapes));
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

  /** The heads for a slice of the batch under way, and what that depends on. */
  let { heads } = training, shares: string | undefined;
  const computation = { weights, trainable, on: (given: Given, mode: Mode): Computed => computeOn({ ...training, heads }, given, mode) };
  const agree = (isRight: boolean): boolean => heap.slices?.exchange(Float64Array.of(Number(isRight))).every(([all]) => all === 1) ?? isRight;
  const computed = notice ? captureComputation(computation, capturerOn(heap), { notice, agree }) : computeAnew(computation);

  /** What this thread's slice is worth; its tally is left in the shared memory. */
  function compute(batch: Batch, mode: Mode, slices: number): Worth {
    turn = 0;
    const all = Array.from({ length: slices }, (_, i) => boundsOf(batch.size, slices, i)), [first, last] = all[thread] ?? [0, 0];
    const sharesOf = all.map((bounds) => training.heads.map((head) => shareOf(head, sliceOf(batch, bounds), batch)));
    heads = training.heads.map((head, i) => ({ ...head, loss: { ...head.loss, weight: head.loss.weight * (sharesOf[thread]?.[i] ?? 0) } }));
    const own: Mode = mode.random ? { ...mode, random: { ...mode.random, first } } : mode;
    // All threads find the same here.
    const isWhole = batch.size === form.size && (shares ??= sharesOf.join()) === sharesOf.join();
    const worth = among(slices, () => (isWhole ? computed.again : computed.anew)(sliceOf(batch, [first, last]), own));
    tallies[thread]?.set(heap.floats(heap.address(worth.tally), worth.tally.size));
    tf.dispose([worth.loss, worth.tally]);
    return worth;
  }

  /** The gradients of a thread without a slice. */
  function nothing(): Pick<Worth, "gradients" | "free"> {
    const gradients = Object.fromEntries(shapes.map(([name, shape]) => [name, tf.zeros([...shape])]));
    return { gradients, free: () => tf.dispose(gradients) };
  }

  return {
    step(batch, mode, rates) {
      const slices = slicesOf(batch.size, threads);
      const { gradients, free } = thread < slices ? compute(batch, mode, slices) : nothing();
      const sums = sumOf(gradients);
      free();
      moveWeights(training, sums, rates);
    },
    dispose: computed.dispose,
  };
}
