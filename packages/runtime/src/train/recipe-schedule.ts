/** A recipe's schedule, whose lengths are epochs, as a pure function of the step, and of the losses where it waits for them. */

import type { OptimizerSettings, Recipe } from "@cnn-lang/shape-checker";
import { ownLearningRates } from "./groups.ts";
import { observe, type PlateauState } from "./plateau.ts";
import { type Rates, ratesAt, type ScheduleSettings } from "./schedules.ts";

type Scheduled = Pick<Recipe, "schedule" | "epochs" | "optimizer">;

/** The rates of a step, counted from 0: of the optimizer, and of the groups that have a learning rate of their own. */
export function recipeRates({ schedule, epochs, optimizer }: Scheduled, stepsPerEpoch: number): (step: number, plateau: PlateauState) => Rates {
  const settings = scheduleOf({ schedule, epochs }, stepsPerEpoch);
  const groups = ownLearningRates(optimizer);
  return (step, plateau) => {
    const rates = (base: number): Rates => {
      const { learningRate, momentum } = ratesAt(settings, base, step);
      return { learningRate: learningRate * (plateau.share), ...(momentum !== undefined && { momentum }) };
    };
    return { ...rates(optimizer.learningRate), ...(groups.length > 0 && { groups: new Map(groups.map((base) => [base, rates(base).learningRate])) }) };
  };
}

/** The optimizer's settings. One whose momentum only the schedule sets needs room to remember it, too. */
export function scheduledOptimizer({ schedule, optimizer }: Pick<Recipe, "schedule" | "optimizer">): OptimizerSettings {
  const isMoved = "momentum" in schedule && "momentum" in optimizer && optimizer.momentum === 0;
  return isMoved ? { ...optimizer, momentum: schedule.momentum[1] } : optimizer;
}

/** The plateau's state after an epoch of this loss: only the schedule of that name moves it. */
export const afterEpoch = ({ schedule }: Scheduled, state: PlateauState, loss: number): PlateauState =>
  schedule.name === "plateau" ? observe(schedule, state, loss) : state;

/** @param stepsPerEpoch How many steps an epoch takes. */
function scheduleOf({ schedule, epochs }: Pick<Recipe, "schedule" | "epochs">, stepsPerEpoch: number): ScheduleSettings {
  const steps = (length: number | null): number => Math.max(1, Math.round((length ?? epochs) * stepsPerEpoch));
  switch (schedule.name) {
    case "constant":
      return schedule;
    case "plateau":
      return { name: "constant" };
    case "step":
      return { ...schedule, every: steps(schedule.every) };
    case "multi-step":
      return { ...schedule, at: schedule.at.map(steps) };
    case "exponential":
      return { name: "exponential", factor: schedule.factor ** (1 / stepsPerEpoch) };
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
    case "triangular":
      return { name: "triangular", lowest: schedule.lowest, momentum: schedule.momentum, steps: steps(schedule.epochs) };
    case "one-cycle":
      return { ...schedule, steps: steps(null) };
  }
}
