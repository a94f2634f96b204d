/** How threads wait for each other: for a moment at full speed, then asleep. Whoever stops wakes all. */

import { availableParallelism } from "node:os";
import { words } from "./memory.ts";

/** The thread is not needed any more, or another one has failed: what it computes has no use. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  override readonly message = "Another thread of the training stopped.";
}

/** Looks so often before it sleeps: about a millisecond, where nobody else needs the core. */
const turns = 200_000;

/** How often a thread looks before it sleeps: a core that it keeps may be the one that the other thread waits for. */
export const patienceFor = (threads: number): number => (threads <= availableParallelism() ? turns : 100);

/** Returns when the word is another one. Throws Stopped once a thread has stopped. */
export function waitWhile(control: Int32Array, place: number, value: number, patience: number): void {
  for (let turn = 0; turn < patience && Atomics.load(control, place) === value; turn += 1);
  // Who stops sets the first word before the others: it is seen here, or the word has changed and nobody sleeps.
  while (!isStopped(control) && Atomics.load(control, place) === value) Atomics.wait(control, place, value);
  if (isStopped(control)) throw new Stopped();
}

/** Returns when so many threads have come to the barrier at these two words. Throws Stopped once a thread has stopped. */
export function meet(control: Int32Array, barrier: number, threads: number, patience: number): void {
  const round = Atomics.load(control, barrier + 1);
  if (Atomics.add(control, barrier, 1) < threads - 1) return waitWhile(control, barrier + 1, round, patience);
  Atomics.store(control, barrier, 0);
  signal(control, barrier + 1);
}

/** Changes a word and wakes who waits for that. */
export function signal(control: Int32Array, place: number): void {
  Atomics.add(control, place, 1);
  Atomics.notify(control, place);
}

export const isStopped = (control: Int32Array): boolean => Atomics.load(control, words.stopped) !== 0;

/** The number of the thread that stopped first, from 1; 0 while none has. */
export const whoStopped = (control: Int32Array): number => Atomics.load(control, words.stopped);

/** Stops the training, in the name of a thread (from 1), wherever the others are. */
export function stop(control: Int32Array, thread: number): void {
  Atomics.compareExchange(control, words.stopped, 0, thread);
  for (const place of [words.step, words.kernels + 1, words.steps + 1]) signal(control, place);
}
