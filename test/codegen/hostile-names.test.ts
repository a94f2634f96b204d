/** No name of a program, or of a model that comes as JSON from elsewhere, is ever executed. */

import "@tensorflow/tfjs-backend-cpu";
import { emit } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { load, run, weightsFrom } from "../helpers/emitted.ts";
import { hostileNames, hostileProgram, renamed } from "../helpers/hostile.ts";
import { modelOf } from "../helpers/program.ts";

const test = suite("hostile names");
test.before(() => tf.setBackend("cpu").then(() => undefined));

const numbers = (shape: readonly number[], first: number) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, index) => ((first + index) % 5) - 2),
});

/** All outputs' values of one run with fixed weights and inputs. */
async function outputsOf(model: Model): Promise<readonly Float32Array[]> {
  const emitted = await load(model);
  const shapes = model.layers.flatMap(({ weights }) => weights.map(({ name, shape }) => [name, shape] as const));
  const order = new Map(shapes.map(([name, shape], index) => [name, numbers(shape, index)]));
  const weights = weightsFrom(model, (name) => order.get(name) ?? numbers([], 0));
  for (const [name, tensor] of Object.entries(weights)) if (name.endsWith("running_var")) weights[name] = tf.onesLike(tensor);
  const inputs = new Map(model.inputs.map(({ name, shape }, index) => [name, numbers([3, shape.channels, ...shape.axes], index)]));
  const { outputs } = await run(emitted, weights, inputs);
  return [...outputs.values()];
}

for (const name of hostileNames("globalThis.attacked = true")) {
  test(JSON.stringify(name), async () => {
    const model = hostileProgram();
    const expected = await outputsOf(model);
    assert.equal(await outputsOf(renamed(model, name)), expected);
    await emit(renamed(model, name), { typescript: true });
    assert.not("attacked" in globalThis, "the name was executed");
  });
}

test("labels of a program, which may hold nearly anything", async () => {
  const labels = ["${attacked = true}", "*/ attacked = true /*", "(attacked = true)", "</script>", "__proto__", "class"];
  const lines = labels.map((label) => `"${label.replaceAll("{", "\\{")}": scale`);
  const model = modelOf(`model Net {\n  input 2\n  ${lines.join("\n  ")}\n}\n`);
  assert.equal(model.layers.slice(1).map(({ path }) => path), labels);
  const [output] = await outputsOf(model);
  assert.is(output?.length, 6);
  assert.not("attacked" in globalThis);
});

test.run();
