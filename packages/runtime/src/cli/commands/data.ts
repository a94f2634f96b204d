/** `cnn data list`, `cnn data check PATH`: what can be trained on, and what a folder holds. */

import type { Diagnostic } from "@cnn-lang/parser";
import { type DataFormat, knownData } from "@cnn-lang/shape-checker";
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { DataSet } from "../../data/dataset.ts";
import type { Context } from "../context.ts";
import { told } from "../model.ts";
import { grouped } from "../output/numbers.ts";
import { drawTable } from "../output/table.ts";
import { openProjects } from "../projects.ts";

const listCommand = buildCommand<Record<never, never>, [], Context>({
  docs: { brief: "List the formats of data sets that can be read" },
  parameters: {},
  func() {
    const rows = formats.map((format) => {
      const known = knownData[format];
      return known === "in its files" ? [format, "any size", "any", places[format]] : [format, known.shape, `${known.labels.length}`, places[format]];
    });
    this.process.stdout.write(`${drawTable([{ title: "format" }, { title: "images" }, { title: "classes" }, { title: "where" }], rows)}\n`);
  },
});

const formats = ["digits", "mnist", "idx", "cifar10", "cifar100", "folder", "masks", "table"] as const satisfies readonly DataFormat[];

const places: Readonly<Record<DataFormat, string>> = {
  digits: "built in: generated, needs no files",
  mnist: "a folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and the same for t10k, each gzipped or not",
  idx: "a folder with files of those names, images of any size",
  cifar10: "a folder with data_batch_1.bin …, test_batch.bin (the binary version), each gzipped or not",
  cifar100: "a folder with train.bin, test.bin (the binary version), each gzipped or not",
  folder: "a folder with PNG and JPEG files in a folder for each class; or with two such folders, train and test",
  masks: "a folder with images and, of the same names in another, masks: PNG files whose pixels are classes",
  table: "a folder with images and labels.csv, which gives each a class or numbers",
};

const checkDataCommand = buildCommand<Record<never, never>, [path: string], Context>({
  docs: {
    brief: "Say what a folder of data holds, and what is wrong with it",
    fullDescription: "Reads every file of a data set, as a training would, and counts the images of each class.",
  },
  parameters: {
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "PATH", brief: "A folder, or the built-in set digits" }] },
  },
  async func(_, path) {
    const read = await readAll(path);
    if ("code" in read) told(this, openProjects().textOf, [read]);
    else this.process.stdout.write(drawData(path, read));
  },
});

export const dataCommands = buildRouteMap({
  routes: { list: listCommand, check: checkDataCommand },
  docs: { brief: "Look at data sets" },
});

interface CountedData {
  readonly manifest: DataSet["manifest"];
  /** Images by class. */
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** All of a data set, or what is wrong with it. */
async function readAll(path: string): Promise<CountedData | Diagnostic> {
  const { diagnosticOf, openNamed, startOf } = await import("#cli/data");
  try {
    const set = openNamed(path);
    const { manifest } = set;
    const count = (labels: Iterable<number>): number[] => {
      const counts = manifest.labels.map(() => 0);
      for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
      return counts;
    };
    return { manifest, train: count(set.train().labels), test: manifest.test > 0 ? count(set.test().labels) : [] };
  } catch (error) {
    return diagnosticOf(error, startOf(path));
  }
}

function drawData(path: string, { manifest, train, test }: CountedData): string {
  const rows = manifest.labels.map((label, index) => [label, grouped(train[index] ?? 0), grouped(test[index] ?? 0)]);
  const sum = ["all", grouped(manifest.train), grouped(manifest.test)];
  const table = drawTable([{ title: "class" }, { title: "training", align: "right" }, { title: "test", align: "right" }], [...rows, sum]);
  return `${path}: ${manifest.format}, images of ${manifest.shape} in ${manifest.classes} classes\n\n${table}\n`;
}
