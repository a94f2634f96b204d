/** The language's rules 25 to 34, names of layers and operators in general: each clause by a program that obeys it and by one that breaks it. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { operators } from "@cnn-lang/shape-checker";
import { around, check, codes, modelOf, weightedPaths } from "../helpers/program.ts";
import { built, marked, mended, wrong } from "../helpers/rules.ts";

const test = suite("rules of names and operators");

/** The weights of a program with their shapes: `conv_1.weight [8, 3, 3, 3]`. */
const weights = (text: string): readonly string[] =>
  modelOf(text).layers.flatMap((layer) => layer.weights.map(({ name, shape }) => `${name} [${shape.join(", ")}]`));

test("rule 25: a point or input named like an operator, a block or a parameter is an error at the name", () => {
  for (const [text, name] of [
    ["block b { relu }\nmodel Net {\n  input 3@8x8\n  conv 8 1 as b -> relu\n  concat b\n}\n", "b"],
    [around("conv 8 1 as tanh -> relu -> concat tanh"), "tanh"],
    ["model Net(width = 8) {\n  input 3@8x8\n  conv width 1 as width -> relu -> concat width\n}\n", "width"],
    ["model Net {\n  input relu 3@8x8\n  conv 8 1\n}\n", "relu"],
  ] as const) {
    const found = check(text).diagnostics.find(({ code }) => code === "CNN2006");
    assert.is(found && marked(text, found), name, text);
  }
  assert.is(codes(around("conv 8 1 as e1 -> relu -> concat e1")), "");
});

test("rule 26: labels may be integers, computed, strings, and stand before any construct", () => {
  assert.equal(weightedPaths(around("g: { 3: conv 8 1 -> conv 8 1 }")), ["g.3", "g.4"]);
  assert.equal(weightedPaths(around('for i in range(2) { "stage{i + 1}": conv 8 1 }')), ["stage1", "stage2"]);
  assert.equal(weightedPaths(around('"block1-0": conv 8 1')), ["block1-0"]);
  const constructs = "a: repeat 2 { conv 3 1 }\n  b: for i in range(2) { conv (i + 2) 1 }\n  c: skip { conv 3 1 }\n  d: concat { | conv 3 1 | conv 3 1 }\n  e: if true { conv 3 1 }";
  assert.equal(weightedPaths(around(constructs)), ["a.0", "a.1", "b.0", "b.1", "c.0", "d.0", "d.1", "e.0"]);
  assert.equal(weightedPaths(around("g: { conv 8 1 -> relu -> pool: maxpool 2 -> conv 8 1 }")), ["g.0", "g.3"]);
});

test("rule 27: a label in a loop must change: one error, at the label, with the loop related, and two mends", () => {
  for (const [loop, mendedPaths] of [
    ["repeat 2 { x: conv 3 1 }", [["x.0", "x.1"]]],
    ["for i in [3, 4] { x: conv i 1 }", [["x3", "x4"], ["x.0", "x.1"]]],
  ] as const) {
    const text = around(loop);
    const found = wrong(text, "CNN2018", "each turn of the loop would call its layer x");
    assert.is(marked(text, found), "x");
    assert.equal(found.related.map((place) => marked(text, place)), [loop.slice(0, loop.indexOf(" {"))]);
    assert.is(found.fixes.length, mendedPaths.length);
    assert.equal(weightedPaths(mended(text, "CNN2018")), mendedPaths[0]);
  }
});

test("rule 28: scale's tensor is called by its path alone", () => {
  assert.equal(weights(around("features: { layer_scale: scale init=1e-6 }")), ["features.layer_scale [3, 1, 1]"]);
  assert.equal(weights(around("s: scale", "8@100")), ["s [8, 1]"]);
  assert.equal(weights(around("s: scale", "8")), ["s [8]"]);
  assert.equal(weights(around("s: scale", "8@4x5x6")), ["s [8, 1, 1, 1]"]);
});

test("rule 29: dense over=channels is one dense layer at every position", () => {
  assert.is(built(around("dense 8 over=channels")), "dense_1 8@32x32");
  assert.equal(weights(around("dense 8 over=channels")), ["dense_1.weight [8, 3]", "dense_1.bias [8]"]);
  wrong(around("dense 8"), "CNN4004");
});

test("rule 29: layernorm normalises over channels, over=all over all", () => {
  assert.equal(weights(around("layernorm")), ["layernorm_1.weight [3]", "layernorm_1.bias [3]"]);
  assert.equal(weights(around("layernorm over=all", "3@4x5")), ["layernorm_1.weight [3, 4, 5]", "layernorm_1.bias [3, 4, 5]"]);
});

test("rule 30: each operator has one name, spelt as in the table", () => {
  const names = `conv depthwise separable conv_transpose dense batchnorm layernorm groupnorm instancenorm localresponsenorm
    relu relu6 selu silu hardswish hardsigmoid sigmoid tanh softplus mish leaky_relu elu gelu prelu softmax
    maxpool avgpool globalavgpool globalmaxpool adaptiveavgpool adaptivemaxpool dropout spatial_dropout droppath
    flatten reshape permute upsample pad crop split channel_shuffle pixel_shuffle scale add mul concat identity input`;
  assert.equal(Object.keys(operators).sort(), names.split(/\s+/).sort());
});

test("rule 30: names of other frameworks are no names, but what is meant is known", () => {
  for (const [foreign, ours, line] of [
    ["linear", "dense", "flatten -> linear 10"],
    ["fc", "dense", "flatten -> fc 10"],
    ["conv2d", "conv", "conv2d 8 3"],
    ["bn", "batchnorm", "bn"],
    ["batch_norm", "batchnorm", "batch_norm"],
    ["max_pool", "maxpool", "max_pool 2"],
    ["gap", "globalavgpool", "gap"],
    ["upconv", "conv_transpose", "upconv 8 2 stride=2"],
    ["LazyConv2d", "conv", "LazyConv2d 8 3"],
  ] as const) {
    assert.ok(mended(around(line), "CNN2001", `${foreign} is called ${ours} in this language`).includes(line.replace(foreign, ours)), foreign);
  }
});

test("rule 31: a number where a size is due means that number on each axis; a size has one for each", () => {
  assert.is(built(around("conv 8 3")), built(around("conv 8 3x3")));
  assert.is(built(around("conv 8 3", "3@9x9x9")), built(around("conv 8 3x3x3", "3@9x9x9")));
  assert.is(built(around("conv 8 3", "3@9")), "conv_1 8@7");
  wrong(around("conv 8 3x3", "3@9x9x9"), "CNN3009");
  wrong(around("conv 8 3x3x3"), "CNN3009");
});

test("rule 31: pad is a number, a size, same, or before and after by axis", () => {
  assert.is(built(around("conv 8 5 pad=2")), "conv_1 8@32x32");
  assert.is(built(around("conv 8 1x5 pad=0x2")), "conv_1 8@32x32");
  assert.is(built(around("conv 8 4 pad=same")), "conv_1 8@32x32");
  assert.is(built(around("conv 8 4 pad=[[1, 2], [0, 3]]")), "conv_1 8@32x32");
  assert.is(built(around("conv 8 4 pad=[[1, 2]]", "3@32")), "conv_1 8@32");
  wrong(around("conv 8 4 pad=[[1, 2]]"), "CNN3009");
  wrong(around("conv 8 4 pad=full"), "CNN3008");
  wrong(around("conv 8 3 pad=-1"), "CNN3007");
});

const fieldOf = (text: string): readonly number[] => modelOf(text).layers.at(-1)?.cost.receptiveField ?? [];

test("rule 31a: receptive fields are of windows only", () => {
  // 3 + 2·(3 − 1)·1, then a pool of 2: 3 + 2 + 1 = 6.
  assert.equal(fieldOf(around("conv 8 3 -> conv 8 3 -> maxpool 2")), [6, 6]);
  assert.equal(fieldOf(around("conv 8 3 -> globalavgpool -> dense 3")), [3, 3]);
  assert.equal(fieldOf(around("conv 8 3 -> flatten -> dense 3")), [3, 3]);
  assert.equal(fieldOf(around("conv 8 3 -> mul { | identity | globalavgpool -> dense 8 -> sigmoid }")), [3, 3]);
  assert.equal(fieldOf(around("add { | conv 8 3 pad=1 | conv 8 5 pad=2 }")), [5, 5]);
  wrong(around("conv 8 3 -> globalavgpool -> dense 3\n  assert receptive_field >= 4"), "CNN3019", "receptive_field = 3");
});

test("rule 32: pad channels=N gives N channels, as many zeros before as after", () => {
  assert.is(built(around("conv 4 1 -> pad channels=8")), "conv_1 4@32x32, pad_1 8@32x32");
  assert.is(built(around("conv 4 1 -> maxpool 1 stride=2 -> pad channels=8")), "conv_1 4@32x32, maxpool_1 4@16x16, pad_1 8@16x16");
  wrong(around("conv 4 1 -> pad channels=7"), "CNN4015", "7 − 4 = 3");
  wrong(around("conv 4 1 -> pad channels=2"), "CNN4015");
  wrong(around("pad 1 channels=8"), "CNN4011");
  wrong(around("pad"), "CNN4011");
});

test("rule 33: identity is a layer, and so an argument", () => {
  const unit = "block unit(c, act = relu) { conv c 1 -> act }\n";
  assert.is(built(unit + around("unit 8 act=identity")), "unit_1.conv_1 8@32x32, unit_1.act_1 8@32x32");
  wrong(unit + around("unit 8 act=none"), "CNN3023");
});

test("rule 34: a word that an argument enumerates is that word, whatever else is called so", () => {
  assert.is(codes(around("gelu approximate=tanh")), "");
  assert.is(codes(around("permute [height, width, channels]")), "");
  assert.is(codes("model Net(reflect = 3) {\n  input 3@8x8\n  conv reflect 3 pad=1 mode=reflect\n}\n"), "");
  wrong(around("gelu approximate=relu"), "CNN3008");
  wrong(around("upsample 2 mode=bilinaer"), "CNN3008", "did you mean bilinear?");
});

test("rule 34: else a bare word is a parameter, a let or loop name, then a block or operator", () => {
  assert.is(built("block up(mode) { upsample 2 mode=mode }\n" + around("up bilinear")), "up_1.upsample_1 3@64x64");
  assert.is(built(around("let n = 8\n  for k in [1, 3] { conv n k }")), "conv_1 8@32x32, conv_2 8@30x30");
  assert.is(built("block twice(unit) { unit -> unit }\n" + around("twice relu")), "twice_1.unit_1 3@32x32, twice_1.unit_2 3@32x32");
  wrong("block twice(unit) { unit -> unit }\n" + around("twice rellu"), "CNN2002", "did you mean relu?");
  wrong("model Net(width = 8) {\n  input 3@8x8\n  conv witdh 3\n}\n", "CNN2002", "did you mean width?");
});

test("rule 34: step position looks for layers, argument position for values", () => {
  const program = "block unit(conv, pad, scale) {\n  conv: conv conv 3 pad=pad\n  scale: scale init=scale\n}\n";
  assert.equal(weightedPaths(program + around("unit 8 1 0.5")), ["unit_1.conv", "unit_1.scale"]);
  assert.is(built("block unit(act) { conv 8 1 -> act }\n" + around("unit relu")), "unit_1.conv_1 8@32x32, unit_1.act_1 8@32x32");
});

test("rule 34: joins look up names of points only", () => {
  wrong(around("let n = 3\n  conv n 1 -> add n"), "CNN2002");
  wrong(around("conv 3 1 -> add relu"), "CNN2002");
  assert.is(codes(around("conv 3 1 as a -> relu -> add a")), "");
});

test.run();
