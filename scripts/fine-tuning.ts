/**
 * Is it worth to begin with a trained network? On real digits: one is trained on MNIST's 0 to 4, and then learns 5 to 9 from ten
 * images each; the same network learns these fifty images from nothing. Both are measured on all test images of 5 to 9.
 *
 *     npm run fine-tuning -- --data data/mnist
 *     npm run fine-tuning -- --data data/mnist --seeds 1 --images 400     sooner: one seed, 400 images of each of 0 to 4
 *
 * Each seed draws its own fifty images and weights. What it trained stays in runs/fine-tuning/seed-N (`--to` names another folder
 * than runs/fine-tuning): a copy of examples/fine-tuning with the data, so that each command that is printed can be given again.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openData } from "../packages/runtime/src/data/built-in.ts";
import { type Images, type ImagesInMemory, isInFiles } from "../packages/runtime/src/data/dataset.ts";
import { draws, permutation } from "../packages/runtime/src/data/random.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: "data/mnist" }, to: { type: "string", default: "runs/fine-tuning" }, seeds: { type: "string", default: "3" }, images: { type: "string", default: "7000" } },
});
const few = 10;

function end(message: string): never {
  console.error(message);
  process.exit(1);
}

function inMemory(images: Images): ImagesInMemory {
  if (isInFiles(images)) throw new Error("MNIST lies in memory");
  return images;
}

/** The images of five digits from `first` on, of each the first `most` in an order drawn for the seed; 0 is the class of `first`. */
function fiveDigits({ count, height, width, pixels, labels }: ImagesInMemory, first: number, most: number, seed: number): ImagesInMemory {
  const taken = [0, 0, 0, 0, 0];
  const chosen = [...permutation(count, draws(seed, "fine-tuning"))].filter((index) => {
    const label = (labels[index] ?? 0) - first;
    const before = taken[label];
    if (before === undefined || before >= most) return false;
    taken[label] = before + 1;
    return true;
  });
  const size = height * width;
  const own = new Uint8Array(chosen.length * size);
  chosen.forEach((index, place) => own.set(pixels.subarray(index * size, (index + 1) * size), place * size));
  return { count: chosen.length, height, width, channels: 1, pixels: own, labels: Uint8Array.from(chosen, (index) => (labels[index] ?? 0) - first) };
}

/** An IDX file: the type of its values (8, bytes), the number of axes, the sizes, the bytes. */
function idx(sizes: readonly number[], bytes: ArrayLike<number>): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, axis) => header.setUint32(4 + 4 * axis, size));
  return Buffer.concat([new Uint8Array(header.buffer), Uint8Array.from(bytes)]);
}

function writeData(folder: string, first: number, parts: Readonly<Record<"train" | "t10k", ImagesInMemory>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, { count, height, width, pixels, labels }] of Object.entries(parts)) {
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idx([count, height, width], pixels));
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idx([count], labels));
  }
  writeFileSync(join(folder, "classes.txt"), [0, 1, 2, 3, 4].map((label) => `${first + label}\n`).join(""));
}

/** Runs the command in a folder, and gives what it wrote to standard output. */
function cnn(folder: string, ...words: readonly string[]): string {
  console.error(`$ npx cnn ${words.join(" ")}`);
  const { stdout, status } = spawnSync(process.execPath, [resolve("packages/runtime/bin/cnn.cjs"), ...words], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) end(`That failed in ${folder}.`);
  return stdout;
}

/** Copies the example, with the seed in its recipes. */
function copyExample(folder: string, seed: number): void {
  const example = "examples/fine-tuning";
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(example)) {
    const text = readFileSync(join(example, name), "utf8");
    if (name.endsWith(".cnn")) writeFileSync(join(folder, name), text);
    if (!name.endsWith(".train.json")) continue;
    // The schema lies elsewhere from here.
    const { $schema: _, ...recipe } = JSON.parse(text);
    writeFileSync(join(folder, name), `${JSON.stringify({ ...recipe, seed }, undefined, 2)}\n`);
  }
}

/** The share of test images that a recipe's training recognises in the end. */
function accuracyAfter(folder: string, name: string): number {
  const run = join("runs", name);
  cnn(folder, "train", `${name}.train.json`, "--out", run);
  return JSON.parse(cnn(folder, "eval", run, "--checkpoint", "last", "--format", "json")).accuracy;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const mean = (shares: readonly number[]): number => shares.reduce((sum, share) => sum + share, 0) / shares.length;

if (existsSync(values.to)) end(`${values.to} is already there; --to names another folder.`);
if (!existsSync(values.data)) end(`There is no ${values.data}: npx cnn data get mnist, or --data FOLDER.`);
const set = openData("mnist", values.data);
const [training, test] = [inMemory(set.train()), inMemory(set.test())];

const rows = Array.from({ length: Number(values.seeds) }, (_, index) => {
  const seed = index + 1;
  const folder = join(values.to, `seed-${seed}`);
  copyExample(folder, seed);
  for (const [first, name, most] of [[0, "0-to-4", Number(values.images)], [5, "5-to-9", few]] as const) {
    writeData(join(folder, "data", name), first, { train: fiveDigits(training, first, most, seed), t10k: fiveDigits(test, first, Infinity, seed) });
  }
  const pretrained = accuracyAfter(folder, "pretrain");
  cnn(folder, "export", join("runs", "pretrain"), "-o", "pretrained.safetensors", "--checkpoint", "last");
  return { seed: `${seed}`, shares: [pretrained, accuracyAfter(folder, "fine-tune"), accuracyAfter(folder, "scratch")] };
});

const means = [0, 1, 2].map((column) => mean(rows.map(({ shares }) => shares[column] ?? NaN)));
console.log("| seed | 0 to 4, before | 5 to 9, fine-tuned | 5 to 9, from scratch |\n| --- | --- | --- | --- |");
for (const { seed, shares } of [...rows, { seed: "mean", shares: means }]) console.log(`| ${seed} | ${shares.map(percent).join(" | ")} |`);
