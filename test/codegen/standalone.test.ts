/** Files that stand alone: with nothing but TensorFlow.js they compute what the other code computes, in Node and in a page. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { emit } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inlinePrimitives } from "../../packages/runtime/src/cli/standalone.ts";
import { loadModule } from "../../packages/runtime/src/load-module.ts";
import { loadWeights } from "../../packages/runtime/src/nn.ts";
import { safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { downloadWeights } from "../../packages/runtime/src/weights/transfer.ts";
import { resultOfPage, withChromium } from "../helpers/browser.ts";
import { folderWith } from "../helpers/cli.ts";
import { randomWeights } from "../helpers/optimized.ts";
import { modelOf } from "../helpers/program.ts";

const test = suite("files that stand alone");
test.before(() => tf.setBackend("cpu").then(() => undefined));

const programs = {
  "SimpleCNN": readFileSync("test/programs/simple-cnn.cnn", "utf8"),
  "every kind of weight": `model Every {
  input 2@8x8
  conv 4 3 pad=1 groups=2 -> batchnorm -> silu
  depthwise 3 multiplier=2 pad=1 -> batchnorm -> relu6
  layernorm over=all -> separable 6 3 -> gelu
  conv_transpose 4 2 stride=2 groups=2 -> batchnorm -> scale 0.5
  reshape 8@72 -> conv 6 3 -> layernorm over=all -> prelu over=channels
  flatten -> dense 5
}
`,
} as const;

/** A program's file, its weights as a file, an image, and what the ordinary code makes of it. */
async function prepare(text: string, optimize: boolean) {
  const model = modelOf(text);
  const { code } = await emit(model, { optimize, inline: inlinePrimitives });
  const { forward, weightShapes } = await loadModule((await emit(model)).code);
  const weights = randomWeights(weightShapes);
  for (const { name, dtype } of model.layers.flatMap((layer) => layer.weights)) if (dtype === "int64") weights[name] = tf.scalar(0, "int32");
  const file = safetensorsBytes(await downloadWeights(model, weights));
  const { channels, axes } = model.inputs[0]?.shape ?? { channels: 1, axes: [] };
  const image = tf.randomNormal([1, ...axes, channels], 0, 1, "float32", 7);
  const logits = forward(weights, image);
  return { code, file, image: JSON.stringify(image.arraySync()), expected: logits instanceof tf.Tensor ? [...logits.dataSync()] : [] };
}

/**
 * The same operations in the same order on the same backend give the same numbers; where batch norms are folded, and where
 * another engine computes exponentials, numbers differ by some roundings (2⁻²⁴ each): 1e-5 of the largest is 170 of them.
 */
function assertNear(actual: unknown, expected: readonly number[]): void {
  if (!Array.isArray(actual) || actual.length !== expected.length) throw new Error(`these are not ${expected.length} numbers: ${String(actual)}`);
  const scale = Math.max(...expected.map(Math.abs));
  const most = Math.max(...expected.map((value, i) => Math.abs(value - Number(actual[i]))));
  assert.ok(scale > 0.01 && most <= 1e-5 * scale, `off by ${most}, where values go up to ${scale}`);
}

const program = `import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { forward, load } from "./net.js";
await tf.setBackend("cpu");
const bytes = readFileSync("weights.safetensors");
const weights = load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const kept = tf.memory().numTensors;
const logits = forward(weights, tf.tensor(JSON.parse(readFileSync("image.json", "utf8"))));
console.log(JSON.stringify({ logits: [...logits.dataSync()], kept: kept - Object.keys(weights).length }));
`;

const page = `<!doctype html>
<script src="tf-core.js"></script>
<script src="tf-backend-cpu.js"></script>
<script type="module">
  import { forward, load } from "./net.js";
  globalThis.result = (async () => {
    await tf.ready();
    const weights = load(await (await fetch("weights.safetensors")).arrayBuffer());
    const image = tf.tensor(await (await fetch("image.json")).json());
    return [...(await forward(weights, image).data())];
  })();
</script>
`;

const scriptOf = (name: string, file: string): Buffer => readFileSync(`node_modules/@tensorflow/${name}/dist/${file}.min.js`);

for (const [name, text] of Object.entries(programs)) {
  for (const optimize of [false, true]) {
    const title = `${name}${optimize ? ", optimised" : ""}`;

    test(`${title}: in Node, where only TensorFlow.js and a backend can be found`, async () => {
      const { code, file, image, expected } = await prepare(text, optimize);
      const folder = folderWith({ "net.js": code, "program.js": program, "package.json": '{ "type": "module" }', "weights.safetensors": file, "image.json": image });
      mkdirSync(join(folder, "node_modules/@tensorflow"), { recursive: true });
      for (const part of ["tfjs-core", "tfjs-backend-cpu"]) symlinkSync(realpathSync(`node_modules/@tensorflow/${part}`), join(folder, "node_modules/@tensorflow", part));
      const { stdout, stderr, status } = spawnSync(process.execPath, ["program.js"], { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"] } });
      assert.is(status, 0, stderr);
      const { logits, kept } = JSON.parse(stdout.split("\n").find((line) => line.startsWith("{")) ?? "{}");
      assertNear(logits, expected);
      assert.is(kept, 0, "load leaves no tensor but the weights");
    });

    // Each page costs a second or two: one with folded weights, one with all the primitives.
    if (optimize === (name === "SimpleCNN")) withChromium(test)(`${title}: in a page that has loaded TensorFlow.js as a script`, async () => {
      const { code, file, image, expected } = await prepare(text, optimize);
      const scripts = { "tf-core.js": scriptOf("tfjs-core", "tf-core"), "tf-backend-cpu.js": scriptOf("tfjs-backend-cpu", "tf-backend-cpu") };
      assertNear(await resultOfPage({ "index.html": page, "net.js": code, "weights.safetensors": file, "image.json": image, ...scripts }), expected);
    });
  }
}

test("the file holds the primitives that it uses, and no others", async () => {
  const { code } = await emit(modelOf("model Net {\n  input 1@8x8\n  conv 4 3 -> relu6\n  flatten -> dense 3\n}\n"), { inline: inlinePrimitives });
  assert.match(code, "\nconst { loadWeights, relu6 } = (() => {\n");
  assert.not.match(code, /@cnn-lang\/runtime\/nn"|batchNorm|dropout|^import /m);
});

test("a weight file that does not fit is told in words", () => {
  const shapes = { "conv.weight": [3, 3, 4, 8] };
  const says = (file: Uint8Array, message: RegExp): void => assert.throws(() => loadWeights(new Uint8Array(file).buffer, shapes), message);
  const tensor = (name: string, shape: readonly number[]) => safetensorsBytes(new Map([[name, { shape, values: new Float32Array(shape.reduce((all, n) => all * n, 1)) }]]));
  says(new Uint8Array(3), /no safetensors file/);
  says(new Uint8Array([3, 0, 0, 0, 0, 0, 0, 0, 123, 123, 123]), /header is not JSON/);
  says(tensor("conv1.weight", [8, 4, 3, 3]), /no weight conv\.weight; it has conv1\.weight/);
  says(tensor("conv.weight", [4, 8, 3, 3]), /shape \[4, 8, 3, 3\] in the file, which does not become \[3, 3, 4, 8\]/);
  says(tensor("conv.weight", [8, 4, 3, 3]).subarray(0, -8), /cut off/);
});

test.run();
