/**
 * The memory that the threads of one training share. Numbers are written by one thread and read by others only on the two sides
 * of a barrier, so no number is ever read while it is written.
 */

import type { Batch, BatchForm } from "../data/batch.ts";

/** Where the words of `control` are. A barrier has two: how many threads have come, and its round. */
export const words = { stopped: 0, step: 1, size: 2, index: 3, kernels: 4, steps: 6 } as const;
const controlWords = 8;

/** Stands for the step's index where nothing is dropped. */
export const noRandom = -1;

export interface SharedMemory {
  readonly threads: number;
  readonly control: Int32Array;
  /** The learning rate, the momentum (NaN where no schedule moves it), the learning rates of groups. */
  readonly rates: Float64Array;
  readonly form: BatchForm;
  /** Room for the images and labels of the largest batch. */
  readonly images: Float32Array;
  readonly labels: Int32Array | Float32Array;
  /** What kernels hand each other: each thread's numbers, twice, taken in turns. */
  readonly exchanges: readonly (readonly Float64Array[])[];
  /** Room for all gradients, one after the other, of each thread. */
  readonly gradients: readonly Float32Array[];
  /** What each thread's slice is worth, as in `Judged`. */
  readonly tallies: readonly Float32Array[];
}

/** How many numbers there are of each kind. */
export interface Counts {
  /** Learning rates of groups. */
  readonly groups: number;
  /** The most that a kernel exchanges. */
  readonly exchanged: number;
  readonly parameters: number;
  readonly tally: number;
}

const floats = (count: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * count));
const integers = (count: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * count));
const doubles = (count: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * count));

export function createMemory(threads: number, form: BatchForm, { groups, exchanged, parameters, tally }: Counts): SharedMemory {
  const each = <T>(make: () => T): readonly T[] => Array.from({ length: threads }, make);
  const [height, width, channels] = form.imageShape;
  return {
    threads,
    control: integers(controlWords),
    rates: doubles(2 + groups),
    form,
    images: floats(form.size * height * width * channels),
    labels: (form.labelsAre === "int32" ? integers : floats)(form.size * form.labelsPerImage),
    exchanges: [0, 1].map(() => each(() => doubles(exchanged))),
    gradients: each(() => floats(parameters)),
    tallies: each(() => floats(tally)),
  };
}

/** The batch that lies in the memory. */
export function batchIn({ images, labels, form: { imageShape: [height, width, channels], labelsPerImage } }: SharedMemory, size: number): Batch {
  return { size, shape: [size, height, width, channels], images: images.subarray(0, size * height * width * channels), labels: labels.subarray(0, size * labelsPerImage) };
}
