/**
 * Plans on wasm: the calls that a piece of work makes, with the memory in which it made them. What is freed meanwhile goes to the plan,
 * which gives it out again; what was uploaded stays as it is.
 */

import type { Captured } from "../capture.ts";
import { type Arena, createArena } from "./arena.ts";
import type { WasmBackend } from "./insides.ts";
import type { Tape } from "./tape.ts";

export interface Capture {
  /** Does some work and keeps its calls, to make them again. */
  capture<T>(work: () => T): Captured<T>;
  /** Takes memory whose numbers stay as they are first written: those of a plan, too. */
  lasting<T>(take: () => T): T;
}

/** What a plan has of TensorFlow.js's memory. */
interface Holding {
  readonly arena: Arena;
  /** Memory beside the arena, which is written once. */
  readonly lasting: Set<number>;
  /** The numbers by which TensorFlow.js's kernels know the tensors that came about. */
  readonly ids: Set<number>;
  /** Memory and tensors that are free but for the plan. */
  readonly freed: number[];
  readonly disposed: number[];
  /** Whether JavaScript has read what was computed, or written: no call would do that again. */
  isOutside: boolean;
}

/** Teaches the backend to keep memory for plans. */
export function createCapture(backend: WasmBackend, tape: Tape): Capture {
  const { wasm } = backend;
  const { _malloc, _free } = wasm, { registerTensor, disposeData } = wasm.tfjs;
  const [move, readSync, typedArrayFromHeap, makeOutput] = [backend.move.bind(backend), backend.readSync.bind(backend), backend.typedArrayFromHeap.bind(backend), backend.makeOutput.bind(backend)];

  const holdings = new Set<Holding>();
  /** The arena that memory is taken from, and what is being captured. */
  let arena: Arena | undefined, capturing: Holding | undefined;
  let isLasting = false;

  function lasting<T>(take: () => T): T {
    const before = isLasting;
    isLasting = true;
    try {
      return take();
    } finally {
      isLasting = before;
    }
  }

  function release(holding: Holding): void {
    const { ids, disposed, freed, lasting } = holding;
    for (const id of disposed.splice(0)) disposeData(id);
    for (const address of freed.splice(0)) _free(address);
    ids.clear();
    lasting.clear();
    holding.arena.release();
    if (holding.arena.isGone()) holdings.delete(holding);
  }

  wasm._malloc = (bytes) => {
    if (arena && !isLasting) return arena.take(bytes);
    const address = _malloc(bytes);
    capturing?.lasting.add(address);
    return address;
  };
  wasm._free = (address) => {
    for (const holding of holdings) {
      if (holding.arena.give(address)) {
        if (holding.arena.isGone()) holdings.delete(holding);
        return;
      }
      // What was there before the work may be read again, too.
      if (holding === capturing || holding.lasting.delete(address)) {
        holding.freed.push(address);
        return;
      }
    }
    _free(address);
  };
  wasm.tfjs.registerTensor = (id, size, address) => {
    capturing?.ids.add(id);
    registerTensor(id, size, address);
  };
  wasm.tfjs.disposeData = (id) => {
    for (const holding of holdings) {
      if (holding !== capturing && !holding.ids.delete(id)) continue;
      holding.disposed.push(id);
      return;
    }
    disposeData(id);
  };

  const outside = (): void => {
    if (capturing) capturing.isOutside = true;
  };
  backend.move = (dataId, values, ...rest) => {
    if (values) lasting(() => move(dataId, values, ...rest));
    else move(dataId, values, ...rest);
  };
  backend.readSync = (...range) => {
    outside();
    return readSync(...range);
  };
  backend.typedArrayFromHeap = (tensor) => {
    outside();
    return typedArrayFromHeap(tensor);
  };
  backend.makeOutput = (shape, dtype, memoryOffset, values) => {
    if (memoryOffset !== undefined) outside();
    return makeOutput(shape, dtype, memoryOffset, values);
  };

  return {
    lasting,
    capture(work) {
      const holding: Holding = { arena: createArena({ _malloc, _free }), lasting: new Set(), ids: new Set(), freed: [], disposed: [], isOutside: false };
      holdings.add(holding);
      [arena, capturing] = [holding.arena, holding];
      try {
        const { result, entries } = tape.record(work);
        if (holding.isOutside) {
          release(holding);
          return { result, plan: undefined };
        }
        const plan = {
          replay(step: number) {
            for (const entry of entries) entry(step);
          },
          within(other: () => void) {
            arena = holding.arena;
            try {
              holding.arena.within(other);
            } finally {
              arena = undefined;
            }
          },
          release: () => release(holding),
        };
        return { result, plan };
      } catch (error) {
        release(holding);
        throw error;
      } finally {
        [arena, capturing] = [undefined, undefined];
      }
    },
  };
}
