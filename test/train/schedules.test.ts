/** Learning rates are PyTorch's, step by step. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { observe, startPlateau } from "../../packages/runtime/src/train/plateau.ts";
import { ratesAt, type ScheduleSettings } from "../../packages/runtime/src/train/schedules.ts";

interface Case {
  readonly learning_rate: readonly number[];
  readonly momentum?: readonly number[];
  readonly losses?: readonly number[];
  readonly learning_rate_after_the_last?: number;
}
const goldens: { readonly base_learning_rate: number; readonly cases: Readonly<Record<string, Case>> } = JSON.parse(
  readFileSync(new URL("../goldens/schedules.json", import.meta.url), "utf8"),
);

/** The goldens' arguments in our words. */
const schedules: Readonly<Record<string, ScheduleSettings>> = {
  constant: { name: "constant" },
  step: { name: "step", every: 7, factor: 0.3 },
  multi_step: { name: "multi-step", at: [5, 12, 13, 25], factor: 0.5 },
  exponential: { name: "exponential", factor: 0.9 },
  cosine: { name: "cosine", steps: 30, minimum: 0 },
  cosine_eta_min: { name: "cosine", steps: 20, minimum: 0.001 },
  cosine_restarts: { name: "cosine-restarts", steps: 5, growth: 2 },
  linear_warmup: { name: "linear", from: 0.1, to: 1, steps: 10 },
  linear_decay: { name: "linear", from: 1, to: 0, steps: 30 },
  polynomial: { name: "polynomial", steps: 30, power: 2 },
  one_cycle: { name: "one-cycle", steps: 30, warmup: 0.3, shape: "cosine", startDivisor: 25, endDivisor: 1e4, momentum: [0.85, 0.95] },
  one_cycle_linear: { name: "one-cycle", steps: 30, warmup: 0.25, shape: "linear", startDivisor: 10, endDivisor: 100, momentum: [0.85, 0.95] },
  warmup_then_cosine: { name: "warmup-cosine", warmup: 5, from: 0.1, steps: 30 },
  cyclic_triangular: { name: "triangular", steps: 6, lowest: 0.01, momentum: [0.8, 0.9] },
};

const test = suite("learning-rate schedules");

/** The goldens have twelve digits. */
const agree = (what: string, actual: number | undefined, expected: number | undefined): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - (expected ?? 0)) <= 1e-9 * Math.abs(expected ?? 0) + 1e-15, `${what}: ${actual}, not ${expected}`);

for (const [name, { learning_rate, momentum }] of Object.entries(goldens.cases)) {
  if (name === "reduce_on_plateau") continue;
  test(name, () => {
    const schedule = schedules[name];
    assert.ok(schedule, "every golden schedule exists here");
    for (const [k, expected] of learning_rate.entries()) {
      const rates = schedule && ratesAt(schedule, goldens.base_learning_rate, k);
      agree(`step ${k}`, rates?.learningRate, expected);
      if (momentum) agree(`momentum of step ${k}`, rates?.momentum, momentum[k]);
    }
  });
}

test("reduce_on_plateau", () => {
  const { losses = [], learning_rate = [], learning_rate_after_the_last } = goldens.cases.reduce_on_plateau ?? {};
  let state = startPlateau;
  for (const [k, loss] of losses.entries()) {
    agree(`epoch ${k}`, goldens.base_learning_rate * state.share, learning_rate[k]);
    state = observe({ factor: 0.5, patience: 2, threshold: 1e-4 }, state, loss);
  }
  agree("after the last", goldens.base_learning_rate * state.share, learning_rate_after_the_last);
});

test("a loss that is not a number is no progress", () => {
  let state = startPlateau;
  for (let k = 0; k < 3; k += 1) state = observe({ factor: 0.1, patience: 2, threshold: 1e-4 }, state, Number.NaN);
  assert.is(state.share, 0.1);
});

test.run();
