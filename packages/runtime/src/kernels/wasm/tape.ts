/** What is done in memory, in its order: while a tape runs, each piece of work is noted, so that it can be done again. */

/** A piece of work on addresses that stay. Of another step, where numbers differ from step to step. */
export type Entry = (step?: number) => unknown;

export interface Tape {
  /** Does some work, and notes it as one entry; what it does by other entries is not noted again. */
  perform<T>(work: (step?: number) => T): T;
  /** Does some work, and gives what it noted. */
  record<T>(work: () => T): { readonly result: T; readonly entries: readonly Entry[] };
  /** Whether it runs. */
  isRunning(): boolean;
}

export function createTape(): Tape {
  let entries: Entry[] | undefined;
  function noting<T>(into: Entry[] | undefined, work: () => T): T {
    const before = entries;
    entries = into;
    try {
      return work();
    } finally {
      entries = before;
    }
  }
  return {
    perform(work) {
      if (!entries) return work();
      entries.push(work);
      return noting(undefined, work);
    },
    record(work) {
      const noted: Entry[] = [];
      return { result: noting(noted, work), entries: noted };
    },
    isRunning: () => entries !== undefined,
  };
}
