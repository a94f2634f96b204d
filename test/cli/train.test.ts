/** `cnn train`, `eval`, `predict`, `data`, `doctor`: from a program to a run, and all that can be wrong on the way. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith, type Outcome, start } from "../helpers/cli.ts";
import { documentOf } from "../helpers/schema.ts";

const test = suite("training from the command line");

const net = "model Net(classes = 10) {\n  input 1@28x28\n  conv 4 5x5 stride=2 -> relu -> maxpool 2\n  flatten -> dense classes\n}\n";
const recipe = { model: "net.cnn", data: { format: "digits", limit: 640, validation: 0.25 }, batch: 32, epochs: 2 };
const files = { "net.cnn": net, "net.train.json": JSON.stringify(recipe), "long.train.json": JSON.stringify({ ...recipe, epochs: 500 }) };

const bytes32 = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value])));

/** A part of a PNG file: length, name, data, checksum. */
function chunk(name: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name), data]);
  return Buffer.concat([bytes32(data.length), named, bytes32(crc32(named))]);
}

/** 28 × 28 black pixels: 8 bits of grey, each row behind the number of its filter. */
const image = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk("IHDR", Buffer.concat([bytes32(28, 28), Buffer.from([8, 0, 0, 0, 0])])),
  chunk("IDAT", deflateSync(Buffer.alloc(28 * 29))),
  chunk("IEND", Buffer.alloc(0)),
]);

/** One file in the format of MNIST, of `count` images or labels that are promised and the bytes that are there. */
const idx = (sizes: readonly number[], bytes: number): Uint8Array => {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.alloc(bytes, 1)]);
};

/** Code 1 and the words on standard error; nothing on standard output, nothing of the command's insides. */
function fails({ stdout, stderr, code }: Outcome, words: string): void {
  assert.ok(stderr.includes(words), stderr);
  assert.not.match(stderr, /^ +at |mistake of cnn/m);
  assert.equal([stdout, code], ["", 1]);
}

let folder = "";
test.before(() => {
  folder = folderWith({ ...files, "black.png": image, "text.png": "This is no image." });
});

test("a recipe leaves a run: progress on standard error, plain lines without a terminal, the run on standard output", () => {
  const { stdout, stderr, code } = cnn("train net.train.json", folder);
  assert.match(stderr, /^Net on 480 images, validated on 160, 2 epochs\nbackend \w+: .*\nrun runs\/Net-1\n\n/);
  assert.match(stderr, /\nepoch 1\/2 {2}loss \d\.\d{4} {2}accuracy \d+\.\d % {2}validation loss \d\.\d{4} {2}accuracy \d+\.\d % .* images\/s\nepoch 2\/2 .*\n$/);
  assert.not.ok(["\r", "\u001b"].some((sign) => stderr.includes(sign)));
  assert.is(stdout, "\nThe run is in runs/Net-1. What can be done with it:\n  cnn eval runs/Net-1\n  cnn predict runs/Net-1 IMAGE.png\n");
  assert.is(code, 0);
});

test("the next run is another folder; --out names one, which must be new", () => {
  assert.match(cnn("train net.train.json", folder).stdout, /runs\/Net-2/);
  assert.match(cnn("train net.train.json --out other/run", folder).stdout, /The run is in other\/run/);
  fails(cnn("train net.train.json --out other/run", folder), "other/run exists already and is not empty");
  fails(cnn("train net.train.json --out net.cnn/run", folder), "net.cnn/run cannot be written: a part of its path is a file, not a folder");
  fails(cnn("train net.train.json --out net.cnn", folder), "net.cnn cannot be written");
});

test("trainings that begin together get a folder each; one that fails leaves none", async () => {
  const own = folderWith(files);
  const runs = await Promise.all(["", "", ""].map(() => start("train net.train.json", own).ended));
  assert.equal(runs.map(({ code }) => code), [0, 0, 0], runs.map(({ stderr }) => stderr).join());
  assert.equal(readdirSync(join(own, "runs")).sort(), ["Net-1", "Net-2", "Net-3"]);
  assert.equal(runs.map(({ stdout }) => /runs\/Net-\d/.exec(stdout)?.[0]).sort(), ["runs/Net-1", "runs/Net-2", "runs/Net-3"]);

  const empty = folderWith(files);
  assert.is(cnn("train net.train.json --backend nothing", empty).code, 3);
  assert.is(cnn("train net.cnn --data nowhere", empty).code, 1);
  assert.not.ok(existsSync(join(empty, "runs")));
});

test("flags make a recipe of their own", () => {
  const { stdout, code } = cnn("train net.cnn --data digits --epochs 1 --batch 128 --lr 0.002 --seed 7 --out flags", folder);
  assert.match(stdout, /The run is in flags/);
  assert.is(code, 0);
  const { epochs, batch, seed, optimizer } = JSON.parse(readFileSync(join(folder, "flags/recipe.json"), "utf8"));
  assert.equal([epochs, batch, seed, optimizer.learningRate], [1, 128, 7, 0.002]);
});

test("eval: figures and confusions for people, a document for programs", () => {
  const { stdout, stderr, code } = cnn("eval runs/Net-1", folder);
  assert.match(stdout, /^runs\/Net-1, step \d+, on 2,000 test images\n\naccuracy {2}\d+\.\d\d %\nloss {6}\d\.\d{4}\n\nclass +precision +recall +F1 +in all\n0 [^]*\n\nis \\ seen as /);
  assert.equal([stderr, code], ["", 0]);
  const { samples, confusion, accuracy } = documentOf("eval", cnn("eval runs/Net-1 --format json", folder).stdout);
  assert.is(samples, 2000);
  const right = confusion.reduce((sum: number, row: number[], index: number) => sum + (row[index] ?? 0), 0);
  assert.is(accuracy, right / samples);
});

test("predict: the images that can be read, and what is wrong with the others", () => {
  const { stdout, code } = cnn("predict runs/Net-1 black.png --format json", folder);
  const [{ file, probabilities, probability, class: best }] = documentOf("predict", stdout).predictions;
  assert.is(file, "black.png");
  assert.is(probability, Math.max(...probabilities));
  assert.is(probabilities[best], probability);
  assert.ok(Math.abs(probabilities.reduce((sum: number, each: number) => sum + each, 0) - 1) < 1e-6, "float32 probabilities add up to 1");
  assert.is(code, 0);

  const mixed = cnn("predict runs/Net-1 text.png black.png missing.png", folder);
  assert.match(mixed.stdout, /^image .*\nblack\.png +\d +\d+\.\d %\n$/);
  assert.match(mixed.stderr, /text\.png is no PNG or JPEG image[^]*missing\.png/);
  assert.is(mixed.code, 1);
});

test("Ctrl-C saves, says how to go on, and ends with 130", async () => {
  const running = start("train long.train.json --out stopped", folder);
  await running.says("epoch   1/500");
  running.process.kill("SIGINT");
  const { stdout, stderr, code } = await running.ended;
  assert.match(stderr, /Saving … \(Ctrl-C again ends at once\)/);
  assert.is(stdout, "\nStopped and saved: the run is in stopped. What can be done with it:\n  cnn train --resume stopped\n  cnn eval stopped\n");
  assert.is(code, 130);
  assert.is(cnn("eval stopped", folder).code, 0);

  const resumed = start("train --resume stopped", folder);
  await resumed.says(", from step ");
  await resumed.says("/500  loss");
  resumed.process.kill("SIGINT");
  assert.is((await resumed.ended).code, 130);
});

test("a second Ctrl-C does not wait", async () => {
  const running = start("train long.train.json --out twice", folder);
  await running.says("epoch   1/500");
  running.process.kill("SIGINT");
  running.process.kill("SIGINT");
  assert.is((await running.ended).code, 130);
  assert.is(cnn("eval twice", folder).code, 0, "what was saved before is whole");
});

test("a run that is none, and one that has nothing left to do", () => {
  fails(cnn("eval nothing", folder), "nothing is no run: there is no such folder");
  fails(cnn("predict net.cnn black.png", folder), "net.cnn is no run");
  fails(cnn("train --resume runs/Net-1", folder), "runs/Net-1 has trained all its 2 epochs; nothing is left to resume");
});

test("data of another size, or another number of classes", () => {
  const data = { "t/train-images-idx3-ubyte": idx([20, 8, 8], 20 * 64), "t/train-labels-idx1-ubyte": idx([20], 20) };
  const own = folderWith({ ...files, ...data });
  fails(cnn("train net.cnn --data t", own), "the model takes 1@28x28, but the data is 1@8x8");
  fails(cnn("train net.cnn --data digits --set classes=7", own), "the output of Net has 7 class scores, but the data has 10 classes");
  fails(cnn(["eval", join(folder, "runs/Net-1"), "--data", "t"], own), "t holds images of 1@8x8");
  assert.not.ok(existsSync(join(own, "runs")));
});

test("a data file that is cut off", () => {
  const own = folderWith({ ...files, "t/train-images-idx3-ubyte": idx([20, 28, 28], 1000), "t/train-labels-idx1-ubyte": idx([20], 20) });
  for (const command of ["train net.cnn --data t --set classes=2", "data check t"]) fails(cnn(command, own), "train-images-idx3-ubyte is cut off");
});

test("a recipe with an unknown key, and a program with a mistake, train nothing", () => {
  const own = folderWith({ "net.cnn": net, "a.train.json": JSON.stringify({ ...recipe, epoch: 2 }), "b.train.json": JSON.stringify({ ...recipe, model: "wrong.cnn" }), "wrong.cnn": net.replace("5x5", "50x50") });
  fails(cnn("train a.train.json", own), 'a recipe has no key "epoch"; did you mean epochs?');
  fails(cnn("train b.train.json", own), "wrong.cnn:3:10: error CNN4001");
  assert.equal(readdirSync(own).filter((name) => name === "runs"), []);
});

test("a backend that is not there is a matter of the environment", () => {
  const { stdout, stderr, code } = cnn("train net.train.json --backend abacus --out never", folder);
  assert.equal([stdout, code], ["", 3]);
  assert.match(stderr, /There is no backend "abacus"; there are auto, .* cnn doctor tells more\.\n$/);
});

test("doctor says what would be taken", () => {
  const { stdout, stderr, code } = cnn("doctor", folder);
  assert.match(stdout, /^cnn \d.*, Node \d.*\n\n/);
  assert.is(stdout.match(/would be taken:/g)?.length, 1);
  assert.equal([stderr, code], ["", 0]);
});

test.run();
