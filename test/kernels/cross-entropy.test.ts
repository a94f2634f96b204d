/** Cross-entropy is PyTorch's, value and gradient, in one kernel on wasm and composed elsewhere. */

import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { crossEntropy } from "../../packages/runtime/src/nn.ts";
import { readable, suiteOn } from "../helpers/backends.ts";
import { readTensors } from "../helpers/safetensors.ts";

const goldens = readTensors(new URL("../goldens/ops.safetensors", import.meta.url));

function golden(name: string): { readonly shape: readonly number[]; readonly values: Float32Array } {
  const tensor = goldens.get(name);
  if (!tensor) throw new Error(`There is no golden ${name}.`);
  return tensor;
}

/** `[batch, classes, …axes]` → `[batch, …axes, classes]`. */
const channelsLast = (tensor: tf.Tensor): tf.Tensor => tf.transpose(tensor, [0, ...tensor.shape.slice(2).map((_, axis) => axis + 2), 1]);

const agree = (what: string, actual: ArrayLike<number>, expected: Float32Array): void =>
  expected.forEach((e, i) => assert.ok(Math.abs((actual[i] ?? Number.NaN) - e) <= 1e-5 + 1e-5 * Math.abs(e), `${what}[${i}]: ${actual[i]}, not ${e}`));

for (const backend of readable) {
  const { all, test } = await suiteOn("cross-entropy", backend);

  for (const name of ["cross_entropy", "cross_entropy_pixels", "cross_entropy_extreme"]) {
    test(name, () => {
      tf.tidy(() => {
        const { shape, values } = golden(`${name}/input`);
        const target = golden(`${name}/target`);
        const logits = channelsLast(tf.tensor(values, [...shape]));
        const labels = tf.tensor(target.values, [...target.shape], "int32");
        const upstream = golden(`${name}/grad_output`).values[0] ?? 1;
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.mul(crossEntropy(x, labels), upstream))(logits);
        agree("loss", tf.div(value, upstream).dataSync(), golden(`${name}/output`).values);
        const expected = channelsLast(tf.tensor(golden(`${name}/grad_input`).values, [...shape]));
        agree("gradient", grad.dataSync(), Float32Array.from(expected.dataSync()));
      });
    });
  }

  test("a network that has diverged is seen in the loss", () => {
    tf.tidy(() => {
      const loss = crossEntropy(tf.tensor2d([1, Number.NaN, 2, 0, 1, 2], [2, 3]), tf.tensor1d([0, 1], "int32"));
      assert.ok(Number.isNaN(loss.dataSync()[0]));
    });
  });

  test("classes that are ruled out cost nothing", () => {
    tf.tidy(() => {
      const loss = crossEntropy(tf.tensor2d([0, 0, Number.NEGATIVE_INFINITY], [1, 3]), tf.tensor1d([1], "int32"));
      agree("loss", loss.dataSync(), Float32Array.of(Math.log(2)));
    });
  });

  all.run();
}

const test = suite("labels on wasm");
test.before(async () => assert.ok((await selectBackend("wasm")).ok));
test("a label that is no class is named", () => {
  assert.throws(() => crossEntropy(tf.zeros([2, 3]), tf.tensor1d([0, 3], "int32")), "The label of example 2 of the batch is not one of the classes 0 to 2.");
});
test.run();
