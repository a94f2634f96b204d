/**
 * Image files, a folder for each class, as torchvision's ImageFolder has them: classes in the order of their names, the images of a class
 * by their paths. Folders `train` and `test` (or `val`), where there are both, hold the classes of each part.
 */

import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail, Failure } from "../failure.ts";
import { reasonOf } from "../run/files.ts";
import { dataProblems, imageProblems } from "./codes.ts";
import type { DataReader, Images } from "./dataset.ts";
import { imageFiles, type ImageSet, isImageName, measured, noTest } from "./image-files.ts";

export const folderReader: DataReader = {
  fits(_, folder) {
    const { train } = partsOf(folder);
    return foldersIn(train).some((name) => hasImages(join(train, name), 2));
  },
  open(folder, wanted) {
    const parts = partsOf(folder);
    const found = foldersIn(parts.train);
    const empty = found.find((name) => imagesBelow(join(parts.train, name)).length === 0);
    if (empty !== undefined) fail(imageProblems.noImagesOfClass({ folder: join(parts.train, empty) }));
    if (found.length < 2) fail(imageProblems.noClasses({ folder: parts.train, classes: found }));
    const labels = wanted.labels ?? found;
    const train = filesOf(parts.train, labels);
    const test = parts.test === undefined ? undefined : filesOf(parts.test, labels);
    const shape = measured([...train.files, ...(test?.files ?? [])]);
    const images = ({ files, classes }: Classified): Images => imageFiles({ files, labels: Int32Array.from(classes) }, shape, wanted);
    return {
      manifest: { version: 1, format: "folder", ...shape.manifest, classes: labels.length, labels, train: train.files.length, test: test?.files.length ?? 0 },
      train: () => images(train),
      test: () => images(test ?? noTest(folder)),
    };
  },
};

interface Classified extends Pick<ImageSet, "files"> {
  readonly classes: readonly number[];
}

/** Looks no deeper than so many folders: what is asked may be a whole disk. A folder that cannot be read holds none. */
function hasImages(folder: string, depth: number): boolean {
  try {
    const entries = entriesIn(folder);
    return entries.some(({ name }) => isImageName(name)) || (depth > 1 && entries.some((entry) => entry.isDirectory() && hasImages(join(folder, entry.name), depth - 1)));
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** In the order of their names; hidden ones do not count. */
function entriesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith("."))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return fail(dataProblems.unreadable({ file: folder, why: reasonOf(error) }));
  }
}

/** The folders that hold the classes of the training and of the test images. */
export function partsOf(folder: string): { readonly train: string; readonly test: string | undefined } {
  const names = foldersIn(folder);
  if (!names.includes("train")) return { train: folder, test: undefined };
  const test = ["test", "val"].find((name) => names.includes(name));
  return { train: join(folder, "train"), test: test && join(folder, test) };
}

function filesOf(folder: string, labels: readonly string[]): Classified {
  const stranger = foldersIn(folder).find((name) => !labels.includes(name) && imagesBelow(join(folder, name)).length > 0);
  if (stranger !== undefined) fail(imageProblems.otherClass({ folder, label: stranger, classes: labels }));
  const byClass = labels.map((label) => imagesBelow(join(folder, label)));
  return { files: byClass.flat(), classes: byClass.flatMap((files, label) => files.map(() => label)) };
}

/** The names of the folders in a folder, links to such included. */
const foldersIn = (folder: string): readonly string[] => entriesIn(folder).map(({ name }) => name).filter((name) => isFolder(join(folder, name)));

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The image files in a folder and those below it, in the order of their paths; none where there is no such folder. */
export function imagesBelow(folder: string): readonly string[] {
  if (!isFolder(folder)) return [];
  return entriesIn(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return imagesBelow(path);
    return isImageName(entry.name) ? [path] : [];
  });
}
