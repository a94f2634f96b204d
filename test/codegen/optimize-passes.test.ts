/** What each pass for inference makes of a model, as text. */

import { compile } from "@cnn-lang/codegen";
import { memoryProject, printModel, verifyModel, type Model } from "@cnn-lang/shape-checker";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { dropTraining } from "../../packages/codegen/src/passes/drop-training.ts";
import { foldBatchNorms } from "../../packages/codegen/src/passes/fold-batch-norm.ts";
import { fuseActivations } from "../../packages/codegen/src/passes/fuse-activation.ts";
import { optimize } from "../../packages/codegen/src/passes/optimize.ts";
import { around, modelOf } from "../helpers/program.ts";

const test = suite("passes for inference");

/** A model's layers, one a line, without its head and its shapes of weights. */
const shown = (model: Model): string => {
  assert.equal(verifyModel(model), []);
  return printModel(model).replaceAll(/ \w+(\.\w+)*\[[\d, ]*\]/g, "").trimEnd().split("\n").slice(1).join("\n");
};

/** Compares what a pass makes of some lines with the lines expected. */
const becomes = (pass: (model: Model) => Model, lines: string, after: string, input = "4@8x8"): void =>
  assert.is(shown(pass(modelOf(around(lines, input)))), after.trim().replaceAll(/^ +/gm, ""));

test("what only training does goes, and batch norms run on their statistics", () => {
  becomes(dropTraining, "conv 8 3 -> identity -> batchnorm -> spatial_dropout 0.1 -> relu -> droppath 0.1 -> flatten -> dropout 0.5 -> dense 2", `
    0 input: input() 4@8x8
    1 conv_1: conv(0) 8@6x6
    2 batchnorm_1: batchnorm(1) 8@6x6 frozen
    3 relu_1: relu(2) 8@6x6
    4 flatten_1: flatten(3) 288
    5 dense_1: dense(4) 2
    output output: 5`);
});

test("an output that is dropout's is its input's", () => {
  becomes(dropTraining, "conv 8 3 -> dropout 0.5", `
    0 input: input() 4@8x8
    1 conv_1: conv(0) 8@6x6
    output output: 1`);
});

test("a batch norm becomes part of the layer before it", () => {
  becomes(foldBatchNorms, "conv 8 3 -> batchnorm -> depthwise 3 -> batchnorm -> separable 6 3 -> batchnorm -> flatten -> dense 2 -> batchnorm", `
    0 input: input() 4@8x8
    1 conv_1: conv(0) 8@6x6 + batchnorm_1: batchnorm
    2 depthwise_1: depthwise(1) 8@4x4 + batchnorm_2: batchnorm
    3 separable_1: separable(2) 6@2x2 + batchnorm_3: batchnorm
    4 flatten_1: flatten(3) 24
    5 dense_1: dense(4) 2 + batchnorm_4: batchnorm
    output output: 5`);
});

test("not where something else sees the layer's own output", () => {
  const same = (lines: string): void => assert.is(shown(foldBatchNorms(modelOf(around(lines, "4@8x8")))), shown(modelOf(around(lines, "4@8x8"))));
  same("conv 4 3 pad=1 as x\n  x -> batchnorm -> add x");
  same("conv 4 3 pad=1 as x\n  output features\n  x -> batchnorm\n  output normed");
  same("relu -> batchnorm -> conv 4 3");
});

test("shared filters are folded where all their uses are alike", () => {
  becomes(foldBatchNorms, "c: conv 4 3 pad=1 -> b: batchnorm -> reuse c -> reuse b", `
    0 input: input() 4@8x8
    1 c: conv(0) 4@8x8 + b: batchnorm
    2 c: conv(1) 4@8x8 reuses 1 + b: batchnorm
    output output: 2`);
  becomes(foldBatchNorms, "c: conv 4 3 pad=1 -> b: batchnorm -> reuse c -> relu", `
    0 input: input() 4@8x8
    1 c: conv(0) 4@8x8
    2 b: batchnorm(1) 4@8x8
    3 c: conv(2) 4@8x8 reuses 1
    4 relu_1: relu(3) 4@8x8
    output output: 4`);
  becomes(foldBatchNorms, "conv 4 3 pad=1 -> b: batchnorm -> relu -> reuse b", `
    0 input: input() 4@8x8
    1 conv_1: conv(0) 4@8x8
    2 b: batchnorm(1) 4@8x8
    3 relu_1: relu(2) 4@8x8
    4 b: batchnorm(3) 4@8x8 reuses 2
    output output: 4`);
});

test("activations that TensorFlow.js fuses become part of layers that it fuses them with", () => {
  becomes(fuseActivations, "conv 8 3 -> relu -> depthwise 3 -> relu6 -> conv 4 1 -> silu -> conv 4 2 groups=2 -> relu -> flatten -> dense 2 -> sigmoid", `
    0 input: input() 4@8x8
    1 conv_1: conv(0) 8@6x6 + relu_1: relu
    2 depthwise_1: depthwise(1) 8@4x4 + relu6_1: relu6
    3 conv_2: conv(2) 4@4x4
    4 silu_1: silu(3) 4@4x4
    5 conv_3: conv(4) 4@3x3
    6 relu_2: relu(5) 4@3x3
    7 flatten_1: flatten(6) 36
    8 dense_1: dense(7) 2 + sigmoid_1: sigmoid
    output output: 8`);
});

test("a batch norm before its convolution, which is not folded, takes the relu or relu6 behind it", () => {
  for (const activation of ["relu", "relu6"]) {
    becomes(optimize, `maxpool 2 -> batchnorm -> ${activation} -> conv 4 3 pad=1 bias=false -> batchnorm`, `
    0 input: input() 4@8x8
    1 maxpool_1: maxpool(0) 4@4x4
    2 batchnorm_1: batchnorm(1) 4@4x4 frozen + ${activation}_1: ${activation}
    3 conv_1: conv(2) 4@4x4 + batchnorm_2: batchnorm
    output output: 3`);
  }
});

test("all of them, on a residual block", () => {
  becomes(optimize, "skip {\n    conv 4 3 pad=1 bias=false -> batchnorm -> dropout 0.1 -> relu\n    conv 4 3 pad=1 bias=false -> batchnorm\n  }\n  relu", `
    0 input: input() 4@8x8
    1 conv_1: conv(0) 4@8x8 + batchnorm_1: batchnorm + relu_1: relu
    2 conv_2: conv(1) 4@8x8 + batchnorm_2: batchnorm
    3 add_1: add(2, 0) 4@8x8
    4 relu_2: relu(3) 4@8x8
    output output: 4`);
});

test("the module asks for the same weights, and takes no mode", async () => {
  const project = memoryProject({ "net.cnn": around("conv 4 3 -> batchnorm eps=0.001 -> dropout 0.5 -> relu6 -> conv_transpose 6 2 stride=2 groups=2 -> batchnorm") });
  const shapes = (code = ""): string => /export const weightShapes = \{[^]*?\};/.exec(code)?.[0] ?? "";
  const [plain, optimized] = await Promise.all([false, true].map((optimize) => compile(project, "net.cnn", { optimize })));
  assert.is(shapes(optimized?.code), shapes(plain?.code));
  assert.match(optimized?.code ?? "", "export function forward(weights, input) {");
  assert.match(optimized?.code ?? "", `const norms = {
  conv_1: { norm: "batchnorm_1", eps: 0.001 },
  conv_transpose_1: { norm: "batchnorm_2", filter: "transposed", groups: 2 },
};`);
});

test("nothing to fold: the weights are used as they are", async () => {
  const { code = "" } = await compile(memoryProject({ "net.cnn": around("conv 4 3 -> relu") }), "net.cnn", { optimize: true });
  assert.not.match(code, "fold");
  assert.match(code, 'activation: "relu"');
});

test.run();
