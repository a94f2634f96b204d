/** A step as the main thread takes it: it lays the batch out for all, begins, and puts together what they found. */

import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batch.ts";
import { countedNumbers, type Head } from "../train/heads.ts";
import type { Rates } from "../train/schedules.ts";
import type { Step, StepResult } from "../train/step.ts";
import { isStopped, signal, stop } from "./barrier.ts";
import type { Member } from "./member.ts";
import { batchIn, noRandom, type SharedMemory, words } from "./memory.ts";
import { boundsOf, shareOf, sliceOf, slicesOf } from "./slices.ts";

/**
 * @param groups The learning rates that groups have of their own.
 * @param giveUp Throws what another thread has failed of.
 */
export function lead(memory: SharedMemory, member: Member, heads: readonly Head[], groups: readonly number[], giveUp: () => never): Step {
  const { control, threads, rates } = memory;

  /** The losses and counts of all slices, as `judge` gives them of a batch in one piece. */
  function together(batch: Batch): StepResult {
    const slices = memory.tallies.slice(0, slicesOf(batch.size, threads)).map((tally, i, all) => ({ tally, slice: sliceOf(batch, boundsOf(batch.size, all.length, i)) }));
    let loss = 0, at = 0;
    const tally = heads.flatMap((head) => {
      const place = at;
      at += 1 + countedNumbers(head);
      const sum = (value: (tally: Float32Array, slice: Batch) => number): number => slices.reduce((total, { tally: own, slice }) => total + value(own, slice), 0);
      const own = sum((numbers, slice) => (numbers[place] ?? Number.NaN) * shareOf(head, slice, batch));
      loss += own * head.loss.weight;
      return [own, ...Array.from({ length: countedNumbers(head) }, (_, i) => sum((numbers) => numbers[place + 1 + i] ?? Number.NaN))];
    });
    return { loss: tf.scalar(loss), tally: tf.tensor1d(tally) };
  }

  return (given, mode, moved) => {
    if (isStopped(control)) giveUp();
    const batch = batchIn(memory, given.size);
    batch.images.set(given.images);
    batch.labels.set(given.labels);
    rates.set(ratesInOrder(moved, groups));
    Atomics.store(control, words.size, batch.size);
    Atomics.store(control, words.index, mode.random?.step ?? noRandom);
    signal(control, words.step);
    try {
      member.step(batch, mode, moved);
    } catch (error) {
      if (isStopped(control)) giveUp();
      stop(control, 1);
      throw error;
    }
    return together(batch);
  };
}

const ratesInOrder = ({ learningRate, momentum = Number.NaN, groups }: Rates, own: readonly number[]): readonly number[] => [
  learningRate,
  momentum,
  ...own.map((base) => groups?.get(base) ?? base),
];
