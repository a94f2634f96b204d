/** What flows where: names, branches, split, reuse, several inputs and outputs. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, codes, mistakes, modelOf, outputs } from "../helpers/program.ts";
import { printModel } from "@cnn-lang/shape-checker";

const test = suite("flow");

/** The layers of a program: `1 conv_1: conv(0) 8@32x32`. */
const layers = (text: string): readonly string[] => printModel(modelOf(text)).split("\n").slice(1, -2).map((line) => line.replace(/ \w*\[.*/, ""));

test("a line break and an arrow mean the same", () => {
  assert.equal(layers(around("conv 8 3 -> relu")), layers(around("conv 8 3\n  relu")));
});

test("a named point starts the flow again, at the start of a line or branch", () => {
  assert.equal(layers(around("conv 8 1 as a -> relu as b\n  a -> tanh as c\n  concat { | b | c }")), [
    "0 input: input() 3@32x32",
    "1 conv_1: conv(0) 8@32x32",
    "2 relu_1: relu(1) 8@32x32",
    "3 tanh_1: tanh(1) 8@32x32",
    "4 concat_1: concat(2, 3) 16@32x32",
  ]);
});

test("after an arrow it would throw the flow away", () => {
  assert.equal(mistakes(around("conv 8 1 as a -> relu -> a")), [
    "CNN2021 3:28 what flowed here is thrown away: a starts the flow again, so it stands at the start of a line",
  ]);
});

test("concat with names joins the flow first", () => {
  const lines = "conv 8 1 as a -> conv 4 1 as b -> conv 2 1\n  concat b a";
  assert.is(layers(around(lines)).at(-1), "4 concat_1: concat(3, 2, 1) 14@32x32");
  const milesial = "conv 8 1 as a -> conv 4 1\n  concat { | a | identity }";
  assert.is(layers(around(milesial)).at(-1), "4 concat_1: concat(1, 3) 12@32x32");
});

test("branches may take several lines, and see the same input", () => {
  const lines = "concat {\n    | conv 8 1\n      relu\n    | conv 4 1 -> relu\n    | identity\n  }";
  assert.is(outputs(around(lines)), "15@32x32");
});

test("a name is seen from there to the end of its braces", () => {
  assert.is(codes(around("{ conv 8 1 as a -> relu }\n  concat a")), "CNN2101 CNN2002");
  assert.is(codes(around("conv 8 1 as a\n  { relu -> add a }")), "");
  assert.equal(mistakes(around("add later\n  conv 3 1 as later -> relu")).slice(0, 1), ["CNN2008 3:7 later is named in line 4, below"]);
});

test("as binds to the step before it, an assertion or group too", () => {
  assert.is(outputs(around("conv 8 1 -> 8@32x32 as a\n  { conv 4 1 -> relu } as b\n  concat { | a | b }")), "12@32x32");
});

test("split names its parts, and nothing flows after it", () => {
  const lines = "conv 8 1 -> split [3, 5] as left, right\n  concat { | left -> relu | right }";
  assert.equal(layers(around(lines)).slice(2), [
    "2 split_1.0: split(1) 3@32x32",
    "3 split_1.1: split(1) 5@32x32",
    "4 relu_1: relu(2) 3@32x32",
    "5 concat_1: concat(4, 3) 8@32x32",
  ]);
  assert.is(codes(around("conv 8 1 -> split 2")), "CNN4109");
  assert.is(codes(around("conv 8 1 -> split 2 as a, b -> relu\n  concat { | a | b }")), "CNN4105");
  assert.is(codes(around("conv 8 1 -> split 2 as a, b\n  relu")), "CNN2101 CNN2101 CNN4105");
  assert.is(codes(around("conv 8 1 -> split 2 as a, b, c\n  concat { | a | b | c }")), "CNN2022");
});

const siamese = `block encoder(width) { conv 16 5 -> relu -> maxpool 2 -> flatten -> dense width -> relu }
model Siamese(width = 64) {
  input left 1@28x28
  input right 1@28x28
  left  -> encoder: encoder width as a
  right -> reuse encoder          as b
  concat { | a | b } -> (2 * width)
  same: dense 1
  output same
  a -> digit: dense 10
  output digit
}
`;

test("two inputs, shared weights, two outputs", () => {
  const model = modelOf(siamese);
  assert.equal(model.inputs.map(({ name }) => name), ["left", "right"]);
  assert.equal(model.outputs.map(({ name, shape }) => `${name} ${shape.channels}`), ["same 1", "digit 10"]);
  const shared = model.layers.filter(({ path }) => path === "encoder.conv_1");
  assert.equal(shared.map(({ reuses, cost }) => [reuses, cost.parameters, cost.macs]), [
    [undefined, 16 * 25 + 16, 16 * 24 * 24 * 25],
    [shared[0]?.id, 0, 16 * 24 * 24 * 25],
  ]);
});

test("reused weights must fit what flows", () => {
  assert.equal(mistakes(around("a: conv 8 3 pad=1\n  reuse a")), [
    "CNN5002 4:3 a.weight was built as [8, 3, 3, 3], but what flows here needs [8, 8, 3, 3]",
  ]);
});

test("reuse takes a label that is in sight", () => {
  assert.equal(mistakes(around("encoder: conv 3 1\n  reuse encodr")), ["CNN2019 4:9 no layer labelled encodr can be seen here; did you mean encoder?"]);
  assert.is(codes(around("{ a: conv 3 1 }\n  reuse a")), "CNN2019");
});

test("a group, a repeat and an operator can be reused", () => {
  assert.is(outputs(around("g: { conv 3 1 -> relu }\n  reuse g")), "3@32x32");
  assert.is(outputs(around("g: repeat 2 { conv 3 1 }\n  reuse g")), "3@32x32");
  assert.is(outputs(around("s: skip { conv 3 1 }\n  reuse s")), "3@32x32");
});

test("inputs need names of their own", () => {
  assert.is(codes("model Net {\n  input 3@8x8\n  input 3@8x8\n  relu\n}"), "CNN4111");
  assert.is(codes("model Net {\n  input a 3@8x8\n  input a 3@8x8\n  a -> relu\n}"), "CNN4111");
});

test("outputs: the flow's end, or those that are named", () => {
  assert.equal(modelOf(around("conv 8 1")).outputs.map(({ name }) => name), ["output"]);
  assert.is(codes(around("conv 8 1 as a\n  output x\n  a -> relu")), "CNN4106");
  assert.is(codes(around("conv 8 1\n  output x\n  relu")), "CNN4105");
  assert.is(codes(around("conv 8 1 as a\n  output x\n  a -> relu\n  output x")), "CNN4111");
});

test("skip adds the body to its input, and builds its projection only where shapes differ", () => {
  const body = (c: number) => `skip { conv ${c} 3 pad=1 } project { conv ${c} 1 }`;
  assert.equal(layers(around(body(3))).slice(1), ["1 conv_1: conv(0) 3@32x32", "2 add_1: add(1, 0) 3@32x32"]);
  assert.equal(layers(around(body(8))).slice(1), [
    "1 conv_1: conv(0) 8@32x32",
    "2 conv_2: conv(0) 8@32x32",
    "3 add_1: add(1, 2) 8@32x32",
  ]);
});

test("skip if: the body always runs, its input is added where the condition holds", () => {
  assert.is(layers(around("skip if here.channels == 3 { conv 3 1 }")).length, 3);
  assert.is(layers(around("skip if here.channels == 4 { conv 3 1 }")).length, 2);
});

test("if is static: only the arm that is taken is shape-checked, names in both", () => {
  assert.is(outputs(around("if here.channels == 3 { conv 8 1 } else { conv 8 99 }")), "8@32x32");
  assert.is(codes(around("if here.channels == 3 { conv 8 1 } else { konv 8 99 }")), "CNN2001");
  assert.is(outputs(around("if false { conv 8 1 }")), "3@32x32");
  assert.is(outputs(around("if false { conv 8 1 } else if true { conv 9 1 } else { conv 10 1 }")), "9@32x32");
});

test("vectors and single pixels are spread by mul, differing channels are not", () => {
  assert.is(outputs(around("mul { | identity | globalavgpool }")), "3@32x32");
  assert.is(outputs(around("mul { | identity | adaptiveavgpool 1 }")), "3@32x32");
  assert.is(codes(around("add { | identity | adaptiveavgpool 1 }")), "CNN4018");
  assert.is(codes(around("mul { | identity | conv 1 1 }")), "CNN4005");
  assert.is(outputs(around("mul broadcast=true { | identity | conv 1 1 }")), "3@32x32");
});

test("layers may be passed to blocks", () => {
  const block = "block unit(c, act = relu, norm = identity) { conv c 1 -> norm -> act }\n";
  assert.equal(layers(block + around("unit 8 act=tanh\n  unit 8 act={ leaky_relu 0.1 } norm=batchnorm")).slice(1), [
    "1 unit_1.conv_1: conv(0) 8@32x32",
    "2 unit_1.norm_1: identity(1) 8@32x32",
    "3 unit_1.act_1: tanh(2) 8@32x32",
    "4 unit_2.conv_1: conv(3) 8@32x32",
    "5 unit_2.norm_1: batchnorm(4) 8@32x32",
    "6 unit_2.act_1.0: leaky_relu(5) 8@32x32",
  ]);
});

test.run();
