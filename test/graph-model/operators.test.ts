/** Every golden operator as a graph of stock operations, run by TensorFlow.js's own loader and kernels. */

import "@tensorflow/tfjs-backend-cpu";
import { dataLayout, toTensorFlow, toTorch } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadGraph } from "../helpers/graph-model.ts";
import { modelOf } from "../helpers/program.ts";
import { readTensors, type GoldenTensor } from "../helpers/safetensors.ts";
import { depthwiseOf, programOf, type Case } from "../operators-golden/programs.ts";

const goldens = new URL("../goldens/", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL("ops.json", goldens), "utf8"));
const tensors = readTensors(new URL("ops.safetensors", goldens));

function tensorOf({ name }: Case, role: string): GoldenTensor {
  const tensor = tensors.get(`${name}/${role}`);
  if (!tensor) throw new Error(`There is no golden ${name}/${role}.`);
  return tensor;
}

/** A weight's or an input's name in the program → the role it has in the goldens. */
const role = (name: string): string => (name === "first" ? "input" : name === "it" ? "weight" : name.replace(/^it\./, ""));

async function verify(golden: Case, program: string): Promise<void> {
  const model = modelOf(program);
  const graph = await loadGraph(model, (name) => tensorOf(golden, role(name)).values);
  const inputs = Object.fromEntries(
    model.inputs.map(({ name, shape }) => {
      const { shape: [batch = 1] = [], values } = tensorOf(golden, role(name));
      const layout = dataLayout(shape, batch);
      return [name, tf.tensor(toTensorFlow(layout, values), [...layout.shape])];
    }),
  );
  const output = graph.predict(inputs);
  if (!(output instanceof tf.Tensor)) return assert.unreachable("a graph of one output gives a tensor");
  const expected = tensorOf(golden, "output");
  const [port] = model.outputs;
  if (!port) return assert.unreachable("a model has an output");
  const layout = dataLayout(port.shape, output.shape[0] ?? 1);
  assert.equal(output.shape, [...layout.shape], golden.name);
  const found = toTorch(layout, Float32Array.from(output.dataSync()));
  // As test/goldens/README.md says.
  expected.values.forEach((value, i) => assert.ok(Math.abs((found[i] ?? NaN) - value) <= 1e-5 + 1e-5 * Math.abs(value), `${golden.name}[${i}]: ${found[i]}, not ${value}`));
  graph.dispose();
  tf.dispose([inputs, output]);
}

const test = suite("operators as graphs");
test.before(async () => void (await tf.setBackend("cpu")));

const programs = cases.flatMap((golden) => {
  // A graph is for inference.
  if (golden.args["training"] === true) return [];
  const shapeOf = (name: string): readonly number[] => tensorOf(golden, name).shape;
  return [programOf(golden, shapeOf), depthwiseOf(golden, shapeOf)].flatMap((program) => (program === undefined ? [] : [{ golden, program }]));
});
for (const op of new Set(programs.map(({ golden }) => golden.op))) {
  const ofThisOp = programs.filter(({ golden }) => golden.op === op);
  test(`${op}: ${ofThisOp.length} programs`, async () => {
    for (const { golden, program } of ofThisOp) await verify(golden, program);
  });
}

test.run();
