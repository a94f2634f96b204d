/** Memory, counted by hand, and by the rule of torchinfo against its published tables. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { countElements, summarize, type Model } from "@cnn-lang/shape-checker";
import { trainingMemory } from "../../packages/shape-checker/src/analyze/memory.ts";
import { around, modelOf } from "../helpers/program.ts";

const test = suite("memory");

const small = (frozen = ""): Model => modelOf(around(`${frozen} conv 2 3 -> relu -> flatten -> dense 3`, "1@4x4"));
const memory = (model: Model) => summarize(model).totals.memory;

test("weights: four bytes for each parameter and running statistic", () => {
  assert.is(memory(small()).weights, 4 * (2 * 9 + 2 + (8 * 3 + 3)));
  assert.is(memory(modelOf(around("conv 8 3 bias=false -> batchnorm"))).weights, 4 * (8 * 3 * 9 + 2 * 8 + 2 * 8));
});

test("activations: the most that is alive at once", () => {
  // 16 values come in and 8 come out of the convolution; then the input's place is free for the relu's 8.
  assert.is(memory(small()).activations, 4 * (16 + 8));
  // A skip connection keeps its input: 3·64 twice beside the sum.
  assert.is(memory(modelOf(around("skip { conv 3 1 -> relu }", "3@8x8"))).activations, 4 * (3 * 64 * 3));
});

test("activations: what is only looked at otherwise takes no place", () => {
  const plain = memory(modelOf(around("conv 8 3 -> flatten -> dense 10"))).activations;
  assert.is(memory(modelOf(around("conv 8 3 -> identity -> dropout -> flatten -> dense 10"))).activations, plain);
});

test("training: what gradients need is kept until the way back", () => {
  // At the relu's turn on the way back: the input (16, for the convolution), the relu's output (8), and the gradients before and behind it (8 each).
  const kept = 16 + 8 + 8 + 8;
  const weights = 47;
  assert.is(memory(small()).training, 4 * (weights * 4 + kept)); // the weights, their gradients, and Adam's two moments
  assert.is(trainingMemory(small(), 1, { name: "sgd" }), 4 * (weights * 2 + kept));
  assert.is(trainingMemory(small(), 32, { name: "sgd", momentum: 0.9 }), 4 * (weights * 3 + 32 * kept));
  assert.is(trainingMemory(small(), 1, { name: "rmsprop", momentum: 0.9, centered: true }), 4 * (weights * 5 + kept));
});

test("training: below the first trainable layer nothing is kept", () => {
  // Only the dense layer learns: 27 of 47 weights; the most is alive at the convolution, in and out.
  assert.is(memory(small("frozen")).training, 4 * (47 + 3 * 27 + 16 + 8));
});

// https://github.com/TylerYep/torchinfo, tests/test_output: "Forward/backward pass size" and "Params size", in millions of bytes.
test("shapes and weights give torchinfo's tables", () => {
  const torchinfo = (file: string) => {
    const model = modelOf(readFileSync(file, "utf8"));
    const owners = model.layers.filter(({ weights }) => weights.some(({ kind }) => kind === "parameter"));
    const outputs = owners.reduce((sum, { outputShape }) => sum + countElements(outputShape), 0);
    return [(2 * 4 * outputs) / 1e6, (4 * summarize(model).totals.parameters) / 1e6].map((n) => n.toFixed(2)).join(" ");
  };
  assert.is(torchinfo("examples/resnet.cnn"), "39.75 46.76");
  assert.is(torchinfo("examples/vgg.cnn"), "108.45 553.43");
});

test("counts: PyTorch's, and Keras's, whose weights include running statistics", () => {
  const { parameters, trainable, frozen, buffers, keras } = summarize(modelOf(readFileSync("examples/resnet.cnn", "utf8"))).totals;
  assert.equal([parameters, trainable, frozen, buffers], [11_689_512, 11_689_512, 0, 9_600]);
  assert.equal(keras, { parameters: 11_699_112, trainable: 11_689_512, nonTrainable: 9_600 });
});

test.run();
