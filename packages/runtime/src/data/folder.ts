/**
 * Image files, a folder for each class, as torchvision's ImageFolder has them: classes in the order of their names, the images of a class
 * by their paths. Folders `train` and `test` (or `val`), where there are both, hold the classes of each part.
 */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../failure.ts";
import { imageProblems } from "./codes.ts";
import type { DataReader, Images } from "./dataset.ts";
import { imageFiles, type ImageSet, isImageName, measured, noTest } from "./image-files.ts";

export const folderReader: DataReader = {
  fits(_, folder) {
    const { train } = partsOf(folder);
    return foldersIn(train).some((name) => imagesBelow(join(train, name)).length > 0);
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

/** In the order of their names; hidden ones do not count. */
export function foldersIn(folder: string): readonly string[] {
  const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return readdirSync(folder).filter((name) => !name.startsWith(".") && isFolder(join(folder, name))).toSorted();
}

/** The image files in a folder and those below it, in the order of their paths; none where there is no such folder. */
export function imagesBelow(folder: string): readonly string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return imagesBelow(path);
      return isImageName(entry.name) ? [path] : [];
    });
}
