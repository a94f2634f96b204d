/**
 * CIFAR-10 and CIFAR-100, the binary version (https://www.cs.toronto.edu/~kriz/cifar.html): records of a label byte
 * (CIFAR-100: a coarse and a fine one), then 32x32 red, green and blue bytes, plane by plane.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { knownData } from "@cnn-lang/shape-checker";
import { dataProblems } from "./codes.ts";
import { fail } from "../failure.ts";
import { grouped } from "../numbers.ts";
import { namesIn } from "./class-names.ts";
import type { DataReader, Images } from "./dataset.ts";
import { type DataFile, openData, readData, unpackedSize } from "./files.ts";

const side = 32;
const channels = 3;
const plane = side * side;

interface Variant {
  readonly format: "cifar10" | "cifar100";
  readonly classes: number;
  /** Label bytes before the image; the last one counts. */
  readonly labelBytes: number;
  readonly train: RegExp;
  readonly test: RegExp;
  readonly trainName: string;
  readonly testName: string;
  /** The file of the classes' names, one a line. */
  readonly namesFile: string;
  /** What the Python version calls its training file, and the one of its classes. */
  readonly python: readonly [train: string, classes: string];
}

const cifar10: Variant = {
  format: "cifar10", classes: 10, labelBytes: 1,
  train: /^data_batch_\d+\.bin(\.gz)?$/, test: /^test_batch\.bin(\.gz)?$/, trainName: "data_batch_1.bin", testName: "test_batch.bin",
  namesFile: "batches.meta.txt", python: ["data_batch_1", "batches.meta"],
};
const cifar100: Variant = {
  format: "cifar100", classes: 100, labelBytes: 2,
  train: /^train\.bin(\.gz)?$/, test: /^test\.bin(\.gz)?$/, trainName: "train.bin", testName: "test.bin",
  namesFile: "fine_label_names.txt", python: ["train", "meta"],
};

function reader(variant: Variant): DataReader {
  return {
    // The Python version is known too, to say what is wrong with it.
    fits: (names) => names.some((name) => variant.train.test(name)) || variant.python.every((name) => names.includes(name)),
    open(folder) {
      const names = readdirSync(folder);
      const train = filesOf(folder, names, variant.train);
      const test = filesOf(folder, names, variant.test);
      if (train.length === 0) {
        const [python] = variant.python;
        if (names.includes(python)) fail(dataProblems.pythonFiles({ folder, file: python }));
        fail(dataProblems.fileMissing({ folder, what: "training images", names: [variant.trainName] }));
      }
      return {
        manifest: {
          version: 1,
          format: variant.format,
          shape: `${channels}@${side}x${side}`,
          classes: variant.classes,
          labels: labelNames(folder, variant),
          train: countRecords(train, variant),
          test: countRecords(test, variant),
        },
        train: () => readRecords(train, variant),
        test: () => (test.length > 0 ? readRecords(test, variant) : fail(dataProblems.noTestImages({ folder }))),
      };
    },
  };
}

export const cifar10Reader: DataReader = reader(cifar10);
export const cifar100Reader: DataReader = reader(cifar100);

/** In the order of their numbers; of a file that is there packed and unpacked, the unpacked one. */
function filesOf(folder: string, names: readonly string[], pattern: RegExp): readonly DataFile[] {
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);
  return names
    .filter((name) => pattern.test(name) && !(name.endsWith(".gz") && names.includes(name.slice(0, -3))))
    .toSorted((a, b) => number(a) - number(b))
    .map((name) => openData(join(folder, name)));
}

const recordBytes = ({ labelBytes }: Variant): number => labelBytes + channels * plane;

const countRecords = (files: readonly DataFile[], variant: Variant): number =>
  files.reduce((sum, file) => sum + recordsIn(file, variant), 0);

function recordsIn(file: DataFile, variant: Variant): number {
  const bytes = recordBytes(variant);
  const size = unpackedSize(file, bytes);
  const records = Math.floor(size / bytes);
  if (size === 0) fail(dataProblems.noImages({ file: file.path }));
  if (size % bytes !== 0) {
    const held = `${grouped(size)}: ${grouped(records)} records and ${grouped(size % bytes)} bytes more`;
    fail(dataProblems.cutOff({ file: file.path, promised: `a record takes ${grouped(bytes)} bytes`, held }));
  }
  return records;
}

function readRecords(files: readonly DataFile[], variant: Variant): Images {
  const count = countRecords(files, variant);
  const pixels = new Uint8Array(count * plane * channels);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const file of files) {
    const records = recordsIn(file, variant);
    const promised = records * recordBytes(variant);
    const bytes = readData(file, promised, `it promises ${grouped(records)} records (${grouped(promised)} bytes)`);
    for (let record = 0; record < records; record += 1, image += 1) {
      const start = record * recordBytes(variant);
      const label = bytes[start + variant.labelBytes - 1] ?? 0;
      if (label >= variant.classes) fail(dataProblems.badLabel({ file: file.path, index: record, label, classes: variant.classes }));
      labels[image] = label;
      toChannelsLast(bytes.subarray(start + variant.labelBytes, start + recordBytes(variant)), pixels, image * plane * channels);
    }
  }
  return { count, height: side, width: side, channels, pixels, labels };
}

/** Planes of red, green and blue → pixels, at `at` of `to`. */
function toChannelsLast(planes: Uint8Array, to: Uint8Array, at: number): void {
  for (let channel = 0; channel < channels; channel += 1) {
    for (let pixel = 0; pixel < plane; pixel += 1) to[at + pixel * channels + channel] = planes[channel * plane + pixel] ?? 0;
  }
}

/** From the file that comes with the set, where it is there and names every class. */
function labelNames(folder: string, { format, namesFile, classes }: Variant): readonly string[] {
  const names = namesIn(folder, namesFile);
  if (names?.length === classes) return names;
  const known = knownData[format];
  return known === "in its files" ? [] : known.labels;
}
