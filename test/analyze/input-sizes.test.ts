/** Which input sizes a network takes, against torchvision's published `min_size` and the U-Net paper. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, memoryProject, summarize } from "@cnn-lang/shape-checker";
import { around, modelOf, outputs } from "../helpers/program.ts";

const test = suite("input sizes");

const constraints = (text: string): readonly string[] => summarize(modelOf(text)).inputConstraints.map((constraint) => constraint.text);
const example = (name: string): string => readFileSync(`examples/${name}.cnn`, "utf8");

test("the smallest size, and the layer that needs it", () => {
  const alexnet = `model AlexNet(classes = 1000) {
  input 3@224x224
  features: {
    conv 64 11 stride=4 pad=2 -> relu -> maxpool 3 stride=2
    conv 192 5 pad=2 -> relu -> maxpool 3 stride=2
    conv 384 3 pad=1 -> relu -> conv 256 3 pad=1 -> relu -> conv 256 3 pad=1 -> relu
    maxpool 3 stride=2
  }
  adaptiveavgpool 6 -> flatten
  dense 4096 -> relu -> dense 4096 -> relu -> dense classes
}`;
  assert.equal(constraints(alexnet), ["height and width must be at least 63 (features.12, line 7)"]);
  assert.equal(constraints(example("vgg")), ["height and width must be at least 32 (vgg_stage_5.maxpool_1, line 4)"]);
});

test("every size will do", () => {
  assert.equal(constraints(example("resnet")), []);
  assert.equal(constraints(around("globalavgpool -> dense 10")), []);
  assert.equal(constraints(around("dense 10", "64")), []);
});

test("pools in ceil mode: SqueezeNet 1.0 from 21, 1.1 from 17 on", () => {
  const fire = `block fire(squeeze, expand) {
  conv squeeze 1 -> relu
  concat { | conv expand 1 -> relu | conv expand 3 pad=1 -> relu }
}
`;
  const first = `model SqueezeNet10 {
  input 3@224x224
  conv 96 7 stride=2 -> relu -> maxpool 3 stride=2 ceil=true
  fire 16 64 -> fire 16 64 -> fire 32 128 -> maxpool 3 stride=2 ceil=true
  fire 32 128 -> fire 48 192 -> fire 48 192 -> fire 64 256 -> maxpool 3 stride=2 ceil=true
  fire 64 256 -> conv 1000 1 -> relu -> globalavgpool
}`;
  const second = `model SqueezeNet11 {
  input 3@224x224
  conv 64 3 stride=2 -> relu -> maxpool 3 stride=2 ceil=true
  fire 16 64 -> fire 16 64 -> maxpool 3 stride=2 ceil=true
  fire 32 128 -> fire 32 128 -> maxpool 3 stride=2 ceil=true
  fire 48 192 -> fire 48 192 -> fire 64 256 -> fire 64 256 -> conv 1000 1 -> relu -> globalavgpool
}`;
  assert.match(constraints(fire + first).join(), /^height and width must be at least 21 \(maxpool_\d, line \d+\)$/);
  assert.match(constraints(fire + second).join(), /^height and width must be at least 17 \(maxpool_\d, line \d+\)$/);
});

test("sizes that must meet again: the U-Net's are divisible", () => {
  assert.equal(constraints(example("unet")), ["height and width must be divisible by 4, or the concat in line 10 sees 4 and 5"]);
});

test("the U-Net of the paper, without padding: 572 becomes 388, and 188 is the smallest", () => {
  const unet = `block double(c) { conv c 3 -> relu -> conv c 3 -> relu }
model UNet(side = 572x572, classes = 2) {
  input 1@side
  double 64 as e1 -> maxpool 2
  double 128 as e2 -> maxpool 2
  double 256 as e3 -> maxpool 2
  double 512 as e4 -> maxpool 2
  double 1024 -> conv_transpose 512 2 stride=2 as u4
  let s4 = here.size
  e4 -> crop s4 as c4
  concat { | c4 | u4 } -> double 512 -> conv_transpose 256 2 stride=2 as u3
  let s3 = here.size
  e3 -> crop s3 as c3
  concat { | c3 | u3 } -> double 256 -> conv_transpose 128 2 stride=2 as u2
  let s2 = here.size
  e2 -> crop s2 as c2
  concat { | c2 | u2 } -> double 128 -> conv_transpose 64 2 stride=2 as u1
  let s1 = here.size
  e1 -> crop s1 as c1
  concat { | c1 | u1 } -> double 64 -> conv classes 1
}`;
  assert.is(outputs(unet), "2@388x388");
  // An odd map loses its last row in a pool, and goes through; so the paper's tile sizes are advice, not a must.
  assert.equal(constraints(unet), ["height and width must be at least 188 (double_7.conv_2, line 1)"]);
});

test("axes that differ are told apart, and named by what they are", () => {
  assert.equal(constraints(around("conv 8 3x7")), [
    "height must be at least 3 (conv_1, line 3)",
    "width must be at least 7 (conv_1, line 3)",
  ]);
  assert.equal(constraints(around("conv 8 9 -> maxpool 4", "1@100")), ["length must be at least 12 (maxpool_1, line 3)"]);
  assert.equal(constraints(around("conv 8 3", "1@8x8x8")), ["depth, height and width must be at least 3 (conv_1, line 3)"]);
});

test("inputs of one size change together; others are named", () => {
  const pair = "model Pair {\n  input left 1@28x28\n  input right 1@28x28\n  concat { | left | right } -> conv 4 5\n}";
  assert.equal(constraints(pair), ["height and width must be at least 5 (conv_1, line 4)"]);
  const unlike = `model Unlike {
  input small 1@14x14
  input large 1@28x28
  concat { | small | large -> maxpool 2 } -> conv 4 1
}`;
  assert.equal(constraints(unlike), [
    "height and width of small must be exactly 14, or the concat in line 4 sees 15 and 14",
    // The pool drops the odd row.
    "height and width of large must be at least 28, or the concat in line 4 sees 14 and 13",
    "height and width of large must be at most 29, or the concat in line 4 sees 14 and 15",
  ]);
});

test("shapes that the text asserts are not held to, but its conditions are", () => {
  assert.equal(constraints(around("maxpool 2 -> 3@16x16")), ["height and width must be at least 2 (maxpool_1, line 3)"]);
  assert.equal(constraints(around("assert here.height % 8 == 0, here.width <= 64\n  conv 8 3")), [
    "height must be divisible by 8 (line 3)",
    "width must be at least 3 (conv_1, line 4)",
    "width must be at most 64 (line 3)",
  ]);
});

test("a layer made for one size pins it", () => {
  assert.equal(constraints(around("reshape 12@16x16")), ["height and width must be exactly 32 (reshape_1, line 3)"]);
});

test("places in imported files are told with the file", () => {
  const project = memoryProject({
    "net.cnn": 'import { stem } from "./stem.cnn"\nmodel Net {\n  input 3@32x32\n  stem\n}\n',
    "stem.cnn": "block stem { conv 8 7 stride=2 }\n",
  });
  const [model] = check(project, "net.cnn").models;
  assert.equal(model && summarize(model).inputConstraints.map(({ text, span }) => [text, span.file]), [
    ["height and width must be at least 7 (stem_1.conv_1, line 1 of stem.cnn)", "stem.cnn"],
  ]);
});

test("strides beyond all use are no reason to hang", () => {
  assert.equal(constraints(around("repeat 40 { conv 1 1 stride=1_000_000_007 }")), []);
});

test("a model from elsewhere has no text to try sizes on", () => {
  const copy = JSON.parse(JSON.stringify(modelOf(example("vgg"))));
  assert.equal(summarize(copy).inputConstraints, []);
});

test.run();
