/** `cnn data list`, `cnn data check PATH`, `cnn data get NAME`: what can be trained on, what a folder holds, and where sets come from. */

import type { Diagnostic } from "@cnn-lang/parser";
import { type DataFormat, dataFormats, knownData } from "@cnn-lang/shape-checker";
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Context } from "../context.ts";
import { told } from "../model.ts";
import { drawDataReport } from "../output/data.ts";
import { bytes } from "../../numbers.ts";
import { drawTable } from "../output/table.ts";
import { openProjects } from "../projects.ts";

const listCommand = buildCommand<Record<never, never>, [], Context>({
  docs: { brief: "List the formats of data sets that can be read" },
  parameters: {},
  func() {
    const rows = dataFormats.map((format) => {
      const known = knownData[format];
      return known === "in its files" ? [format, "any size", "any", places[format]] : [format, known.shape, `${known.labels.length}`, places[format]];
    });
    this.process.stdout.write(`${drawTable([{ title: "format" }, { title: "images" }, { title: "classes" }, { title: "where" }], rows)}\n`);
  },
});

const places: Readonly<Record<DataFormat, string>> = {
  digits: "built in: generated, needs no files",
  mnist: "a folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and the same for t10k, each gzipped or not",
  idx: "a folder with files of those names, images of any size",
  cifar10: "a folder with data_batch_1.bin …, test_batch.bin (the binary version), each gzipped or not",
  cifar100: "a folder with train.bin, test.bin (the binary version), each gzipped or not",
  folder: "a folder with PNG and JPEG files in a folder for each class, or two such folders, train and test",
  masks: "a folder with images/, masks/ (PNG files whose pixels are classes) and classes.txt",
  table: "a folder with images and labels.csv, which gives each a class or numbers",
};

interface CheckFlags {
  readonly format: "human" | "json";
}

const checkDataCommand = buildCommand<CheckFlags, [path: string], Context>({
  docs: {
    brief: "Say what a folder of data holds, and what is wrong with it",
    fullDescription:
      "Reads every image of a data set, as a training would: sizes, the images of each class, which ones are equal, and which ones\n" +
      "cannot be read. Exits with 1 where some cannot.",
  },
  parameters: {
    flags: { format: { kind: "enum", values: ["human", "json"], default: "human", brief: "How the result is written" } },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "PATH", brief: "A folder, or the built-in set digits" }] },
  },
  async func({ format }, path) {
    const { inspectData } = await import("#cli/data");
    const report = await orTold(this, path, () => inspectData(path));
    if (!report) return;
    const { stdout } = this.process;
    stdout.write(format === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : drawDataReport(report, stdout.paint));
    if (report.unreadable.length > 0) this.process.exitCode = 1;
  },
});

interface GetFlags {
  readonly to?: string;
  readonly from?: string;
}

const getCommand = buildCommand<GetFlags, [name: string], Context>({
  docs: {
    brief: "Get a data set from where its makers keep it",
    fullDescription:
      "Gets mnist, fashion-mnist, cifar10 or cifar100 into data/NAME, and checks that it is what it should be. Interrupted, it goes on\n" +
      "where it stopped when it is called again.",
  },
  parameters: {
    flags: {
      to: { kind: "parsed", parse: String, optional: true, placeholder: "DIR", brief: "The folder; data/NAME" },
      from: { kind: "parsed", parse: webAddress, optional: true, placeholder: "URL", brief: "Another server that has the files under the same names" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "NAME", brief: "mnist, fashion-mnist, cifar10, cifar100" }] },
  },
  async func({ to, from }, name) {
    const { getData } = await import("#cli/data");
    const options = { ...(to !== undefined && { to }), ...(from !== undefined && { from }) };
    const got = await orTold(this, name, () => getData(name, { ...options, onProgress: downloadProgress(this) }));
    if (got) this.process.stdout.write(`${name} is in ${got.folder}${got.isNew ? "" : ", as it was before"}.\n`);
  },
});

function webAddress(text: string): string {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) throw new Error("write an address that begins with http:// or https://");
  return text;
}

export const dataCommands = buildRouteMap({
  routes: { list: listCommand, check: checkDataCommand, get: getCommand },
  docs: { brief: "Look at data sets, and get them" },
});

/** What an action gives; where it fails, that is told. */
async function orTold<T>(context: Context, path: string, action: () => Promise<T>): Promise<T | undefined> {
  const { diagnosticOf, startOf } = await import("#cli/data");
  try {
    return await action();
  } catch (error) {
    const diagnostics: readonly Diagnostic[] = [diagnosticOf(error, startOf(path))];
    told(context, openProjects().textOf, diagnostics);
    return undefined;
  }
}

/** One line for each file, redrawn on a terminal as bytes come. */
function downloadProgress({ process: { stderr } }: Context): (file: { readonly name: string; readonly bytes: number }, received: number) => void {
  let drawn = 0;
  return (file, received) => {
    const isWhole = received === file.bytes;
    const now = performance.now();
    if (!isWhole && (!stderr.isInteractive || now - drawn < 100)) return;
    drawn = now;
    const line = `${file.name}  ${Math.floor((100 * received) / file.bytes)} %  ${bytes(received)} of ${bytes(file.bytes)}`.slice(0, stderr.columns() - 1);
    stderr.write(stderr.isInteractive ? `\r\u001b[K${line}${isWhole ? "\n" : ""}` : `${line}\n`);
  };
}
