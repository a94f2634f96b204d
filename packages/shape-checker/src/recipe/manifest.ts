/** What a data set holds: found by the runtime in the files' headers, known from the format, or stated in the recipe. */

import type { Finding } from "@cnn-lang/parser";
import { readShapeText, type Shape } from "../shapes/shape.ts";
import type { DataFormat, DataSettings } from "./data.ts";
import { oneSize, resizedSizes, type Sizes } from "./image-sizes.ts";

/**
 * What an image comes with: its class; a mask, the class of each pixel; a yes or no for each of several things; or numbers. A
 * mask is as large as its image, and is flipped and cropped with it.
 */
export type LabelKind = "classes" | "masks" | "yes-no" | "numbers";

/** Plain JSON, as `project.manifest` returns it. */
export interface DataManifest {
  readonly version: 1;
  readonly format: DataFormat;
  /** Of one image: `3@32x32`; where they differ in size, the smallest height and width. */
  readonly shape: string;
  /** Where the images differ in size, the largest height and width. */
  readonly largest?: readonly [height: number, width: number];
  /** Unless given, classes. */
  readonly labelKind?: LabelKind;
  /** How many classes there are; of yes-no labels and numbers, how many an image has. */
  readonly classes: number;
  /** Their names, in order. */
  readonly labels: readonly string[];
  /** How many images there are. */
  readonly train: number;
  readonly test: number;
}

/** Why there is no manifest: the files are there, but wrong. */
export interface BadData {
  readonly problem: Finding;
}

/** What the contract compares the model with. */
export interface DataFacts {
  /** Of an image as its augmentations are given it; where they differ in size, the smallest height and width. */
  readonly shape: Shape;
  readonly sizes: Sizes;
  readonly labelKind: LabelKind;
  readonly classes: number;
  /** The names of classes or labels, where they are known. */
  readonly labels: readonly string[];
  /** How many images there are; undefined where only the recipe or the format tells what the data is. */
  readonly train?: number;
  readonly test?: number;
}

const digitNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** What a format always is; `idx` says it in its headers. */
export const knownData: Readonly<Record<DataFormat, { readonly shape: string; readonly labels: readonly string[]; readonly train?: number; readonly test?: number } | "in its files">> = {
  digits: { shape: "1@28x28", labels: digitNames, train: 12_000, test: 2000 },
  mnist: { shape: "1@28x28", labels: digitNames },
  idx: "in its files",
  cifar10: { shape: "3@32x32", labels: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"] },
  cifar100: { shape: "3@32x32", labels: Array.from({ length: 100 }, (_, label) => `${label}`) },
  folder: "in its files",
  masks: "in its files",
  table: "in its files",
};

/** The facts about a recipe's data; undefined where neither its files are here nor format or recipe tell. */
export function factsOf(data: DataSettings, manifest: DataManifest | undefined): DataFacts | undefined {
  const known = knownData[data.format];
  const stated = manifest ?? (known === "in its files" ? data.expects : { shape: known.shape, classes: known.labels.length });
  const shape = stated && readShapeText(stated.shape);
  if (!stated || !shape) return undefined;
  const counts = manifest ?? (known === "in its files" ? undefined : known);
  const sizes = resizedSizes(manifest?.largest ? { smallest: shape.axes, largest: manifest.largest } : oneSize(shape.axes), data.resize);
  return {
    shape: { channels: data.channels ?? shape.channels, axes: sizes.smallest },
    sizes,
    labelKind: manifest ? (manifest.labelKind ?? "classes") : (data.expects?.labelKind ?? (data.format === "masks" ? "masks" : "classes")),
    classes: stated.classes,
    labels: manifest?.labels ?? (known === "in its files" ? [] : known.labels),
    ...(counts?.train !== undefined && { train: counts.train }),
    ...(counts?.test !== undefined && { test: counts.test }),
  };
}

/** What `project.manifest` answered, told apart; `undefined` where the project does not know. */
export function readManifest(answer: unknown): DataManifest | BadData | undefined {
  return isManifest(answer) || isBadData(answer) ? answer : undefined;
}

const isManifest = (answer: unknown): answer is DataManifest =>
  typeof answer === "object" && answer !== null && "version" in answer && answer.version === 1 && "shape" in answer && "classes" in answer;

const isBadData = (answer: unknown): answer is BadData => typeof answer === "object" && answer !== null && "problem" in answer;
