/**
 * Images in files are gone through once before a training: so every file that cannot be used is known by name, mean and deviation are
 * known, and the decoded images stay in memory where there is room.
 */

import type { Finding } from "@cnn-lang/parser";
import { isOneSize, resizedSizes } from "@cnn-lang/shape-checker";
import { recall, remember } from "./cache.ts";
import { type ImageFiles, type Images, isInFiles, sizesOf } from "./dataset.ts";
import type { Part } from "./loader.ts";
import { type Pool, sharedBytes } from "./pool.ts";
import { type PixelSums, sumsOf } from "./statistics.ts";
import type { Surveyed } from "./tasks.ts";

/** Decoded images stay in memory up to so many bytes: 100,000 of 3@58x58, say. Larger sets are decoded anew in each epoch. */
export const roomForDecoded = 1_000_000_000;

/** Images in one task: few enough to keep all threads busy to the end. */
const atOnce = 32;

export interface SurveyedPart {
  /** The images that can be used. */
  readonly part: Part;
  /** What is wrong with the others. */
  readonly problems: readonly Finding[];
  /** Of an image by its number. */
  readonly sumsOf: (image: number) => PixelSums;
}

/** What is to be known of images in memory needs no survey. */
export function surveyMemory(part: Part): SurveyedPart {
  const { pixels, height, width, channels } = part.images;
  const length = height * width * channels;
  return { part, problems: [], sumsOf: (image) => (pixels instanceof Uint8Array ? sumsOf(pixels.subarray(image * length, (image + 1) * length), channels) : []) };
}

/** Goes through the files of a part, beside other work where the pool has threads. */
export async function surveyFiles(part: Part, pool: Pool, room = roomForDecoded): Promise<SurveyedPart> {
  const { images, indices } = part;
  if (!isInFiles(images)) return surveyMemory(part);
  const files = Array.from(indices, (image) => images.pixels.files[image] ?? "");
  const masks = images.pixels.masks && Array.from(indices, (image) => images.pixels.masks?.[image] ?? "");
  const memory = memoryFor(images, room);
  const key = memory ? undefined : await keyOf(images, [...files, ...(masks ?? [])], pool);
  const found = (key !== undefined && recall(key, files.length)) || (await decodeAll(images, files, masks, indices, memory, pool));
  if (key !== undefined) remember(key, found);

  const byImage = new Map(Array.from(indices, (image, place) => [image, found[place]]));
  const isGood = (image: number): boolean => "sums" in (byImage.get(image) ?? {});
  return {
    part: { images: memory ?? images, indices: indices.filter(isGood) },
    problems: found.flatMap((one) => ("problem" in one ? [one.problem] : [])),
    sumsOf(image) {
      const one = byImage.get(image);
      return one && "sums" in one ? one.sums : [];
    },
  };
}

/** The set with memory for all its images, decoded; undefined where they differ in size, or are too large. */
function memoryFor(images: Images & { readonly pixels: ImageFiles }, room: number): (Images & { readonly pixels: Uint8Array }) | undefined {
  const sizes = resizedSizes(sizesOf(images), images.pixels.resize);
  const [height = 0, width = 0] = sizes.smallest;
  const area = images.count * height * width;
  const maskBytes = images.pixels.masks ? area : 0;
  if (!isOneSize(sizes) || area * images.channels + maskBytes > room) return undefined;
  const { largest: _, ...rest } = images;
  return { ...rest, height, width, pixels: sharedBytes(area * images.channels), ...(maskBytes > 0 && { masks: sharedBytes(maskBytes) }) };
}

async function decodeAll(images: Images & { readonly pixels: ImageFiles }, files: readonly string[], masks: readonly string[] | undefined, indices: Uint32Array, memory: (Images & { readonly pixels: Uint8Array }) | undefined, pool: Pool): Promise<readonly Surveyed[]> {
  const tasks: Promise<readonly Surveyed[]>[] = [];
  for (let start = 0; start < files.length; start += atOnce) {
    const end = Math.min(files.length, start + atOnce);
    const pixels = { ...images.pixels, files: files.slice(start, end), ...(masks && { masks: masks.slice(start, end) }) };
    const room = memory && { pixels: memory.pixels, masks: memory.masks, places: indices.slice(start, end) };
    tasks.push(pool.survey({ ...images, count: end - start, labels: new Uint8Array(0), pixels }, room));
  }
  return (await Promise.all(tasks)).flat();
}

/** What the result depends on: the bytes of all files, and what is made of them. */
async function keyOf({ channels, pixels }: Images & { readonly pixels: ImageFiles }, files: readonly string[], pool: Pool): Promise<string> {
  const tasks = Array.from({ length: Math.ceil(files.length / atOnce) }, (_, task) => pool.hash(files.slice(task * atOnce, (task + 1) * atOnce)));
  const hashes = (await Promise.all(tasks)).flat();
  // Names stand in the problems.
  return JSON.stringify([1, channels, pixels.resize, pixels.classes ?? null, files, hashes]);
}
