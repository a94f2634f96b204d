/**
 * A row of bytes read as choices, one after the other: what a program is grown or changed by. The end of the row is read as
 * zeros, which mean the simplest choice, so that a shorter row makes a smaller program: fast-check shrinks rows.
 */
export interface Tape {
  /** A whole number of 0 … `count` - 1. */
  below(count: number): number;
  /** True in so many cases of a hundred, and never behind the end. */
  chance(percent: number): boolean;
  /** One of a list that holds something, by default the first. */
  one<T>(list: readonly [T, ...T[]]): T;
  one<T>(list: readonly T[]): T | undefined;
}

export function readTape(bytes: ArrayLike<number>): Tape {
  let at = 0;
  const next = (): number => bytes[at++] ?? 0;
  const below = (count: number): number => (count <= 256 ? next() : next() * 256 + next()) % count;
  const one = <T>(list: readonly T[]) => list[below(Math.max(1, list.length))] as T;
  return { below, chance: (percent) => next() % 100 >= 100 - percent, one };
}
