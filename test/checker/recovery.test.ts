/** One mistake, one error: what each mistake leaves behind. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, check, codes } from "../helpers/program.ts";

const test = suite("recovery");

test("dense on a map: the vector it would give flows on", () => {
  assert.is(codes(around("dense 10 -> 10 -> dense 5")), "CNN4004");
});

test("skips and adds of unequal shapes: the body's, the first branch's shape flows on", () => {
  assert.is(codes(around("skip { conv 8 3 -> relu } -> 8@30x30")), "CNN4102");
  assert.is(codes(around("add { | conv 8 3 | identity } -> 8@30x30 -> conv 4 3")), "CNN4005");
});

test("a bad bias, eps, probability or unknown argument: as if it were not written", () => {
  assert.is(codes(around("conv 8 3 bias=7 -> 8@30x30")), "CNN3005");
  assert.is(codes(around("batchnorm eps=0 -> 3@32x32")), "CNN3007");
  assert.is(codes(around("dropout 2 -> 3@32x32")), "CNN3007");
  assert.is(codes(around("conv 8 3 strides=2 -> 8@30x30")), "CNN3001");
});

test("after what leaves the shape unknown, nothing more is said", () => {
  const silent = "conv 99 99 -> flatten -> dense 10 -> maxpool 2";
  for (const wrong of ["conv 0 3", "conv 9 3 groups=2", "conv 8 99", "konv 8 3", "conv 8", "conv 8 [1, 2, 3]"]) {
    assert.is(codes(around(`${wrong} -> ${silent}`)).split(" ").length, 1, wrong);
  }
});

test("a complete assertion, a named point and the next model are known again", () => {
  assert.is(codes(around("konv 8 3 -> 8@4x4 -> conv 8 9")), "CNN2001 CNN4001");
  assert.is(codes(around("conv 3 3 pad=1 as a -> konv 8 3\n  a -> conv 8 99")), "CNN2001 CNN4001");
  assert.is(codes(around("konv 8 3") + around("conv 8 99").replace("Net", "Other")), "CNN2001 CNN4001");
});

test("an if, a repeat and a label on unknown values elaborate nothing and say nothing", () => {
  assert.is(codes(around("if unheard { conv 8 99 } else { conv 8 99 }")), "CNN2002");
  assert.is(codes(around("repeat unheard { conv 8 99 }")), "CNN2002");
  assert.is(codes(around('"x{unheard}": conv 8 99')), "CNN2002");
  assert.is(codes(around("konv 8 3\n  if here.channels == 3 { conv 8 99 }")), "CNN2001");
});

test("a name whose definition failed counts as used and as defined", () => {
  assert.is(codes(around("let n = 1 / 0\n  conv n 3")), "CNN3012");
  assert.is(codes(around("konv 3 3 as a\n  relu -> add a")), "CNN2001");
  assert.is(codes(`import { stage } from "./no.cnn"\n${around("stage 8")}`), "CNN2010");
});

test("a block's own mistake is told once however often it is used", () => {
  const block = "block stage(c) { conv c 3 pad=1 -> rellu -> maxpool 2 strid=2 }\n";
  assert.is(codes(block + around("stage 8 -> stage 16 -> stage 32")), "CNN2001 CNN3001");
  assert.is(codes(block), "CNN2001 CNN3001");
});

test("a mistake of some uses is told in the block, with the first such use", () => {
  const { diagnostics } = check(`block stage(c, k) { conv c k -> relu }\n${around("stage 8 3 -> stage 8 3\n  stage 8 40 -> relu")}`);
  assert.equal(diagnostics.map(({ code, span }) => `${code} ${span.start.line}`), ["CNN4001 1"]);
  assert.equal(diagnostics[0]?.related.map(({ message, span }) => `${span.start.line}: ${message}`).slice(-1), ["5: k is 40 here"]);
});

test("a model without an input gets that one error", () => {
  assert.is(codes("model Net {\n  conv 8 3 -> flatten -> dense 10\n}"), "CNN4104");
});

test("what is half typed is one mistake", () => {
  assert.is(codes("model Net {"), "CNN1002");
  assert.is(codes("model Net { }"), "CNN4104");
  assert.is(codes(around("add {\n    |\n  }")), "CNN1030");
  assert.is(codes("model Net { input 3 32 32 -> conv 8 3 }"), "CNN1036");
});

test("a brace in a string or comment without an end is not missed; any other is", () => {
  assert.is(codes('model Net { input 3@8x8 -> conv 8 3 "}'), "CNN1005");
  assert.is(codes('model Net {\n  input 3@8x8\n  skip { conv 3 1 "}\n'), "CNN1002 CNN1005");
  assert.is(codes("model Net { input 3@8x8 -> conv (8 3 /* ) }"), "CNN1006");
  assert.is(codes("block stage(c) {\n  conv c 3\nmodel Net { input 3@8x8 -> relu } /* }"), "CNN1002 CNN1006");
});

test("selectors may name what is silent", () => {
  assert.is(codes(around("konv 8 3\n  fc: dense 10\n  freeze fc")), "CNN2001");
});

test("all mistakes of a file are found in one run", () => {
  const program = around("conv 8 3 stride=0\n  konv 3 -> 8@4x4\n  flatten -> 129 -> dense 1.5\n  output x\n  dropout 7");
  assert.is(codes(program), "CNN3007 CNN2001 CNN4101 CNN3006 CNN4105 CNN3007");
});

test("a recursive block is one mistake", () => {
  assert.is(codes(`block deep(c) { conv c 3 pad=1 -> deep c -> deep c }\n${around("deep 8 -> deep 8")}`), "CNN2007");
  assert.is(codes("block a(c) { b c }\nblock b(c) { c2 c -> a c }\nblock c2(c) { conv c 1 }\n" + around("a 8")), "CNN2007");
});

test.run();
