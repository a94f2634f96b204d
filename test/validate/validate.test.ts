/** Translation validation: mistakes planted in emitters and kernels are found before anything is computed with them. */

import { emit } from "@cnn-lang/codegen";
import type { Layer, Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../../packages/runtime/src/failure.ts";
import { train } from "../../packages/runtime/src/index.ts";
import { loadModule } from "../../packages/runtime/src/load-module.ts";
import { buildNetwork, disposeNetwork } from "../../packages/runtime/src/train/network.ts";
import { validate } from "../../packages/runtime/src/validate/validate.ts";
import { initialWeights } from "../../packages/runtime/src/weights/initial.ts";
import { uploadWeights } from "../../packages/runtime/src/weights/transfer.ts";
import { startBackend } from "../helpers/backends.ts";
import { withKernel } from "../helpers/planted.ts";
import { modelOf } from "../helpers/program.ts";

const program = `block unit(n) {
  conv n 3x3 pad=1 -> leaky_relu
}

model Branched {
  input 3@8x8
  stem: unit 4 as s
  a: conv 4 1x1
  b: conv 4 1x1
  concat s
  flatten -> dense 5
}
`;

type Uploaded = ReturnType<typeof uploadWeights>;

/** What is said of a network whose code, or the observed form of it, is emitted from a model with a mistake. */
async function verdict(model: Model, emitted: { readonly plain?: Model; readonly observed?: Model; readonly weights?: (all: Uploaded) => Uploaded }): Promise<string> {
  const { plain = model, observed = plain, weights = (all) => all } = emitted;
  const forwardOf = async (from: Model, isObserved: boolean) => (await loadModule((await emit(from, { observed: isObserved })).code)).forward;
  const uploaded = uploadWeights(model, initialWeights(model, 1));
  try {
    await validate({ model, forward: await forwardOf(plain, false), observed: await forwardOf(observed, true), weights: weights({ ...uploaded }) });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { finding, span } = error;
    assert.match(finding.help ?? "", "this is a mistake of cnn itself, and nothing was computed with that code: please report it");
    return `${finding.code} ${span?.start.line}: ${finding.message.replace("the emitted code is not the network that was checked: ", "")}`;
  } finally {
    tf.dispose(uploaded);
  }
  return "fine";
}

/** The model with one of its layers changed, as a mistaken emitter would take it. */
const mistaken = (model: Model, path: string, change: (layer: Layer) => Partial<Layer>): Model => ({
  ...model,
  // A layer that is changed to what the checker would not give is what is wanted here.
  layers: model.layers.map((layer) => (layer.path === path ? ({ ...layer, ...change(layer) } as Layer) : layer)),
});

const test = suite("translation validation");
test.before(() => startBackend("wasm"));

const model = modelOf(program);

test("programs are what their code computes, those that reuse layers too", async () => {
  const files = ["test/programs", "test/goldens/nets"].flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".cnn") && !name.startsWith("mobilenet")).map((name) => join(folder, name)));
  for (const file of [...files, "examples/siamese.cnn", "examples/tiny-dense.cnn", "examples/inception.cnn"]) {
    const program = modelOf(readFileSync(file, "utf8"));
    disposeNetwork(await buildNetwork(program, initialWeights(program, 1)));
  }
});

test("an emitter that forgets a stride makes another shape", async () => {
  const strided = modelOf("model M {\n  input 3@8x8\n  conv 4 3x3 pad=1 stride=2\n  globalavgpool\n}\n");
  const forgetful = mistaken(strided, "conv_1", ({ attributes }) => ({ attributes: { ...attributes, stride: [1, 1] } }) as Partial<Layer>);
  assert.is(await verdict(strided, { plain: forgetful }), "CNN8203 3: conv_1 makes [2, 8, 8, 4], not [2, 4, 4, 4]");
});

test("an emitter that takes inputs in another order, though all shapes are alike", async () => {
  const swapped = mistaken(model, "concat_1", ({ inputs }) => ({ inputs: inputs.toReversed() }));
  const [first = 0] = model.layers.find(({ path }) => path === "concat_1")?.inputs ?? [];
  assert.is(await verdict(model, { plain: swapped }), `CNN8203 10: input 0 of concat_1 is not what ${model.layers[first]?.path} makes`);
});

test("an emitter that leaves a layer out, or takes another one's output", async () => {
  const outputs = model.outputs.map((port) => ({ ...port, layer: port.layer - 1 }));
  assert.is(await verdict(model, { plain: { ...model, outputs } }), "CNN8203 11: dense_1 is not computed");
  const past = mistaken(model, "b", ({ inputs: [input = 0] }) => ({ inputs: [input - 1] }));
  assert.is(await verdict(model, { plain: past }), "CNN8203 8: b is computed where a should be");
});

test("code that computes other numbers than where it is observed", async () => {
  const steep = mistaken(model, "stem.leaky_relu_1", ({ attributes }) => ({ attributes: { ...attributes, slope: 0.5 } }) as Partial<Layer>);
  assert.match(await verdict(model, { plain: steep, observed: model }), /^CNN8203 5: value \d+ of the output output is -?[\d.e-]+, but -?[\d.e-]+ where it is observed$/);
});

test("weights of another count than the checker's", async () => {
  assert.is(
    await verdict(model, { weights: (all) => ({ ...all, "dense_1.bias": tf.zeros([6]) }) }),
    "CNN8203 11: dense_1 has 2566 learnable numbers, not 2565",
  );
});

test("a kernel that gives a wrong shape stops a training before it has a run", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cnn-validate-"));
  writeFileSync(join(folder, "small.cnn"), "model Small(classes = 10) {\n  input 1@28x28\n  conv 4 5 stride=2 -> relu\n  flatten -> dense classes\n}\n");
  const run = join(folder, "run");
  const turned: Parameters<typeof withKernel>[1] = (stock) => (given) => {
    const made = stock(given);
    const [info = undefined] = [made].flat();
    return info ? { ...info, shape: info.shape.toReversed() } : made;
  };
  const { status, diagnostics } = await withKernel("Relu", turned, () =>
    train({ model: join(folder, "small.cnn"), data: { format: "digits", limit: 64 } }, { out: run, backend: "wasm" }),
  );
  assert.is(status, "failed");
  assert.equal(diagnostics.map(({ code, message, span }) => `${code} ${span.file.split("/").at(-1)}:${span.start.line} ${message}`), [
    "CNN8203 small.cnn:3 the emitted code is not the network that was checked: relu_1 makes [4, 12, 12, 2], not [2, 12, 12, 4]",
  ]);
  assert.is(existsSync(run), false);
});

test.run();
