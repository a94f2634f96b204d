/** Where numbers end: a training that goes to NaN or infinity, or cannot be computed, names the layer and its line. */

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { train, type TrainOptions, type TrainResult, type WrittenRecipe } from "../../packages/runtime/src/index.ts";
import { buildNetwork, disposeNetwork, run } from "../../packages/runtime/src/train/network.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { type NamedArray, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { cnn, folderWith } from "../helpers/cli.ts";
import { startBackend } from "../helpers/backends.ts";
import { withKernel } from "../helpers/planted.ts";
import { modelOf } from "../helpers/program.ts";
import * as tf from "@tensorflow/tfjs-core";

const folder = mkdtempSync(join(tmpdir(), "cnn-anomaly-"));
let number = 0;

const program = `model Net(classes = 10) {
  input 1@28x28
  conv 4 5 stride=4
  relu
  flatten -> dense 8
  dense classes
}
`;
writeFileSync(join(folder, "package.json"), "{}");
writeFileSync(join(folder, "net.cnn"), program);

/** Trains on a few generated digits. */
function training(changes: Partial<WrittenRecipe> = {}, options: TrainOptions = {}): Promise<TrainResult> {
  const recipe: WrittenRecipe = { model: join(folder, "net.cnn"), data: { format: "digits", limit: 64, validation: null }, batch: 16, epochs: 1, ...changes };
  return train(recipe, { out: join(folder, `run-${(number += 1)}`), backend: "wasm", detectAnomaly: true, ...options });
}

/** The only error of a training, with its line and its help. */
function told({ status, diagnostics }: TrainResult): string {
  assert.is(status, "failed");
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  assert.is(errors.length, 1, JSON.stringify(diagnostics));
  return errors.map(({ code, span, message, help }) => `${code} ${span.file.split("/").at(-1)}:${span.start.line} ${message} | ${help}`).join("");
}

/** The initial weights with one of them replaced, as a file. */
function weightsWith(name: string, value: (i: number) => number, text = program): string {
  const arrays = new Map<string, NamedArray>(initialWeights(modelOf(text), 1));
  const { shape = [], values = [] } = arrays.get(name) ?? {};
  arrays.set(name, { shape, values: Float32Array.from({ length: values.length }, (_, i) => value(i)) });
  const file = join(folder, `weights-${(number += 1)}.safetensors`);
  writeFileSync(file, safetensorsBytes(arrays));
  return file;
}

const detect = suite("--detect-anomaly");

detect("forward: weights so large that a layer's sums are infinite", async () => {
  // 49 products of up to 3e38 and what relu let through are beyond float32's 3.4e38.
  const message = told(await training({ weights: weightsWith("dense_1.weight", () => 3e38) }));
  assert.match(message, /^CNN8204 net.cnn:5 dense_1 is the first layer that gives \d+ infinite numbers, forward in step 1 \(epoch 1\) \| what it was given was finite, at most [\d.e+-]+ from 0; its weights reach 3e\+38$/);
});

detect("forward: the second of two equal blocks, by its own path and the block's line", async () => {
  const blocks = "block unit {\n  conv 4 3x3 pad=1\n  softplus\n}\n\nmodel Net(classes = 10) {\n  input 1@28x28\n  maxpool 4\n  body: { repeat 2 { unit } }\n  flatten -> dense classes\n}\n";
  writeFileSync(join(folder, "blocks.cnn"), blocks);
  const [name = ""] = [...initialWeights(modelOf(blocks), 1).keys()].filter((key) => key.endsWith("conv_1.bias")).slice(1);
  const message = told(await training({ model: join(folder, "blocks.cnn"), weights: weightsWith(name, () => Infinity, blocks) }));
  assert.match(message, /^CNN8206 blocks.cnn:2 body.1.conv_1.bias holds 4 infinite numbers before the first step \|/);
});

detect("backward: gradients grow beyond float32 while all values are finite", async () => {
  // Forward x · 1e-30 · 1e25 · 1e25 is a number of float32; backward 1e25 · 1e25 is none.
  const tall = "model Net(classes = 10) {\n  input 1@28x28\n  maxpool 7\n  flatten\n  a: dense 4 bias=false\n  b: dense 4 bias=false\n  c: dense classes bias=false\n}\n";
  writeFileSync(join(folder, "tall.cnn"), tall);
  const arrays = new Map<string, NamedArray>(initialWeights(modelOf(tall), 1));
  for (const [name, size] of [["a.weight", 1e-30], ["b.weight", 1e25], ["c.weight", 1e25]] as const) {
    const { shape = [], values = [] } = arrays.get(name) ?? {};
    arrays.set(name, { shape, values: Float32Array.from({ length: values.length }, (_, i) => (i % 2 ? -1 : 1) * size * (1 + i / 100)) });
  }
  const weights = join(folder, "tall.safetensors");
  writeFileSync(weights, safetensorsBytes(arrays));
  const message = told(await training({ model: join(folder, "tall.cnn"), weights }));
  assert.match(message, /^CNN8205 tall.cnn:6 b is the first layer that gives \d+ (NaN|infinite numbers)[^|]*, backward in step 1 \(epoch 1\) \| forward all was finite, and the gradient that came back to it at most [\d.e+-]+ from 0$/);
});

detect("a step that throws the weights out of range; images without a scale", async () => {
  assert.match(
    told(await training({ optimizer: { name: "sgd", learningRate: 1e38 }, epochs: 3 })),
    /^CNN820[46] net.cnn:\d (step 1 \(epoch 1\) left \d+ infinite numbers in \S+, though its gradient was finite|\S+ is the first layer that gives .* forward in step 2)/,
  );
  // float32 has no 1e-40: what is divided by it is infinite.
  assert.match(
    told(await training({ data: { format: "digits", limit: 64, validation: null, normalize: { mean: [0.5], std: [1e-40] } } })),
    /^CNN8207 net.cnn:1 the images of step 1 \(epoch 1\) hold \d+ infinite numbers, before any layer \(input\)/,
  );
});

detect("what is watched trains to the same numbers, and leaves no tensor", async () => {
  const plain = await training({}, { detectAnomaly: false });
  const before = tf.memory().numTensors;
  const watched = await training();
  assert.is(tf.memory().numTensors, before);
  const weights = ({ run: path = "" }: TrainResult): Buffer => readFileSync(join(path, "checkpoints/4/weights.safetensors"));
  assert.ok(weights(watched).equals(weights(plain)));
});

detect("without the flag the training ends, too, and points to it", async () => {
  const message = told(await training({ weights: weightsWith("dense_1.weight", () => 3e38) }, { detectAnomaly: false }));
  assert.match(message, /^CNN8009 \S+ the loss became (NaN|Infinity) in step 1 \(epoch 1\).*\| .*--detect-anomaly tells which layer was the first/);
});

detect("the command", () => {
  const weights = readFileSync(weightsWith("dense_1.weight", () => 3e38));
  const recipe: WrittenRecipe = { model: "net.cnn", data: { format: "digits", limit: 64 }, epochs: 1, weights: "w.safetensors" };
  const place = folderWith({ "net.cnn": program, "net.train.json": JSON.stringify(recipe), "w.safetensors": weights });
  const { stderr, code } = cnn("train net.train.json --detect-anomaly --backend wasm", place);
  assert.is(code, 1);
  assert.match(stderr, /\nnet.cnn:5:14: error CNN8204: dense_1 is the first layer that gives \d+ infinite numbers, forward in step 1 \(epoch 1\)\n.*\n  > 5 \|   flatten -> dense 8\n/);
});

detect.run();

const errors = suite("errors inside TensorFlow.js");

function fallOver(why: string): never {
  throw new Error(why);
}

const repeated = "block unit {\n  conv 4 3x3 pad=1\n  batchnorm -> sigmoid\n}\n\nmodel Net {\n  input 3@8x8\n  body: { repeat 3 { unit } }\n  flatten\n}\n";

errors("forward: the layer's path, through the functions of emitted code, and its line", async () => {
  await startBackend("wasm");
  const model = modelOf(repeated);
  const network = await buildNetwork(model, initialWeights(model, 1));
  let calls = 0;
  const third: Parameters<typeof withKernel>[1] = (stock) => (given) => {
    return (calls += 1) === 3 ? fallOver("the kernel fell over") : stock(given);
  };
  const images = tf.zeros([1, 8, 8, 3]);
  await withKernel("Sigmoid", third, async () => {
    try {
      tf.tidy(() => void run(network, images, { training: false }));
      assert.unreachable();
    } catch (error) {
      assert.is(error instanceof Error && error.message, "body.2.sigmoid_1 cannot be computed: the kernel fell over");
      assert.is(error && typeof error === "object" && "span" in error && JSON.stringify(error.span).includes('"line":3'), true);
    }
  });
  images.dispose();
  disposeNetwork(network);
});

errors("a training ends with the layer and its line, forward; with the model, backward", async () => {
  const falling: Parameters<typeof withKernel>[1] = (stock) => {
    let calls = 0;
    // The first two calls are the translation validation's.
    return (given) => ((calls += 1) > 2 ? fallOver("no memory is left") : stock(given));
  };
  const forward = await withKernel("Conv2D", falling, () => training({}, { detectAnomaly: false }));
  assert.match(told(forward), /^CNN8201 net.cnn:3 conv_1 cannot be computed: no memory is left \| the tensors take [\d,]+ MB here: if memory ran out, a smaller batch or smaller images need less$/);
  const backward = await withKernel("Conv2DBackpropFilter", () => () => fallOver("no luck"), () => training({}, { detectAnomaly: false }));
  assert.match(told(backward), /^CNN8202 net.cnn:1 the gradients of Net cannot be computed: no luck \| the program was checked, so this is a mistake of cnn itself/);
});

errors.run();
