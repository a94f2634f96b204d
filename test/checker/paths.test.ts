/** The names of layers: one program a rule, and the paths of its layers with weights. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, mistakes, weightedPaths, weightNames } from "../helpers/program.ts";

const test = suite("paths");

const cbr = "block cbr(c) { conv c 3 pad=1 bias=false -> batchnorm -> relu }\n";
const pathsOf = (lines: string, blocks = ""): string => weightedPaths(blocks + around(lines)).join(" ");

test("a layer without a label is its operator and a counter", () => {
  assert.is(pathsOf("conv 8 3 -> relu -> conv 8 3"), "conv_1 conv_2");
});

test("counting goes through branches, in source order", () => {
  const lines = "concat { | conv 8 1 | conv 8 1 -> conv 8 3 pad=1 }\n conv 8 1";
  assert.is(pathsOf(lines), "conv_1 conv_2 conv_3 conv_4");
});

test("a block's use is a scope of its own", () => {
  assert.is(pathsOf("cbr 8 -> cbr 8", cbr), "cbr_1.conv_1 cbr_1.batchnorm_1 cbr_2.conv_1 cbr_2.batchnorm_1");
});

test("a labelled group numbers its members (AlexNet, VGG)", () => {
  assert.is(pathsOf("features: { conv 8 3 -> relu -> maxpool 2 -> conv 8 3 }"), "features.0 features.3");
});

const basic = `block basic(channels, stride = 1) {
  skip {
    conv1: conv channels 3x3 stride=stride pad=1 bias=false
    bn1: batchnorm -> relu
    conv2: conv channels 3x3 pad=1 bias=false
    bn2: batchnorm
  } project downsample {
    conv channels 1x1 stride=stride bias=false -> batchnorm
  }
  relu
}
`;

test("ResNet's names, from a group or a repeat", () => {
  const inner = (at: string) => ["conv1", "bn1", "conv2", "bn2"].map((name) => `layer1.${at}.${name}`).join(" ");
  const expected = `${inner("0")} layer1.0.downsample.0 layer1.0.downsample.1 ${inner("1")}`;
  assert.is(pathsOf("layer1: { basic 64 -> basic 64 }", basic), expected);
  assert.is(pathsOf("layer1: repeat 2 { basic 64 }", basic), expected);
});

test("a projection that is not needed takes no name", () => {
  assert.is(pathsOf("conv 64 1 -> basic 64", basic), "conv_1 basic_1.conv1 basic_1.bn1 basic_1.conv2 basic_1.bn2");
});

const seq = "block seq(c) {\n  0: conv c 3 pad=1\n  1: batchnorm\n  relu6\n}\n";

test("labels may be integers (MobileNet, EfficientNet)", () => {
  assert.is(pathsOf("features: { seq 32 -> seq 16 }", seq), "features.0.0 features.0.1 features.1.0 features.1.1");
});

test("what is not built takes no place (MobileNetV2)", () => {
  const lines = (expand: number) => `conv: { if ${expand} != 1 { seq 18 }\n seq 18\n conv 3 1\n batchnorm }`;
  assert.is(pathsOf(lines(6), seq), "conv.0.0 conv.0.1 conv.1.0 conv.1.1 conv.2 conv.3");
  assert.is(pathsOf(lines(1), seq), "conv.0.0 conv.0.1 conv.1 conv.2");
});

test("an integer label sets the place, and counting goes on from there (ConvNeXt)", () => {
  const lines = `block: {
    depthwise 7 pad=3
    2: layernorm
    dense 12 over=channels
    gelu
    dense 3 over=channels
  }`;
  assert.is(pathsOf(lines), "block.0 block.2 block.3 block.5");
});

test("labels may be computed (DenseNet, RegNet)", () => {
  const dense = `"denseblock{s}": { for i in range(2) { "denselayer{i + 1}": cbr 4 } }`;
  const lines = `features: { for s in range(1, 3) { ${dense} } }`;
  const expected = [1, 2].flatMap((s) => [1, 2].flatMap((i) => ["conv_1", "batchnorm_1"].map((name) => `features.denseblock${s}.denselayer${i}.${name}`)));
  assert.is(pathsOf(lines, cbr), expected.join(" "));
  assert.is(pathsOf('for i in range(2) { "block{1}-{i}": conv 4 1 }'), "block1-0 block1-1");
});

test("a label that comes out as digits is an integer", () => {
  assert.is(pathsOf('x: { "{1 + 1}": conv 8 1 -> conv 8 1 }'), "x.2 x.3");
});

test("labelling a member renames none of its neighbours", () => {
  assert.is(pathsOf("body: { a: conv 8 1 -> conv 8 1 -> 7: conv 8 1 -> conv 8 1 }"), "body.a body.1 body.7 body.8");
});

test("an unlabelled group is transparent", () => {
  assert.is(pathsOf("x: { { conv 8 1 -> conv 8 1 } -> conv 8 1 }"), "x.0 x.1 x.2");
  assert.is(pathsOf("x: { 0: { conv 8 1 -> conv 8 1 } -> conv 8 1 }"), "x.0.0 x.0.1 x.1");
});

test("let, assertions, names and joins take no place", () => {
  const lines = "x: { let c = 8\n conv c 1 as a -> 8@32x32\n concat a\n conv c 1\n assert c == 8\n conv c 1 }";
  assert.is(pathsOf(lines), "x.0 x.1 x.2");
});

test("a group given as an argument is a numbered scope called like the parameter", () => {
  assert.is(pathsOf("w: wrap { conv 8 1 -> batchnorm }", "block wrap(body) { body }\n"), "w.body_1.0 w.body_1.1");
});

test("a layer parameter gives its name to what is built of it", () => {
  const twice = "block twice(unit) { unit 8 3 -> unit 4 3 }\n";
  assert.is(pathsOf("twice conv", twice), "twice_1.unit_1 twice_1.unit_2");
  assert.is(pathsOf("twice unit={ conv 2 1 }", "block twice(unit) { unit -> unit }\n"), "twice_1.unit_1.0 twice_1.unit_2.0");
});

test("every construct may be labelled", () => {
  assert.is(pathsOf("a: if true { conv 8 1 }"), "a.0");
  assert.is(pathsOf("a: for i in range(2) { conv 8 1 }"), "a.0 a.1");
  assert.is(pathsOf("a: skip { conv 3 1 }"), "a.0");
  assert.is(pathsOf("a: concat { | conv 8 1 | conv 8 1 }"), "a.0 a.1");
});

test("any word may be a label", () => {
  assert.is(pathsOf("block: conv 8 1 -> model: conv 8 1 -> if: { conv 8 1 }"), "block model if.0");
});

test("tensors are called by path and leaf, scale's by the path alone", () => {
  const names = weightNames(around("a: conv 8 1 bias=false -> b: batchnorm -> c: scale -> d: separable 4 3"));
  const batchnorm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map((leaf) => `b.${leaf}`);
  assert.equal(names, ["a.weight", ...batchnorm, "c", "d.depthwise.weight", "d.pointwise.weight", "d.pointwise.bias"]);
});

test("two layers of one path are an error, at the second", () => {
  assert.equal(mistakes(around("a: conv 8 1\n  a: conv 8 1")), ["CNN2018 4:3 two layers are called a"]);
});

test("reuse adds no path", () => {
  assert.is(pathsOf("a: conv 3 1\n reuse a\n conv 8 1"), "a a conv_1");
});

test.run();
