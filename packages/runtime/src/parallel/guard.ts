/**
 * A thread that only listens: where one of the training's threads ends, in whatever way, it wakes the others. The main thread,
 * which computes or waits, hears of nothing before its step is done.
 */

import { type MessagePort, workerData } from "node:worker_threads";
import { stop } from "./barrier.ts";

/** What the guard is started with. */
export interface Watch {
  readonly control: Int32Array;
  /** The other ends of the threads' ports, of the threads 1, 2, … */
  readonly lives: readonly MessagePort[];
}

const { control, lives }: Watch = workerData;
for (const [i, life] of lives.entries()) {
  life.on("close", () => stop(control, i + 2));
  // Nothing is ever sent: only a port that is listened to hears that it closes.
  life.on("message", () => {});
}
