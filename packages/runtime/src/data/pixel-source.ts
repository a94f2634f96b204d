/** One image of a data set after the other, as its augmentations are given it: gray or colour, and resized. */

import { resizedSize } from "@cnn-lang/shape-checker";
import { fail } from "../failure.ts";
import { imageProblems } from "./codes.ts";
import { type Images, type ImagesInFiles, type ImagesInMemory, isInFiles, type Wanted } from "./dataset.ts";
import { readImage, readMask } from "./image.ts";
import { type Pixels, withChannels } from "./pixels.ts";
import { resize, resizeNearest } from "./resize.ts";

export interface Sample {
  readonly image: Pixels;
  /** The class of each pixel, as large as the image; 255 counts for none. */
  readonly mask?: Pixels;
}

/** The number that a mask has where a pixel is of no class. */
export const noClass = 255;

/** Reads an image of a set by its number. Throws a Failure CNN71xx where its file is not as it should be. */
export type ReadSample = (image: number) => Sample | Promise<Sample>;

export const readerOf = (images: Images): ReadSample => (isInFiles(images) ? (image) => readFiles(images, image) : (image) => sampleIn(images, image));

/** One of the images in memory. */
export function sampleIn({ height, width, channels, pixels, masks }: ImagesInMemory, image: number): Sample {
  const size = height * width;
  return {
    image: { height, width, channels, data: pixels.subarray(image * size * channels, (image + 1) * size * channels) },
    ...(masks && { mask: { height, width, channels: 1, data: masks.subarray(image * size, (image + 1) * size) } }),
  };
}

async function readFiles({ channels, pixels: { files, masks, classes = noClass, resize: to } }: ImagesInFiles, image: number): Promise<Sample> {
  const file = files[image] ?? "";
  const found = await readImage(file);
  const [height, width] = resizedSize([found.height, found.width], to);
  const fitted = resize(withChannels(found, channels), height, width);
  const maskFile = masks?.[image];
  if (maskFile === undefined) return { image: fitted };
  const mask = await readMask(maskFile);
  if (mask.height !== found.height || mask.width !== found.width) {
    fail(imageProblems.maskSize({ mask: maskFile, found: `${mask.width} x ${mask.height}`, image: file, needed: `${found.width} x ${found.height}` }));
  }
  const stranger = mask.data.find((value) => value >= classes && value !== noClass);
  if (stranger !== undefined) fail(imageProblems.badClass({ file: maskFile, found: stranger, classes }));
  return { image: fitted, mask: resizeNearest(mask, height, width) };
}

/** Images in memory, gray or colour and resized as wanted; those in files are when they are read. */
export function fitted(images: Images, { resize: to, channels: wantedChannels }: Wanted): Images {
  const channels = wantedChannels ?? images.channels;
  const [height, width] = resizedSize([images.height, images.width], to);
  if (isInFiles(images) || (channels === images.channels && height === images.height && width === images.width)) return images;
  const length = images.height * images.width * images.channels;
  const pixels = new Uint8Array(images.count * height * width * channels);
  for (let image = 0; image < images.count; image += 1) {
    const data = images.pixels.subarray(image * length, (image + 1) * length);
    const one = resize(withChannels({ height: images.height, width: images.width, channels: images.channels, data }, channels), height, width);
    pixels.set(one.data, image * one.data.length);
  }
  return { ...images, height, width, channels, pixels };
}
