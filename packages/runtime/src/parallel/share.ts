/** Whether a training can be shared by several threads. */

import { availableParallelism } from "node:os";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import type { Heap } from "../kernels/wasm/heap.ts";
import { currentHeap } from "../kernels/wasm/install.ts";
import { imagesPerSlice } from "./slices.ts";

/** More than a computer for this has cores; each takes memory and time to start. */
const most = 64;

/** Refuses what several threads cannot do, with the Failure CNN8016; gives the kernels' memory of this one. */
export function heapToShare(workers: number, { backend, isWatched, batch }: { readonly backend: string; readonly isWatched: boolean; readonly batch: number }): Heap {
  const refuse = (why: string): never => fail(runProblems.notShared({ workers, why }));
  if (!Number.isInteger(workers) || workers < 1 || workers > most) refuse(`from 1 to ${most} can be asked for`);
  const room = Math.max(1, Math.floor(batch / imagesPerSlice));
  if (workers > room) refuse(`each takes at least ${imagesPerSlice} images of a batch, and a batch has ${batch}`);
  if (isWatched) refuse("what --detect-anomaly looks at is in one thread");
  if (backend !== "wasm") refuse(`only the backend wasm has them, and ${backend} was taken: give --backend wasm`);
  return currentHeap() ?? refuse("they need this package's kernels, which do not run here");
}

/** What is said of more workers than there are cores. */
export function crowded(workers: number): readonly string[] {
  const cores = availableParallelism();
  return workers > cores ? [`${workers} workers share ${cores === 1 ? "one core" : `${cores} cores`}: more than one a core make nothing faster.`] : [];
}
