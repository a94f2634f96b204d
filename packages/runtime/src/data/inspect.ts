/** What a data set holds and what is wrong with it: every image is read, as a training would. */

import { createHash } from "node:crypto";
import type { DataManifest, LabelKind } from "@cnn-lang/shape-checker";
import { Failure } from "../failure.ts";
import { openNamed } from "./built-in.ts";
import { type Images, isInFiles } from "./dataset.ts";
import { readHeader, readMask } from "./image.ts";
import { whole } from "./loader.ts";
import { createPool, type Pool, threadsFor } from "./threads.ts";
import { noClass } from "./pixel-source.ts";
import { hashFiles, surveyEach } from "./survey.ts";

export interface DataReport {
  readonly version: 1;
  readonly path: string;
  readonly format: DataManifest["format"];
  readonly shape: string;
  /** Where the images differ in size, the largest height and width; `shape` has the smallest. */
  readonly largest?: readonly [height: number, width: number];
  readonly labelKind: LabelKind;
  /** How many images there are. */
  readonly train: number;
  readonly test: number;
  /** Of classes the images, of masks the pixels, of yes-no labels the yes; none of numbers. */
  readonly classes: readonly { readonly label: string; readonly train: number; readonly test: number }[];
  /** Of numbers, column by column. */
  readonly numbers: readonly { readonly label: string; readonly least: number; readonly mean: number; readonly most: number }[];
  /** Of images in files: height x width and how many images have it, the most frequent first. */
  readonly sizes: readonly { readonly size: string; readonly images: number }[];
  readonly unreadable: readonly { readonly image: string; readonly code: string; readonly message: string }[];
  /** Images of exactly equal bytes. */
  readonly duplicates: readonly (readonly string[])[];
}

/** Throws the Failure CNN7xxx where it is no data set, or its headers are wrong. */
export async function inspectData(path: string): Promise<DataReport> {
  const set = openNamed(path);
  const { format, shape, largest, labels, labelKind = "classes", train, test } = set.manifest;
  const parts = [{ name: "train", images: set.train() }, ...(test > 0 ? [{ name: "test", images: set.test() }] : [])];
  const pool = createPool(threadsFor(parts.some(({ images }) => isInFiles(images)), { workers: null, augment: [] }));
  try {
    const seen = [];
    for (const { name, images } of parts) seen.push(await inspectPart(name, images, pool));
    const counts = await Promise.all(parts.map(({ images }) => (labelKind === "numbers" ? [] : countLabels(images, labels.length))));
    return {
      version: 1, path, format, shape,
      ...(largest && { largest }),
      labelKind, train, test,
      classes: labelKind === "numbers" ? [] : labels.map((label, i) => ({ label, train: counts[0]?.[i] ?? 0, test: counts[1]?.[i] ?? 0 })),
      numbers: labelKind === "numbers" ? labels.map((label, i) => ({ label, ...rangeOf(parts.flatMap(({ images }) => column(images, i))) })) : [],
      sizes: tally(seen.flatMap(({ sizes }) => sizes)),
      unreadable: seen.flatMap(({ unreadable }) => unreadable),
      duplicates: equalOnes(seen.flatMap(({ hashes }) => hashes)),
    };
  } finally {
    await pool.close();
  }
}

interface InspectedPart {
  readonly sizes: readonly string[];
  readonly unreadable: DataReport["unreadable"];
  /** Images by what is the same for equal ones. */
  readonly hashes: readonly (readonly [image: string, hash: string])[];
}

async function inspectPart(name: string, images: Images, pool: Pool): Promise<InspectedPart> {
  if (!isInFiles(images)) {
    const { pixels } = images;
    const length = images.height * images.width * images.channels;
    const hash = (image: number): string => createHash("sha256").update(pixels.subarray(image * length, (image + 1) * length)).digest("hex");
    return { sizes: [], unreadable: [], hashes: Array.from({ length: images.count }, (_, image) => [`${name} ${image}`, hash(image)] as const) };
  }
  const { files } = images.pixels;
  const found = await surveyEach(images, whole(images).indices, undefined, pool);
  const hashes = await hashFiles(files, pool);
  return {
    sizes: files.flatMap(sizeOf),
    unreadable: found.flatMap((one, i) => ("problem" in one ? [{ image: files[i] ?? "", code: one.problem.code, message: one.problem.message }] : [])),
    hashes: files.flatMap((file, i) => (hashes[i] === undefined ? [] : [[file, hashes[i]] as const])),
  };
}

function sizeOf(file: string): readonly string[] {
  try {
    const { height, width } = readHeader(file);
    return [`${height}x${width}`];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

function tally(sizes: readonly string[]): DataReport["sizes"] {
  const counts = new Map<string, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts].map(([size, images]) => ({ size, images })).toSorted((a, b) => b.images - a.images || (a.size < b.size ? -1 : 1));
}

function equalOnes(hashes: InspectedPart["hashes"]): DataReport["duplicates"] {
  const byHash = new Map<string, string[]>();
  for (const [image, hash] of hashes) {
    const equal = byHash.get(hash);
    if (equal) equal.push(image);
    else byHash.set(hash, [image]);
  }
  return [...byHash.values()].filter(({ length }) => length > 1);
}

/** How often each label is there: images, or pixels of masks that can be read. */
async function countLabels(images: Images, classes: number): Promise<readonly number[]> {
  const counts = Array.from({ length: classes }, () => 0);
  const count = (label: number, times = 1): void => void (label < classes && (counts[label] = (counts[label] ?? 0) + times));
  if (images.labelKind === "yes-no") images.labels.forEach((value, at) => count(at % classes, value));
  else if (images.labelKind !== "masks") for (const label of images.labels) count(label);
  else if (isInFiles(images)) {
    for (const mask of images.pixels.masks ?? []) {
      const pixels = await readMask(mask).catch((error: unknown) => {
        if (error instanceof Failure) return undefined;
        throw error;
      });
      for (const label of pixels?.data ?? []) if (label !== noClass) count(label);
    }
  }
  return counts;
}

const column = ({ count, labels }: Images, at: number): readonly number[] => Array.from({ length: count }, (_, image) => labels[(image * labels.length) / count + at] ?? 0);

function rangeOf(values: readonly number[]): { least: number; mean: number; most: number } {
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  return { least: least ?? NaN, mean: values.reduce((sum, value) => sum + value, 0) / values.length, most: most ?? NaN };
}
