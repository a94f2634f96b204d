/**
 * Trainings as recipes say them, against PyTorch: `test/goldens/make/recipes.py` did the same few steps in float64. Every optimizer,
 * schedule, loss and metric goes the whole way here: recipe, files of data, checkpoint, `metrics.jsonl`, `evaluate`.
 */

import type { WrittenRecipe } from "@cnn-lang/shape-checker";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, predict, type Prediction, type TrainResult, train } from "../../packages/runtime/src/index.ts";
import { readSafetensors, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";
import { textOfCommand } from "../helpers/cli-here.ts";
import { grayPng } from "../helpers/png.ts";

interface Case {
  readonly net: keyof typeof programs;
  readonly recipe: Partial<WrittenRecipe>;
  readonly epochs: readonly Readonly<Record<string, number>>[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  /** What is said of the first image: probabilities, numbers, or the share of each class. */
  readonly first?: readonly number[];
  readonly eval?: { readonly loss: number; readonly confusion?: readonly (readonly number[])[] };
}
interface Golden {
  readonly batch: number;
  readonly epochs: number;
  readonly mean: number;
  readonly std: number;
  readonly data: { readonly size: number; readonly pixels: number[][]; readonly classes: number[]; readonly masks: number[][]; readonly numbers: number[][]; readonly yesNo: number[][] };
  readonly starts: Readonly<Record<string, Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>>>;
  readonly cases: Readonly<Record<string, Case>>;
}
const golden: Golden = JSON.parse(readFileSync("test/goldens/recipes.json", "utf8"));

const programs = {
  Classifier: "conv: conv 3 3 bias=false\n  norm: batchnorm\n  tanh -> flatten\n  fc: dense 7",
  Heads: "conv: conv 3 3\n  tanh -> flatten as x\n  first: dense 7\n  output first\n  x\n  second: dense 7\n  output second",
  Columns: "conv: conv 3 3\n  tanh -> flatten as x\n  high: dense 1\n  output height\n  x\n  wide: dense 1\n  output width",
  Segmenter: "conv: conv 4 3 pad=1\n  tanh\n  out: conv 3 1",
  Numbers: "conv: conv 3 3\n  tanh -> flatten\n  fc: dense 2",
  Labels: "conv: conv 3 3\n  tanh -> flatten\n  fc: dense 3",
} as const;

const folder = mkdtempSync(join(tmpdir(), "cnn-recipes-"));
const { size, pixels, classes, masks, numbers, yesNo } = golden.data;
const count = pixels.length;
const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), content);
};

/** The images as files, with each kind of label: IDX files, masks, tables. */
function writeData(): void {
  const header = (...sizes: number[]): number[] => [0, 0, 8, sizes.length, ...sizes.flatMap((n) => [0, 0, 0, n])];
  write("classes/train-images-idx3-ubyte", Uint8Array.from([...header(count, size, size), ...pixels.flat()]));
  write("classes/train-labels-idx1-ubyte", Uint8Array.from([...header(count), ...classes]));
  write("masks/classes.txt", "sky\nsea\nland\n");
  const table = (columns: readonly string[], rows: readonly number[][]): string =>
    [`image,${columns.join()}`, ...rows.map((row, i) => `${nameOf(i)},${row.join()}`)].join("\n");
  write("numbers/labels.csv", table(["width", "height"], numbers));
  write("labels/labels.csv", table(["round", "dark", "large"], yesNo));
  for (const [i, image] of pixels.entries()) {
    const png = grayPng(Uint8Array.from(image), size);
    for (const path of [`masks/images/${nameOf(i)}`, `numbers/${nameOf(i)}`, `labels/${nameOf(i)}`]) write(path, png);
    write(`masks/masks/${nameOf(i)}`, grayPng(Uint8Array.from(masks[i] ?? []), size));
  }
}
const nameOf = (image: number): string => `${String(image).padStart(2, "0")}.png`;

const dataOf: Readonly<Record<keyof typeof programs, { readonly format: "idx" | "masks" | "table"; readonly path: string }>> = {
  Classifier: { format: "idx", path: "classes" },
  Heads: { format: "idx", path: "classes" },
  Columns: { format: "table", path: "numbers" },
  Segmenter: { format: "masks", path: "masks" },
  Numbers: { format: "table", path: "numbers" },
  Labels: { format: "table", path: "labels" },
};

function writePrograms(): void {
  write("package.json", "{}");
  for (const [name, body] of Object.entries(programs)) {
    write(`${name}.cnn`, `model ${name} {\n  input 1@${size}x${size}\n  ${body}\n}\n`);
    const start = Object.entries(golden.starts[name] ?? {}).map(([tensor, { shape, values }]) =>
      [tensor, { shape, values: tensor.endsWith("num_batches_tracked") ? BigInt64Array.from(values, BigInt) : Float32Array.from(values) }] as const);
    write(`${name}.safetensors`, safetensorsBytes(new Map(start)));
  }
}

let runs = 0;
function trainCase({ net, recipe }: Case, backend: string): Promise<TrainResult> {
  const { batch, epochs, mean, std } = golden;
  const { format, path } = dataOf[net];
  const whole: WrittenRecipe = {
    model: `${net}.cnn`, weights: `${net}.safetensors`,
    data: { format, path, validation: null, normalize: { mean: [mean], std: [std] } },
    shuffle: false, dropout: false, batch, epochs, ...recipe,
  };
  const file = `${net}-${(runs += 1)}.train.json`;
  write(file, JSON.stringify(whole));
  return train(join(folder, file), { out: join(folder, `run-${runs}`), backend });
}

/** Twelve steps in float32: losses and weights stay within 1e-5 of float64's, RMSprop's division by small roots within 1e-4. */
function near(what: string, found: number, expected: number, tolerance = 2e-5): void {
  assert.ok(Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`);
}

async function agrees(name: string, backend: string): Promise<void> {
  const one = golden.cases[name];
  if (!one) throw new Error(`There is no golden ${name}.`);
  const result = await trainCase(one, backend);
  assert.equal([result.status, result.diagnostics.map(({ message }) => message)], ["finished", []]);
  const run = result.run ?? "";

  const lines = readFileSync(join(run, "metrics.jsonl"), "utf8").trim().split("\n").map((line): Record<string, number> => JSON.parse(line));
  assert.is(lines.length, one.epochs.length);
  for (const [epoch, expected] of one.epochs.entries()) {
    for (const [metric, value] of Object.entries(expected)) near(`${metric} of epoch ${epoch + 1}`, lines[epoch]?.[metric] ?? NaN, value);
  }
  const last = readFileSync(join(run, "last"), "utf8").trim();
  const weights = readSafetensors(join(run, "checkpoints", last, "weights.safetensors"));
  assert.equal([...weights.keys()].toSorted(), Object.keys(one.weights).toSorted());
  for (const [tensor, expected] of Object.entries(one.weights)) {
    const found = weights.get(tensor)?.values ?? [];
    for (const [i, value] of expected.entries()) near(`${tensor}[${i}]`, Number(found[i]), value, 1e-4);
  }
  if (!one.eval) return;
  const measured = await evaluate(run, { backend, checkpoint: "last" });
  assert.is(measured.status, "ok");
  if (measured.status !== "ok") return;
  near("the loss at the end", measured.value.loss, one.eval.loss);
  if (one.eval.confusion) assert.equal(measured.value.confusion, one.eval.confusion);

  const seen = await predict(run, [join(folder, "masks/images", nameOf(0))], { backend, checkpoint: "last" });
  const [prediction] = seen.status === "ok" ? seen.value : [];
  if (!prediction) throw new Error(`Nothing is said of an image: ${seen.diagnostics[0]?.message}`);
  one.first?.forEach((value, i) => near(`what is said of the first image, ${i}`, saidOf(prediction, i), value, 1e-4));
}

function saidOf(prediction: Prediction, place: number): number {
  if ("probabilities" in prediction) return prediction.probabilities[place] ?? NaN;
  if ("numbers" in prediction) return prediction.numbers[place] ?? NaN;
  return prediction.shares.find(({ label }) => label === ["sky", "sea", "land"][place])?.share ?? 0;
}

const wasm = suite("recipes against PyTorch, on wasm");
wasm.before(() => {
  writeData();
  writePrograms();
});
for (const name of Object.keys(golden.cases)) wasm(name, () => agrees(name, "wasm"));
wasm("a recipe made of flags takes the loss that fits the labels", async () => {
  for (const [net, { path }] of Object.entries(dataOf)) {
    // Two outputs have no usual loss.
    if (net !== "Heads" && net !== "Columns") assert.match(await textOfCommand(["check", `${net}.cnn`, "--data", path], folder), /^\w+\.cnn: \w+ 1@6x6 → .*parameters\n$/);
  }
});
wasm.run();

const cpu = suite("recipes against PyTorch, on cpu");
// The losses' own operations: the rest is the same code, and was compared on wasm.
for (const name of ["class_weights", "one_against_all", "heads", "masks_weighted", "mse", "l1", "huber", "yes_no", "groups"]) cpu(name, () => agrees(name, "cpu"));
cpu.run();
