/** Data sets that can be got from where their makers, or PyTorch for them, keep them. Sizes and checksums are those published there. */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { suggest } from "@cnn-lang/parser";
import { fail } from "../failure.ts";
import { disk, writeFile } from "../run/files.ts";
import { unpack } from "./archive.ts";
import { classNamesFile, namesIn } from "./class-names.ts";
import { downloadProblems } from "./codes.ts";
import { download, type DownloadOptions, isWhole, type RemoteFile } from "./download.ts";

export interface OfficialSet {
  /** Ends in a slash; the files' names follow. */
  readonly base: string;
  readonly files: readonly RemoteFile[];
  /** The files in an archive that are wanted, by their names in it, and how large they may be. */
  readonly inside?: ReadonlyMap<string, number>;
  /** The names of its classes, where its files do not tell them. */
  readonly classes?: readonly string[];
}

const cifarFiles = (folder: string, sizes: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(sizes).map(([name, size]) => [`${folder}/${name}`, size]));

const officialSets = {
  mnist: {
    base: "https://ossci-datasets.s3.amazonaws.com/mnist/",
    files: [
      { name: "train-images-idx3-ubyte.gz", bytes: 9_912_422, md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873" },
      { name: "train-labels-idx1-ubyte.gz", bytes: 28_881, md5: "d53e105ee54ea40749a09fcbcd1e9432" },
      { name: "t10k-images-idx3-ubyte.gz", bytes: 1_648_877, md5: "9fb629c4189551a2d022fa330f9573f3" },
      { name: "t10k-labels-idx1-ubyte.gz", bytes: 4_542, md5: "ec29112dd5afa0611ce80d1b7f02629c" },
    ],
  },
  "fashion-mnist": {
    base: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    files: [
      { name: "train-images-idx3-ubyte.gz", bytes: 26_421_880, md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d" },
      { name: "train-labels-idx1-ubyte.gz", bytes: 29_515, md5: "25c81989df183df01b3e8a0aad5dffbe" },
      { name: "t10k-images-idx3-ubyte.gz", bytes: 4_422_102, md5: "bef4ecab320f06d8554ea6380940ec79" },
      { name: "t10k-labels-idx1-ubyte.gz", bytes: 5_148, md5: "bb300cfdad3c16e7a12a480ee83cd310" },
    ],
    classes: ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
  },
  cifar10: {
    base: "https://www.cs.toronto.edu/~kriz/",
    files: [{ name: "cifar-10-binary.tar.gz", bytes: 170_052_171, md5: "c32a1d4ab5d03f1284b67883e8d87530" }],
    inside: cifarFiles("cifar-10-batches-bin", {
      "data_batch_1.bin": 30_730_000, "data_batch_2.bin": 30_730_000, "data_batch_3.bin": 30_730_000, "data_batch_4.bin": 30_730_000, "data_batch_5.bin": 30_730_000,
      "test_batch.bin": 30_730_000, "batches.meta.txt": 10_000,
    }),
  },
  cifar100: {
    base: "https://www.cs.toronto.edu/~kriz/",
    files: [{ name: "cifar-100-binary.tar.gz", bytes: 168_513_733, md5: "03b5dce01913d631647c71ecec9e9cb8" }],
    inside: cifarFiles("cifar-100-binary", { "train.bin": 153_700_000, "test.bin": 30_740_000, "fine_label_names.txt": 10_000 }),
  },
} as const satisfies Readonly<Record<string, OfficialSet>>;

export interface GetOptions extends DownloadOptions {
  /** The folder; `data/NAME` unless given. */
  readonly to?: string;
  /** Another server that has the files under the same names. */
  readonly from?: string;
}

/**
 * Gets a data set. Files that are there already, whole, are not got again.
 *
 * @returns The folder, and whether anything had to be got.
 * @throws Failure CNN7201 … CNN7204, CNN8002.
 */
export async function getData(name: string, { to = join("data", name), from, ...options }: GetOptions = {}): Promise<{ readonly folder: string; readonly isNew: boolean }> {
  const known = Object.keys(officialSets);
  const set: OfficialSet = isOfficial(name) ? officialSets[name] : fail(downloadProblems.unknownSet({ name, known, suggestion: suggest(name, known) }));
  return { folder: to, isNew: await getSet(set, to, from ?? set.base, options) };
}

const isOfficial = (name: string): name is keyof typeof officialSets => Object.hasOwn(officialSets, name);

/** Gets a set's files into a folder; false where all of them were there. */
export async function getSet({ files, inside, classes }: OfficialSet, folder: string, base: string, options: DownloadOptions): Promise<boolean> {
  if (inside && [...inside.keys()].every((name) => existsSync(join(folder, fileName(name))))) return false;
  let isNew = false;
  for (const file of files) {
    const path = join(folder, file.name);
    if (await isWhole(path, file)) continue;
    await download(new URL(file.name, base.endsWith("/") ? base : `${base}/`).href, path, file, options);
    isNew = true;
    if (!inside) continue;
    await unpack(path, inside, (name, bytes) => writeFile(disk, join(folder, fileName(name)), bytes));
    rmSync(path);
  }
  if (classes && !namesIn(folder)) writeFile(disk, join(folder, classNamesFile), classes.map((label) => `${label}\n`).join(""));
  return isNew;
}

/** Without the folders of its archive. */
const fileName = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
