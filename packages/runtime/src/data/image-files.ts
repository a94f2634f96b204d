/** What formats of image files share: which files are images, how large and of how many channels they are, and how they become a set. */

import type { DataManifest, LabelKind } from "@cnn-lang/shape-checker";
import { dataProblems } from "./codes.ts";
import { fail, Failure } from "../failure.ts";
import type { Images, Wanted } from "./dataset.ts";
import { readHeader } from "./image.ts";

/** By its name; what it holds is told by its content. */
export const isImageName = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

export interface Measured {
  readonly height: number;
  readonly width: number;
  readonly largest: readonly [height: number, width: number];
  readonly channels: 1 | 3;
  readonly manifest: Pick<DataManifest, "shape" | "largest">;
}

/**
 * Reads the headers of all files. Those without a readable one do not count here: going through the files will name them.
 *
 * @throws Failure CNN7101 … CNN7103 where none is readable.
 */
export function measured(files: readonly string[]): Measured {
  let [height, width, tall, wide] = [Infinity, Infinity, 0, 0];
  let isGray = true;
  let problem: Failure | undefined;
  for (const file of files) {
    try {
      const header = readHeader(file);
      [height, width] = [Math.min(height, header.height), Math.min(width, header.width)];
      [tall, wide] = [Math.max(tall, header.height), Math.max(wide, header.width)];
      isGray &&= header.isGray;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problem ??= error;
    }
  }
  if (tall === 0 && problem) throw problem;
  const channels = isGray ? 1 : 3;
  const differ = height !== tall || width !== wide;
  return { height, width, largest: [tall, wide], channels, manifest: { shape: `${channels}@${height}x${width}`, ...(differ && { largest: [tall, wide] }) } };
}

export interface ImageSet {
  readonly files: readonly string[];
  readonly masks?: readonly string[];
  readonly classes?: number;
  readonly labelKind?: LabelKind;
  readonly labels: Images["labels"];
}

/** The images of a set, to be decoded as wanted. */
export function imageFiles({ files, masks, classes, labelKind, labels }: ImageSet, { height, width, largest, channels }: Measured, wanted: Wanted): Images {
  return {
    count: files.length, height, width, largest,
    channels: wanted.channels ?? channels,
    pixels: { files, resize: wanted.resize, ...(masks && { masks }), ...(classes !== undefined && { classes }) },
    ...(labelKind && { labelKind }),
    labels,
  };
}

export const noTest = (folder: string): never => fail(dataProblems.noTestImages({ folder }));
