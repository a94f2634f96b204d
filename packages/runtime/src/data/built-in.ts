/** Every data format by its name in recipes, and how the data of a recipe is found. */

import { existsSync, readdirSync, statSync } from "node:fs";
import type { Diagnostic } from "@cnn-lang/parser";
import type { BadData, DataFormat, DataManifest, DataSettings } from "@cnn-lang/shape-checker";
import { dataProblems } from "./codes.ts";
import { diagnosticOf, fail, Failure, startOf } from "../failure.ts";
import { cifar100Reader, cifar10Reader } from "./cifar.ts";
import { asTheyAre, type DataReader, type DataSet, type Wanted } from "./dataset.ts";
import { digits } from "./digits.ts";
import { folderReader } from "./folder.ts";
import { idxReader } from "./idx.ts";
import { masksReader } from "./masks.ts";
import { fitted } from "./pixel-source.ts";
import { tableReader } from "./table.ts";

const formats: Readonly<Record<DataFormat, DataReader | "generated">> = {
  digits: "generated",
  mnist: idxReader("mnist"),
  idx: idxReader("idx"),
  cifar10: cifar10Reader,
  cifar100: cifar100Reader,
  masks: masksReader,
  table: tableReader,
  folder: folderReader,
};

/**
 * Opens the data of a recipe.
 *
 * @param folder Where its files are; null for generated data.
 * @param wanted How its images are wanted.
 * @throws Failure CNN7xxx for whatever is wrong with the folder or the headers of its files.
 */
export function openData(format: DataFormat, folder: string | null, wanted: Wanted = asTheyAre): DataSet {
  const reader = formats[format];
  const set = reader === "generated" ? digits() : reader.open(existing(folder ?? "."), wanted);
  return { manifest: set.manifest, train: (atLeast) => fitted(set.train(atLeast), wanted), test: () => fitted(set.test(), wanted) };
}

/** A built-in set by its name, or a folder's data: what `--data NAME-or-DIR` means. Throws a Failure CNN7xxx. */
export function openNamed(nameOrFolder: string, wanted: Wanted = asTheyAre): DataSet {
  const { format, path } = named(nameOrFolder);
  return openData(format, path ?? null, wanted);
}

/** The `data` of a recipe for `--data NAME-or-DIR`, or why there is none. */
export function describeData(nameOrFolder: string): { readonly data: Pick<DataSettings, "format" | "path"> } | { readonly diagnostic: Diagnostic } {
  try {
    return { data: named(nameOrFolder) };
  } catch (error) {
    return { diagnostic: diagnosticOf(error, startOf(nameOrFolder)) };
  }
}

const named = (nameOrFolder: string): Pick<DataSettings, "format" | "path"> =>
  nameOrFolder === "digits" ? { format: "digits", path: null } : { format: detectFormat(nameOrFolder), path: nameOrFolder };

/** The format of the files in a folder. Throws the Failure CNN7004 where it is none that is known. */
export function detectFormat(folder: string): DataFormat {
  const names = readdirSync(existing(folder));
  // The surer signs first: folders with images may hold anything.
  for (const format of ["idx", "cifar10", "cifar100", "masks", "table", "folder"] as const) {
    const reader = formats[format];
    if (reader !== "generated" && reader.fits(names, folder)) return format;
  }
  return fail(dataProblems.unknownFormat({ folder }));
}

/**
 * What a folder holds, as a project's `manifest` answers: undefined where there is no folder, a problem where its files are
 * wrong. Reads headers and labels only.
 */
export function manifestOf(folder: string): DataManifest | BadData | undefined {
  if (!existsSync(folder)) return undefined;
  try {
    return openData(detectFormat(folder), folder).manifest;
  } catch (error) {
    if (error instanceof Failure) return { problem: error.finding };
    throw error;
  }
}

function existing(folder: string): string {
  if (!existsSync(folder)) fail(dataProblems.noFolder({ path: folder }));
  if (!statSync(folder).isDirectory()) fail(dataProblems.notFolder({ path: folder }));
  return folder;
}
