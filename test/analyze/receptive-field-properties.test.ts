/** Receptive fields of random chains of windows, against looking up every tap of every position. */

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { effectivePadding, effectiveStride, fieldOf, inputField, receptiveField } from "../../packages/shape-checker/src/analyze/receptive-field.ts";
import { border, enlargement, type Window } from "../../packages/shape-checker/src/shapes/window.ts";

const test = suite("receptive fields of any chain");

type Interval = readonly [low: number, high: number];

/** The input positions that position p sees behind the first `depth` windows: those of all taps that reach it, by definition. */
function seen(windows: readonly Window[], depth: number, p: number): Interval {
  const window = windows[depth - 1];
  if (!window) return [p, p];
  const { size, stride, before, dilation, transposed } = window;
  const taps = Array.from({ length: size }, (_, k) => k);
  const positions = transposed
    ? taps.map((k) => (p + before - k * dilation) / stride).filter(Number.isInteger)
    : taps.map((k) => p * stride - before + k * dilation);
  const intervals = positions.map((position) => seen(windows, depth - 1, position));
  return [Math.min(...intervals.map(([low]) => low)), Math.max(...intervals.map(([, high]) => high))];
}

const sliding = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  before: fc.integer({ min: 0, max: 2 }),
  after: fc.constant(0),
  dilation: fc.integer({ min: 1, max: 2 }),
  rounding: fc.constant("floor" as const),
});
const transposed = fc
  .record({ stride: fc.integer({ min: 1, max: 3 }), more: fc.integer({ min: 0, max: 2 }), before: fc.integer({ min: 0, max: 2 }) })
  .map(({ stride, more, before }): Window => ({
    size: stride + more, stride, before, after: 0, dilation: 1, rounding: "floor", transposed: { outputPadding: 0 },
  }));
const enlarging = fc.tuple(fc.integer({ min: 2, max: 4 }), fc.boolean()).map(([factor, interpolates]) => enlargement(factor, interpolates));
const cropping = fc.integer({ min: -2, max: 2 }).map((before) => border(before, 0));
const windows = fc.array(fc.oneof(sliding, transposed, enlarging, cropping), { minLength: 1, maxLength: 5 });

test("the position that sees most, and how far the pattern moves", () => {
  fc.assert(
    fc.property(windows, (chain) => {
      const field = chain.reduce((inner, window) => fieldOf([window], [inner], 1), inputField(1));
      fc.pre(!field.global);
      const [stride = 0] = effectiveStride(field);
      const period = field.axes[0]?.low.length ?? 1;
      const each = Array.from({ length: 2 * period }, (_, p) => seen(chain, chain.length, p));
      assert.is(receptiveField(field)[0], Math.max(...each.map(([low, high]) => high - low + 1)));
      assert.is(effectivePadding(field)[0], 0 - (each[0]?.[0] ?? 0));
      each.slice(period).forEach(([low, high], p) => assert.equal([low - stride * period, high - stride * period], each[p]));
    }),
    { numRuns: 300 },
  );
});

test("of two branches, the positions that either sees", () => {
  const sameStride = windows.filter((chain) => chain.every(({ stride }) => stride === 1));
  fc.assert(
    fc.property(sliding, sameStride, sameStride, (stem, one, other) => {
      const behind = (chain: readonly Window[]) => chain.reduce((inner, window) => fieldOf([window], [inner], 1), fieldOf([stem], [inputField(1)], 1));
      const [low, high] = [[stem, ...one], [stem, ...other]].map((chain) => seen(chain, chain.length, 0)).reduce(([a, b], [c, d]) => [Math.min(a, c), Math.max(b, d)]);
      assert.is(receptiveField(fieldOf("pointwise", [behind(one), behind(other)], 1))[0], high - low + 1);
    }),
    { numRuns: 200 },
  );
});

test.run();
