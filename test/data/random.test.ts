/** Draws are hashes: equal facts, equal numbers; anything else, numbers that have nothing to do with them. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { draws, normal, permutation } from "../../packages/runtime/src/data/random.ts";

const test = suite("random");

test("a draw depends on its facts alone", () => {
  assert.is(draws(1, "flip", 3).uniform(7), draws(1, "flip", 3).uniform(7));
  const others = [draws(2, "flip", 3), draws(1, "crop", 3), draws(1, "flip", 4), draws(1, "flip", 3, 0), draws(1, "fli", "p", 3), draws(1 + 2 ** 32, "flip", 3)];
  for (const other of others) assert.is.not(other.uniform(7), draws(1, "flip", 3).uniform(7));
});

test("uniform draws fill [0, 1) evenly, and neighbours are independent", () => {
  const { uniform } = draws(5, "test");
  const values = Array.from({ length: 100_000 }, (_, i) => uniform(i));
  assert.ok(values.every((value) => value >= 0 && value < 1));
  // 100 bins of 1000 ± 31: the sum of squared deviations over 1000 follows chi-squared with 99 degrees, 99 ± 14.
  const bins = values.reduce((all, value) => all.with(Math.floor(value * 100), (all[Math.floor(value * 100)] ?? 0) + 1), Array.from({ length: 100 }, () => 0));
  const chi = bins.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  assert.ok(chi > 50 && chi < 160, `chi-squared ${chi}`);
  // Correlation of n pairs is 0 ± 1/√n = 0.003.
  const centred = values.map((value) => (value - 0.5) * Math.sqrt(12));
  const correlate = (other: (i: number) => number): number => centred.reduce((sum, value, i) => sum + value * other(i), 0) / centred.length;
  const next = draws(5, "test", 1);
  assert.ok(Math.abs(correlate((i) => centred[i + 1] ?? 0)) < 0.015);
  assert.ok(Math.abs(correlate((i) => (next.uniform(i) - 0.5) * Math.sqrt(12))) < 0.015);
});

test("normal draws have mean 0 and deviation 1", () => {
  const draw = draws(5, "normal");
  const values = Array.from({ length: 50_000 }, (_, i) => normal(draw, i));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // Standard errors: 0.0045 of the mean, 0.0063 of the variance.
  assert.ok(Math.abs(mean) < 0.02 && Math.abs(variance - 1) < 0.03);
});

test("every order of a permutation is equally likely", () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i += 1) {
    const order = [...permutation(3, draws(1, "order", i))].join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.is(counts.size, 6);
  // 1000 ± 29 each.
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150, `${count}`);
});

test.run();
