/** Augmenting, normalising, splitting and batching. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Augmentation, Normalization } from "@cnn-lang/shape-checker";
import { preparer, unchanged } from "../../packages/runtime/src/data/augment.ts";
import { makeBatch } from "../../packages/runtime/src/data/batch.ts";
import { openData } from "../../packages/runtime/src/data/built-in.ts";
import { hue } from "../../packages/runtime/src/data/color.ts";
import { type DataSet, type Images, type ImagesInMemory, isInFiles } from "../../packages/runtime/src/data/dataset.ts";
import { rotate } from "../../packages/runtime/src/data/geometry.ts";
import { loadTraining } from "../../packages/runtime/src/data/load.ts";
import { epochOrder, limited, split, whole } from "../../packages/runtime/src/data/loader.ts";
import { statistics } from "../../packages/runtime/src/data/statistics.ts";
import { surveyMemory } from "../../packages/runtime/src/data/survey.ts";
import { sharedData, withData } from "../helpers/shared.ts";

/** `count` images of 2x3 with one channel: 1 … 6, 7 … 12, … (times 10). */
const small = (count: number): ImagesInMemory => ({
  count, height: 2, width: 3, channels: 1, pixels: Uint8Array.from({ length: count * 6 }, (_, i) => 10 * (i + 1)), labels: Uint8Array.from({ length: count }, (_, i) => i),
});
const raw = { normalization: unchanged(1), seed: 1 };

/** Image 0 in each of the given epochs, as the bytes that it came from. */
async function prepared(augment: readonly Augmentation[], epoch?: number, image = small(1)): Promise<string> {
  const prepare = preparer(image, { ...raw, augment });
  const to = new Float32Array(prepare.length);
  await prepare.write(0, epoch, to);
  return Array.from({ length: prepare.size[0] }, (_, y) => [...to.subarray(y * prepare.size[1], (y + 1) * prepare.size[1])].map((v) => Math.round(v * 255)).join(" ")).join(" | ");
}
const overEpochs = async (augment: readonly Augmentation[]): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  for (let epoch = 1; epoch <= 1000; epoch += 1) {
    const seen = await prepared(augment, epoch);
    counts.set(seen, (counts.get(seen) ?? 0) + 1);
  }
  return counts;
};

const test = suite("augment");

test("without augmentation an image is itself", async () => assert.is(await prepared([], 3), "10 20 30 | 40 50 60"));

test("half of the images are flipped, none when nothing is random", async () => {
  const seen = await overEpochs([{ flip: "horizontal" }]);
  assert.equal([...seen.keys()].toSorted(), ["10 20 30 | 40 50 60", "30 20 10 | 60 50 40"]);
  assert.ok(Math.abs((seen.get("10 20 30 | 40 50 60") ?? 0) - 500) < 80);
  assert.is(await prepared([{ flip: "horizontal" }]), "10 20 30 | 40 50 60");
});

test("a crop is cut at every place of the padded image, else from its middle", async () => {
  const seen = await overEpochs([{ crop: [2, 3], padding: 1 }]);
  assert.is(seen.size, 9);
  assert.ok(seen.has("0 0 0 | 0 10 20") && seen.has("50 60 0 | 0 0 0"));
  for (const count of seen.values()) assert.ok(Math.abs(count - 111) < 50);
  assert.is(await prepared([{ crop: [2, 3], padding: 1 }]), "10 20 30 | 40 50 60");
  assert.is(await prepared([{ crop: [4, 5], padding: 1 }]), "0 0 0 0 0 | 0 10 20 30 0 | 0 40 50 60 0 | 0 0 0 0 0");
});

test("steps follow each other: what one crop cut away, the next does not bring back", async () => {
  assert.is(await prepared([{ crop: [2, 1], padding: 0 }, { crop: [2, 3], padding: 1 }]), "0 20 0 | 0 50 0");
});

test("padding is 0 before normalising", async () => {
  const prepare = preparer(small(1), { augment: [{ crop: [2, 5], padding: 1 }], normalization: { mean: [0.5], std: [0.5] }, seed: 1 });
  const to = new Float32Array(prepare.length);
  await prepare.write(0, undefined, to);
  assert.is(to[0], -1);
  assert.is(to[1], Math.fround((10 / 255 - 0.5) / 0.5));
});

const colour: ImagesInMemory = {
  count: 1, height: 6, width: 7, channels: 3, labels: new Uint8Array(1), pixels: Uint8Array.from({ length: 126 }, (_, i) => (i * 37 + 11) % 256),
};

/** The augmented image as bytes. */
async function bytesOf(augment: readonly Augmentation[], epoch: number, images = colour): Promise<Uint8Array> {
  const prepare = preparer(images, { augment, normalization: unchanged(images.channels), seed: 1 });
  const to = new Float32Array(prepare.length);
  await prepare.write(0, epoch, to);
  return Uint8Array.from(to, (value) => Math.round(value * 255));
}

test("vertical flips, the middle cut out", async () => {
  assert.equal([...(await overEpochs([{ flip: "vertical" }])).keys()].toSorted(), ["10 20 30 | 40 50 60", "40 50 60 | 10 20 30"]);
  assert.is(await prepared([{ centerCrop: [2, 1] }], 4), "20 | 50");
});

test("an image is turned by every angle up to the one given", async () => {
  const image = { height: 6, width: 7, channels: 3, data: colour.pixels };
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const byTenths = new Set(Array.from({ length: 601 }, (_, i) => text(rotate(image, (i - 300) / 10, 0).data)));
  const seen = new Set<string>();
  for (let epoch = 1; epoch <= 60; epoch += 1) seen.add(text(await bytesOf([{ rotate: 30 }], epoch)));
  assert.ok(seen.size > 15);
  // Between two tenths of a degree at most a few pixels change place: nearly all are met.
  assert.ok([...seen].filter((turned) => byTenths.has(turned)).length > 0.8 * seen.size);
});

test("colours change within their bounds, differently in each epoch, and not at all in validation", async () => {
  const jitter = (changes: object): readonly Augmentation[] => [{ jitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0, ...changes } }];
  const white: Images = { ...colour, pixels: new Uint8Array(126).fill(100) };
  const levels = new Set<number>();
  for (let epoch = 1; epoch <= 300; epoch += 1) levels.add((await bytesOf(jitter({ brightness: 0.4 }), epoch, white))[0] ?? 0);
  // Factors 0.6 to 1.4: from 60 to 140, nearly all of the 80 levels between.
  assert.ok(Math.min(...levels) >= 60 && Math.min(...levels) < 63 && Math.max(...levels) <= 140 && Math.max(...levels) > 137 && levels.size > 70);
  const own = { height: 6, width: 7, channels: 3, data: colour.pixels };
  const hues = Array.from({ length: 51 }, (_, i) => Buffer.from(hue(own, (i - 25) / 255).data).toString("hex"));
  for (let epoch = 1; epoch <= 20; epoch += 1) assert.ok(hues.includes(Buffer.from(await bytesOf(jitter({ hue: 0.1 }), epoch)).toString("hex")));
  const prepare = preparer(colour, { augment: jitter({ brightness: 1, contrast: 1, saturation: 1, hue: 0.5 }), normalization: unchanged(3), seed: 1 });
  const to = new Float32Array(prepare.length);
  await prepare.write(0, undefined, to);
  assert.equal(Uint8Array.from(to, (value) => Math.round(value * 255)), colour.pixels);
});

test("a rectangle is erased to the mean, as often and as large as asked for", async () => {
  const large: Images = { count: 1, height: 40, width: 50, channels: 1, pixels: new Uint8Array(2000).fill(255), labels: new Uint8Array(1) };
  const prepare = preparer(large, { augment: [{ erase: 0.5, scale: [0.1, 0.2], ratio: [0.5, 2] }], normalization: { mean: [0.2], std: [0.4] }, seed: 1 });
  let erased = 0;
  for (let epoch = 1; epoch <= 400; epoch += 1) {
    const to = new Float32Array(prepare.length);
    await prepare.write(0, epoch, to);
    const holes = [...to.keys()].filter((at) => to[at] === 0);
    if (holes.length === 0) continue;
    erased += 1;
    const [rows, columns] = [holes.map((at) => Math.floor(at / 50)), holes.map((at) => at % 50)];
    const [tall, wide] = [Math.max(...rows) - Math.min(...rows) + 1, Math.max(...columns) - Math.min(...columns) + 1];
    assert.is(tall * wide, holes.length, "it is a rectangle");
    // Sides are rounded to whole pixels.
    assert.ok(holes.length > 0.09 * 2000 && holes.length < 0.21 * 2000 && tall / wide > 0.45 && tall / wide < 2.2);
  }
  assert.ok(Math.abs(erased - 200) < 50);
});

test("a mask goes where its image goes, and is of no class outside", async () => {
  const pixels = Uint8Array.from({ length: 42 }, (_, i) => i);
  const images: Images = { count: 1, height: 6, width: 7, channels: 1, pixels, masks: pixels, labelKind: "masks", labels: new Uint8Array(0) };
  const augment: readonly Augmentation[] = [{ flip: "horizontal" }, { rotate: 40 }, { crop: [5, 6], padding: 2 }, { jitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0 } }];
  const prepare = preparer(images, { augment, normalization: unchanged(1), seed: 1 });
  let outside = 0;
  for (let epoch = 1; epoch <= 50; epoch += 1) {
    const [to, mask] = [new Float32Array(30), new Int32Array(30)];
    await prepare.write(0, epoch, to, mask);
    outside += mask.filter((value) => value === 255).length;
    assert.ok(mask.every((value, i) => value === 255 ? to[i] === 0 : value === Math.round((to[i] ?? 0) * 255)));
  }
  assert.ok(outside > 50);
});

function ofAll(images: Images): Normalization {
  if (isInFiles(images)) throw new Error("These images are in memory.");
  const { sumsOf } = surveyMemory(images, whole(images).indices);
  return statistics(Array.from({ length: images.count }, (_, image) => sumsOf(image)), images.channels);
}

test("mean and standard deviation, channel by channel", () => {
  const images: Images = { count: 1, height: 1, width: 2, channels: 2, pixels: Uint8Array.from([0, 51, 255, 51]), labels: Uint8Array.from([0]) };
  assert.equal(ofAll(images), { mean: [0.5, 0.2], std: [0.5, 1] });
});

withData(test, "mnist", "cifar10")("the real sets' statistics are the known ones", () => {
  const near = (found: readonly number[], known: readonly number[]): void => assert.ok(known.every((value, i) => Math.abs((found[i] ?? 0) - value) < 6e-6), `${found.join()}`);
  const ofMnist = ofAll(openData("mnist", sharedData("mnist")).train());
  near([...ofMnist.mean, ...ofMnist.std], [0.13066, 0.30811]);
  const ofCifar = ofAll(openData("cifar10", sharedData("cifar10")).train());
  near([...ofCifar.mean, ...ofCifar.std], [0.4916, 0.48176, 0.44466, 0.24711, 0.24397, 0.2625]);
});

test.run();

const loader = suite("loader");
const set = (count: number): DataSet => ({
  manifest: { version: 1, format: "idx", shape: "1@2x3", classes: 10, labels: [], train: count, test: 4 },
  train: () => small(count),
  test: () => small(4),
});
const settings = { format: "idx", path: "data", validation: null, resize: null, channels: null, augment: [], normalize: null, unreadable: "fail", limit: null, workers: 0 } as const;

loader("a share of the training images, the same for the same seed, goes to validation", () => {
  const parts = (seed: number) => split(whole(small(20)), 0.25, seed);
  const { train, validation } = parts(1);
  assert.is(validation.indices.length, 5);
  assert.equal([...train.indices, ...validation.indices].toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i));
  assert.equal(parts(1), parts(1));
  assert.not.equal(parts(1).validation.indices, parts(2).validation.indices);
});

loader("limit counts from the first image, of files at equal distances; the set's test images can judge", async () => {
  assert.equal([...limited(small(20), 3).indices], [0, 1, 2]);
  assert.equal([...limited({ ...small(20), pixels: { files: [], resize: null } }, 4).indices], [0, 5, 10, 15]);
  assert.is((await loadTraining(set(20), { ...settings, validation: "test" }, 1)).validation?.images.count, 4);
  assert.throws(() => split(whole(small(1)), 0.5, 1), /none is left to train on/);
});

loader("every epoch has its own order, of the same images", () => {
  const train = whole(small(20));
  const [first, second] = [epochOrder(train, true, 1, 1), epochOrder(train, true, 1, 2)];
  assert.not.equal(first, second);
  assert.equal([...first].toSorted((a, b) => a - b), [...train.indices]);
  assert.equal(epochOrder(train, false, 1, 2), train.indices);
});

loader("a batch holds images and labels in the order asked for", async () => {
  const images = small(4);
  const { size, shape, images: values, labels } = await makeBatch(images, preparer(images, { ...raw, augment: [] }), Uint32Array.from([2, 0]));
  assert.equal([size, shape, [...labels]], [2, [2, 2, 3, 1], [2, 0]]);
  assert.equal([...values].map((value) => Math.round(value * 255)), [130, 140, 150, 160, 170, 180, 10, 20, 30, 40, 50, 60]);
});

loader("several numbers an image", async () => {
  const images: Images = { ...small(2), labelKind: "numbers", labels: Float32Array.from([1, 2.5, 3, 4]) };
  const { labels } = await makeBatch(images, preparer(images, { ...raw, augment: [] }), Uint32Array.from([1, 0]));
  assert.equal(labels, Float32Array.from([3, 4, 1, 2.5]));
});

loader("the last batch is smaller, and a loader begins where it is told to", async () => {
  const { train, close } = await loadTraining(set(20), settings, 1);
  const sizes: number[] = [];
  for await (const batch of train.loader.batches(train.indices.subarray(4), 6)) sizes.push(batch.size);
  assert.equal(sizes, [6, 6, 4]);
  await close();
});

loader("images of other sizes than the data's come as wanted", () => {
  const images = openData("digits", null, { resize: [32, 20], channels: 3 }).train(2);
  assert.equal([images.height, images.width, images.channels, images.pixels instanceof Uint8Array && images.pixels.length >= 2 * 32 * 20 * 3], [32, 20, 3, true]);
});

loader.run();
