/** Whole networks as emitted code give PyTorch's logits. */

import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { load, run, weightsFrom } from "../helpers/emitted.ts";
import { modelOf } from "../helpers/program.ts";
import { readTensors, type GoldenTensor } from "../helpers/safetensors.ts";

function tensor(from: ReadonlyMap<string, GoldenTensor>, name: string): GoldenTensor {
  const found = from.get(name);
  if (!found) throw new Error(`There is no tensor ${name}.`);
  return found;
}

const test = suite("emitted networks");
test.before(() => tf.setBackend("cpu").then(() => undefined));

for (const name of ["lenet5", "simplecnn", "tinyresnet", "unet"]) {
  test(`${name}: the logits of eight images`, async () => {
    const file = (ending: string): URL => new URL(`../goldens/nets/${name}${ending}`, import.meta.url);
    const golden = readTensors(file("_golden.safetensors"));
    const weights = readTensors(file(".safetensors"));
    const emitted = await load(modelOf(readFileSync(file(".cnn"), "utf8")));
    const given = weightsFrom(emitted.model, (key) => tensor(weights, key));
    const { outputs } = await run(emitted, given, new Map([["input", tensor(golden, "input")]]));
    const { values } = tensor(golden, "eval_logits");
    const logits = outputs.get("output");
    const worst = values.reduce((most, value, index) => Math.max(most, Math.abs(value - (logits?.[index] ?? Number.NaN))), 0);
    assert.ok(worst <= 1e-5, `${name}: off by ${worst}`);
  });
}

test.run();
