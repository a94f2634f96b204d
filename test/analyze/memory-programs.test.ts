/**
 * The memory of whole published networks: weights against the published counts, activations by hand, and a training step
 * against the rule itself, asked of every value at every moment.
 */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { summarize, type Layer, type Model } from "@cnn-lang/shape-checker";
import { trainingMemory } from "../../packages/shape-checker/src/analyze/memory.ts";
import { modelOf } from "../helpers/program.ts";
import { golden, zooModel } from "../helpers/zoo.ts";

const test = suite("memory of published networks");

const models = {
  alexnet: zooModel("alexnet.cnn", "AlexNet"),
  vgg11: zooModel("vgg.cnn", "VGG11"),
  vgg16: zooModel("vgg.cnn", "VGG16"),
  vgg16_bn: zooModel("vgg.cnn", "VGG16_BN"),
  resnet18: zooModel("resnet.cnn", "ResNet18"),
  resnet50: zooModel("resnet.cnn", "ResNet50"),
  resnet101: zooModel("resnet.cnn", "ResNet101"),
  resnext50_32x4d: zooModel("resnet.cnn", "ResNeXt50_32x4d"),
  wide_resnet50_2: zooModel("resnet.cnn", "WideResNet50_2"),
  squeezenet1_1: zooModel("squeezenet.cnn", "SqueezeNet1_1"),
  densenet121: zooModel("densenet.cnn", "DenseNet121"),
  mobilenet_v2: zooModel("mobilenet-v2.cnn", "MobileNetV2"),
  mobilenet_v3_large: zooModel("mobilenet-v3.cnn", "MobileNetV3Large"),
  shufflenet_v2_x1_0: zooModel("shufflenet-v2.cnn", "ShuffleNetV2_x1_0"),
  efficientnet_b0: zooModel("efficientnet.cnn", "EfficientNetB0"),
  convnext_tiny: zooModel("convnext.cnn", "ConvNeXtTiny"),
  unet_bn_same_3to2_256: zooModel("unet.cnn", "UNetBN"),
};

const references: readonly { readonly name: string; readonly params: number; readonly bn_running_stats: number }[] = golden("reference_models.json");

test("weights: four bytes for each published parameter and running statistic", () => {
  for (const [name, model] of Object.entries(models)) {
    const reference = references.find((each) => each.name === name);
    assert.ok(reference, name);
    assert.is(summarize(model).totals.memory.weights, 4 * (reference.params + reference.bn_running_stats), name);
  }
});

/** Numbers in a map: channels, height and width. */
const map = (channels: number, side: number): number => channels * side * side;

// The largest sum of maps alive at once, from the tables of the papers; inputs, in between, are given back as soon as they are read.
const peaks: readonly (readonly [string, Model, number])[] = [
  // Before and behind the first relu.
  ["AlexNet", models.alexnet, 2 * map(64, 55)],
  ["VGG-16", models.vgg16, 2 * map(64, 224)],
  // Before and behind the first batch norm.
  ["ResNet-18", models.resnet18, 2 * map(64, 112)],
  // The block's input, and before and behind the batch norm of its last convolution.
  ["ResNet-50", models.resnet50, 3 * map(256, 56)],
  // Of the first block's last layer: its input, and before and behind the relu that follows the first norm.
  ["DenseNet-121", models.densenet121, 3 * map(64 + 5 * 32, 56)],
  // At the lowest join, whose two halves lie beside the whole: the three maps that wait to cross over further up.
  ["U-Net", zooModel("unet.cnn", "UNet"), map(64, 568) + map(128, 280) + map(256, 136) + 2 * map(1024, 56)],
  // The widest expansion, before and behind its batch norm.
  ["MobileNetV2", models.mobilenet_v2, 2 * map(96, 112)],
];

for (const [name, model, numbers] of peaks) {
  test(`activations of ${name}`, () => assert.is(summarize(model).totals.memory.activations, 4 * numbers));
}

test("a training step of LeNet-5, by hand", () => {
  const lenet = modelOf(readFileSync("examples/lenet.cnn", "utf8"));
  // The most is alive when the first tanh gets its gradient: the image, which the convolution below needs, the tanh's output, and the gradients behind and before it.
  const most = map(1, 28) + 3 * map(6, 24);
  assert.is(summarize(lenet).totals.memory.training, 4 * (4 * 44_426 + most));
  assert.is(trainingMemory(lenet, 64, { name: "sgd" }), 4 * (2 * 44_426 + 64 * most));
});

const views = ["identity", "flatten", "reshape"];

/**
 * Numbers alive at once at the worst moment of a training step, for one image: at each moment every value is asked whether
 * it is there. Forward, the layers are the moments 0, 1, …; then comes the loss, then they come by in reverse.
 */
function mostAlive({ layers, outputs }: Model): number {
  const loss = layers.length;
  const back = (id: number): number => 2 * loss - id;
  const learns: boolean[] = [];
  for (const { weights, inputs } of layers) learns.push(weights.some(({ trainable }) => trainable) || inputs.some((id) => learns[id]));
  const home = (id: number): number => {
    const layer = layers[id];
    return layer && views.includes(layer.operator) ? home(layer.inputs[0] ?? id) : id;
  };
  const members = layers.map(({ id }) => layers.filter((other) => home(other.id) === id));
  const keeps = ({ cost }: Layer, what: "input" | "output"): boolean => cost.keeps === what || cost.keeps === "both";

  const lives = members.flatMap((all, id): readonly { readonly size: number; readonly from: number; readonly to: number }[] => {
    const [first] = all;
    if (!first) return [];
    const ids = all.map((each) => each.id);
    const readers = layers.filter(({ inputs }) => inputs.some((input) => ids.includes(input)));
    const isOutput = outputs.some(({ layer }) => ids.includes(layer));
    const reads = [
      id, ...readers.map((reader) => reader.id), ...(isOutput ? [loss] : []),
      ...readers.filter((reader) => learns[reader.id] && keeps(reader, "input")).map((reader) => back(reader.id)),
      ...all.filter((each) => learns[each.id] && keeps(each, "output")).map((each) => back(each.id)),
    ];
    const size = first.outputShape.axes.reduce((product, n) => product * n, first.outputShape.channels);
    const value = { size, from: id, to: Math.max(...reads) };
    if (!learns[id]) return [value];
    const given = [...readers.filter((reader) => learns[reader.id]).map((reader) => back(reader.id)), ...(isOutput ? [loss] : [])];
    return [value, { size, from: Math.min(back(id), ...given), to: back(id) }];
  });
  const moments = Array.from({ length: 2 * loss + 1 }, (_, moment) => moment);
  return Math.max(...moments.map((moment) => lives.reduce((sum, { size, from, to }) => (from <= moment && moment <= to ? sum + size : sum), 0)));
}

for (const name of ["alexnet", "vgg16_bn", "resnet50", "squeezenet1_1", "mobilenet_v3_large", "shufflenet_v2_x1_0", "unet_bn_same_3to2_256"] as const) {
  test(`training steps of ${name}, by asking at every moment`, () => {
    const reference = references.find((each) => each.name === name);
    assert.ok(reference);
    const { params, bn_running_stats: statistics } = reference;
    const most = mostAlive(models[name]);
    assert.is(summarize(models[name]).totals.memory.training, 4 * (4 * params + statistics + most), "one image, Adam: weight, gradient and two moments");
    assert.is(trainingMemory(models[name], 32, { name: "sgd", momentum: 0.9 }), 4 * (3 * params + statistics + 32 * most), "32 images, SGD with momentum");
  });
}

test.run();
