/** Memory over many steps: after each exactly as many tensors, of exactly as many bytes. `bench/memory.ts` measures a long training. */

import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { train, type TrainOptions, type WrittenRecipe } from "../../packages/runtime/src/index.ts";
import { startBackend } from "../helpers/backends.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-memory-"));
let number = 0;
writeFileSync(join(folder, "package.json"), "{}");
// Something of everything that makes tensors of its own: joins, a norm with a memory, dropout, a primitive, a reused layer.
writeFileSync(
  join(folder, "net.cnn"),
  `model Net(classes = 10) {
  input 1@28x28
  conv 4 5 stride=3 -> batchnorm -> relu
  skip { conv 4 3x3 pad=1 groups=2 -> batchnorm } -> hardswish
  maxpool 2 -> groupnorm 2 -> f: conv 4 1x1 -> silu -> reuse f
  flatten -> dense 8 -> relu -> dropout 0.5
  dense classes
}
`,
);

/** Trains and gives the tensors and bytes at each event of a step or an epoch; says that all trained. */
async function trained(recipe: Partial<WrittenRecipe>, options: TrainOptions): Promise<readonly string[]> {
  const seen: string[] = [];
  const note = (): void => {
    const { numTensors, numBytes } = tf.memory();
    seen.push(`${numTensors} tensors, ${numBytes} bytes`);
  };
  await startBackend(options.backend ?? "wasm");
  const before = tf.memory().numTensors;
  const data = { format: "digits", limit: 180, validation: 20 / 180, augment: [{ flip: "horizontal" }, { crop: [28, 28], padding: 2 }] } as const;
  const result = await train(
    { model: join(folder, "net.cnn"), data, batch: 4, epochs: 10, ...recipe },
    { out: join(folder, `run-${(number += 1)}`), backend: "wasm", ...options, onEvent: ({ type }) => void ((type === "step" || type === "epoch") && note()) },
  );
  assert.is(result.status, "finished", JSON.stringify(result.diagnostics));
  assert.is(tf.memory().numTensors, before, "nothing is left when it has ended");
  return seen;
}

const flat = (seen: readonly string[]): void => assert.is(new Set(seen).size, 1, [...new Set(seen)].join("; "));

const test = suite("memory");

test("400 steps of Adam with augmentation, a validation after each epoch", async () => {
  const seen = await trained({}, {});
  assert.is(seen.length, 50);
  flat(seen);
});

test("momentum, clipped gradients and a schedule; RMSprop", async () => {
  flat(await trained({ optimizer: { name: "sgd", learningRate: 0.01, momentum: 0.9 }, clipGradientNorm: 1, schedule: { name: "cosine" }, epochs: 3 }, {}));
  flat(await trained({ optimizer: { name: "rmsprop", learningRate: 0.001, momentum: 0.5, centered: true }, epochs: 3 }, {}));
});

test("TensorFlow.js's own kernels, whose optimizer makes new tensors", async () => {
  flat(await trained({ epochs: 1 }, { backend: "cpu" }));
});

test("--detect-anomaly", async () => flat(await trained({ epochs: 2 }, { detectAnomaly: true })));

test.run();
