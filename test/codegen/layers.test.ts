/** Models of TensorFlow.js's layers: their shapes and counts against the checker's, their values against the core target's. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataLayout, emit, tensorShape, toTensorFlow } from "@cnn-lang/codegen";
import { weightsOf, type Model, type Shape } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { layerName } from "../../packages/codegen/src/layers/names.ts";
import { load, run, weightsFrom } from "../helpers/emitted.ts";
import { hostileNames, hostileProgram, renamed } from "../helpers/hostile.ts";
import { folderBesidePackages, loadLayers, type LayersModule } from "../helpers/layers.ts";
import { startBackend } from "../helpers/backends.ts";
import { numbersFor } from "../helpers/numbers.ts";
import { around, modelOf } from "../helpers/program.ts";
import type { GoldenTensor } from "../helpers/safetensors.ts";
import { firstAndLast, zooFiles, zooModel } from "../helpers/zoo.ts";
import { oddPrograms, operatorPrograms } from "./operator-programs.ts";

const test = suite("models of TensorFlow.js's layers");
const folder = folderBesidePackages("layers");
test.before(() => startBackend("cpu"));

/** Whether each layer's shapes and number of weights are those that the checker found; `model` may have no weights in memory. */
function assertClaims(model: Model, built: tfl.LayersModel): void {
  const uses = new Map<string, number>();
  for (const layer of model.layers) {
    const known = built.layers.find(({ name }) => name === layerName(layer.path));
    if (!known || (layer.reuses !== undefined && layer.weights.length === 0)) continue;
    const use = uses.get(known.name) ?? 0;
    uses.set(known.name, use + 1);
    const output = known.getOutputAt(use);
    assert.equal("shape" in output ? output.shape : [], [null, ...tensorShape(layer.outputShape)], layer.path);
    const weights = layer.weights.filter(({ dtype }) => dtype === "float32");
    assert.is(known.countParams(), weights.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0), layer.path);
  }
  const computed = new Set(built.layers.map(({ name }) => name));
  assert.ok(uses.size >= computed.size - built.layers.filter(({ name }) => /\/(pad|permute|reshape|map_|use_)/.test(name)).length, "every layer is one of the program's, or helps one");
}

/** The shapes and counts of a model without making its weights, which may be a gigabyte. */
async function withoutWeights(module: LayersModule): Promise<tfl.LayersModel> {
  const layer: { addWeight: unknown } = Object.getPrototypeOf(Object.getPrototypeOf(tfl.layers.flatten()));
  const { addWeight } = layer;
  layer.addWeight = function (this: { _trainableWeights: unknown[]; _nonTrainableWeights: unknown[] }, name: string, shape: number[], ...[, , , trainable = true]: unknown[]) {
    const weight = { name, shape, trainable };
    (trainable ? this._trainableWeights : this._nonTrainableWeights).push(weight);
    return weight;
  };
  try {
    return module.createModel();
  } finally {
    layer.addWeight = addWeight;
  }
}

for (const file of zooFiles) {
  test(`${file}: TensorFlow.js finds the checker's shapes and counts, layer by layer`, async () => {
    for (const model of firstAndLast(file)) assertClaims(model, await withoutWeights(await loadLayers(model, folder)));
  });
}

interface Compared {
  readonly module: LayersModule;
  readonly built: tfl.LayersModel;
  readonly outputs: readonly tf.Tensor[];
  readonly inputs: readonly tf.Tensor[];
}

const outputsOf = (built: tfl.LayersModel, inputs: readonly tf.Tensor[]): readonly tf.Tensor[] => [built.predict([...inputs])].flat();

const differ = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).arraySync() as number);

/** Gives the model the core code's weights and inputs, and holds its outputs against the core code's: the same sums in another order. */
async function compare(model: Model, batch = 2): Promise<Compared> {
  const numbers = numbersFor(model, batch);
  const module = await loadLayers(model, folder);
  const built = module.createModel();
  const weights = weightsFrom(model, (name) => numbers.weights.get(name) ?? { shape: [], values: new Float32Array() });
  module.setWeights(built, weights);
  const upload = (shape: Shape, { values }: GoldenTensor): tf.Tensor => {
    const layout = dataLayout(shape, batch);
    return tf.tensor(toTensorFlow(layout, values), [...layout.shape]);
  };
  const inputs = model.inputs.map(({ name, shape }) => upload(shape, numbers.inputs.get(name) ?? { shape: [], values: new Float32Array() }));
  const outputs = outputsOf(built, inputs);
  const expected = (await run(await load(model), weights, numbers.inputs)).outputs;
  for (const [index, { name, shape }] of model.outputs.entries()) {
    const output = outputs[index];
    const reference = upload(shape, { shape: [], values: expected.get(name) ?? new Float32Array() });
    const largest = tf.tidy(() => tf.max(tf.abs(reference)).arraySync() as number);
    assert.ok(output && differ(output, reference) <= 1e-5 + 1e-5 * largest, `${name} is off by ${output && differ(output, reference)}`);
  }
  return { module, built, inputs, outputs };
}

/** Saves a model and loads it again, by way of text as on a disk: what it computes must not change by a bit. */
async function assertSaves({ built, inputs, outputs }: Compared): Promise<void> {
  const saved: tf.io.ModelArtifacts[] = [];
  await built.save(tf.io.withSaveHandler(async (artifacts) => {
    const { weightData = new ArrayBuffer(), ...rest } = artifacts;
    saved.push(JSON.parse(JSON.stringify(rest)), { weightData });
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  }));
  const again = await tfl.loadLayersModel(tf.io.fromMemory({ ...saved[0], ...saved[1] }));
  for (const [index, output] of outputsOf(again, inputs).entries()) {
    const before = outputs[index];
    assert.is(before && differ(output, before), 0);
  }
  again.dispose();
}

const codes: string[] = [];
for (const { input, line } of operatorPrograms) {
  test(`${line.replace("\n ", " ->")}, on ${input}: the core code's values, also when saved and loaded`, async () => {
    const model = modelOf(around(line, input));
    const compared = await compare(model);
    codes.push(compared.module.code);
    assertClaims(model, compared.built);
    await assertSaves(compared);
    compared.built.dispose();
  });
}

test.run();

for (const [name, lines] of Object.entries(oddPrograms)) {
  test(`${name}: the core code's values, also when saved and loaded`, async () => {
    const compared = await compare(modelOf(`model Net {\n  ${lines}\n}\n`));
    await assertSaves(compared);
    compared.built.dispose();
  });
}

/** Networks with branches, skips, groups, two inputs and two outputs, on images as small as they allow. */
const networks: readonly Parameters<typeof zooModel>[] = [
  ["mobilenet-v3.cnn", "MobileNetV3Small", "3@32x32"], ["shufflenet-v2.cnn", "ShuffleNetV2_x0_5", "3@32x32"], ["regnet.cnn", "RegNet_Y_400MF", "3@32x32"],
  ["convnext.cnn", "ConvNeXt", "3@32x32", { depths: [1, 1, 2, 1], widths: [24, 48, 96, 192] }], ["cifar-resnet.cnn", "ResNet20"], ["two-heads.cnn", "Face", "3@64x64", { width: 8 }],
];
for (const [file, name, input, values] of networks) {
  test(`${name}: the core code's values, also when saved and loaded`, async () => {
    const compared = await compare(zooModel(file, name, input, values));
    await assertSaves(compared);
    compared.built.dispose();
  });
}

test("a block that is used again: one set of layers, applied twice", async () => {
  const model = modelOf(`block encoder { conv 4 3 stride=2 pad=same -> relu -> maxpool 2 pad=same -> separable 4 3 stride=2 pad=same -> conv 2 3 groups=2 pad=1 -> globalavgpool }
model Net {
  input left 1@8x16
  input right 1@13x11
  left -> encoder: encoder as a
  right -> reuse encoder as b
  concat { | a | b }
}
`);
  const compared = await compare(model);
  assert.is(compared.built.countParams(), weightsOf(model).reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0));
  await assertSaves(compared);
});

test("frozen layers do not move in fit, their batch norms included; the others do", async () => {
  const model = modelOf(around("a: conv 4 3 -> n: batchnorm -> relu\n  b: conv 4 3 bias=false -> m: batchnorm -> batchnorm affine=false -> flatten -> c: dense 2\n  freeze a, n", "3@8x8"));
  const { built, module } = await compare(model);
  const names = ["a", "n", "b", "m", "batchnorm_1", "c"];
  const values = (): readonly string[] => names.map((name) => JSON.stringify(built.getLayer(name).getWeights().map((weight) => weight.arraySync())));
  const before = values();
  built.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  await built.fit(tf.randomUniform([8, 8, 8, 3], 0, 1, "float32", 1), tf.ones([8, 2]), { epochs: 2, verbose: 0 });
  const after = values();
  assert.equal(names.filter((_, index) => after[index] !== before[index]), ["b", "m", "batchnorm_1", "c"]);
  assert.match(module.code, "trainable: false");
});

/** What `layerName` made a name from. */
function pathOf(name: string): string {
  const text = name.startsWith("0/-") ? name.slice(3) : name;
  return text.replaceAll(/\/([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

for (const name of hostileNames("globalThis.attacked = true")) {
  test(`the name ${JSON.stringify(name)} stays a name`, async () => {
    await compare(renamed(hostileProgram(), name), 3);
    assert.is(pathOf(layerName(name)), name);
    assert.match(layerName(name), /^[A-Za-z0-9][-A-Za-z0-9._/]*$/);
    assert.not("attacked" in globalThis);
  });
}

test("a weight that is missing is told by its name", async () => {
  const { createModel, setWeights } = await loadLayers(modelOf(around("flatten -> dense 2", "2@2x2")), folder);
  assert.throws(() => setWeights(createModel(), {}), "There is no weight dense_1.weight.");
});

for (const name of ["lenet5", "residual"]) {
  test(`${name}.cnn becomes the code beside it`, async () => {
    const model = modelOf(readFileSync(`test/programs/${name}.cnn`, "utf8"));
    const { code } = await emit(model, { target: "layers", typescript: true });
    const file = `test/programs/${name}.layers.ts`;
    if (process.env.UPDATE) writeFileSync(file, code);
    assert.fixture(code, readFileSync(file, "utf8"));
  });
}

test("all of it satisfies TypeScript, strictly", async () => {
  const typed = folderBesidePackages("layers-typed");
  // Each of our own layers once: the stock ones' types are TensorFlow.js's.
  const seen = new Set<string>();
  const everyLayer = operatorPrograms.map(({ line, input }) => modelOf(around(line, input))).filter((_, index) => {
    const classes = [...(codes[index] ?? "").matchAll(/new (\w+)\(\{/g)].map(([, name = ""]) => name);
    return classes.filter((name) => seen.size < seen.add(name).size).length > 0;
  });
  for (const [index, model] of [...everyLayer, zooModel("two-inputs.cnn", "Siamese"), zooModel("mobilenet-v3.cnn", "MobileNetV3")].entries()) {
    writeFileSync(join(typed, `model-${index}.ts`), (await emit(model, { target: "layers", typescript: true })).code);
  }
  writeFileSync(join(typed, "tsconfig.json"), JSON.stringify({ extends: "../../../test/programs/tsconfig.json", compilerOptions: { rootDir: "../../.." }, include: ["*.ts"] }));
  const { status, stdout } = spawnSync("npx", ["--no-install", "tsc", "-p", typed], { encoding: "utf8" });
  assert.is(status, 0, stdout);
});

test.run();
