/** A recipe's schedule, whose lengths are epochs, as the pure function of the step that it is. */

import type { Recipe } from "@cnn-lang/shape-checker";
import type { ScheduleSettings } from "./schedules.ts";

/** @param stepsPerEpoch How many steps an epoch takes. */
export function scheduleOf({ schedule, epochs }: Pick<Recipe, "schedule" | "epochs">, stepsPerEpoch: number): ScheduleSettings {
  const steps = (length: number | null): number => Math.max(1, Math.round((length ?? epochs) * stepsPerEpoch));
  switch (schedule.name) {
    case "constant":
      return schedule;
    case "step":
      return { ...schedule, every: steps(schedule.every) };
    case "multi-step":
      return { ...schedule, at: schedule.at.map(steps) };
    case "cosine":
      return { name: "cosine", steps: steps(schedule.epochs), minimum: schedule.minimum };
    case "cosine-restarts":
      return { name: "cosine-restarts", steps: steps(schedule.epochs), growth: schedule.growth };
    case "warmup-cosine":
      return { ...schedule, warmup: steps(schedule.warmup), steps: steps(null) };
    case "linear":
      return { name: "linear", from: schedule.from, to: schedule.to, steps: steps(schedule.epochs) };
    case "polynomial":
      return { name: "polynomial", steps: steps(schedule.epochs), power: schedule.power };
    case "one-cycle":
      return { ...schedule, steps: steps(null), shape: "cosine", startDivisor: 25, endDivisor: 10_000 };
  }
}
