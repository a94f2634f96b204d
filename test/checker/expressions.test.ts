/** Expressions: what they give, and what is said of those that give nothing. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, mistakes, modelOf, outputs } from "../helpers/program.ts";

const test = suite("expressions");

/** The value of an expression, read off the argument it settles. */
const valueOf = (expression: string): unknown =>
  modelOf(`model Net(value = ${expression}) {\n  input 3@32x32\n  if value == value { identity }\n}\n`).arguments["value"];

/** What is said of a wrong one. */
function mistakeOf(expression: string): string {
  const [first = "", second] = mistakes(`model Net(value = ${expression}) {\n  input 3@32x32\n  if value == value { identity }\n}\n`);
  assert.is(second, undefined);
  return first.replace(/^(\S+) \S+ /, "$1 ");
}

test("arithmetic", () => {
  assert.is(valueOf("1 + 2 * 3"), 7);
  assert.is(valueOf("(1 + 2) * 3"), 9);
  assert.is(valueOf("-2 - -3"), 1);
  assert.is(valueOf("24 / 16"), 1.5);
  assert.is(valueOf("7 % 4"), 3);
  assert.is(valueOf("1_000 + 1k"), 2000);
});

test("comparisons and logic", () => {
  assert.is(valueOf("1 < 2 and not 2 <= 1"), true);
  assert.is(valueOf("1 != 1 or 3 >= 3"), true);
  assert.is(valueOf("3x3 == size(3, 3)"), true);
  assert.is(valueOf('"a" == "b"'), false);
  assert.is(valueOf("[1, [2]] == [1, [2]]"), true);
});

test("and, or stop early", () => {
  assert.is(valueOf("false and 1 / 0 > 1"), false);
  assert.is(valueOf("true or 1 / 0 > 1"), true);
});

test("a choice evaluates only the arm it takes", () => {
  assert.is(valueOf("if 1 < 2 then 5 else 1 / 0"), 5);
});

test("lists and sizes are indexed from 0", () => {
  assert.is(valueOf("[4, 5, 6][2]"), 6);
  assert.is(valueOf("3x5[1]"), 5);
  assert.is(valueOf("[[1, 2], [3, 4]][1][0]"), 3);
});

test("functions of numbers", () => {
  assert.is(valueOf("min(3, 1, 2)"), 1);
  assert.is(valueOf("max([3, 1, 2])"), 3);
  assert.is(valueOf("sum([1, 2, 3])"), 6);
  assert.is(valueOf("floor(1.5) + ceil(1.5)"), 3);
  assert.is(valueOf("floor(-1.5)"), -2);
  assert.is(valueOf("sqrt(49)"), 7);
  assert.is(valueOf("pow(2, 10)"), 1024);
  assert.is(valueOf("abs(-3)"), 3);
});

test("round goes to even at a half, as in Python", () => {
  assert.equal([0.5, 1.5, 2.5, 3.5].map((x) => valueOf(`round(${x})`)), [0, 2, 2, 4]);
  assert.is(valueOf("round(-0.5)"), 0);
  assert.is(valueOf("round(-1.5)"), -2);
  assert.is(valueOf("round(2.4)"), 2);
});

test("make_divisible is torchvision's _make_divisible", () => {
  // MobileNetV2 at width 0.75 and V3's reductions, as torchvision prints them.
  const widths = { "32 * 0.75": 24, "16 * 0.75": 16, "24 * 0.75": 24, "64 * 0.75": 48, "96 * 0.75": 72, "160 * 0.75": 120, "16 / 4": 8, "72 / 4": 24, "120 / 4": 32 };
  for (const [expression, expected] of Object.entries(widths)) assert.is(valueOf(`make_divisible(${expression})`), expected, expression);
  assert.is(valueOf("make_divisible(33, 16)"), 32);
});

test("functions of lists", () => {
  assert.equal(valueOf("range(3)"), [0, 1, 2]);
  assert.equal(valueOf("range(2, 5)"), [2, 3, 4]);
  assert.equal(valueOf("range(2, 2)"), []);
  assert.equal(valueOf("zip([1, 2], [3, 4])"), [[1, 3], [2, 4]]);
  assert.equal(valueOf("enumerate([7, 8])"), [[0, 7], [1, 8]]);
  assert.is(valueOf("len([1, 2, 3]) + len(3x3)"), 5);
  assert.is(valueOf("size(3, 5)"), "3x5");
});

test("here is what flows at the place", () => {
  assert.is(outputs(around("conv (here.channels * 2) 3\n  dense here.channels over=channels")), "6@30x30");
  assert.is(outputs(around("let n = here.count\n  flatten -> n\n  dense here.channels")), "3072");
  assert.is(outputs(around("crop size(here.height / 2, here.width / 4)")), "3@16x8");
  assert.is(outputs(around("maxpool here.size")), "3@1x1");
  assert.is(outputs(around("conv here.depth 1", "3@8x32x32")), "8@8x32x32");
  assert.is(outputs(around("conv here.length 1", "3@128")), "128@128");
});

test("a whole number is demanded where a count is used, not before", () => {
  assert.is(outputs("model Net(width = 1.0) {\n  input 3@8x8\n  conv (32 * width) 1\n}"), "32@8x8");
  assert.is(outputs(around("conv (32 * 0.5) 1", "3@8x8")), "16@8x8");
  assert.equal(mistakes(around("flatten -> dense (24 / 16)")), ["CNN3006 3:20 1.5 units: 24 / 16 is not whole"]);
});

test("numbers stay exact, or are an error", () => {
  assert.is(valueOf("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assert.is(mistakeOf("9007199254740991 + 1").slice(0, 7), "CNN3011");
  assert.is(mistakeOf("9007199254740993").slice(0, 7), "CNN3011");
  assert.is(mistakeOf("pow(10, 400)").slice(0, 7), "CNN3011");
  assert.is(mistakeOf("sum([9007199254740991, 1])").slice(0, 7), "CNN3011");
});

test("wrong operands", () => {
  assert.is(mistakeOf("1 + true"), "CNN3010 + does not take the number 1 and true");
  assert.is(mistakeOf("3x3 * 2"), "CNN3010 * does not take the size 3x3 and the number 2");
  assert.is(mistakeOf("not 3"), "CNN3010 not does not take the number 3");
  assert.is(mistakeOf('1 == "1"'), 'CNN3010 == does not take the number 1 and the string "1"');
  assert.is(mistakeOf("1 / 0"), "CNN3012 1 / 0 divides by zero");
  assert.is(mistakeOf("1 % 0"), "CNN3012 1 % 0 divides by zero");
  assert.match(mistakeOf("1.5 % 2"), "CNN3005 each side of % must be whole and not negative");
});

test("wrong indices", () => {
  assert.is(mistakeOf("[1, 2][2]"), "CNN3013 a list of 2 has places 0 to 1, not 2");
  assert.is(mistakeOf("[1, 2][-1]"), "CNN3013 a list of 2 has places 0 to 1, not -1");
  assert.match(mistakeOf("5[0]"), "CNN3005");
});

test("wrong uses of functions", () => {
  assert.is(mistakeOf("flor(1.5)"), "CNN3014 there is no function called flor; did you mean floor?");
  assert.match(mistakeOf("floor(1, 2)"), "CNN3015 floor takes a number");
  assert.match(mistakeOf("min()"), "CNN3015 min takes numbers");
  assert.is(mistakeOf("zip([1], [1, 2])"), "CNN3017 zip takes lists of one length, but these have 1 and 2");
  assert.match(mistakeOf("range(1.5)"), "CNN3015");
  assert.match(mistakeOf("sqrt(-1)"), "CNN3015");
  assert.match(mistakeOf("range(1000000)"), "CNN9004");
});

test("a field that the flow lacks shows the flow", () => {
  assert.equal(mistakes(around("flatten\n  dense here.height")), [
    "CNN3016 4:14 a vector of 3072 flows here, which has no height",
  ]);
});

test.run();
