/** Bounds: no text, however small, makes the checker run or grow without end; each bound is an error that says so.
 *  (Without its bound, each of these would run for hours or die for want of memory.) */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, codes, mistakes, modelOf, outputs } from "../helpers/program.ts";

const test = suite("limits");

test("loops", () => {
  assert.equal(mistakes(around("repeat 100000 { relu }")), ["CNN9002 3:10 100,000 turns are more than the 10,000 that a loop may take"]);
  assert.is(codes(around("repeat 1e15 { relu }")), "CNN9002");
  assert.is(codes(around("for i in range(100000) { relu }")), "CNN2101 CNN9004");
});

test("loops in loops", () => {
  assert.is(codes(around("repeat 1000 { repeat 1000 { relu } }")), "CNN9001");
  assert.is(codes(around("repeat 1000 { repeat 1000 { repeat 1000 { 3@32x32 } } }")), "CNN9005");
  assert.is(codes(around("for a in range(9999) { for b in range(9999) { assert a < b } }")), "CNN9005 CNN3019");
});

test("blocks in blocks, doubling each time", () => {
  const doubling = Array.from({ length: 60 }, (_, i) => `block b${i + 1} { b${i} -> b${i} }\n`).join("");
  assert.is(codes(`block b0 { relu }\n${doubling}${around("b60")}`), "CNN9001");
  assert.is(codes(`block b0 { 3@32x32 }\n${doubling}${around("b60")}`), "CNN9005");
});

test("nesting", () => {
  assert.is(codes(around(`${"{ ".repeat(90)}relu${" }".repeat(90)}`)), "");
  assert.is(codes(around(`${"{ ".repeat(5000)}relu${" }".repeat(5000)}`)), "CNN1090");
  const chain = Array.from({ length: 250 }, (_, i) => `block b${i + 1} { b${i} }\n`).join("");
  assert.is(codes(`block b0 { relu }\n${chain}${around("b250")}`), "CNN9003");
  const groups = Array.from({ length: 250 }, (_, i) => `block b${i + 1}(f) { b${i} { f } }\n`).join("");
  assert.is(codes(`block b0(f) { f }\n${groups}${around("b250 relu")}`), "CNN9003");
});

test("lists", () => {
  assert.is(outputs(around("for i in range(10000) { if i == 9999 { conv 8 1 } }")), "8@32x32");
  const doubled = Array.from({ length: 40 }, (_, i) => `let l${i + 1} = zip(l${i}, l${i})`).join("\n  ");
  assert.is(codes(around(`let l0 = range(10000)\n  ${doubled}\n  assert len(l40) == 10000`)), "CNN9004");
  assert.is(codes(around(`let l0 = [1]\n  ${doubled.replaceAll(/zip\((l\d+), l\d+\)/g, "[$1, $1]")}\n  assert l40 == l40`)), "CNN9004");
});

test("numbers", () => {
  assert.is(codes(around("conv 9007199254740991 1")), "CNN4016");
  assert.is(codes(around("conv 8 9007199254740991")), "CNN4001");
  assert.is(codes(around("conv 8 3 pad=9007199254740991")), "CNN4016");
  assert.is(codes(around("conv 8 3 stride=9007199254740991 groups=9007199254740991")), "CNN4003");
  assert.is(codes(around("upsample 9007199254740991")), "CNN4016");
  assert.is(codes(around("split 9007199254740991 as a, b\n  concat { | a | b }")), "CNN4009");
  assert.is(codes(around("channel_shuffle 9007199254740991")), "CNN4003");
  assert.is(codes(around("groupnorm 9007199254740991")), "CNN4003");
  assert.is(codes(around("localresponsenorm 9007199254740991")), "");
  assert.is(codes(around("adaptiveavgpool 9007199254740991")), "CNN4016");
  assert.is(codes(around("relu", "9007199254740991@9007199254740991x9007199254740991")), "CNN4016");
});

test("what published networks need lies far below", () => {
  assert.is(modelOf(around("repeat 5000 { conv 3 3 pad=1 -> batchnorm -> relu }")).layers.length, 15001);
  assert.is(modelOf(`block b(c) { skip { conv c 3 pad=1 -> relu } }\n${around("repeat 2000 { b 3 }")}`).layers.length, 6001);
});

test.run();
