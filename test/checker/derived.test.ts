/** Models derived from models; load, freeze and frozen. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Layer, Model } from "@cnn-lang/shape-checker";
import { around, check, codes, mistakes, modelOf } from "../helpers/program.ts";

const test = suite("derived models");

const base = `model Base(classes = 10, width = 8) {
  input 3@32x32
  features: { conv width 3 -> batchnorm -> relu -> conv width 3 }
  flatten
  fc: dense classes
}
`;

function derived(text: string, name = "Net"): Model {
  const { models, diagnostics } = check(base + text);
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  assert.equal(errors, []);
  const model = models.find((each) => each.name === name);
  if (!model) throw new Error(`no model ${name}`);
  return model;
}

const frozenPaths = ({ layers }: Model): string =>
  layers.filter(({ frozen, weights }: Layer) => frozen && weights.length > 0).map(({ path }) => path).join(" ");

test("a derived model has the other's layers with its own arguments", () => {
  const model = derived("model Net = Base(classes = 100, width = 4)\n");
  assert.is(model.outputs[0]?.shape.channels, 100);
  assert.equal(model.arguments, { classes: 100, width: 4 });
});

test("arguments go by place too, and the body is optional", () => {
  assert.is(derived("model Net = Base(7)\n").outputs[0]?.shape.channels, 7);
  assert.is(derived("model Net = Base\n").outputs[0]?.shape.channels, 10);
});

test("it may have parameters of its own, and be derived from in turn", () => {
  const chain = "model Big(classes = 100) = Base(classes = classes * 2, width = 4)\nmodel Net = Big(classes = 50)\n";
  assert.is(derived(chain).outputs[0]?.shape.channels, 100);
  assert.is(derived(chain, "Big").outputs[0]?.shape.channels, 200);
});

test("statements of the whole chain add up", () => {
  const chain = 'model Big = Base() {\n  load "big.safetensors" except fc\n  freeze features.0\n}\nmodel Net = Big() { freeze features.3 }\n';
  assert.is(frozenPaths(derived(chain)), "features.0 features.3");
  assert.equal(derived(chain).load.map(({ file, except }) => `${file} except ${except}`), ["big.safetensors except fc"]);
});

test("its body holds no layers", () => {
  assert.is(codes(`${base}model Net = Base() { dense 10 }\n`), "CNN2016");
  assert.is(codes(`${base}model Net = Base() { let x = 1 }\n`), "CNN2016");
});

test("unknown arguments, circles, and bases that are no models", () => {
  assert.is(codes(`${base}model Net = Base(clases = 3)\n`), "CNN3001");
  assert.is(codes("model A = B()\nmodel B = A()\n"), "CNN2015");
  assert.is(codes("model A = A()\n"), "CNN2015");
  assert.is(codes(`block b { relu }\nmodel Net = b()\n`), "CNN2014");
  assert.is(codes(`${base}model Net = Bass()\n`), "CNN2014");
});

test("selectors name whole segments of a path, * any one", () => {
  const frozen = (freeze: string): string => frozenPaths(derived(`model Net = Base() { freeze ${freeze} }\n`));
  assert.is(frozen("features"), "features.0 features.1 features.3");
  assert.is(frozen("features.0"), "features.0");
  assert.is(frozen("features.0, fc"), "features.0 fc");
  assert.is(frozen("*.3"), "features.3");
  assert.is(frozen("all except fc"), "features.0 features.1 features.3");
  assert.is(frozen("all except features.1, fc"), "features.0 features.3");
  assert.is(frozen("features except features.*"), "");
  assert.is(codes(`${base}model Net = Base() { freeze feat }\n`), "CNN5001");
});

test("numbers in selectors are segments, whatever they look like", () => {
  const deep = around("body: { 0: { conv 3 1 -> conv 3 1 } -> 1: { conv 3 1 -> 10: conv 3 1 } }\n  freeze body.0.1, body.1.10");
  assert.is(frozenPaths(modelOf(deep)), "body.0.1 body.1.10");
});

test("frozen stands before any layer, block or group", () => {
  const model = modelOf(`block b(c) { conv c 1 -> batchnorm }\n${around("frozen b 8\n  frozen { conv 8 1 }\n  frozen a: conv 8 1\n  conv 8 1")}`);
  assert.is(frozenPaths(model), "b_1.conv_1 b_1.batchnorm_1 conv_1 a");
  assert.ok(model.layers.find(({ path }) => path === "a")?.weights.every(({ trainable }) => !trainable));
});

test("what is frozen is counted apart, and buffers never train", () => {
  const model = derived("model Net = Base() { freeze features }\n");
  const trainable = model.layers.flatMap(({ weights }) => weights.filter((weight) => weight.trainable).map(({ name }) => name));
  assert.equal(trainable, ["fc.weight", "fc.bias"]);
});

test("freezing that leaves nothing to train is a warning", () => {
  assert.equal(mistakes(`${base}model Net = Base() { freeze all }\n`), ["CNN5101 7:22 all weights of Net are frozen: nothing is left to train"]);
});

test("a frozen layer above a trainable one is a warning, a frozen batch norm is not", () => {
  assert.is(codes(around("conv 8 3 -> frozen conv 8 3 -> flatten -> dense 10")), "CNN5102");
  assert.is(codes(around("conv 8 3 bias=false -> frozen batchnorm -> flatten -> dense 10")), "");
  assert.is(codes(`${base}model Net = Base() { freeze fc }\n`), "CNN5102");
});

test("load and freeze stand directly in a model", () => {
  assert.is(codes(`block b { relu -> identity\n freeze all }\n${around("b")}`), "CNN2017");
  assert.is(codes(around('{ conv 3 1\n load "x.safetensors" }')), "CNN2017");
});

test.run();
