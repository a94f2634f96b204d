/** The template that emitted code is made with, and the names in it. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { code, comment, identifier, literal, member, object } from "../../packages/codegen/src/code.ts";
import { createNames } from "../../packages/codegen/src/names.ts";

const test = suite("code");

test("a string becomes a literal, code stays as it is", () => {
  const name = identifier("x");
  assert.is(code`f(${name}, ${"x"}, ${0.5}, ${true}, ${[1, "a"]})`.text, `f(x, "x", 0.5, true, [1, "a"])`);
  assert.is(literal(`"\\\n\u2028`).text, String.raw`"\"\\\n\u2028"`);
});

test("entries without a value are left out", () => {
  assert.is(code`f(${{ strides: 2, bias: undefined, "a-b": identifier("c") }})`.text, `f({ strides: 2, "a-b": c })`);
});

test("__proto__ is an entry like any other", () => {
  const { text } = object([["__proto__", 1]]);
  assert.is(text, `{ ["__proto__"]: 1 }`);
  assert.is(member(identifier("weights"), "__proto__").text, `weights["__proto__"]`);
});

test("a plain name is a plain member", () => {
  assert.is(member(identifier("inputs"), "left").text, "inputs.left");
  assert.is(member(identifier("weights"), "conv_1.weight").text, `weights["conv_1.weight"]`);
});

test("a comment ends where its line ends", () => {
  assert.is(comment(["one\ntwo", "three \u2028four"]).text, "// one\\u000atwo\n// three \\u2028four\n");
});

test("what is no identifier, and what is not a number, is refused", () => {
  assert.throws(() => identifier("a-b"), /"a-b" is no identifier/);
  assert.throws(() => code`${Number.NaN}`, /NaN/);
});

test("paths become identifiers, each used once", () => {
  const { fresh } = createNames(["tf"]);
  const made = ["conv_1", "layer1.0.conv1", "0", "features.0", "features_0", "class", "tf", "변수", "a b", "conv_1"].map((path) => fresh(path).text);
  assert.equal(made, ["conv_1", "layer1_0_conv1", "_0", "features_0", "features_0_2", "class_2", "tf_2", "변수", "a_b", "conv_1_2"]);
});

test.run();
