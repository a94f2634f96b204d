/** Data sets: MNIST's and CIFAR's files, the generated digits, and what is said of files that are wrong. */

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { detectFormat, manifestOf, openData } from "../../packages/runtime/src/data/built-in.ts";
import { type Images, type ImagesInMemory, isInFiles } from "../../packages/runtime/src/data/dataset.ts";
import { digits, drawImages } from "../../packages/runtime/src/data/digits.ts";
import { Failure } from "../../packages/runtime/src/failure.ts";
import { sharedData, withData } from "../helpers/shared.ts";

const folders = mkdtempSync(join(tmpdir(), "cnn-data-"));
let number = 0;

function folder(files: Record<string, Uint8Array>): string {
  const path = join(folders, `${(number += 1)}`);
  mkdirSync(path);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes);
  return path;
}

function refused(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return `${error.finding.code}: ${error.message.replaceAll(/\/\S*\//g, "")}`;
    throw error;
  }
  return "read without complaint";
}

const big = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const idxImages = (count: number, held = count, height = 2, width = 3): Uint8Array =>
  Uint8Array.from([0, 0, 8, 3, ...big(count), ...big(height), ...big(width), ...Array.from({ length: held * height * width }, (_, i) => i)]);
const idxLabels = (...labels: number[]): Uint8Array => Uint8Array.from([0, 0, 8, 1, ...big(labels.length), ...labels]);
const trainImages = "train-images-idx3-ubyte";
const trainLabels = "train-labels-idx1-ubyte";

function pixelsOf(images: Images): Uint8Array {
  if (isInFiles(images)) throw new Error("These images are in memory.");
  return images.pixels;
}

const histogram = ({ labels }: Images, classes: number): number[] => {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
};

const real = suite("data: real sets");

withData(real, "mnist")("MNIST, complete and gzipped", () => {
  const set = openData("mnist", sharedData("mnist"));
  assert.equal(set.manifest, {
    version: 1, format: "mnist", shape: "1@28x28", classes: 10, labels: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], train: 60000, test: 10000,
  });
  assert.equal(histogram(set.train(), 10), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assert.equal(histogram(set.test(), 10), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  assert.is(detectFormat(sharedData("mnist")), "idx");
});

withData(real, "cifar10")("CIFAR-10, one file gzipped and one not", () => {
  const set = openData("cifar10", sharedData("cifar10"));
  assert.equal([set.manifest.train, set.manifest.test, set.manifest.labels[9]], [4000, 1000, "truck"]);
  const train = set.train();
  assert.equal(histogram(train, 10), [396, 366, 420, 384, 422, 393, 414, 385, 407, 413]);
  // As print-outs of the set have it: the first image's first row.
  assert.equal([...pixelsOf(train).subarray(0, 9)], [59, 62, 63, 43, 46, 45, 50, 48, 43]);
  assert.equal([...set.test().labels.subarray(0, 10)], [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
  assert.is(detectFormat(sharedData("cifar10")), "cifar10");
});

real.run();

const files = suite("data: files");

files("IDX files, gzipped or not, with a hyphen or a dot", () => {
  const path = folder({ [trainImages]: idxImages(2), [`train-labels.idx1-ubyte.gz`]: gzipSync(idxLabels(0, 4)) });
  const set = openData("idx", path);
  assert.equal(set.manifest, { version: 1, format: "idx", shape: "1@2x3", classes: 5, labels: ["0", "1", "2", "3", "4"], train: 2, test: 0 });
  assert.equal([...pixelsOf(set.train())], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.match(refused(() => set.test()), /^CNN7014/);
});

files("classes.txt names the classes of IDX files, if it names them all", () => {
  const named = (text: string): readonly string[] => openData("idx", folder({ [trainImages]: idxImages(2), [trainLabels]: idxLabels(0, 1), "classes.txt": Buffer.from(text) })).manifest.labels;
  assert.equal(named("shirt\r\nshoe\n\n"), ["shirt", "shoe"]);
  assert.equal(named("shirt\n"), ["0", "1"]);
});

files("CIFAR-100 takes the fine label", () => {
  const record = Uint8Array.from([3, 42, ...Array.from({ length: 3072 }, (_, i) => Math.floor(i / 1024))]);
  const set = openData("cifar100", folder({ "train.bin": record, "test.bin.gz": gzipSync(record) }));
  assert.equal([set.manifest.classes, set.manifest.train, set.manifest.test], [100, 1, 1]);
  assert.equal([...set.train().labels, ...pixelsOf(set.test()).subarray(0, 6)], [42, 0, 1, 2, 0, 1, 2]);
});

files("CIFAR-10's batches come in the order of their numbers", () => {
  const record = (label: number): Uint8Array => Uint8Array.from([label, ...Array.from({ length: 3072 }, () => 0)]);
  const path = folder({ "data_batch_10.bin": record(2), "data_batch_2.bin": record(1), "data_batch_2.bin.gz": gzipSync(record(9)), "data_batch_1.bin.gz": gzipSync(record(0)) });
  assert.equal([...openData("cifar10", path).train().labels], [0, 1, 2]);
});

files("what is missing is named", () => {
  assert.is(refused(() => openData("mnist", join(folders, "none"))), "CNN7001: there is no data in none: no such folder");
  assert.match(refused(() => openData("idx", folder({ [trainImages]: idxImages(1) }))), "holds no training labels: train-labels-idx1-ubyte is missing");
  assert.match(refused(() => openData("cifar10", folder({ data_batch_1: new Uint8Array(9) }))), "CNN7013");
  assert.match(refused(() => openData("cifar10", folder({}))), "holds no training images: data_batch_1.bin is missing");
  assert.match(refused(() => detectFormat(folder({ "cat.png": new Uint8Array(9) }))), "CNN7004");
  const path = folder({});
  writeFileSync(join(path, "set"), "");
  assert.is(refused(() => openData("idx", join(path, "set"))), "CNN7002: set is a file; a data set's path names the folder that holds its files");
});

files("damage is told with names and numbers", () => {
  const idx = (images: Uint8Array, labels: Uint8Array): string => refused(() => openData("idx", folder({ [trainImages]: images, [trainLabels]: labels })).train());
  assert.is(idx(idxImages(3, 2), idxLabels(0, 1, 1)), "CNN7005: train-images-idx3-ubyte is cut off: its header promises 3 images of 2x3 (34 bytes), but it holds 28 bytes");
  assert.is(idx(idxImages(2, 3), idxLabels(0, 1)), "CNN7006: train-images-idx3-ubyte goes on behind its end: its header promises 2 images of 2x3 (28 bytes), but more bytes follow");
  assert.is(idx(gzipSync(idxImages(2, 3)), idxLabels(0, 1)), "CNN7006: train-images-idx3-ubyte goes on behind its end: its header promises 2 images of 2x3 (28 bytes), but more bytes follow");
  assert.is(idx(idxLabels(1), idxLabels(1)), "CNN7007: train-images-idx3-ubyte holds no IDX images: it holds labels (one axis)");
  assert.is(idx(new TextEncoder().encode("not images at all"), idxLabels(1)), "CNN7007: train-images-idx3-ubyte holds no IDX images: it begins with the bytes 6e 6f 74 20, not 00 00 08 03");
  assert.is(idx(Uint8Array.from([0, 0, 13, 3, 0]), idxLabels(1)), "CNN7007: train-images-idx3-ubyte holds no IDX images: its values are of type 0x0d, not unsigned bytes (0x08)");
  assert.is(idx(new Uint8Array(0), idxLabels(1)), "CNN7005: train-images-idx3-ubyte is cut off: its header takes 4 bytes or more, but it holds 0 bytes");
  assert.is(idx(idxImages(0), idxLabels()), "CNN7011: train-images-idx3-ubyte holds no images");
  assert.is(idx(idxImages(2), idxLabels(0, 1, 2)), "CNN7009: train-images-idx3-ubyte holds 2 images, but train-labels-idx1-ubyte holds 3 labels");
  assert.match(idx(gzipSync(idxImages(2)).subarray(0, 20), idxLabels(0, 1)), /^CNN700[58]: train-images-idx3-ubyte/);
  assert.match(idx(Uint8Array.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), idxLabels(0, 1)), "its packed bytes are damaged");

  const cifar = (bytes: Uint8Array): string => refused(() => openData("cifar10", folder({ "data_batch_1.bin": bytes })).train());
  assert.is(cifar(new Uint8Array(5000)), "CNN7005: data_batch_1.bin is cut off: a record takes 3,073 bytes, but it holds 5,000: 1 records and 1,927 bytes more");
  assert.is(cifar(new Uint8Array(3073).fill(77)), "CNN7010: image 0 of data_batch_1.bin has the label 77; the classes are 0 to 9");
  assert.is(cifar(new Uint8Array(0)), "CNN7011: data_batch_1.bin holds no images");
  assert.match(cifar(gzipSync(new Uint8Array(3073)).subarray(0, 25)), "cannot be unpacked: its end is missing");
});

files("a header that asks for more memory than there is is refused before any is taken", () => {
  const path = folder({ [trainImages]: Uint8Array.from([0, 0, 8, 3, ...big(2 ** 31), ...big(60000), ...big(60000)]), [trainLabels]: Uint8Array.from([0, 0, 8, 1, ...big(2 ** 31)]) });
  assert.match(refused(() => openData("idx", path).train()), /^CNN7012.*2,147,483,648/);
});

files("a project's manifest: nothing where there is nothing, a problem where files are wrong", () => {
  assert.is(manifestOf(join(folders, "none")), undefined);
  assert.match(JSON.stringify(manifestOf(folder({ [trainImages]: idxLabels(1) }))), '"problem":{"code":"CNN7007"');
});

files.run();

const generated = suite("data: digits");

generated("the same images everywhere and always", () => {
  const hash = ({ pixels, labels }: ImagesInMemory): string => createHash("sha256").update(pixels).update(labels).digest("hex").slice(0, 16);
  assert.is(hash(drawImages(1, "train", 50)), hash({ ...drawImages(1, "train", 60), pixels: drawImages(1, "train", 60).pixels.subarray(0, 50 * 784), labels: drawImages(1, "train", 60).labels.subarray(0, 50) }));
  assert.is.not(hash(drawImages(1, "train", 50)), hash(drawImages(1, "test", 50)));
  assert.is.not(hash(drawImages(1, "train", 50)), hash(drawImages(2, "train", 50)));
});

generated("12,000 training and 2,000 test images, all classes alike", () => {
  const set = digits();
  assert.equal([set.manifest.train, set.manifest.test, set.manifest.shape, set.manifest.classes], [12000, 2000, "1@28x28", 10]);
  // 200 ± 13 of each.
  for (const count of histogram(set.test(), 10)) assert.ok(Math.abs(count - 200) < 60, `${count}`);
});

generated.run();
