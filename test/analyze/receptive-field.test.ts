/** What one output position sees, against published figures, arithmetic, and gradients of the same networks in PyTorch. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, modelOf } from "../helpers/program.ts";

const test = suite("receptive fields");

/** "16 stride 4 padding 0" of the layer with that path, or of the last; along the height. */
function field(text: string, path?: string): string {
  const { layers } = modelOf(text);
  const layer = path === undefined ? layers.at(-1) : layers.find((each) => each.path === path);
  if (!layer) throw new Error(`there is no layer ${path}`);
  const { receptiveField, effectiveStride, effectivePadding } = layer.cost;
  return `${receptiveField[0]} stride ${effectiveStride[0]} padding ${effectivePadding[0]}`;
}

const example = (name: string): string => readFileSync(`examples/${name}.cnn`, "utf8");

test("grows by (kernel − 1) · stride, layer by layer: LeNet-5", () => {
  const lenet = example("lenet");
  assert.is(field(lenet, "conv_1"), "5 stride 1 padding 0");
  assert.is(field(lenet, "avgpool_1"), "6 stride 2 padding 0"); // 5 + 1
  assert.is(field(lenet, "conv_2"), "14 stride 2 padding 0"); // 6 + 4·2
  assert.is(field(lenet, "avgpool_2"), "16 stride 4 padding 0"); // 14 + 1·2
});

test("VGG-16 and ResNet-18", () => {
  // Araujo et al., Distill 2019, and the figures computed for torchvision's networks.
  assert.is(field(example("vgg"), "vgg_stage_5.maxpool_1"), "212 stride 32 padding 90");
  assert.is(field(example("resnet"), "layer4.1.relu_2"), "435 stride 32 padding 217");
});

test("of ResNet-50 it is 483 where the 1x1 convolutions stride, as in He et al. 2015; 427 where the 3x3 do, as in torchvision", () => {
  const resnet50 = (first: string, second: string): string => `
block bottleneck(channels, stride = 1) {
  skip {
    conv channels 1 ${first} bias=false -> batchnorm -> relu
    conv channels 3 ${second} pad=1 bias=false -> batchnorm -> relu
    conv (4 * channels) 1 bias=false -> batchnorm
  } project { conv (4 * channels) 1 stride=stride bias=false -> batchnorm }
  relu
}
model ResNet50 {
  input 3@224x224
  conv 64 7 stride=2 pad=3 bias=false -> batchnorm -> relu -> maxpool 3 stride=2 pad=1
  for depth, c, s in zip([3, 4, 6, 3], [64, 128, 256, 512], [1, 2, 2, 2]) {
    bottleneck c stride=s
    repeat (depth - 1) { bottleneck c }
  }
}`;
  assert.is(field(resnet50("", "stride=stride")), "427 stride 32 padding 213");
  // 7 + 2·2 for the stem (11, stride 4); then 2 for each 3x3: 11 + 3·2·4 + 4·2·8 + 6·2·16 + 3·2·32 = 483.
  assert.is(field(resnet50("stride=stride", "")), "483 stride 32 padding 241");
});

test("dilation spreads a kernel; both axes count for themselves", () => {
  assert.is(field(around("conv 8 3 dilation=4 pad=4")), "9 stride 1 padding 4");
  const { cost } = modelOf(around("conv 8 1x7 stride=1x2")).layers.at(-1) ?? {};
  assert.equal([cost?.receptiveField, cost?.effectiveStride], [[1, 7], [1, 2]]);
});

test("branches: the union, wherever they lie", () => {
  assert.is(field(around("concat { | conv 8 1 | conv 8 3 pad=1 -> conv 8 3 pad=1 }")), "5 stride 1 padding 2");
  // One looks two to the left, the other two to the right.
  assert.is(field(around("add { | pad [[2, 0], [2, 0]] -> conv 3 3 | pad [[0, 2], [0, 2]] -> conv 3 3 }")), "5 stride 1 padding 2");
});

test("global pools, dense and flatten do not count, nor branches that hold them", () => {
  assert.is(field(around("conv 8 3 -> globalavgpool -> dense 10")), "3 stride 1 padding 0");
  assert.is(field(around("conv 8 3 -> mul { | identity | globalavgpool -> dense 8 -> sigmoid }")), "3 stride 1 padding 0");
});

test("behind an enlargement neighbours see the same: the position that sees most counts", () => {
  assert.is(field(around("maxpool 2 -> upsample 2")), "2 stride 1 padding 0");
  // Two neighbours lie in one pooled position or in two: at most 2 · 2 of the input.
  assert.is(field(around("maxpool 2 -> upsample 2 -> conv 8 2")), "4 stride 1 padding 0");
  // 3x3 always reaches into two.
  assert.is(field(around("maxpool 2 -> upsample 2 -> conv 8 3 pad=1")), "4 stride 1 padding 2");
  assert.is(field(around("upsample 2 -> conv 8 2", "3@8x8")), "2 stride 0.5 padding 0");
});

// Each measured as the spread of the gradient of single outputs, all weights 1, in PyTorch 1.13.
test("encoders and decoders see what their gradients reach in PyTorch", () => {
  assert.is(field(example("unet"), "conv_1"), "44 stride 1 padding 22");
  const strided = `
  conv 1 3 stride=2 pad=1 as a -> conv 1 3 stride=2 pad=1
  upsample 2 -> conv 1 2 pad=[[0, 1], [0, 1]] -> concat a -> conv 1 3 pad=1
  upsample 2 mode=bilinear -> conv 1 3 pad=1`;
  assert.match(field(around(strided, "1@48x48")), /^19 /);
  const transposed = "conv 1 5 stride=3 pad=1 -> conv_transpose 1 4 stride=2 pad=1 -> conv 1 3 pad=1 -> conv_transpose 1 3 stride=3 -> conv 1 2";
  assert.match(field(around(transposed, "1@48x48")), /^14 /);
  assert.match(field(around("avgpool 2 -> upsample 3 mode=bilinear -> conv 1 3 stride=2", "1@48x48")), /^6 /);
});

test("hostile enlargements and strides end in a field that does not count, not in a long wait or in NaN", () => {
  assert.is(field(around("conv 8 3 -> upsample 1000 -> upsample 1000 -> conv 1 1", "1@9")), "3 stride 1 padding 0");
  const strides = around("repeat 40 { conv 1 1 stride=1_000_000_000 }");
  assert.is(field(strides), "1 stride 1000000000 padding 0");
});

test.run();
