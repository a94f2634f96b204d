/** The recipe's `schedule`: how the learning rate goes on. Lengths are epochs, fractions too; null is the whole training. */

import type { WrittenForm } from "./written.ts";

export type ScheduleChoice =
  | { readonly name: "constant" }
  /** Times `factor` after each `every` epochs. */
  | { readonly name: "step"; readonly every: number; readonly factor: number }
  /** Times `factor` at each of these epochs. */
  | { readonly name: "multi-step"; readonly at: readonly number[]; readonly factor: number }
  /** Times `factor` each epoch, a little in each step. */
  | { readonly name: "exponential"; readonly factor: number }
  /** Down to `minimum` as half a cosine. */
  | { readonly name: "cosine"; readonly epochs: number | null; readonly minimum: number }
  /** Cosines to 0 that start again, each next one longer by `growth`. */
  | { readonly name: "cosine-restarts"; readonly epochs: number; readonly growth: number }
  /** A rise in a line over `warmup` epochs, from the share `from`, then a cosine to 0. */
  | { readonly name: "warmup-cosine"; readonly warmup: number; readonly from: number }
  /** From one share of the learning rate to another, in a line. */
  | { readonly name: "linear"; readonly from: number; readonly to: number; readonly epochs: number | null }
  /** To 0, as a power of what is left. */
  | { readonly name: "polynomial"; readonly epochs: number | null; readonly power: number }
  /** Up to the learning rate within the share `warmup`, then far below; the momentum goes the other way. */
  | {
      readonly name: "one-cycle";
      readonly warmup: number;
      readonly shape: "cosine" | "linear";
      /** The first learning rate is the highest divided by this. */
      readonly startDivisor: number;
      /** The last is the first divided by this. */
      readonly endDivisor: number;
      readonly momentum: readonly [lowest: number, highest: number];
    }
  /** Up and down in lines of `epochs` between `lowest` and the learning rate; the momentum goes the other way. */
  | { readonly name: "triangular"; readonly epochs: number; readonly lowest: number; readonly momentum: readonly [lowest: number, highest: number] }
  /** Times `factor` when the loss has not fallen by the share `threshold` for more than `patience` epochs. */
  | { readonly name: "plateau"; readonly factor: number; readonly patience: number; readonly threshold: number };

export type WrittenSchedule = WrittenForm<
  ScheduleChoice,
  { step: "every"; "multi-step": "at"; "cosine-restarts": "epochs"; "warmup-cosine": "warmup"; linear: "from"; triangular: "epochs" | "lowest" }
>;

/** Writes every default out: PyTorch's, where PyTorch has one. */
export function resolveSchedule(written: WrittenSchedule): ScheduleChoice {
  switch (written.name) {
    case "constant":
      return written;
    case "step":
    case "multi-step":
      return { factor: 0.1, ...written };
    case "exponential":
      return { factor: 0.95, ...written };
    case "cosine":
      return { epochs: null, minimum: 0, ...written };
    case "cosine-restarts":
      return { growth: 1, ...written };
    case "warmup-cosine":
      return { from: 0.1, ...written };
    case "linear":
      return { to: 1, epochs: null, ...written };
    case "polynomial":
      return { epochs: null, power: 1, ...written };
    case "one-cycle":
      return { warmup: 0.3, shape: "cosine", startDivisor: 25, endDivisor: 10_000, momentum: [0.85, 0.95], ...written };
    case "triangular":
      return { momentum: [0.8, 0.9], ...written };
    case "plateau":
      return { factor: 0.1, patience: 10, threshold: 1e-4, ...written };
  }
}
