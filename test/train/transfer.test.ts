/** Transfer learning: what `load` takes of a file, what `freeze` keeps, and that nothing is computed for what is frozen. */

import * as tf from "@tensorflow/tfjs-core";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { train } from "../../packages/runtime/src/index.ts";
import { type Head, judge } from "../../packages/runtime/src/train/heads.ts";
import { buildNetwork, disposeNetwork, run, trainableWeights } from "../../packages/runtime/src/train/network.ts";
import { differentiate } from "../../packages/runtime/src/train/step.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { readSafetensors, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { textOfCommand } from "../helpers/cli-here.ts";
import { startBackend } from "../helpers/backends.ts";
import { modelOf } from "../helpers/program.ts";
import { weightFile } from "../helpers/weight-file.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-transfer-"));
writeFileSync(join(folder, "package.json"), "{}");

const plan = suite("the plan of a load");

plan.before(() => {
  for (const file of ["flowers.cnn", "resnet.cnn"]) cpSync(`examples/${file}`, join(folder, file));
  const header: Readonly<Record<string, { readonly shape: readonly number[] }>> = JSON.parse(readFileSync("test/goldens/resnet18_header.json", "utf8"));
  const shapes = Object.fromEntries(Object.entries(header).filter(([name]) => name !== "__metadata__").map(([name, { shape }]) => [name, shape]));
  writeFileSync(join(folder, "resnet18.safetensors"), weightFile({ ...shapes, "aux.weight": [3, 4] }));
});

plan("check and summary tell what maps, what starts anew and what is left over; 5,130 of 11,181,642 weights train", async () => {
  const words = "120 tensors from resnet18.safetensors; fc.weight, fc.bias start anew; aux.weight of the file is left over";
  assert.is(await textOfCommand(["check", "flowers.cnn"], folder), `flowers.cnn: Flowers 3@224x224 → 10, 11,181,642 parameters (5,130 trainable), ${words}\n`);
  const summary = await textOfCommand(["summary", "flowers.cnn"], folder);
  assert.match(summary, new RegExp(`^weights +${words.replaceAll(".", "\\.")}$`, "m"));
  assert.match(summary, "11,181,642: 5,130 trainable, 11,176,512 frozen");
  const { loads: [load] } = JSON.parse(await textOfCommand(["summary", "flowers.cnn", "--format", "json"], folder));
  assert.equal([load.mapped.length, load.anew, load.leftOver], [120, ["fc.weight", "fc.bias"], ["aux.weight"]]);
});

plan("a clash shows both shapes and both places, and the except that mends it", async () => {
  writeFileSync(join(folder, "clash.cnn"), readFileSync(join(folder, "flowers.cnn"), "utf8").replace('safetensors" except fc', 'safetensors"'));
  const told = (await textOfCommand(["check", "clash.cnn"], folder)).split("\n").map((line) => line.trim());
  const line = readFileSync(join(folder, "resnet.cnn"), "utf8").split("\n").findIndex((text) => text.includes("fc: ")) + 1;
  assert.is(told[0], 'clash.cnn:5:3: error CNN5004: fc.weight is [1000, 512] in "resnet18.safetensors", but [10, 512] in this model; so is one more of another shape');
  assert.ok(told.includes(`see resnet.cnn:${line}:7: fc.weight is [10, 512] here`), told.join("\n"));
  assert.ok(told.includes('load "resnet18.safetensors" except fc'), told.join("\n"));
});

plan.run();

const frozen = suite("frozen means frozen");
frozen.before(() => startBackend("wasm"));

const program = (freeze: string): string => `model Net {
  input 1@28x28
  stem: { conv 4 3 pad=1 -> batchnorm -> relu }
  body: { conv 8 3 pad=1 -> batchnorm -> relu -> maxpool 2 }
  tail: { conv 8 3 pad=1 -> batchnorm -> relu -> globalavgpool }
  fc: dense 10
  ${freeze}
}
`;

/** The kernels that one step's forward and backward passes call, by name. */
async function kernelsOf(freeze: string): Promise<Readonly<Record<string, number>>> {
  const model = modelOf(program(freeze));
  const network = await buildNetwork(model, initialWeights(model, 1));
  const heads: readonly Head[] = [{ output: "output", loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: null, weight: 1 }, task: "classes", width: 10, metrics: [] }];
  const images = tf.ones<tf.Rank.R4>([2, 28, 28, 1]);
  const labels = tf.tensor1d([1, 2], "int32");
  const { kernelNames: _, kernels } = await tf.profile(() => {
    tf.dispose(differentiate(() => judge(run(network, images, { training: true }), labels, heads).loss, network.weights, trainableWeights(model)));
    return labels;
  });
  const counts: Record<string, number> = {};
  for (const { name } of kernels) counts[name] = (counts[name] ?? 0) + 1;
  tf.dispose([images, labels]);
  disposeNetwork(network);
  return counts;
}

const gradientsOf = (kernels: Readonly<Record<string, number>>): number =>
  Object.entries(kernels).reduce((sum, [name, count]) => sum + (/Conv.*Gradient|Backprop/.test(name) ? count : 0), 0);

frozen("no gradient is computed below the lowest layer that trains", async () => {
  // Three convolutions, each with its filter's gradient, and all but the first with its input's.
  assert.is(gradientsOf(await kernelsOf("")), 5);
  assert.is(gradientsOf(await kernelsOf("freeze stem")), 3);
  assert.is(gradientsOf(await kernelsOf("freeze stem, body")), 1);
  assert.is(gradientsOf(await kernelsOf("freeze all except fc")), 0);
  // What is frozen in the middle passes the gradient on: only its own filter needs none.
  assert.is(gradientsOf(await kernelsOf("freeze body")), 4);
});

frozen("a frozen batch norm runs on its stored statistics, also in training", async () => {
  const [free, kept] = [await kernelsOf(""), await kernelsOf("freeze all except fc")];
  assert.equal([free["CnnBatchNormTraining"], kept["CnnBatchNormTraining"]], [3, undefined]);
});

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer => Buffer.from(buffer, byteOffset, byteLength);

frozen("weights and running statistics are byte-equal after a training, whichever optimizer would move them", async () => {
  const source = modelOf(program(""));
  const start = initialWeights(source, 7);
  writeFileSync(join(folder, "start.safetensors"), safetensorsBytes(start));
  writeFileSync(join(folder, "net.cnn"), program('load "start.safetensors" except fc\n  freeze all except fc, tail'));
  for (const optimizer of [{ name: "adamw", weightDecay: 0.5 }, { name: "sgd", learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 }] as const) {
    const out = join(folder, `run-${optimizer.name}`);
    const result = await train({ model: join(folder, "net.cnn"), data: { format: "digits", limit: 128, validation: null }, optimizer, epochs: 1 }, { out, backend: "wasm" });
    assert.is(result.status, "finished");
    const after = readSafetensors(join(out, "checkpoints", readFileSync(join(out, "last"), "utf8").trim(), "weights.safetensors"));
    for (const [name, { values }] of start) {
      const isFrozen = /^(?:stem|body)/.test(name);
      assert.is(bytesOf(values).equals(bytesOf(after.get(name)?.values ?? new Float32Array())), isFrozen, name);
    }
    // The optimizer remembers nothing of what it never moves.
    const memory = readSafetensors(join(out, "checkpoints", readFileSync(join(out, "last"), "utf8").trim(), "optimizer.safetensors"));
    assert.equal([...memory.keys()].filter((key) => /\/(?:stem|body)/.test(key)), []);
  }
});

frozen.run();
