/** The examples against published figures: parameters, multiply-accumulates, and torchvision's names and shapes. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, memoryProject, summarize, weightsOf, type Model } from "@cnn-lang/shape-checker";

const test = suite("published figures");

const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

function modelOf(file: string, args: Record<string, number> = {}): Model {
  const names = ["resnet.cnn", file];
  const project = memoryProject(Object.fromEntries(names.map((name) => [name, readFileSync(`examples/${name}`, "utf8")])));
  const { models, diagnostics } = check(project, file, { arguments: args });
  assert.equal(diagnostics.filter(({ severity }) => severity !== "info").map(({ message }) => message), []);
  const [model] = models;
  if (!model) throw new Error(`${file} has no model`);
  return model;
}

const published = (name: string) => json("test/goldens/reference_models.json").find((each: { name: string }) => each.name === name);

test("LeNet-5 has 44,426 parameters, SimpleCNN 620,810", () => {
  assert.is(summarize(modelOf("lenet.cnn")).totals.parameters, 44_426);
  assert.is(summarize(modelOf("simple-cnn.cnn")).totals.parameters, 620_810);
});

test("the multilayer perceptron counts both its biases: 154,151,946", () => {
  // 150,528 · 1,024 + 1,024 + 1,024 · 10 + 10
  assert.is(summarize(modelOf("mlp.cnn")).totals.parameters, 154_151_946);
});

for (const [name, file] of [["resnet18", "resnet.cnn"], ["alexnet", "zoo/alexnet.cnn"], ["vgg16", "vgg.cnn"]] as const) {
  test(`${name} has the published parameters and multiply-accumulates`, () => {
    const { totals } = summarize(modelOf(file));
    assert.is(totals.parameters, published(name).params);
    assert.is(totals.macs, published(name).macs);
  });
}

test("ResNet-18 with ten classes has 11,181,642 parameters, of which 5,130 train behind a frozen backbone", () => {
  assert.is(summarize(modelOf("resnet.cnn", { classes: 10 })).totals.parameters, 11_181_642);
  const { totals } = summarize(modelOf("flowers.cnn"));
  assert.is(totals.parameters, 11_181_642);
  assert.is(totals.trainable, 5_130);
});

test("ResNet-18's tensors have torchvision's names and shapes, in its order", () => {
  const expected = json("test/goldens/state_dicts.json").resnet18.state_dict;
  assert.equal(weightsOf(modelOf("resnet.cnn")).map(({ name, shape }) => [name, shape]), expected);
});

test.run();
