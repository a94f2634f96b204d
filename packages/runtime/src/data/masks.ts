/**
 * Images with a mask each, for segmentation: the folders `images` and `masks` hold files of equal names (but for their endings). A mask is
 * a PNG file whose value at each pixel, of the palette or gray, is a class; 255 counts for none. `classes.txt` names the classes, one
 * a line. Folders `train` and `test` (or `val`) may hold such two folders each.
 */

import { existsSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { fail } from "../failure.ts";
import { classNamesFile, namesIn } from "./class-names.ts";
import { imageProblems } from "./codes.ts";
import type { DataReader, Images } from "./dataset.ts";
import { imagesBelow, isFolder, partsOf } from "./folder.ts";
import { imageFiles, measured, noTest } from "./image-files.ts";

interface Pairs {
  readonly files: readonly string[];
  readonly masks: readonly string[];
}

export const masksReader: DataReader = {
  fits(_, folder) {
    const { train } = partsOf(folder);
    return isFolder(join(train, "images")) && isFolder(join(train, "masks"));
  },
  open(folder, wanted) {
    const parts = partsOf(folder);
    const train = pairsIn(parts.train);
    const test = parts.test === undefined ? undefined : pairsIn(parts.test);
    const labels = wanted.labels ?? classNames(folder);
    const shape = measured([...train.files, ...(test?.files ?? [])]);
    const images = (pairs: Pairs): Images => imageFiles({ ...pairs, classes: labels.length, labelKind: "masks", labels: new Uint8Array(0) }, shape, wanted);
    return {
      manifest: {
        version: 1, format: "masks", ...shape.manifest, labelKind: "masks", classes: labels.length, labels,
        train: train.files.length, test: test?.files.length ?? 0,
      },
      train: () => images(train),
      test: () => images(test ?? noTest(folder)),
    };
  },
};

function pairsIn(folder: string): Pairs {
  const files = imagesBelow(join(folder, "images"));
  if (files.length === 0) fail(imageProblems.noImagesOfClass({ folder: join(folder, "images") }));
  const masks = files.map((file) => {
    const name = relative(join(folder, "images"), file);
    return join(folder, "masks", `${name.slice(0, name.length - extname(name).length)}.png`);
  });
  const missing = files.filter((_, i) => !existsSync(masks[i] ?? "")).map((file) => basename(file));
  if (missing.length > 0) fail(imageProblems.maskMissing({ folder: join(folder, "masks"), images: missing }));
  return { files, masks };
}

const classNames = (folder: string): readonly string[] => namesIn(folder) ?? fail(imageProblems.noClassNames({ file: join(folder, classNamesFile) }));
