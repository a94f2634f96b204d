/** `cnn run` as its users run it: one pass over given tensors, held against PyTorch's numbers. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type NamedArray, type NamedArrays, readSafetensors, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { cnn, folderWith, type Outcome } from "../helpers/cli.ts";
import { netFile, type NetName, tensorOf } from "../helpers/nets.ts";
import { type Case, programOf } from "../operators-golden/programs.ts";

const numbers = (values: ArrayLike<number | bigint>): Float64Array => Float64Array.from({ length: values.length }, (_, i) => Number(values[i]));

/** As `test/goldens/README.md` says, which tells why. */
const tolerances = {
  logits: () => 1e-5,
  gradient: (largest: number) => 1e-4 * largest + 1e-6,
  statistic: (largest: number) => 1e-5 + 1e-5 * largest,
  operator: (largest: number) => 1e-5 + 1e-5 * largest,
};

function near(what: string, found: NamedArray, expected: NamedArray, tolerance: keyof typeof tolerances): void {
  assert.equal(found.shape, expected.shape, what);
  const [actual, wanted] = [numbers(found.values), numbers(expected.values)];
  const allowed = tolerances[tolerance](wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  wanted.forEach((value, i) => assert.ok(Math.abs((actual[i] ?? NaN) - value) <= allowed, `${what}[${i}]: ${actual[i]}, not ${value} ± ${allowed}`));
}

/** Runs a program on tensors, in a folder that holds both; the results are in OUT. */
function pass(program: string, given: NamedArrays, flags = "", files: Readonly<Record<string, Uint8Array>> = {}): Outcome & { readonly results: () => NamedArrays } {
  const folder = folderWith({ "net.cnn": program, "in.safetensors": safetensorsBytes(given), ...files });
  const outcome = cnn(`run net.cnn --input in.safetensors --output out.safetensors --backend wasm ${flags}`.trim(), folder);
  return { ...outcome, results: () => (assert.is(outcome.code, 0, outcome.stderr), readSafetensors(join(folder, "out.safetensors"))) };
}

/** The gradient of the mean cross-entropy for logits `[batch, classes, …positions]`: (softmax − one-hot) / how many labels. */
function lossGradient({ shape, values }: NamedArray, target: NamedArray): NamedArray {
  const [batch = 1, classes = 1, ...axes] = shape;
  const positions = axes.reduce((product, n) => product * n, 1);
  const logits = numbers(values);
  const gradient = new Float32Array(logits.length);
  for (let at = 0; at < batch * positions; at += 1) {
    const place = (c: number): number => (Math.floor(at / positions) * classes + c) * positions + (at % positions);
    const powers = Array.from({ length: classes }, (_, c) => Math.exp(logits[place(c)] ?? 0));
    const sum = powers.reduce((total, power) => total + power, 0);
    for (let c = 0; c < classes; c += 1) gradient[place(c)] = ((powers[c] ?? 0) / sum - (Number(target.values[at]) === c ? 1 : 0)) / (batch * positions);
  }
  return { shape, values: gradient };
}

const nets = suite("cnn run: the golden networks");

for (const name of ["lenet5", "simplecnn", "tinyresnet", "unet"] as const satisfies readonly NetName[]) {
  const golden = readSafetensors(netFile(`${name}_golden.safetensors`));
  const program = readFileSync(netFile(`${name}.cnn`), "utf8");
  const weights = `--weights ${resolve(netFile(`${name}.safetensors`))}`;

  nets(`${name}: logits`, () => {
    const results = pass(program, new Map([["input", tensorOf(golden, "input")]]), weights).results();
    assert.equal([...results.keys()], ["output"]);
    near("output", tensorOf(results, "output"), tensorOf(golden, "eval_logits"), "logits");
  });

  nets(`${name}: logits, gradients and running statistics in training`, () => {
    const upstream = lossGradient(tensorOf(golden, "train_logits"), tensorOf(golden, "target"));
    const given = new Map([["input", tensorOf(golden, "input")], ["grad_output", upstream]]);
    // Winograd rounds more, and a value within rounding of a kink then sends its gradient elsewhere: the direct convolution is compared.
    const results = pass(program, given, `--train --no-dropout --exact ${weights}`).results();
    near("output", tensorOf(results, "output"), tensorOf(golden, "train_logits"), "logits");
    const expected = [...golden].filter(([key]) => key.startsWith("grad"));
    const statistics = [...golden].filter(([key]) => key.startsWith("after/"));
    for (const [key, array] of expected) near(key, tensorOf(results, key), array, "gradient");
    for (const [key, array] of statistics) near(key, tensorOf(results, key), array, "statistic");
    const more = [...results.keys()].filter((key) => !golden.has(key) && key !== "output");
    assert.equal(more.filter((key) => !key.endsWith(".num_batches_tracked")), []);
  });
}

nets.run();

const operators = suite("cnn run: golden operators");
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync("test/goldens/ops.json", "utf8"));
const tensors = readSafetensors("test/goldens/ops.safetensors");

// A few whose layouts differ most between PyTorch and TensorFlow.js; all of them run in test/operators-golden.
for (const name of ["conv2d_groups2", "deconv2d_k3_stride2_pad1_out1", "flatten_linear", "batchnorm2d_train", "concat_channels"]) {
  operators(name, () => {
    const golden = cases.find((one) => one.name === name);
    const tensor = (role: string): NamedArray => tensorOf(tensors, `${name}/${role}`);
    const program = golden && programOf(golden, (role) => tensor(role).shape);
    if (!golden || program === undefined) return assert.unreachable(name);
    const several = golden.inputs.length > 1;
    const inputName = (role: string): string => (several && role === "input" ? "first" : role);
    const given = new Map([...golden.inputs.map((role) => [inputName(role), tensor(role)] as const), ["grad_output", tensor("grad_output")] as const]);
    const weights = new Map([...golden.params, ...golden.constants].map((role) => [`it.${role}`, tensor(role)]));
    const training = golden.args["training"] === true ? " --train" : "";
    const flags = weights.size > 0 ? `--weights w.safetensors${training}` : training;
    const results = pass(program, given, flags.trim(), { "w.safetensors": safetensorsBytes(weights) }).results();
    const resultName = (role: string): string =>
      role === "output" ? role
      : role.startsWith("new_") ? `after/it.${role.slice(4)}`
      : golden.inputs.includes(role.slice(5)) ? `grad_${inputName(role.slice(5))}`
      : `grad/it.${role.slice(5)}`;
    for (const role of golden.results) near(role, tensorOf(results, resultName(role)), tensor(role), "operator");
  });
}

operators.run();

const flags = suite("cnn run: flags");

const reals = (shape: readonly number[], value: (i: number) => number): NamedArray => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) => value(i)),
});

flags("--exact forbids Winograd: sums of whole numbers come out whole", () => {
  const program = "model M {\n  input 16@32x32\n  conv 16 3x3 pad=1 bias=false\n}\n";
  // Products and sums far below 2^24 are exact in float32, in any order; Winograd's transforms divide by 6 and 24 on the way.
  const given = new Map([["input", reals([2, 16, 32, 32], (i) => ((i * 7) % 11) - 5)]]);
  const files = { "w.safetensors": safetensorsBytes(new Map([["conv_1.weight", reals([16, 16, 3, 3], (i) => ((i * 5) % 9) - 4)]])) };
  const [exact, fast] = ["--exact", ""].map((flag) => numbers(tensorOf(pass(program, given, `--weights w.safetensors ${flag}`.trim(), files).results(), "output").values));
  assert.is(exact?.every(Number.isInteger), true);
  assert.is(fast?.every(Number.isInteger), false, "without --exact the faster kernel is taken");
  assert.equal([...(fast ?? [])].map(Math.round).join(), [...(exact ?? [])].join(), "which rounds, but little");
});

flags("without --weights the seed draws them, and dropout's masks with --train", () => {
  const program = "model M {\n  input 8\n  dense 8 -> dropout 0.5\n}\n";
  const given = new Map([["input", reals([1, 8], (i) => i + 1)]]);
  const output = (more: string): string => tensorOf(pass(program, given, more).results(), "output").values.join();
  const first = output("--seed 1");
  assert.is.not(output("--seed 2"), first);
  assert.is(output("--train --no-dropout"), first, "dropout was all that training changes here");
  const dropped = output("--train").split(",").map(Number);
  assert.ok(dropped.includes(0));
  const kept = first.split(",").map(Number);
  dropped.forEach((value, i) => assert.ok(value === 0 || value === Math.fround(2 * (kept[i] ?? 0)), `${value} is 0 or twice ${kept[i]}`));
});

flags("several outputs: gradients come from those that have one upstream", () => {
  const program = "model M {\n  input 3\n  sigmoid as s\n  output s\n  s -> dense 2 bias=false\n  output scores\n}\n";
  const weights = new Map([["dense_1.weight", reals([2, 3], (i) => i)]]);
  const x = [-1, 0, 2];
  const given = new Map([["input", reals([1, 3], (i) => x[i] ?? 0)], ["grad_s", reals([1, 3], () => 2)]]);
  const results = pass(program, given, "--weights w.safetensors", { "w.safetensors": safetensorsBytes(weights) }).results();
  assert.equal([...results].map(([name, { shape }]) => [name, shape]), [["s", [1, 3]], ["scores", [1, 2]], ["grad_input", [1, 3]], ["grad/dense_1.weight", [2, 3]]]);
  const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
  near("grad_input", tensorOf(results, "grad_input"), reals([1, 3], (i) => 2 * sigmoid(x[i] ?? 0) * (1 - sigmoid(x[i] ?? 0))), "operator");
  assert.is(tensorOf(results, "grad/dense_1.weight").values.every((value) => Number(value) === 0), true, "nothing comes back through scores");
});

flags("NaN and infinity pass, and are told; without --output a table is all there is", () => {
  const folder = folderWith({
    "net.cnn": "model M {\n  input 3\n  relu\n}\n",
    "in.safetensors": safetensorsBytes(new Map([["input", reals([2, 3], (i) => [NaN, -1, 2, 0.5, Infinity, -Infinity][i] ?? 0)]])),
  });
  const { stdout, code } = cnn("run net.cnn --input in.safetensors --backend cpu", folder);
  assert.is(code, 0);
  assert.match(stdout, /^tensor +shape +least +largest\noutput +\[2, 3\] +0 +Infinity +1 of 6 are NaN\n$/);
});

flags.run();

const wrong = suite("cnn run: what goes wrong");
const small = "model Small {\n  input image 1@4x4\n  conv 2 3x3\n  flatten -> dense 3\n}\n";
const image = reals([2, 1, 4, 4], () => 1);

/** The first line that is told of a pass, which must fail. */
function told(given: Readonly<Record<string, NamedArray>>, weights?: Readonly<Record<string, NamedArray>>, program = small): string {
  const files = weights && { "w.safetensors": safetensorsBytes(new Map(Object.entries(weights))) };
  const { stderr, code, stdout } = pass(program, new Map(Object.entries(given)), weights ? "--weights w.safetensors" : "", files);
  assert.equal([code, stdout], [1, ""], stderr);
  return stderr.split("\n\n")[0] ?? "";
}

wrong("a tensor that is missing, misnamed, of another shape, or one too many", () => {
  assert.is(told({}), "in.safetensors: error CNN8101: in.safetensors holds no tensor image, the input of Small, which is [batch, 1, 4, 4]");
  assert.match(told({ imgae: image }), /CNN8101: .* holds no tensor image, .*\n  help: it holds imgae; is that meant\?/);
  assert.match(told({ image: reals([2, 4, 4, 1], () => 1) }), "CNN8103: image is [2, 4, 4, 1] in in.safetensors, but [batch, 1, 4, 4] is wanted");
  assert.match(told({ image: reals([0, 1, 4, 4], () => 1) }), "CNN8103: image is [0, 1, 4, 4]");
  assert.match(told({ image, target: reals([2], () => 1) }), /CNN8102: in.safetensors holds target, which Small does not take\n  help: it takes image \[batch, 1, 4, 4\], grad_output \[batch, 3\]; a gradient/);
  assert.match(told({ image, grad_ouput: reals([2, 3], () => 1) }), "does not take; did you mean grad_output?");
  assert.match(told({ image, grad_output: reals([3, 3], () => 1) }), "CNN8105: in in.safetensors grad_output is a batch of 3, but image is one of 2");
  assert.match(told({ image: { shape: [1, 1, 4, 4], values: new Uint8Array(16) } }), "CNN8104: image holds whole numbers in in.safetensors, but F32 is wanted");
});

wrong("weights that are missing, misnamed, of another shape, or too many", () => {
  const all = { "conv_1.weight": reals([2, 1, 3, 3], () => 0), "conv_1.bias": reals([2], () => 0), "dense_1.weight": reals([3, 8], () => 0), "dense_1.bias": reals([3], () => 0) };
  const { "conv_1.bias": bias, ...rest } = all;
  assert.match(told({ image }, rest), "CNN8005: w.safetensors does not hold conv_1.bias [2], which the model has");
  assert.match(told({ image }, { ...rest, "conv.bias": bias }), /CNN8005: .*\n  help: it holds conv.bias \[2\], which the model does not have; is that conv_1.bias\?/);
  assert.match(told({ image }, { ...all, "dense_1.weight": reals([8, 3], () => 0) }), "CNN8006: dense_1.weight is [8, 3] in w.safetensors, but [3, 8] in the model");
  assert.match(told({ image }, { ...all, "dense_2.bias": bias }), "CNN8007: w.safetensors holds dense_2.bias, which the model does not have");
});

wrong("a batch of one that batch norm cannot normalise; a file that is none; flags", () => {
  const vector = "model V {\n  input 4\n  batchnorm\n}\n";
  const { stderr, code } = pass(vector, new Map([["input", reals([1, 4], () => 1)]]), "--train");
  assert.is(code, 1);
  assert.match(stderr, "CNN8011: batchnorm_1 needs two values a channel to normalise by, but each batch has one image");
  const folder = folderWith({ "net.cnn": small, "in.safetensors": "no tensors" });
  assert.match(cnn("run net.cnn --input in.safetensors", folder).stderr, "CNN8008: in.safetensors cannot be read: it is no safetensors file");
  assert.match(cnn("run net.cnn --input none.safetensors", folder).stderr, "CNN8008: none.safetensors cannot be read: there is no such file");
  assert.is(cnn("run net.cnn", folder).code, 2);
});

wrong("an output that cannot be written is told of that file", () => {
  const given = safetensorsBytes(new Map([["input", { shape: [1, 4], values: Float32Array.of(1, 2, 3, 4) }]]));
  const folder = folderWith({ "net.cnn": "model Net { input 4 -> dense 3 }\n", "in.safetensors": given, "taken/file": "" });
  const { stderr, code } = cnn("run net.cnn --input in.safetensors --output taken --backend wasm", folder);
  assert.match(stderr, /^taken: error CNN8002: taken cannot be written: it is a folder\n/);
  assert.is(code, 1);
});

wrong.run();
