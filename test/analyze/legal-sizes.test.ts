/** Sizes that pass a test, found by trying a few. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { legalSizes, type Test } from "../../packages/shape-checker/src/analyze/legal-sizes.ts";

const test = suite("legal sizes");

/** What is found, and with how many tries. */
function found(known: number, strides: readonly number[], isLegal: Test) {
  const tried = new Set<number>();
  const sizes = legalSizes(known, strides, 1000, (size) => {
    tried.add(size);
    return size >= 1 && isLegal(size);
  });
  return { ...sizes, tries: tried.size };
}

test("all from some size on", () => {
  const { tries, ...sizes } = found(224, [1, 2, 4, 8, 16, 32], (n) => n >= 63);
  assert.equal(sizes, { smallest: 63, period: 1, residues: [0] });
  assert.ok(tries < 32 + 8 + 4, `${tries} tries`);
});

test("multiples, also beyond a smallest", () => {
  const { tries, ...multiples } = found(64, [1, 2, 4], (n) => n % 4 === 0);
  assert.equal(multiples, { smallest: 4, period: 4, residues: [0] });
  assert.ok(tries <= 2 + 3 + 4 + 1, `${tries} tries`); // the period, the remainders, sixteen multiples halved, one far away
  const { tries: _, ...beyond } = found(572, [1, 2, 4, 8, 16], (n) => n % 16 === 12 && n >= 188);
  assert.equal(beyond, { smallest: 188, period: 16, residues: [12] });
});

test("several remainders", () => {
  const { tries: _, ...sizes } = found(30, [1, 3, 6], (n) => n % 3 < 2 && n > 7);
  assert.equal(sizes, { smallest: 9, period: 3, residues: [0, 1] });
});

test("a condition of the program's own may be stricter than the strides", () => {
  const { tries: _, ...sizes } = found(64, [1, 2], (n) => n % 8 === 0);
  assert.equal(sizes, { smallest: 8, period: 8, residues: [0] });
});

test("one size alone, and sizes with an end", () => {
  const { tries: _, ...alone } = found(32, [1, 2], (n) => n === 32);
  assert.equal(alone, { smallest: 32, largest: 32, period: 2, residues: [0] });
  const { tries: __, ...ended } = found(224, [1, 2, 4, 8, 16, 32], (n) => n >= 32 && n <= 512);
  assert.equal(ended, { smallest: 32, largest: 512, period: 1, residues: [0] });
  const { tries: ___, ...narrow } = found(224, [1, 2, 4, 8, 16, 32], (n) => n % 2 === 0 && n <= 230);
  assert.equal(narrow, { smallest: 2, largest: 230, period: 2, residues: [0] });
});

test("strides without a common multiple worth looking for", () => {
  assert.is(legalSizes(1000, [7, 11, 13, 17], 1000, () => true), undefined);
});

test.run();
