/** What is given from outside: arguments (`--set`), another input, the model that is meant; and comments that silence. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check as checkProject, memoryProject } from "@cnn-lang/shape-checker";
import { around, check, codes, mistakes, modelOf, outputs } from "../helpers/program.ts";
import { shape } from "../helpers/infer.ts";

const test = suite("options");

const net = `model Net(classes = 10, depths = [1, 1], side = 32x32, act = relu) {
  input 3@side
  for d in depths { repeat d { conv 8 3 pad=1 -> act } }
  globalavgpool -> dense classes
}
`;

test("arguments replace defaults", () => {
  assert.is(outputs(net, { arguments: { classes: 100 } }), "100");
  assert.is(modelOf(net, { arguments: { depths: [3, 4] } }).layers.filter(({ operator }) => operator === "conv").length, 7);
});

test("a text is read as an expression", () => {
  assert.is(outputs(net, { arguments: { classes: "10 * 10" } }), "100");
  assert.is(modelOf(net, { arguments: { depths: "[3, 4]" } }).layers.filter(({ operator }) => operator === "conv").length, 7);
  assert.is(modelOf(net, { arguments: { act: "tanh" } }).layers[2]?.operator, "tanh");
  assert.equal(modelOf(net, { arguments: { side: "64x48" } }).inputs[0]?.shape.axes, [64, 48]);
});

test("the model says what it was given", () => {
  assert.equal(modelOf(net, { arguments: { classes: 7 } }).arguments, { classes: 7, depths: [1, 1], side: "32x32", act: "relu" });
});

test("wrong arguments are told at the model", () => {
  assert.equal(mistakes(net, { arguments: { clases: 7 } }), ["CNN3020 1:7 Net has no parameter called clases; did you mean classes?"]);
  assert.match(mistakes(net, { arguments: { classes: "7 +" } })[0] ?? "", "the argument classes must be an expression");
  assert.is(codes(net, { arguments: { classes: "nonsense" } }), "CNN2002");
  assert.is(codes(net, { arguments: { classes: 0 } }), "CNN3007");
});

test("another input, for the only one or by name", () => {
  assert.equal(modelOf(net, { input: shape("3@64x48") }).inputs[0]?.shape, shape("3@64x48"));
  const two = "model Net {\n  input a 1@8x8\n  input b 1@8x8\n  concat { | a | b }\n}";
  assert.is(outputs(two, { input: new Map([["a", shape("1@9x9")], ["b", shape("2@9x9")]]) }), "3@9x9");
  assert.is(codes(around("conv 8 5 -> 8@28x28"), { input: shape("3@64x64") }), "CNN4101");
});

test("one model of several", () => {
  const several = around("conv 8 1") + around("conv 9 1").replace("Net", "Other");
  assert.equal(check(several).models.map(({ name }) => name), ["Net", "Other"]);
  assert.equal(check(several, { model: "Other" }).models.map(({ name }) => name), ["Other"]);
  assert.equal(mistakes(several, { model: "Ohter" }), ["CNN2020 1:1 there is no model called Ohter; did you mean Other?"]);
});

test("a file that cannot be read", () => {
  const { diagnostics } = checkProject(memoryProject({}), "net.cnn");
  assert.equal(diagnostics.map(({ code, message }) => `${code} ${message}`), ["CNN2023 net.cnn cannot be read: there is no such file"]);
});

test("an empty file is a warning, a library is not", () => {
  assert.is(codes(""), "CNN2102");
  assert.is(codes("// nothing but words\n"), "CNN2102");
  assert.is(codes("block stage(c) { conv c 3 }\n"), "");
});

const twice = "relu -> relu";

test("cnn-ignore silences its line, or the next that has code", () => {
  assert.is(codes(around(`${twice}   // cnn-ignore CNN4203`)), "");
  assert.is(codes(around(`// cnn-ignore CNN4203\n  // why: an example\n\n  ${twice}`)), "");
  assert.is(codes(around(`// cnn-ignore CNN4203 CNN4101\n  ${twice}`)), "CNN2103");
});

test("it silences only what it names, and only there", () => {
  assert.is(codes(around(`${twice}   // cnn-ignore CNN2001`)), "CNN4203 CNN2103");
  assert.is(codes(around(`// cnn-ignore CNN4203\n  conv 8 1\n  ${twice}`)), "CNN2103 CNN4203");
});

test("it silences no error: a model would be missing without a word", () => {
  const { models, diagnostics } = check(around("conv 8 99   // cnn-ignore CNN4001"));
  assert.equal(models, []);
  assert.equal(diagnostics.map(({ code }) => code), ["CNN4001", "CNN2103"]);
  assert.is(diagnostics[1]?.message, "CNN4001 is an error, which no comment silences");
});

test.run();
