/** A part of the memory that belongs to a plan: what is freed there is given out again, and nobody else gets it in between. */

import type { Memory } from "./packs.ts";

export interface Arena {
  /** The address of free memory; 0 where there is none. */
  take(bytes: number): number;
  /** Frees what was taken; false where that lies elsewhere. */
  give(address: number): boolean;
  /** Does some work that may take more memory than there is: that goes back to others as soon as it is free again. */
  within(work: () => void): void;
  /** Gives all memory back to others, what is still in use as soon as that is freed. */
  release(): void;
  /** Whether nothing is left of it. */
  isGone(): boolean;
}

interface Chunk {
  readonly start: number;
  readonly size: number;
  /** What is free, in the order of addresses; never two behind each other. */
  free: readonly Range[];
  /** Whether it goes back when all of it is free. */
  isPassing: boolean;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Bytes between places where something may begin: a line of a cache. */
const alignment = 64;
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** Memory is asked for in pieces of at least so many bytes, and of a quarter of what there is; but what soon goes back is no more than that. */
const least = 2 ** 18;

export function createArena({ _malloc, _free }: Memory): Arena {
  const chunks = new Set<Chunk>();
  const taken = new Map<number, { readonly chunk: Chunk; readonly end: number }>();
  let isPassing = false;

  function grow(bytes: number): Chunk | undefined {
    const all = isPassing ? 0 : [...chunks].reduce((sum, { size }) => sum + size, 0);
    for (const size of [aligned(Math.max(bytes, least, all / 4)), bytes]) {
      const address = _malloc(size + alignment) >>> 0;
      if (address === 0) continue;
      const start = aligned(address), chunk: Chunk = { start: address, size, free: [{ start, end: start + size }], isPassing };
      chunks.add(chunk);
      return chunk;
    }
    return undefined;
  }

  function freeIfEmpty(chunk: Chunk): void {
    const [{ start, end } = { start: 0, end: 0 }] = chunk.free;
    if (!chunk.isPassing || end - start < chunk.size) return;
    chunks.delete(chunk);
    _free(chunk.start);
  }

  return {
    take(bytes) {
      const size = aligned(Math.max(bytes, 1));
      let best: { readonly chunk: Chunk; readonly range: Range } | undefined;
      for (const chunk of chunks) {
        for (const range of chunk.free) {
          const room = range.end - range.start;
          if (room >= size && (!best || room < best.range.end - best.range.start)) best = { chunk, range };
        }
      }
      if (!best) {
        const chunk = grow(size), [range] = chunk?.free ?? [];
        if (!chunk || !range) return 0;
        best = { chunk, range };
      }
      const { chunk, range } = best, end = range.start + size;
      chunk.free = chunk.free.flatMap((one) => (one === range ? (end < range.end ? [{ start: end, end: range.end }] : []) : [one]));
      taken.set(range.start, { chunk, end });
      return range.start;
    },
    give(address) {
      const part = taken.get(address);
      if (!part) return false;
      taken.delete(address);
      const { chunk, end } = part;
      const before = chunk.free.find((range) => range.end === address), after = chunk.free.find((range) => range.start === end);
      const joined = { start: before?.start ?? address, end: after?.end ?? end };
      chunk.free = [...chunk.free.filter((range) => range !== before && range !== after), joined].sort((a, b) => a.start - b.start);
      freeIfEmpty(chunk);
      return true;
    },
    within(work) {
      isPassing = true;
      try {
        work();
      } finally {
        isPassing = false;
      }
    },
    release() {
      for (const chunk of chunks) {
        chunk.isPassing = true;
        freeIfEmpty(chunk);
      }
    },
    isGone: () => chunks.size === 0,
  };
}
