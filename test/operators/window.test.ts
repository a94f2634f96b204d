/** The size formula against counting windows one by one. */

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enlargement, extent, outputSize, overhang, samePadding, type Window } from "../../packages/shape-checker/src/shapes/window.ts";

const test = suite("windows");

const windows = fc.record({
  size: fc.integer({ min: 1, max: 7 }),
  stride: fc.integer({ min: 1, max: 5 }),
  before: fc.integer({ min: 0, max: 4 }),
  after: fc.integer({ min: 0, max: 4 }),
  dilation: fc.integer({ min: 1, max: 3 }),
});
const input = fc.integer({ min: 1, max: 20 });

/** The starts of all windows that lie inside the padded input, or for ceil start inside the input and its near padding. */
function countWindows(length: number, window: Window): number {
  const padded = length + window.before + window.after;
  let count = 0;
  while (window.rounding === "floor" ? count * window.stride + extent(window) <= padded : count * window.stride < length + window.before) {
    if (window.rounding === "ceil" && count > 0 && (count - 1) * window.stride + extent(window) >= padded) break;
    count += 1;
  }
  return count;
}

test("floor counts the windows that fit", () => {
  fc.assert(
    fc.property(input, windows, (length, sizes) => {
      const window: Window = { ...sizes, rounding: "floor" };
      assert.is(Math.max(0, outputSize(length, window)), countWindows(length, window));
    }),
  );
});

test("ceil counts also one that hangs over, unless it starts in the far padding", () => {
  fc.assert(
    fc.property(input, windows, (length, sizes) => {
      const window: Window = { ...sizes, rounding: "ceil" };
      // Pools pad by half their kernel at most, and a window that does not fit at all is refused before.
      fc.pre(sizes.after <= sizes.size / 2 && extent(window) <= length + window.before + window.after);
      assert.is(outputSize(length, window), countWindows(length, window));
      assert.ok(overhang(length, window) < window.stride);
    }),
  );
});

test("same gives ceil(input / stride)", () => {
  fc.assert(
    fc.property(input, windows, (length, { size, stride, dilation }) => {
      const [before, after] = samePadding(length, size, stride, dilation);
      assert.is(outputSize(length, { size, stride, before, after, dilation, rounding: "floor" }), Math.ceil(length / stride));
      assert.ok(after === before || after === before + 1);
    }),
  );
});

test("an enlargement multiplies the size", () => {
  for (const factor of [1, 2, 3, 4, 5, 8]) {
    for (const interpolates of [false, true]) assert.is(outputSize(7, enlargement(factor, interpolates)), 7 * factor);
  }
});

test.run();
