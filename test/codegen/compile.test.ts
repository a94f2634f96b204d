/** The compiler as one function. */

import { compile } from "@cnn-lang/codegen";
import { memoryProject } from "@cnn-lang/shape-checker";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("compile");

const one = "model One {\n  input 4\n  dense 2\n}\n";
const two = `${one}model Two {\n  input 4\n  dense 3\n}\n`;

const compiled = (text: string, options = {}) => compile(memoryProject({ "net.cnn": text }), "net.cnn", options);

test("a program without mistakes becomes code, a map and its model", async () => {
  const { code, map, models, diagnostics } = await compiled(one);
  assert.match(code ?? "", "export function forward(weights, input)");
  assert.equal(map?.sources, ["net.cnn"]);
  assert.equal(models.map(({ name }) => name), ["One"]);
  assert.equal(diagnostics.filter(({ severity }) => severity === "error"), []);
});

test("a mistake becomes diagnostics and no code", async () => {
  const { code, diagnostics } = await compiled("model One {\n  input 1@4x4\n  conv 2 7\n}\n");
  assert.is(code, undefined);
  assert.equal(diagnostics.map((diagnostic) => diagnostic.code), ["CNN4001"]);
});

test("of several models one must be named", async () => {
  const { code, diagnostics } = await compiled(two);
  assert.is(code, undefined);
  assert.equal(diagnostics.map(({ code: number, message }) => `${number} ${message}`), ["CNN2201 net.cnn holds 2 models, and a module holds one: One, Two"]);
  assert.match((await compiled(two, { model: "Two" })).code ?? "", "// Two, from net.cnn: 4 → 3");
});

test("a file that is not there is a diagnostic", async () => {
  const { code, diagnostics } = await compile(memoryProject({}), "net.cnn");
  assert.is(code, undefined);
  assert.ok(diagnostics.length > 0);
});

test("several inputs and outputs come and go as objects, by name", async () => {
  const { code = "" } = await compiled(`model Two {
  input left 4
  input right 4
  left -> add right as sum
  sum -> dense 2
  output class
  sum -> dense 1
  output age
}
`, { typescript: true });
  assert.match(code, "inputs: { left: tf.Tensor2D; right: tf.Tensor2D }");
  assert.match(code, "return { class: dense_1, age: dense_2 };");
});

test.run();
