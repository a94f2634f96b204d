/** Operators that PyTorch's goldens lack, as graphs: the same numbers as emitted code, which `operators-golden/definitions` holds to their definitions. */

import { dataLayout, tensorShape } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { registerGradients } from "../../packages/runtime/src/backends/backend.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { uploadWeights } from "../../packages/runtime/src/weights/transfer.ts";
import { load } from "../helpers/emitted.ts";
import { loadGraph } from "../helpers/graph-model.ts";
import { modelOf } from "../helpers/program.ts";

const test = suite("other operators as graphs");
test.before(async () => {
  await import("@tensorflow/tfjs-backend-cpu");
  await registerGradients();
  await tf.setBackend("cpu");
});

const programs: Readonly<Record<string, string>> = {
  "borders that repeat the map": "input 3@5x6\n pad [[2, 1], [0, 3]] mode=reflect\n pad 2 mode=replicate",
  "a convolution with a border that repeats": "input 3@6x6\n conv 4 3x3 pad=[[1, 2], [2, 0]] mode=reflect\n conv 2 3x3 pad=1 mode=circular\n conv 2 3x3 pad=1 mode=replicate",
  "split, and its parts in another order": "input 6@4x4\n split [1, 2, 3] as a, b, c\n c\n concat a b",
  "permute and reshape": "input 3@4x5\n permute [width, channels, height]\n reshape 6@5x2\n reshape 60",
  "separable convolutions": "input 3@7x7\n separable 5 3x3 stride=2 pad=1\n separable 4 3x3 dilation=2 pad=2",
  "a separable convolution of a sequence": "input 3@9\n separable 5 3 pad=1",
  "dense at every position": "input 3@4x4\n dense 5 over=channels",
  "what does nothing outside of training": "input 3@4x4\n spatial_dropout 0.5 -> droppath 0.3 -> dropout 0.5 -> identity",
  "a pool with dilation and a border": "input 2@9x9\n maxpool 3 stride=2 pad=1 dilation=2",
  "a depthwise convolution of volumes": "input 2@4x4x4\n depthwise 3 multiplier=2 pad=1",
  "trilinear and linear": "input 2@3x4x5\n upsample size=5x6x7 mode=trilinear",
  "two outputs": "input 2@4x4\n conv 3 3x3 as x\n output x\n x -> flatten -> dense 2\n output scores",
  "two inputs, weights that are reused": "input left 1@6x6\n input right 1@6x6\n left -> f: { conv 2 3x3 -> relu } as a\n right -> reuse f -> add a",
  "names that graphs and objects have": "input 2@4x4\n constructor: conv 2 1x1\n __proto__: conv 2 1x1\n hasOwnProperty: relu",
};

/** Outputs by their names; a graph of several gives them in order. */
function byName({ outputs }: Model, made: tf.Tensor | readonly tf.Tensor[] | { readonly [name: string]: tf.Tensor }): Readonly<Record<string, tf.Tensor>> {
  if (made instanceof tf.Tensor) return { [outputs[0]?.name ?? ""]: made };
  return isList(made) ? Object.fromEntries(outputs.flatMap(({ name }, index) => (made[index] ? [[name, made[index]]] : []))) : made;
}

const isList = (made: readonly tf.Tensor[] | { readonly [name: string]: tf.Tensor }): made is readonly tf.Tensor[] => Array.isArray(made);

for (const [what, text] of Object.entries(programs)) {
  test(what, async () => {
    const model = modelOf(`model It {\n ${text}\n}\n`);
    const arrays = initialWeights(model, 3);
    const graph = await loadGraph(model, (name) => Float32Array.from(arrays.get(name)?.values ?? [], Number));
    const emitted = await load(model);
    const weights = uploadWeights(model, arrays);
    const inputs = Object.fromEntries(
      model.inputs.map(({ name, shape }, index) => {
        const size = [2, ...tensorShape(shape)];
        return [name, tf.tensor(Float32Array.from({ length: size.reduce((product, n) => product * n, 1) }, (_, i) => Math.sin(i * i + index)), size)];
      }),
    );
    const [only] = Object.values(inputs);
    const expected = byName(model, emitted.forward(weights, model.inputs.length === 1 && only ? only : inputs, { training: false }));
    const found = byName(model, graph.predict(inputs));
    for (const { name, shape } of model.outputs) {
      assert.equal(found[name]?.shape, [...dataLayout(shape, 2).shape], name);
      const [a, b] = [found[name]?.dataSync() ?? [], expected[name]?.dataSync() ?? []];
      // Both are float32, and sum in another order.
      Array.from(b, (value, i) => assert.ok(Math.abs((a[i] ?? NaN) - value) <= 1e-5 + 1e-5 * Math.abs(value), `${name}[${i}]: ${a[i]}, not ${value}`));
    }
  });
}

test.run();
