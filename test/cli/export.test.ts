/** `cnn export`: what is written is read by others, and computes the same. */

import "@tensorflow/tfjs-backend-cpu";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readSafetensors, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { resultOfPage, withChromium } from "../helpers/browser.ts";
import { cnn, folderWith } from "../helpers/cli.ts";
import { tensorOf } from "../helpers/nets.ts";

// The first dense layer alone has 4.7 MB of weights: more than one shard.
const program = `model Net(classes = 10) {
  input 1@28x28
  conv 8 3x3 pad=1 -> batchnorm -> relu -> maxpool 2
  conv 12 3x3 pad=same groups=2 -> hardswish
  flatten -> dense 500 -> relu -> dropout 0.5
  dense classes
}
`;
const recipe = { model: "net.cnn", data: { format: "digits", limit: 128 }, epochs: 1, batch: 32 };

const folder = folderWith({ "net.cnn": program, "net.train.json": JSON.stringify(recipe) });
const images = Float32Array.from({ length: 3 * 28 * 28 }, (_, i) => Math.sin(i * i));

/** What the run's own code makes of the images. */
function ownLogits(): Float32Array {
  writeFileSync(join(folder, "in.safetensors"), safetensorsBytes(new Map([["input", { shape: [3, 1, 28, 28], values: images }]])));
  const { code, stderr } = cnn("run net.cnn --input in.safetensors --weights w.safetensors --output out.safetensors --exact --backend wasm", folder);
  assert.is(code, 0, stderr);
  return Float32Array.from(tensorOf(readSafetensors(join(folder, "out.safetensors")), "output").values, Number);
}

/** Both are float32 and sum some hundred products in another order. */
function assertNear(found: ArrayLike<number>, expected: Float32Array): void {
  assert.is(found.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs((found[i] ?? NaN) - value) <= 1e-5 + 1e-5 * Math.abs(value), `${i}: ${found[i]}, not ${value}`));
}

/** The files of a folder by their names. */
const filesOf = (path: string): Readonly<Record<string, Buffer>> => Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]));

const test = suite("cnn export");

test.before(async () => {
  assert.is(cnn("train net.train.json --out run --backend wasm", folder).code, 0);
  await tf.setBackend("cpu");
});

test("weights as safetensors, which other commands take again", () => {
  assert.equal(cnn("export run -o w.safetensors", folder), { stdout: "w.safetensors\n", stderr: "", code: 0 });
  const best = readFileSync(join(folder, "run/best"), "utf8").trim();
  assert.ok(readFileSync(join(folder, "w.safetensors")).equals(readFileSync(join(folder, `run/checkpoints/${best}/weights.safetensors`))));
  const measured = (flags: string) => {
    const { checkpoint: _checkpoint, ...document } = JSON.parse(cnn(`eval run --format json --backend wasm ${flags}`.trim(), folder).stdout);
    return document;
  };
  assert.equal(measured("--weights w.safetensors"), measured(""));
});

test("model.json, which stock TensorFlow.js loads over HTTP: the same logits", async () => {
  const { stdout, code } = cnn("export run -o web/", folder);
  assert.equal([stdout, code], ["web/model.json\nweb/weights-1of2.bin\nweb/weights-2of2.bin\n", 0]);
  const { format, userDefinedMetadata } = JSON.parse(readFileSync(join(folder, "web/model.json"), "utf8"));
  assert.is(format, "graph-model");
  assert.equal(userDefinedMetadata.inputs, [{ name: "input", shape: ["batch", 28, 28, 1] }]);
  assert.equal([userDefinedMetadata.labels.length, userDefinedMetadata.normalize.mean.length], [10, 1]);
  const server = createServer((request, response) => response.end(readFileSync(join(folder, "web", (request.url ?? "/").slice(1)))));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const graph = await loadGraphModel(`http://127.0.0.1:${(server.address() as AddressInfo).port}/model.json`);
  server.close();
  const output = graph.predict(tf.tensor(images, [3, 28, 28, 1]));
  if (!(output instanceof tf.Tensor)) return assert.unreachable();
  assertNear(output.dataSync(), ownLogits());
});

withChromium(test)("in a page, with stock TensorFlow.js: the same logits", async () => {
  const script = `
    import * as tf from "@tensorflow/tfjs-core";
    import "@tensorflow/tfjs-backend-cpu";
    import { loadGraphModel } from "@tensorflow/tfjs-converter";
    globalThis.result = (async () => {
      await tf.setBackend("cpu");
      const model = await loadGraphModel("model.json");
      const images = Float32Array.from({ length: 3 * 28 * 28 }, (_, i) => Math.sin(i * i));
      return [...await model.predict(tf.tensor(images, [3, 28, 28, 1])).data()];
    })();`;
  const bundle = await build({ stdin: { contents: script, resolveDir: process.cwd() }, bundle: true, format: "iife", platform: "browser", write: false, logLevel: "error" });
  const page = { "index.html": '<!doctype html><body><script src="page.js"></script>', "page.js": bundle.outputFiles[0]?.text ?? "" };
  const logits = await resultOfPage({ ...page, ...filesOf(join(folder, "web")) });
  // Math.sin may differ in its last bit from engine to engine, but here both are V8.
  assertNear(Array.isArray(logits) ? logits.map(Number) : [], ownLogits());
});

test("what goes wrong", () => {
  const told = (words: string): string => {
    const { stdout, stderr, code } = cnn(words, folder);
    return `${code} ${stdout}${stderr}`.trim();
  };
  assert.is(told("export run -o model"), "2 model is neither a name for weights, FILE.safetensors, nor a folder for TensorFlow.js, model/.");
  assert.match(told("export nothing -o w.safetensors"), /^1 nothing: error CNN8003: nothing is no run: there is no such folder/);
  assert.match(told("export run -o web/"), /^1 web\/: error CNN8301: web\/ exists already and is not empty; an export would mix with what it holds/);
  mkdirSync(join(folder, "file.safetensors"));
  assert.match(told("export run -o file.safetensors"), /^1 .*CNN8002: file.safetensors cannot be written: it is a folder/);
  assert.match(told("export run -o net.cnn/web/"), /^1 .*CNN8002: net.cnn\/web\/? cannot be written: a part of its path is a file, not a folder/);
  assert.is(existsSync(join(folder, ".file.safetensors.new")), false);
  assert.match(told("eval run --weights in.safetensors"), "CNN8005: in.safetensors does not hold conv_1.weight [8, 1, 3, 3], conv_1.bias [8]");
  assert.match(told("train net.cnn --data digits --weights in.safetensors"), /^1 .*error CNN5\d+: .*in\.safetensors.*conv_1\.weight/);
});

test.run();
