/** Emitted PyTorch modules in PyTorch: names and shapes of their weights, and what they compute from the weights of a file. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emit } from "@cnn-lang/codegen";
import { operators, weightsOf, type Model } from "@cnn-lang/shape-checker";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { moduleAttributes } from "../../packages/codegen/src/pytorch/names.ts";
import { type NamedArray, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { load, run, weightsFrom } from "../helpers/emitted.ts";
import { hostileNames, hostileProgram, renamed } from "../helpers/hostile.ts";
import { startBackend } from "../helpers/backends.ts";
import { numbersFor, type ModelNumbers } from "../helpers/numbers.ts";
import { around, modelOf } from "../helpers/program.ts";
import { askTorch, withTorch, type TorchAnswer, type TorchCase } from "../helpers/pytorch.ts";
import { firstAndLast, zooFiles, zooModel } from "../helpers/zoo.ts";
import { oddPrograms, operatorPrograms } from "./operator-programs.ts";

const test = suite("PyTorch modules in PyTorch");
const folder = mkdtempSync(join(tmpdir(), "cnn-pytorch-"));
const cases: TorchCase[] = [];
let answers: readonly TorchAnswer[] = [];

/** Has a model run with the others, and gives its place among the answers. */
async function ask(model: Model, tensors?: ModelNumbers): Promise<() => TorchAnswer> {
  const index = cases.length;
  const module = join(folder, `m${index}.py`);
  const file = join(folder, `t${index}.safetensors`);
  if (tensors) {
    const counters = weightsOf(model).filter(({ dtype }) => dtype === "int64");
    const arrays = new Map<string, NamedArray>(counters.map(({ name }) => [name, { shape: [], values: new BigInt64Array(1) }]));
    for (const [name, tensor] of tensors.weights) arrays.set(name, tensor);
    for (const [name, tensor] of tensors.inputs) arrays.set(`input:${name}`, tensor);
    writeFileSync(file, safetensorsBytes(arrays));
  }
  cases.push({ module, ...(tensors && { weights: file, inputs: file, names: model.inputs.map(({ name }) => `input:${name}`), training: tensors.training ?? false }) });
  writeFileSync(module, (await emit(model, { target: "pytorch" })).code);
  return () => {
    const answer = answers[index];
    if (!answer) throw new Error("PyTorch has not answered.");
    return answer;
  };
}

const worst = (actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): number => {
  assert.is(actual?.length, expected.length);
  return Array.from(expected).reduce((most, value, index) => Math.max(most, Math.abs(value - (actual?.[index] ?? Number.NaN))), 0);
};

const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * The core target's outputs against PyTorch's in float64, within ten times what PyTorch's own float32 is off, since the order
 * of sums differs, and a millionth of the largest value for what happens to be exact in PyTorch.
 */
async function compare(model: Model, tensors: ModelNumbers, { outputs, shapes, spread, after }: TorchAnswer): Promise<void> {
  const emitted = await load(model);
  const weights = weightsFrom(model, (name) => tensors.weights.get(name) ?? { shape: [], values: new Float32Array() });
  const ours = await run(emitted, weights, tensors.inputs, { training: tensors.training ?? false });
  for (const { name, shape } of model.outputs) {
    const expected = outputs[model.outputs.length === 1 ? "output" : name] ?? [];
    assert.equal(shapes[model.outputs.length === 1 ? "output" : name]?.slice(1), [shape.channels, ...shape.axes]);
    const allowed = 10 * spread + 1e-6 * largest(expected);
    const off = worst(ours.outputs.get(name), expected);
    assert.ok(off <= allowed, `${name} is off by ${off}, more than ${allowed}`);
  }
  for (const [name, expected] of Object.entries(tensors.training ? after : {})) {
    const off = worst(await weights[name]?.data(), expected);
    assert.ok(off <= 1e-6 + 1e-5 * largest(expected), `${name} is off by ${off}`);
  }
}

const sorted = (state: TorchAnswer["state"]): readonly string[] => state.map(([name, shape]) => `${name} ${shape.join("x")}`).sort();
const stateOf = (model: Model): readonly string[] => sorted(weightsOf(model).map(({ name, shape }) => [name, shape]));

for (const file of zooFiles) {
  const asked = await Promise.all(firstAndLast(file).map(async (model) => ({ model, answer: await ask(model) })));
  withTorch(test)(`${file}: state_dict has the summary's names and shapes, and trains what is not frozen`, () => {
    for (const { model, answer } of asked) {
      assert.equal(sorted(answer().state), stateOf(model), model.name);
      const trainable = weightsOf(model).filter((weight) => weight.trainable).map(({ name }) => name);
      assert.equal([...answer().trainable].sort(), trainable.sort(), model.name);
    }
  });
}

for (const { input, line } of operatorPrograms) {
  const model = modelOf(around(line, input));
  const tensors = numbersFor(model, 2);
  const answer = await ask(model, tensors);
  withTorch(test)(`${line.replace("\n ", " ->")}, on ${input}`, async () => {
    assert.equal(sorted(answer().state), stateOf(model));
    await compare(model, tensors, answer());
  });
}

/** Networks of the zoo with images as small as they allow, in the mode in which nothing is random. */
const networks: readonly Parameters<typeof zooModel>[] = [
  ["squeezenet.cnn", "SqueezeNet1_1"], ["resnet.cnn", "ResNet18"], ["cifar-resnet.cnn", "ResNet20"], ["densenet.cnn", "DenseNet121", "3@32x32"],
  ["googlenet.cnn", "GoogLeNetAux", "3@64x64"], ["mobilenet-v1.cnn", "MobileNetV1_Half", "3@64x64"], ["mobilenet-v2.cnn", "MobileNetV2", "3@64x64"],
  ["mobilenet-v3.cnn", "MobileNetV3Small", "3@64x64"], ["shufflenet-v2.cnn", "ShuffleNetV2_x0_5", "3@64x64"], ["mnasnet.cnn", "MNASNet0_5", "3@64x64"],
  ["efficientnet.cnn", "EfficientNetB0", "3@64x64"], ["convnext.cnn", "ConvNeXt", "3@32x32", { depths: [1, 1, 2, 1], widths: [24, 48, 96, 192] }], ["regnet.cnn", "RegNet_Y_400MF", "3@64x64"],
  ["sequence.cnn", "M5"], ["tutorials.cnn", "KerasMnist"], ["two-heads.cnn", "Face"], ["transfer.cnn", "MobileNetV2Transfer", "3@32x32"],
];
for (const [file, name, input, values] of networks) {
  const model = zooModel(file, name, input, values);
  const tensors = numbersFor(model, 2);
  const answer = await ask(model, tensors);
  withTorch(test)(`${name}${input ? ` on ${input}` : ""}: the logits of the code for TensorFlow.js`, () => compare(model, tensors, answer()));
}

const program = (name: string): Model => modelOf(readFileSync(`test/goldens/nets/${name}.cnn`, "utf8"));
for (const name of ["simplecnn", "tinyresnet", "unet"]) {
  const model = program(name);
  const tensors = { ...numbersFor(model, 4), training: true };
  const answer = await ask(model, tensors);
  withTorch(test)(`${name} in training: the batch's statistics, and where the running ones move`, () => compare(model, tensors, answer()));
}

{
  const model = modelOf(around("frozen: conv 4 3 -> bn: batchnorm -> relu\n  conv 2 3\n  batchnorm\n  freeze frozen, bn", "3@8x8"));
  const tensors = { ...numbersFor(model, 4), training: true };
  const answer = await ask(model, tensors);
  withTorch(test)("what is frozen asks for no gradient, and its batch norm stays with its statistics in training", async () => {
    assert.equal(answer().trainable, ["conv_1.weight", "conv_1.bias", "batchnorm_1.weight", "batchnorm_1.bias"]);
    assert.equal(answer().after["bn.running_mean"], [...(tensors.weights.get("bn.running_mean")?.values ?? [])]);
    await compare(model, tensors, answer());
  });
}

{
  const model = modelOf(`block encoder { conv 4 3 stride=2 pad=same -> relu -> maxpool 2 pad=same -> separable 4 3 stride=2 pad=same -> globalavgpool }
model Net {
  input left 1@8x16
  input right 1@13x11
  left -> encoder: encoder as a
  right -> reuse encoder as b
  concat { | a | b }
}
`);
  const tensors = numbersFor(model, 2);
  const answer = await ask(model, tensors);
  withTorch(test)("layers that are used again, on a map that wants another border", async () => {
    assert.equal(sorted(answer().state), stateOf(model));
    await compare(model, tensors, answer());
  });
}

for (const [name, lines] of Object.entries(oddPrograms)) {
  const model = modelOf(`model Net {\n  ${lines}\n}\n`);
  const tensors = numbersFor(model, 2);
  const answer = await ask(model, tensors);
  withTorch(test)(name, async () => {
    assert.equal(sorted(answer().state), stateOf(model));
    await compare(model, tensors, answer());
  });
}

test("the programs above have every operator between them", () => {
  const said = new Set(operatorPrograms.flatMap(({ line, input }) => modelOf(around(line, input)).layers.map(({ operator }) => operator)));
  assert.equal(Object.keys(operators).filter((name) => !new Set<string>(said).has(name)), []);
});

/** Words of Python, and all that a module of PyTorch has, as labels of layers with weights. */
const words = ["class", "lambda", "None", "True", "self", "nn", "torch", "F", "super", "match", "print", "__init__", "__class__", "__dict__", "_x", ...moduleAttributes];
{
  const model = modelOf(around(words.map((word) => `"${word}": scale`).join("\n  "), "2"));
  const tensors = numbersFor(model, 2);
  const answer = await ask(model, tensors);
  withTorch(test)("labels may be words of Python, and names that every module has", async () => {
    assert.equal(sorted(answer().state), stateOf(model));
    await compare(model, tensors, answer());
  });
}
{
  const model = modelOf(around(words.map((word) => `"${word}": dense 2`).join("\n  "), "2"));
  const tensors = numbersFor(model, 2);
  const answer = await ask(model, tensors);
  withTorch(test)("as labels of modules, too", async () => {
    assert.equal(sorted(answer().state), stateOf(model));
    await compare(model, tensors, answer());
    assert.equal(answer().attributes.filter((name) => !words.includes(name)), [], "PyTorch has names that are not known here");
  });
}

for (const name of [...hostileNames("__import__('builtins').attacked = True"), "-*- coding: rot13 -*-", "vim: set fileencoding=utf-7 :", `""" ${"__import__('builtins').attacked = True"} """`]) {
  const model = renamed(hostileProgram(), name);
  const answer = await ask(model);
  withTorch(test)(`the name ${JSON.stringify(name)} stays a name`, () => {
    assert.equal(sorted(answer().state), stateOf(model));
    assert.not(answer().attacked);
  });
}

answers = askTorch(cases);
test.before(() => startBackend("wasm"));
test.after(() => rmSync(folder, { recursive: true }));
test.run();
