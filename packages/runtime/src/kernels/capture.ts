/**
 * Work that is computed once while what it does in memory is kept, so that it can be done again: without TensorFlow.js, without a tape,
 * without new tensors. What it reads lies where it lay, and so do its results.
 */

import type { BackendValues, DataType, TensorInfo } from "@tensorflow/tfjs-core";

export interface Plan {
  /** Does the work of a step once more. */
  replay(step: number): void;
  /** Does other work in the memory of this one: where the one finds room, so does the other. No new tensor may outlast it but those made of numbers. */
  within(work: () => void): void;
  /** Gives the memory back in which results came about. */
  release(): void;
}

export interface Captured<T> {
  readonly result: T;
  /** Nothing where the work cannot be done again. */
  readonly plan: Plan | undefined;
}

/** Where a tensor lies: in what, and where it begins there. */
export interface Place {
  readonly buffer: object;
  readonly offset: number;
}

/** What a backend must know so that steps can be done again there. */
export interface Capturer {
  /** Whether a first step must go before, in which kernels are compiled, and the weights laid where they stay. */
  readonly isLate: boolean;
  capture<T>(work: () => T): Captured<T>;
  placeOf(tensor: TensorInfo): Place;
  /** A new tensor, its contents undefined. */
  output(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** A copy that what happens later does not change: a new tensor, or in another one of the same size. */
  copy(tensor: TensorInfo, to?: TensorInfo): TensorInfo;
  /** Gives a tensor other values, which all work sees that follows, and none before. */
  write(tensor: TensorInfo, values: Float32Array | Int32Array): void;
  /** Tells, at once or later, whether the two tensors of each pair hold the same bits. Whoever loses what was computed is told nothing. */
  compare(pairs: readonly (readonly [TensorInfo, TensorInfo])[], tell: (isEqual: boolean) => void): void;
  /** The values of a tensor that this processor reads without waiting for another one. */
  valuesHere(tensor: TensorInfo): BackendValues | undefined;
}
