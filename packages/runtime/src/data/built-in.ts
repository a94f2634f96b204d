/** Every data format by its name in recipes, and how the data of a recipe is found. */

import { existsSync, readdirSync, statSync } from "node:fs";
import type { Diagnostic } from "@cnn-lang/parser";
import type { BadData, DataFormat, DataManifest, DataSettings } from "@cnn-lang/shape-checker";
import { dataProblems } from "../codes.ts";
import { diagnosticOf, fail, Failure, startOf } from "../failure.ts";
import { cifar100Reader, cifar10Reader } from "./cifar.ts";
import type { DataReader, DataSet } from "./dataset.ts";
import { digits } from "./digits.ts";
import { idxReader } from "./idx.ts";

const formats: Readonly<Record<DataFormat, DataReader | "generated" | "files">> = {
  digits: "generated",
  mnist: idxReader("mnist"),
  idx: idxReader("idx"),
  cifar10: cifar10Reader,
  cifar100: cifar100Reader,
  folder: "files",
  masks: "files",
  table: "files",
};

/**
 * Opens the data of a recipe.
 *
 * @param folder Where its files are; null for generated data.
 * @throws Failure CNN7xxx for whatever is wrong with the folder or the headers of its files.
 */
export function openData(format: DataFormat, folder: string | null): DataSet {
  const reader = formats[format];
  if (reader === "generated") return digits();
  if (reader === "files") return fail(dataProblems.unknownFormat({ folder: folder ?? "." }));
  return reader.open(existing(folder ?? "."));
}

/** A built-in set by its name, or a folder's data: what `--data NAME-or-DIR` means. Throws a Failure CNN7xxx. */
export function openNamed(nameOrFolder: string): DataSet {
  const { format, path } = named(nameOrFolder);
  return openData(format, path);
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
  for (const format of ["idx", "cifar10", "cifar100"] as const) {
    const reader = formats[format];
    if (reader !== "generated" && reader !== "files" && reader.fits(names)) return format;
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
