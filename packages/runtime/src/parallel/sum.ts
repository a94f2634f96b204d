/**
 * How the slices' gradients become the whole batch's: each thread adds up an equal part of them and hands that to the others. The
 * numbers of all gradients count as one row, which is cut where it may be.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Heap } from "../kernels/wasm/heap.ts";
import type { Weights } from "../weights/transfer.ts";
import { meet, patienceFor } from "./barrier.ts";
import { type SharedMemory, words } from "./memory.ts";
import { boundsOf } from "./slices.ts";

/** Gives the sums of all threads' gradients. */
export type Summation = (own: Weights) => Weights;

/** What one part has of one gradient. */
interface Piece {
  readonly name: string;
  /** Numbers of the gradient before it. */
  readonly skipped: number;
  /** Its first place in the row of all. */
  readonly first: number;
  readonly count: number;
}

/** @param shapes Those of the gradients, in the order of the row. */
export function createSummation(thread: number, { control, threads, gradients }: SharedMemory, heap: Heap, shapes: ReadonlyMap<string, readonly number[]>): Summation {
  const patience = patienceFor(threads);
  // A thread's row holds what it leaves for the others: its gradients in their parts, the sums in its own.
  const parts = gradients.map((row, owner) => ({ owner, row, pieces: piecesOf(shapes, threads, owner) }));
  const mine = parts.filter(({ owner }) => owner === thread), others = parts.filter(({ owner }) => owner !== thread);
  const inRow = (row: Float32Array, { first, count }: Piece): Float32Array => row.subarray(first, first + count);
  const addressIn = (tensors: Weights, { name, skipped }: Piece): number => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`There is no gradient of ${name}.`);
    return heap.address(tensor) + 4 * skipped;
  };
  const floatsIn = (tensors: Weights, piece: Piece): Float32Array => heap.floats(addressIn(tensors, piece), piece.count);

  return (own) => {
    // Other tensors: gradients may share their memory with each other.
    const sums = Object.fromEntries([...shapes].map(([name, shape]) => [name, tf.engine().makeTensorFromTensorInfo(heap.output(shape))]));
    for (const { row } of mine) for (const { pieces } of others) for (const piece of pieces) inRow(row, piece).set(floatsIn(own, piece));
    meet(control, words.steps, threads, patience);
    for (const { row, pieces } of mine) {
      for (const piece of pieces) {
        heap.scratch(4 * piece.count, (summand) => {
          let sum = addressIn(own, piece);
          for (const other of others) {
            heap.floats(summand, piece.count).set(inRow(other.row, piece));
            heap.call("addRepeated", sum, piece.count, summand, piece.count, (sum = addressIn(sums, piece)));
          }
        });
        inRow(row, piece).set(floatsIn(sums, piece));
      }
    }
    meet(control, words.steps, threads, patience);
    for (const { row, pieces } of others) for (const piece of pieces) floatsIn(sums, piece).set(inRow(row, piece));
    return sums;
  };
}

/** The pieces of a thread's part. */
function piecesOf(shapes: ReadonlyMap<string, readonly number[]>, threads: number, owner: number): readonly Piece[] {
  const sizes = [...shapes].map(([name, shape]) => ({ name, size: tf.util.sizeFromShape([...shape]) }));
  const [from, to] = boundsOf(sizes.reduce((sum, { size }) => sum + size, 0), threads, owner);
  let end = 0;
  return sizes.flatMap(({ name, size }) => {
    const start = end, first = Math.max(from, start), last = Math.min(to, (end += size));
    return first < last ? [{ name, skipped: first - start, first, count: last - first }] : [];
  });
}
