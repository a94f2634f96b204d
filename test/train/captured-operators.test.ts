/** Every operator, forward and backward on wasm: done again it gives the bits that it gives when it is computed anew. */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../packages/runtime/src/data/batch.ts";
import { currentCapturer } from "../../packages/runtime/src/kernels/capturer.ts";
import { captureComputation, computeAnew, type CapturedComputation } from "../../packages/runtime/src/train/captured-computation.ts";
import { buildNetwork, disposeNetwork, type Network, run, trainableWeights } from "../../packages/runtime/src/train/network.ts";
import type { Computation } from "../../packages/runtime/src/train/recording.ts";
import { differentiate } from "../../packages/runtime/src/train/step.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { operatorPrograms } from "../codegen/operator-programs.ts";
import { startBackend } from "../helpers/backends.ts";
import { modelOf } from "../helpers/program.ts";
import { noise } from "../kernels/reference.ts";

const test = suite("operators that are done again");
test.before(() => startBackend("wasm"));

/** The operator behind a layer with weights, so that something depends on what it is given. */
function programOf({ input, line }: { readonly input: string; readonly line: string }): string {
  const [channels = "1", axes] = input.split("@");
  const before = axes === undefined ? `dense ${channels}` : `conv ${channels} 1`;
  return `model Net {\n  input ${input}\n  ${before}\n  ${line}\n}\n`;
}

/** The gradients of the mean square of whatever the network gives. */
function computationOf(network: Network): Computation {
  const { weights, model } = network, trainable = trainableWeights(model);
  const [port] = model.inputs;
  return {
    weights,
    trainable,
    on({ sent }, mode) {
      const x = tf.reshape(sent, [sent.shape[0] ?? 1, ...(port?.shape.axes ?? []), port?.shape.channels ?? 1]);
      const forward = (): tf.Scalar => [...run(network, x, mode).values()].map((y) => tf.mean<tf.Scalar>(tf.square(y))).reduce((sum, one) => tf.add(sum, one));
      const { loss, gradients } = differentiate(forward, weights, trainable);
      x.dispose();
      return { loss, tally: tf.tidy(() => tf.reshape(tf.clone(loss), [1])), gradients };
    },
  };
}

/** What six batches are worth, and the weights after them. */
async function worths(text: string, how: (computation: Computation) => CapturedComputation): Promise<unknown> {
  const model = modelOf(text), network = await buildNetwork(model, initialWeights(model, 5));
  const { again, dispose } = how(computationOf(network));
  const [port] = model.inputs, sample = (port?.shape.channels ?? 1) * (port?.shape.axes ?? []).reduce((all, n) => all * n, 1);
  const found = Array.from({ length: 6 }, (_, step) => {
    const batch: Batch = { size: 3, shape: [3, 1, 1, sample], images: Float32Array.from(noise(3 * sample, step)), labels: new Int32Array(3) };
    const mode: Mode = { training: true, random: { seed: 3, step } };
    const { loss, tally, gradients, free } = again(batch, mode);
    const values = [loss, tally, ...Object.values(gradients)].map((tensor) => Array.from(tensor.dataSync()));
    free();
    tf.dispose([loss, tally]);
    return values;
  });
  const weights = Object.values(network.weights).map((tensor) => Array.from(tensor.dataSync()));
  dispose();
  disposeNetwork(network);
  return [found, weights];
}

/** TensorFlow.js turns axes round in JavaScript where all but one have size 1. */
const outside = ["6: groupnorm 2"];

for (const program of operatorPrograms) {
  const name = `${program.input}: ${program.line}`;
  test(name, async () => {
    const capturer = currentCapturer(), notices: string[] = [];
    if (!capturer) throw new Error("Our kernels do not run.");
    const before = tf.memory().numTensors, text = programOf(program);
    const anew = await worths(text, computeAnew);
    const again = await worths(text, (computation) => captureComputation(computation, capturer, { notice: (message) => notices.push(message) }));
    assert.equal(again, anew);
    assert.equal(notices, outside.includes(name) ? ["each step is computed anew, which is slower: some of its work is done outside of kernels"] : []);
    assert.is(tf.memory().numTensors, before, "nothing is left");
  });
}

test.run();
