/**
 * IDX, the format of MNIST and its kin (http://yann.lecun.com/exdb/mnist): two zero bytes, the type of a value (8: unsigned
 * byte), the number of axes, one big-endian 32-bit size for each axis, then the values. Images and labels are files of their own.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DataFormat } from "@cnn-lang/shape-checker";
import { dataProblems } from "./codes.ts";
import { fail } from "../failure.ts";
import { grouped } from "../numbers.ts";
import { namesIn } from "./class-names.ts";
import type { DataReader, Images } from "./dataset.ts";
import { type DataFile, openData, readData, readStart } from "./files.ts";

type Split = "train" | "t10k";
type Kind = "images" | "labels";

const rank = { images: 3, labels: 1 } as const;

/** `train-images-idx3-ubyte`, or with a dot, as some archives unpack it; each gzipped or not. */
function namesOf(split: Split, kind: Kind): readonly string[] {
  const name = `${split}-${kind}-idx${rank[kind]}-ubyte`;
  return [name, `${name}.gz`, name.replace("-idx", ".idx"), `${name.replace("-idx", ".idx")}.gz`];
}

/** @param format The name it has in recipes. */
export const idxReader = (format: DataFormat): DataReader => ({
  fits: (names) => namesOf("train", "images").some((name) => names.includes(name)),
  open(folder) {
    const trainImages = openIdx(find(folder, "train", "images"), "images");
    const trainLabels = readLabels(openIdx(find(folder, "train", "labels"), "labels"), trainImages);
    const hasTest = namesOf("t10k", "images").some((name) => existsSync(join(folder, name)));
    const testImages = hasTest ? openIdx(find(folder, "t10k", "images"), "images") : undefined;
    const [count = 0, height = 0, width = 0] = trainImages.sizes;
    const classes = trainLabels.reduce((most, label) => Math.max(most, label + 1), 2);
    return {
      manifest: {
        version: 1,
        format,
        shape: `1@${height}x${width}`,
        classes,
        labels: classNames(folder, classes),
        train: count,
        test: testImages?.sizes[0] ?? 0,
      },
      train: () => readImages(trainImages, trainLabels),
      test() {
        if (!testImages) return fail(dataProblems.noTestImages({ folder }));
        return readImages(testImages, readLabels(openIdx(find(folder, "t10k", "labels"), "labels"), testImages, classes));
      },
    };
  },
});

/** From `classes.txt`, where it is there and names every class; else their numbers. */
function classNames(folder: string, classes: number): readonly string[] {
  const names = namesIn(folder) ?? [];
  return names.length === classes ? names : Array.from({ length: classes }, (_, label) => `${label}`);
}

function find(folder: string, split: Split, kind: Kind): string {
  const names = namesOf(split, kind);
  const name = names.find((candidate) => existsSync(join(folder, candidate)));
  if (name === undefined) {
    fail(dataProblems.fileMissing({ folder, what: `${split === "train" ? "training" : "test"} ${kind}`, names: names.slice(0, 1) }));
  }
  return join(folder, name);
}

interface IdxFile {
  readonly file: DataFile;
  /** Count, then height and width for images. */
  readonly sizes: readonly number[];
}

function openIdx(path: string, kind: Kind): IdxFile {
  const file = openData(path);
  const axes = rank[kind];
  const start = readStart(file, 4 + 4 * axes);
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const wrong = (found: string): never => fail(dataProblems.wrongKind({ file: path, wanted: `IDX ${kind}`, found }));
  if (start.length < 4) return fail(dataProblems.cutOff({ file: path, promised: "its header takes 4 bytes or more", held: `${start.length} bytes` }));
  if (view.getUint16(0) !== 0) return wrong(`it begins with the bytes ${[...start.subarray(0, 4)].map(hex).join(" ")}, not 00 00 08 0${axes}`);
  if (start[2] !== 8) return wrong(`its values are of type 0x${hex(start[2] ?? 0)}, not unsigned bytes (0x08)`);
  if (start[3] !== axes) return wrong(start[3] === 1 ? "it holds labels (one axis)" : start[3] === 3 ? "it holds images (three axes)" : `it has ${start[3]} axes`);
  if (start.length < 4 + 4 * axes) return fail(dataProblems.cutOff({ file: path, promised: `its header takes ${4 + 4 * axes} bytes`, held: `${start.length} bytes` }));
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  if (sizes.includes(0)) return fail(dataProblems.noImages({ file: path }));
  return { file, sizes };
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

function readValues({ file, sizes }: IdxFile): Uint8Array {
  const [count = 0, ...size] = sizes;
  const header = 4 + 4 * sizes.length;
  const promised = sizes.reduce((product, n) => product * n, 1) + header;
  const what = size.length > 0 ? `images of ${size.join("x")}` : "labels";
  return readData(file, promised, `its header promises ${grouped(count)} ${what} (${grouped(promised)} bytes)`).subarray(header);
}

/** @param classes How many classes the training labels have: a test label must be one of them. */
function readLabels(labels: IdxFile, images: IdxFile, classes = 256): Uint8Array {
  const [labelCount = 0] = labels.sizes;
  const [imageCount = 0] = images.sizes;
  if (labelCount !== imageCount) fail(dataProblems.countsDiffer({ images: images.file.path, imageCount, labels: labels.file.path, labelCount }));
  const values = readValues(labels);
  const bad = values.findIndex((label) => label >= classes);
  if (bad >= 0) fail(dataProblems.badLabel({ file: labels.file.path, index: bad, label: values[bad] ?? 0, classes }));
  return values;
}

function readImages(images: IdxFile, labels: Uint8Array): Images {
  const [count = 0, height = 0, width = 0] = images.sizes;
  return { count, height, width, channels: 1, pixels: readValues(images), labels };
}
