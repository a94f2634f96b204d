/** Bounds of expansion, so that no text, however small, can make the checker run or grow without end. */

export const limits = {
  layers: 20_000,
  turns: 10_000,
  depth: 200,
  listLength: 10_000,
  /** Values in a list and the lists inside it. */
  listValues: 100_000,
  /** Layers, bodies, turns of loops and items of lists, all together: a second or so of work. */
  steps: 200_000,
} as const;

/** Ends the expansion of a model past a bound; the error is reported before it is thrown, and `check` catches it. */
export class LimitReached extends Error {}
