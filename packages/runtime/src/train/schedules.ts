/**
 * How the learning rate goes on from step to step: PyTorch's schedules as pure functions of the step, so that a resumed
 * training needs no state of theirs. Step 0 is the first. All but `plateau`, which waits for a measure, in `plateau.ts`.
 */

export type ScheduleSettings =
  | { readonly name: "constant" }
  /** Times `factor` after each `every` steps. */
  | { readonly name: "step"; readonly every: number; readonly factor: number }
  /** Times `factor` at each of these steps. */
  | { readonly name: "multi-step"; readonly at: readonly number[]; readonly factor: number }
  /** Times `factor` after each step. */
  | { readonly name: "exponential"; readonly factor: number }
  /** From 1 down to `minimum` (a learning rate) in `steps`, as half a cosine; it rises again after that. */
  | { readonly name: "cosine"; readonly steps: number; readonly minimum: number }
  /** Cosines to 0 that start again, the first `steps` long, each next one longer by `growth`. */
  | { readonly name: "cosine-restarts"; readonly steps: number; readonly growth: number }
  /** In a line from the share `from` to the share `to` of the learning rate, in `steps`; a warm-up where it rises. */
  | { readonly name: "linear"; readonly from: number; readonly to: number; readonly steps: number }
  /** To 0 in `steps`, as (1 − step / steps) to this power. */
  | { readonly name: "polynomial"; readonly steps: number; readonly power: number }
  /** A rise to the learning rate within the share `warmup` of all steps, then a fall far below; momentum goes the other way. */
  | {
      readonly name: "one-cycle";
      readonly steps: number;
      readonly warmup: number;
      readonly shape: "cosine" | "linear";
      /** The first learning rate is the highest divided by this. */
      readonly startDivisor: number;
      /** The last is the first divided by this. */
      readonly endDivisor: number;
      readonly momentum: readonly [lowest: number, highest: number];
    }
  /** Up and down in lines of `steps` between `lowest` and the learning rate; momentum goes the other way. */
  | { readonly name: "triangular"; readonly steps: number; readonly lowest: number; readonly momentum: readonly [lowest: number, highest: number] }
  /** A linear rise from the share `from` in `warmup` steps, then a cosine to 0 over the rest. */
  | { readonly name: "warmup-cosine"; readonly warmup: number; readonly from: number; readonly steps: number };

export interface Rates {
  readonly learningRate: number;
  /** Where the schedule moves the momentum (of Adam: the first beta) too. */
  readonly momentum?: number;
  /** What groups with a learning rate of their own use, by that. */
  readonly groups?: ReadonlyMap<number, number>;
}

/** What step `step` uses, counted from 0; `base` is the recipe's learning rate, for cycles the highest. */
export function ratesAt(schedule: ScheduleSettings, base: number, step: number): Rates {
  switch (schedule.name) {
    case "constant":
      return { learningRate: base };
    case "step":
      return { learningRate: base * schedule.factor ** Math.floor(step / schedule.every) };
    case "multi-step":
      return { learningRate: base * schedule.factor ** schedule.at.filter((milestone) => step >= milestone).length };
    case "exponential":
      return { learningRate: base * schedule.factor ** step };
    case "cosine":
      return { learningRate: cosine(base, schedule.minimum, step / schedule.steps) };
    case "cosine-restarts":
      return { learningRate: cosine(base, 0, placeInCycle(step, schedule.steps, schedule.growth)) };
    case "linear":
      return { learningRate: base * line(schedule.from, schedule.to, Math.min(1, step / schedule.steps)) };
    case "polynomial":
      return { learningRate: base * (1 - Math.min(1, step / schedule.steps)) ** schedule.power };
    case "one-cycle":
      return oneCycle(schedule, base, step);
    case "triangular": {
      const place = (step / schedule.steps) % 2;
      const height = place <= 1 ? place : 2 - place;
      const [low, high] = schedule.momentum;
      return { learningRate: line(schedule.lowest, base, height), momentum: line(high, low, height) };
    }
    case "warmup-cosine": {
      const { warmup, from, steps } = schedule;
      const rising = step < warmup;
      return { learningRate: rising ? base * line(from, 1, step / warmup) : cosine(base, 0, (step - warmup) / (steps - warmup)) };
    }
  }
}

const line = (from: number, to: number, share: number): number => from + (to - from) * share;

const cosine = (from: number, to: number, share: number): number => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

/** How far the cycle is at `step`, from 0 to 1, where cycles follow each other. */
function placeInCycle(step: number, steps: number, growth: number): number {
  let [start, length] = [0, steps];
  while (step >= start + length) {
    start += length;
    length *= growth;
  }
  return (step - start) / length;
}

function oneCycle({ steps, warmup, shape, startDivisor, endDivisor, momentum: [low, high] }: Extract<ScheduleSettings, { name: "one-cycle" }>, base: number, step: number): Rates {
  const between = shape === "cosine" ? cosine : line;
  const first = base / startDivisor, top = warmup * steps - 1;
  if (step <= top) return { learningRate: between(first, base, step / top), momentum: between(high, low, step / top) };
  const share = Math.min(1, (step - top) / (steps - 1 - top));
  return { learningRate: between(base, first / endDivisor, share), momentum: between(low, high, share) };
}
