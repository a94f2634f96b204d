/** Augmenting, normalising, splitting and batching. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Augmentation } from "@cnn-lang/shape-checker";
import { preparer, statistics, unchanged } from "../../packages/runtime/src/data/augment.ts";
import { type DataSet, type Images, range } from "../../packages/runtime/src/data/dataset.ts";
import { epochOrder, makeBatch, partition } from "../../packages/runtime/src/data/loader.ts";
import { openData } from "../../packages/runtime/src/data/built-in.ts";
import { sharedData, withData } from "../helpers/shared.ts";

/** `count` images of 2x3 with one channel: 1 … 6, 7 … 12, … (times 10). */
const small = (count: number): Images => ({
  count, height: 2, width: 3, channels: 1, pixels: Uint8Array.from({ length: count * 6 }, (_, i) => 10 * (i + 1)), labels: Uint8Array.from({ length: count }, (_, i) => i),
});
const raw = { normalization: unchanged(1), seed: 1 };

/** Image 0 in each of the given epochs, as the bytes that it came from. */
function prepared(augment: readonly Augmentation[], epoch?: number): string {
  const prepare = preparer(small(1), { ...raw, augment });
  const to = new Float32Array(prepare.length);
  prepare.write(0, epoch, to);
  return Array.from({ length: prepare.size[0] }, (_, y) => [...to.subarray(y * prepare.size[1], (y + 1) * prepare.size[1])].map((v) => Math.round(v * 255)).join(" ")).join(" | ");
}
const overEpochs = (augment: readonly Augmentation[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (let epoch = 1; epoch <= 1000; epoch += 1) {
    const seen = prepared(augment, epoch);
    counts.set(seen, (counts.get(seen) ?? 0) + 1);
  }
  return counts;
};

const test = suite("augment");

test("without augmentation an image is itself", () => assert.is(prepared([], 3), "10 20 30 | 40 50 60"));

test("half of the images are flipped, none when nothing is random", () => {
  const seen = overEpochs([{ flip: "horizontal" }]);
  assert.equal([...seen.keys()].toSorted(), ["10 20 30 | 40 50 60", "30 20 10 | 60 50 40"]);
  assert.ok(Math.abs((seen.get("10 20 30 | 40 50 60") ?? 0) - 500) < 80);
  assert.is(prepared([{ flip: "horizontal" }]), "10 20 30 | 40 50 60");
});

test("a crop is cut at every place of the padded image, else from its middle", () => {
  const seen = overEpochs([{ crop: [2, 3], padding: 1 }]);
  assert.is(seen.size, 9);
  assert.ok(seen.has("0 0 0 | 0 10 20") && seen.has("50 60 0 | 0 0 0"));
  for (const count of seen.values()) assert.ok(Math.abs(count - 111) < 50);
  assert.is(prepared([{ crop: [2, 3], padding: 1 }]), "10 20 30 | 40 50 60");
  assert.is(prepared([{ crop: [4, 5], padding: 1 }]), "0 0 0 0 0 | 0 10 20 30 0 | 0 40 50 60 0 | 0 0 0 0 0");
});

test("steps follow each other: what one crop cut away, the next does not bring back", () => {
  assert.is(prepared([{ crop: [2, 1], padding: 0 }, { crop: [2, 3], padding: 1 }]), "0 20 0 | 0 50 0");
});

test("padding is 0 before normalising", () => {
  const prepare = preparer(small(1), { augment: [{ crop: [2, 5], padding: 1 }], normalization: { mean: [0.5], std: [0.5] }, seed: 1 });
  const to = new Float32Array(prepare.length);
  prepare.write(0, undefined, to);
  assert.is(to[0], -1);
  assert.is(to[1], Math.fround((10 / 255 - 0.5) / 0.5));
});

test("mean and standard deviation, channel by channel", () => {
  const images: Images = { count: 1, height: 1, width: 2, channels: 2, pixels: Uint8Array.from([0, 51, 255, 51]), labels: Uint8Array.from([0]) };
  assert.equal(statistics(images, range(0, 1)), { mean: [0.5, 0.2], std: [0.5, 1] });
});

withData(test, "mnist", "cifar10")("the real sets' statistics are the known ones", () => {
  const near = (found: readonly number[], known: readonly number[]): void => assert.ok(known.every((value, i) => Math.abs((found[i] ?? 0) - value) < 6e-6), `${found.join()}`);
  const mnist = openData("mnist", sharedData("mnist")).train();
  const ofMnist = statistics(mnist, range(0, mnist.count));
  near([...ofMnist.mean, ...ofMnist.std], [0.13066, 0.30811]);
  const cifar = openData("cifar10", sharedData("cifar10")).train();
  const ofCifar = statistics(cifar, range(0, cifar.count));
  near([...ofCifar.mean, ...ofCifar.std], [0.4916, 0.48176, 0.44466, 0.24711, 0.24397, 0.2625]);
});

test.run();

const loader = suite("loader");
const set = (count: number): DataSet => ({
  manifest: { version: 1, format: "idx", shape: "1@2x3", classes: 10, labels: [], train: count, test: 4 },
  train: () => small(count),
  test: () => small(4),
});

loader("a share of the training images, the same for the same seed, goes to validation", () => {
  const parts = (seed: number) => partition(set(20), { limit: null, validation: 0.25 }, seed);
  const { train, validation } = parts(1);
  assert.is(validation?.indices.length, 5);
  assert.equal([...train.indices, ...(validation?.indices ?? [])].toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i));
  assert.equal(parts(1), parts(1));
  assert.not.equal(parts(1).validation?.indices, parts(2).validation?.indices);
});

loader("limit counts from the first image; the set's test images can judge", () => {
  assert.equal([...partition(set(20), { limit: 3, validation: null }, 1).train.indices], [0, 1, 2]);
  assert.is(partition(set(20), { limit: 3, validation: "test" }, 1).validation?.images.count, 4);
  assert.throws(() => partition(set(1), { limit: null, validation: 0.5 }, 1), /none is left to train on/);
});

loader("every epoch has its own order, of the same images", () => {
  const { train } = partition(set(20), { limit: null, validation: null }, 1);
  const [first, second] = [epochOrder(train, true, 1, 1), epochOrder(train, true, 1, 2)];
  assert.not.equal(first, second);
  assert.equal([...first].toSorted((a, b) => a - b), [...train.indices]);
  assert.equal(epochOrder(train, false, 1, 2), train.indices);
});

loader("a batch holds images and labels in the order asked for", () => {
  const images = small(4);
  const { size, shape, images: values, labels } = makeBatch(images, preparer(images, { ...raw, augment: [] }), Uint32Array.from([2, 0]));
  assert.equal([size, shape, [...labels]], [2, [2, 2, 3, 1], [2, 0]]);
  assert.equal([...values].map((value) => Math.round(value * 255)), [130, 140, 150, 160, 170, 180, 10, 20, 30, 40, 50, 60]);
});

loader.run();
