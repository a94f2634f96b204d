/** The language's rules 10 to 24, the flow: each clause by a program that obeys it and by one that breaks it. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { printShape } from "@cnn-lang/shape-checker";
import { around, check, codes, mistakes, modelOf, weightNames, weightedPaths } from "../helpers/program.ts";
import { built, marked, mended, reads, wrong } from "../helpers/rules.ts";

const test = suite("rules of the flow");

test("rule 10: a name at the start of a line or branch replaces the flow", () => {
  const text = around("conv 8 3 as a -> relu as b\n  a -> tanh as c\n  concat { | b -> relu6 | c }");
  assert.is(reads(text, "tanh_1"), "conv_1");
  assert.is(reads(text, "relu6_1"), "relu_1");
});

test("rule 10: after an arrow it would throw the flow away", () => {
  wrong(around("conv 8 3 as a -> relu -> a"), "CNN2021", "what flowed here is thrown away");
});

test("rule 10: what flowed before and reaches no output is a warning", () => {
  const dead = wrong(around("conv 8 3 as a -> relu -> conv 4 1\n  a -> sigmoid"), "CNN4207", "what conv_2 gives reaches no output (2 layers in all)");
  assert.is(dead.severity, "warning");
});

test("rule 11: a name is seen to the end of the braces that enclose it, and inside them", () => {
  assert.is(reads(around("conv 8 3 as a\n  { relu -> { tanh -> concat a } }"), "concat_1"), "tanh_1 conv_1");
  assert.equal(mistakes(around("{ conv 8 3 as a -> relu -> add a }\n  concat a")), [
    "CNN2002 4:10 a is not defined here: it ended with the braces in which it was defined",
  ]);
  assert.is(reads(around("layer: { conv 8 3 -> relu } as a\n  tanh -> concat a"), "concat_1"), "tanh_1 layer.1");
});

test("rule 11: a name is given once a scope, and used below where it is given", () => {
  const found = wrong(around("conv 8 1 as a -> conv 4 1 as a -> concat a"), "CNN2005");
  assert.equal(found.related.map(({ span }) => span.start.line), [3]);
  assert.is(codes(around("{ conv 3 1 as a -> add a }\n  { conv 3 1 as a -> add a }")), "");
  const [before] = check(around("add later\n  conv 3 1 as later -> add later")).diagnostics;
  assert.is(before?.message, "later is named in line 4, below");
});

test("rule 12: as names the step before it, on one line the last alone; an assertion or group too", () => {
  assert.is(reads(around("conv 8 1 -> relu as a\n  tanh -> concat a"), "concat_1"), "tanh_1 relu_1");
  assert.is(reads(around("conv 8 1 -> relu -> 8@32x32 as a\n  tanh -> concat a"), "concat_1"), "tanh_1 relu_1");
  assert.is(reads(around("{ conv 8 1 -> relu } as a\n  tanh -> concat a"), "concat_1"), "tanh_1 relu_1");
  wrong(around("conv 8 1\n  as a -> relu\n  add a"), "CNN1033");
});

test("rule 13: a join with names takes the flow first, then the names in order", () => {
  const three = "conv 3 1 as a -> conv 3 1 as b -> conv 3 1\n  ";
  for (const join of ["concat", "add", "mul"]) {
    assert.is(reads(around(`${three}${join} b a`), `${join}_1`), "conv_3 conv_2 conv_1");
    assert.is(reads(around(`${three}${join} { | identity | b | a }`), `${join}_1`), "identity_1 conv_2 conv_1");
  }
  assert.is(reads(around("conv 3 1 as a -> conv 3 1\n  concat { | a | identity }"), "concat_1"), "conv_1 identity_1");
  wrong(around("conv 3 1 -> concat nobody"), "CNN2002");
});

test("rule 14: split takes equal parts or a list, along the channels", () => {
  assert.is(built(around("conv 8 1 -> split 2 as a, b\n  concat { | a | b }")), "conv_1 8@32x32, split_1.0 4@32x32, split_1.1 4@32x32, concat_1 8@32x32");
  assert.is(built(around("conv 8 1 -> split [3, 5] as a, b\n  a -> concat b")), "conv_1 8@32x32, split_1.0 3@32x32, split_1.1 5@32x32, concat_1 8@32x32");
  wrong(around("conv 8 1 -> split 3 as a, b, c\n  concat { | a | b | c }"), "CNN4009", "8 / 3");
  wrong(around("conv 8 1 -> split [3, 4] as a, b\n  concat { | a | b }"), "CNN4009", "3 + 4 = 7");
});

test("rule 14: afterwards nothing flows", () => {
  const split = "conv 8 1 -> split 2 as a, b";
  const found = wrong(around(`${split}\n  relu -> add a\n  concat { | a | b }`), "CNN4105");
  assert.is(found.span.start.line, 4);
  wrong(around(`${split}\n  concat a b`), "CNN4105");
});

test("rule 14: split without as is an error", () => {
  wrong(around("conv 8 1 -> split 2"), "CNN4109", "split gives 2 parts, which need names: split … as a, b");
  wrong(around("conv 8 1 -> split 4 as a, b\n  concat { | a | b }"), "CNN2022", "4");
});

test("rule 15: a named input is a name and starts a flow; without a name it is called input, once", () => {
  const two = modelOf("model Net {\n  input left 1@28x28\n  input right 1@28x28\n  concat left\n}\n");
  assert.equal(two.inputs.map(({ name }) => name), ["left", "right"]);
  assert.equal(two.layers.at(-1)?.inputs, [1, 0]);
  assert.equal(modelOf(around("relu")).inputs.map(({ name }) => name), ["input"]);
  wrong("model Net {\n  input 3@8x8 as a\n  input 3@8x8\n  add a\n}\n", "CNN4111");
  const twice = wrong("model Net {\n  input x 3@8x8\n  input x 3@8x8\n  add x\n}\n", "CNN4111", "there are two inputs called x");
  assert.equal(twice.related.map(({ span }) => span.start.line), [2]);
});

test("rule 15: a lone name is taken for the input's, and the mend makes it a shape", () => {
  assert.ok(mended("model Net(n = 12) {\n  input n\n  dense 3\n}\n", "CNN1037").includes("input (n)"));
});

test("rule 16: output ends a flow and names it, whatever else is called so", () => {
  const text = around("conv 8 1 as age -> relu\n  output age\n  age -> conv 2 1\n  output sex");
  assert.equal(modelOf(text).outputs.map(({ name, shape }) => `${name} ${printShape(shape)}`), ["age 8@32x32", "sex 2@32x32"]);
  wrong(around("conv 8 1\n  output age\n  relu"), "CNN4105");
});

test("rule 16: without any the flow at the end is the output; with some, what is left over is an error", () => {
  assert.equal(modelOf(around("conv 8 1")).outputs.map(({ name }) => name), ["output"]);
  wrong(around("conv 8 1 as a\n  output age\n  a -> conv 2 1"), "CNN4106", "age");
});

test("rule 16: empty braces offer identity", () => {
  assert.is(built(mended(around("{ }"), "CNN4108")), "identity_1 3@32x32");
});

const shared = "block encoder(c) { conv c 3 pad=1 -> batchnorm -> relu }\n";

test("rule 17: reuse applies a labelled layer again: weights once, multiply-adds each time", () => {
  const model = modelOf(shared + around("a: encoder 3\n  reuse a"));
  const [first, second] = model.layers.filter(({ operator }) => operator === "conv");
  assert.equal([first?.cost.parameters, second?.cost.parameters], [3 * 3 * 9 + 3, 0]);
  assert.equal([first?.cost.macs, second?.cost.macs], [32 * 32 * 81, 32 * 32 * 81]);
  assert.equal([second?.path, second?.reuses, second?.id === first?.id], ["a.conv_1", first?.id, false]);
});

test("rule 17: it takes a label that is in sight, as names are", () => {
  assert.is(codes(around("a: conv 3 1\n  { relu -> reuse a }")), "");
  wrong(around("{ a: conv 3 1 }\n  reuse a"), "CNN2019");
  wrong(around("a: conv 3 1\n  reuse b"), "CNN2019", "no layer labelled b can be seen here");
});

test("rule 17: the channels must agree, and the error shows both places", () => {
  const text = around("a: conv 8 3\n  reuse a");
  const found = wrong(text, "CNN5002", "a.weight was built as [8, 3, 3, 3], but what flows here needs [8, 8, 3, 3]");
  assert.equal([found.span.start.line, ...found.related.map(({ span }) => span.start.line)], [4, 3]);
});

test("rule 17: a label is no layer to call: reuse must be written", () => {
  assert.is(built(mended(around("encoder: conv 3 1\n  encoder"), "CNN2001", "encoder")), "encoder 3@32x32, encoder 3@32x32");
});

test("rule 18: skip if runs its body in any case, and adds its input where the condition holds", () => {
  assert.is(built(around("skip if here.channels == 3 { conv 3 1 }")), "conv_1 3@32x32, add_1 3@32x32");
  assert.is(built(around("skip if here.channels == 4 { conv 3 1 }")), "conv_1 3@32x32");
  assert.is(built(around("skip if here.channels == 4 { conv 9 1 stride=2 }")), "conv_1 9@16x16");
  wrong(around("skip if here.channels { conv 3 1 }"), "CNN3005");
  wrong(around("skip if true { conv 9 1 }"), "CNN4102");
});

test("rule 19: a projection without a name is transparent, one with a name a scope", () => {
  const skip = (name: string): string => around(`skip { conv 8 3 pad=1 } project ${name}{ conv 8 1 }`);
  assert.equal(weightedPaths(skip("")), ["conv_1", "conv_2"]);
  assert.equal(weightedPaths(skip("down ")), ["conv_1", "down.0"]);
});

test("rule 19: where body and projection still differ the error shows both and the input", () => {
  const found = wrong(around("skip { conv 8 3 stride=2 pad=1 } project { conv 8 1 }"), "CNN4103");
  assert.is(found.message, "the body of this skip gives 8@16x16, but its projection makes 8@32x32 of the input 3@32x32");
});

test("rule 19: where the shapes agree the projection is not built, and its labels are free", () => {
  assert.is(built(around("skip { conv 3 3 pad=1 } project down { conv 9 1 }\n  down: relu")), "conv_1 3@32x32, add_1 3@32x32, down 3@32x32");
});

test("rule 20: if is static; without else the flow passes unchanged", () => {
  assert.is(built(around("if here.height > 16 { conv 8 1 } else { conv 4 1 }")), "conv_1 8@32x32");
  assert.is(built(around("if here.height > 99 { conv 8 1 }\n  relu")), "relu_1 3@32x32");
});

test("rule 20: only the branch taken is shape-checked; names and arguments are checked in both", () => {
  assert.is(codes(around("if true { relu } else { conv 8 99 -> dense 3 }")), "");
  wrong(around("if true { relu } else { konv 8 3 }"), "CNN2001");
  wrong(around("if true { relu } else { conv 8 3 strid=2 }"), "CNN3001");
  wrong(around("if true { relu } else { conv 8 }"), "CNN3003");
  wrong(around("if true { relu } else { conv 8 3 stride=0 }"), "CNN3007");
  wrong(around("if true { relu } else { conv 8.5 3 }"), "CNN3006");
  wrong(around("if true { relu } else { relu -> add nobody }"), "CNN2002");
});

test("rule 20: what is not built takes no place", () => {
  assert.equal(weightedPaths(around("c: { if false { conv 8 1 }\n  conv 8 1\n  conv 8 1 }")), ["c.0", "c.1"]);
  assert.equal(weightedPaths(around("if false { conv 8 1 }\n  conv 8 1")), ["conv_1"]);
});

test("rule 21: a model in a model is an error that says what to do", () => {
  const found = wrong("model A { input 3@8x8 -> relu }\nmodel B { input 3@8x8 -> A }\n", "CNN2009");
  assert.match(found.help ?? "", /^make it a block/);
});

test("rule 22: frozen stands first", () => {
  const model = modelOf(around("frozen a: conv 8 3 -> conv 4 3"));
  assert.equal(model.layers.map(({ path, frozen }) => `${path} ${frozen}`).slice(1), ["a true", "conv_1 false"]);
  assert.ok(mended(around("a: frozen conv 8 3 -> conv 4 3"), "CNN1022").includes("frozen a: conv 8 3"));
});

test("rule 23: a vector, or a map of one pixel, is spread over a map", () => {
  assert.is(built(around("mul { | identity | globalavgpool }")).split(", ").at(-1), "mul_1 3@32x32");
  assert.is(built(around("add { | identity | globalavgpool }")).split(", ").at(-1), "add_1 3@32x32");
  assert.is(built(around("mul { | identity | adaptiveavgpool 1 -> conv 3 1 }")).split(", ").at(-1), "mul_1 3@32x32");
  assert.is(wrong(around("add { | identity | adaptiveavgpool 1 }"), "CNN4018").severity, "warning");
});

test("rule 23: differing channels, 1 included, are an error unless broadcast=true", () => {
  for (const join of ["add", "mul"]) {
    wrong(around(`${join} { | identity | conv 1 1 }`), "CNN4005", "3@32x32 meets 1@32x32");
    assert.is(built(around(`${join} broadcast=true { | identity | conv 1 1 }`)).split(", ").at(-1), `${join}_1 3@32x32`);
    wrong(around(`${join} broadcast=true { | identity | conv 2 1 }`), "CNN4005");
    wrong(around(`${join} { | identity | maxpool 2 }`), "CNN4005");
  }
});

test("rule 24: adaptive pools keep the map, global ones give the vector", () => {
  assert.is(built(around("conv 8 1 -> adaptiveavgpool 1")), "conv_1 8@32x32, adaptiveavgpool_1 8@1x1");
  assert.is(built(around("conv 8 1 -> adaptivemaxpool 7x5")), "conv_1 8@32x32, adaptivemaxpool_1 8@7x5");
  assert.is(built(around("conv 8 1 -> globalavgpool")), "conv_1 8@32x32, globalavgpool_1 8");
  wrong(around("conv 8 1 -> adaptiveavgpool 1 -> dense 3"), "CNN4004", "8@1x1");
  assert.equal(weightNames(around("globalavgpool -> dense 3")), ["dense_1.weight", "dense_1.bias"]);
});

test("rule 10, 14: a place is told exactly", () => {
  const text = around("conv 8 3 as a -> relu -> a");
  assert.is(marked(text, wrong(text, "CNN2021")), "a");
});

test.run();
