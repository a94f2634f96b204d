/** Invariants of models: they hold for every example, and each is noticed where it is broken. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, verifyModel, type Model } from "@cnn-lang/shape-checker";
import { diskProject } from "@cnn-lang/shape-checker/node";
import { around, modelOf } from "../helpers/program.ts";

const test = suite("invariants of models");

const programs = ["examples", "test/goldens/nets"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".cnn")).map((name) => join(folder, name)),
);

test("hold for all example programs, also after JSON", () => {
  assert.ok(programs.length >= 16);
  const project = diskProject(".");
  for (const program of programs) {
    for (const model of check(project, program).models) {
      assert.equal(verifyModel(model), [], `${program}: ${model.name}`);
      assert.equal(verifyModel(JSON.parse(JSON.stringify(model))), [], `${program}: ${model.name}`);
    }
  }
});

const whole = modelOf(around("frozen conv 4 3 -> batchnorm as a -> relu -> add a -> globalavgpool\n  fc: dense 10"));
const layers = whole.layers;

/** The model with some fields of one layer replaced. */
const broken = (index: number, change: object): Model =>
  JSON.parse(JSON.stringify({ ...whole, layers: layers.map((layer, i) => (i === index ? { ...layer, ...change } : layer)) }));

const cost = layers[1]?.cost;
const weights = layers[1]?.weights ?? [];
const [weight] = weights;

const breaks: Readonly<Record<string, Model>> = {
  "form": JSON.parse('{ "version": 1, "layers": [ { "path": "x" } ], "inputs": [], "outputs": [] }'),
  "version": JSON.parse(JSON.stringify({ ...whole, version: 2 })),
  "ids": broken(2, { id: 7 }),
  "order": broken(2, { inputs: [4] }),
  "operators": broken(2, { operator: "constructor" }),
  "arity": broken(2, { inputs: [] }),
  "shapes": broken(2, { outputShape: { channels: 0, axes: [30, 30] } }),
  "paths": broken(2, { path: "conv_1" }),
  "weightNames": broken(2, { path: "elsewhere" }),
  "weights": broken(1, { weights: [{ ...weight, trainable: true }, ...weights.slice(1)] }),
  "sharing": broken(2, { reuses: 1 }),
  "costs": broken(1, { cost: { ...cost, parameters: 1 } }),
  "ports": JSON.parse(JSON.stringify({ ...whole, outputs: [{ ...whole.outputs[0], layer: 1 }] })),
  "nesting": JSON.parse(
    JSON.stringify({ ...whole, layers: layers.map((layer, i) => ({ ...layer, calls: i < 2 ? [] : [{ id: 0, kind: "group", name: `g${i}`, path: `g${i}`, span: layer.span }] })) }),
  ),
};

for (const [invariant, model] of Object.entries(breaks)) {
  test(`${invariant}: noticed where it is broken`, () => {
    const [violation] = verifyModel(model);
    assert.is(violation?.invariant, invariant, violation?.message);
  });
}

test("says which layer, and why", () => {
  assert.equal(verifyModel(broken(1, { cost: { ...cost, parameters: 1 } })), [
    { invariant: "costs", layer: "conv_1", message: "it counts 1 parameters, but its weights have 112" },
  ]);
  assert.equal(verifyModel(broken(2, { inputs: [4] })), [{ invariant: "order", layer: "batchnorm_1", message: "the input 4 does not stand before it" }]);
});

test("nonsense is told, not stumbled over", () => {
  for (const nonsense of ["null", "1", "[]", "{}", '{ "version": 1, "layers": [null], "inputs": [], "outputs": [] }']) {
    assert.is(verifyModel(JSON.parse(nonsense))[0]?.invariant, "form", nonsense);
  }
});

test.run();
