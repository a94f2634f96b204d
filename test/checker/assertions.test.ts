/** Shapes that stand in the flow, and conditions. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, check, codes, mistakes, outputs } from "../helpers/program.ts";

const test = suite("assertions");

test("the forms of a shape", () => {
  const good = (lines: string, input?: string) => assert.is(codes(around(lines, input)), "", lines);
  good("conv 8 3 -> 8@30x30");
  good("8@100 -> conv 4 3 -> 4@98", "8@100");
  good("conv 4 3 -> 4@6x8x8", "3@8x10x10");
  good("flatten -> 3072");
  good("conv 8 3 -> ?@30x30 -> 8@?x? -> 8@?x30 -> ?@?x?");
  good("?@?", "8@100");
});

test("numbers may be names and expressions", () => {
  assert.is(outputs("model Net(classes = 5, side = 8x8) {\n  input 3@side\n  conv classes 1 -> classes@8x8 -> classes@side\n  flatten -> (classes * 64)\n}"), "320");
  assert.is(codes(around("let h = 15\n  conv (2 * h) 18 -> (2 * h)@size(h, h) -> (h + h)@15x15")), "");
});

test("a name alone asserts a vector", () => {
  assert.is(codes("model Net(classes = 10) {\n  input 3@8x8\n  flatten -> dense classes -> classes\n}"), "");
  assert.equal(mistakes("model Net(classes = 10) {\n  input 3@8x8\n  flatten -> classes\n}"), [
    "CNN4101 3:14 this asserts 10, but 192 flows here",
  ]);
});

test("the number of axes is always asserted", () => {
  assert.is(codes(around("conv 8 3 -> 8@?")), "CNN4101");
  assert.is(codes(around("8@?x?", "8@100")), "CNN4101");
  assert.is(codes(around("globalavgpool -> 3@?x?")), "CNN4101");
});

test("a wrong assertion shows both shapes, where the number comes from, and offers the true shape", () => {
  const [found] = check(around("conv 6 5\n  avgpool 2 -> 6@12x12")).diagnostics;
  assert.is(found?.message, "this asserts 6@12x12, but 6@14x14 flows here");
  assert.equal(found?.related.map(({ message, span }) => `${span.start.line}: ${message}`), ["4: 6@14x14 comes from avgpool_1"]);
  assert.equal(found?.fixes.map(({ edits }) => edits.map(({ text }) => text)), [["6@14x14"]]);
});

test("the place related is the layer that last changed the failing number", () => {
  const [found] = check(around("conv 6 5\n  avgpool 2 -> relu -> 8@14x14")).diagnostics;
  assert.equal(found?.related.map(({ message, span }) => `${span.start.line}: ${message}`), ["3: 6@28x28 comes from conv_1"]);
});

test("the fix keeps names and questions that are right", () => {
  const [found] = check("model Net(c = 6) {\n  input 3@32x32\n  conv c 5 -> c@?x27\n}").diagnostics;
  assert.equal(found?.fixes.map(({ edits }) => edits.map(({ text }) => text)), [["c@?x28"]]);
});

test("after a wrong assertion the inferred shape flows on", () => {
  assert.is(codes(around("conv 8 3 -> 9@30x30 -> 8@30x30 -> conv 4 3 -> 4@28x28")), "CNN4101");
});

test("after an unknown layer a complete assertion is believed", () => {
  assert.is(codes(around("konv 8 3 -> 8@4x4 -> conv 8 5 -> relu")), "CNN2001 CNN4001");
  assert.is(codes(around("konv 8 3 -> 8@?x? -> conv 8 5 -> relu")), "CNN2001");
});

test("in a block it is checked at each use and reported once", () => {
  const program = "block half(c) {\n  conv c 3 pad=1 -> maxpool 2 -> c@16x16\n}\n" + around("half 8 -> half 8 -> half 8");
  assert.equal(mistakes(program), ["CNN4101 2:34 this asserts 8@16x16, but 8@8x8 flows here"]);
  const [found] = check(program).diagnostics;
  assert.match(found?.related.map(({ message, span }) => `${span.start.line}:${span.start.column} ${message}`).join() ?? "", "6:13 in this use of half");
});

test("it may carry a name and stand after input, a group or a branch", () => {
  const lines = "3@32x32 as x\n  { conv 3 3 pad=1 } -> 3@32x32 as y\n  concat { | x -> 3@32x32 | y } -> 6@32x32";
  assert.is(codes(around(lines)), "");
});

test("conditions", () => {
  assert.is(codes(around("assert here.channels == 3, here.height >= 32")), "");
  assert.equal(mistakes(around("assert here.height >= 33")), ["CNN3019 3:10 here.height >= 33 does not hold: here.height = 32"]);
  assert.equal(mistakes(around('assert here.channels % 2 == 0, "an even number of channels"')), [
    "CNN3019 3:10 an even number of channels (here.channels % 2 = 1)",
  ]);
});

test("a condition in a block is checked at each use, and the use is related", () => {
  const program = 'block grouped(c, g) {\n  assert c % g == 0, "groups must divide"\n  conv c 1 groups=g\n}\n' + around("conv 12 1 -> grouped 12 4 -> grouped 12 6 -> grouped 12 5");
  const { diagnostics } = check(program);
  assert.equal(diagnostics.map(({ code }) => code), ["CNN3019", "CNN4003"]);
  assert.equal(diagnostics[0]?.related.map(({ message }) => message), ["c is 12 here", "g is 5 here"]);
});

test.run();
