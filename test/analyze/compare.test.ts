/** What changed between two models, and which weights of the first still fit the second. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareModels, type Comparison } from "@cnn-lang/shape-checker";
import { around, modelOf } from "../helpers/program.ts";

const test = suite("comparing models");

const compare = (before: string, after: string): Comparison => compareModels(modelOf(before), modelOf(after));

/** `changed conv_1: filters 4 → 6, …`. */
const changes = (before: string, after: string): readonly string[] =>
  compare(before, after).layers.map(({ change, path, differences }) => `${change} ${path}${differences.length > 0 ? `: ${differences.join(", ")}` : ""}`);

test("a model is equal to itself", () => {
  const text = around("conv 8 3 -> batchnorm -> relu -> globalavgpool -> dense 10");
  const { layers, weights, before, after } = compare(text, text);
  assert.equal(layers, []);
  assert.equal([weights.reshaped, weights.added, weights.removed], [[], [], []]);
  assert.is(weights.fitting.length, 2 + 5 + 2);
  assert.equal(before, after);
});

test("a new head: all weights fit but the head's", () => {
  const net = (classes: number): string => around(`features: { conv 8 3 -> relu } -> globalavgpool\n  fc: dense ${classes}`);
  assert.equal(changes(net(1000), net(10)), ["changed fc: units 1000 → 10, output 1000 → 10"]);
  const { weights, before, after } = compare(net(1000), net(10));
  assert.equal(weights.fitting, ["features.0.weight", "features.0.bias"]);
  assert.equal(weights.reshaped, [
    { name: "fc.weight", before: [1000, 8], after: [10, 8] },
    { name: "fc.bias", before: [1000], after: [10] },
  ]);
  assert.is(before.totals.parameters - after.totals.parameters, 990 * 8 + 990);
});

test("attributes, inputs and frozen layers are told; what follows from them downstream is told by its output", () => {
  assert.equal(changes(around("conv 8 3 -> relu"), around("frozen conv 8 3 stride=2 -> relu")), [
    "changed conv_1: stride 1x1 → 2x2, output 8@30x30 → 8@15x15, frozen no → yes",
    "changed relu_1: output 8@30x30 → 8@15x15",
  ]);
  assert.equal(changes(around("conv 3 1 as a -> relu -> add a"), around("conv 3 1 -> relu as a -> tanh -> add a")), [
    "added tanh_1",
    "changed add_1: input relu_1, conv_1 → tanh_1, relu_1",
  ]);
});

test("another operator under the same label", () => {
  assert.equal(changes(around("x: conv 8 3 pad=1"), around("x: depthwise 3 multiplier=2 pad=1")), [
    "changed x: operator conv → depthwise, output 8@32x32 → 6@32x32",
  ]);
  const { weights } = compare(around("x: conv 8 3 pad=1"), around("x: depthwise 3 multiplier=2 pad=1"));
  assert.equal(weights.reshaped.map(({ name }) => name), ["x.weight", "x.bias"]);
});

test("added and removed layers, and sharing", () => {
  const own = "model Twins {\n  input a 1@8x8\n  input b 1@8x8\n  a -> net: conv 4 3 as x\n  b -> net2: conv 4 3\n  add x\n}";
  const shared = own.replace("net2: conv 4 3", "reuse net");
  assert.equal(changes(own, shared), [
    "added net",
    "changed add_1: input net2, net → net, net",
    "removed net2",
  ]);
  const { weights } = compare(own, shared);
  assert.equal([weights.fitting, weights.removed], [["net.weight", "net.bias"], ["net2.weight", "net2.bias"]]);
});

test.run();
