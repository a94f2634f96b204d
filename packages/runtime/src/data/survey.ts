/**
 * Images in files are gone through once before a training: so every file that cannot be used is known by name, mean and deviation are
 * known, and the decoded images stay in memory where there is room.
 */

import type { Finding } from "@cnn-lang/parser";
import { isOneSize, resizedSizes } from "@cnn-lang/shape-checker";
import { recall, remember } from "./cache.ts";
import { type ImagesInFiles, type ImagesInMemory, isInFiles, range, sizesOf } from "./dataset.ts";
import type { Part } from "./loader.ts";
import { type Pool, sharedBytes } from "./threads.ts";
import { type PixelSums, sumsOf } from "./statistics.ts";
import type { Surveyed } from "./tasks.ts";

/** Decoded images stay in memory up to so many bytes: 100,000 of 3@57x57, say. Larger sets are decoded anew in each epoch. */
const roomForDecoded = 1_000_000_000;

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
export function surveyMemory(images: ImagesInMemory, indices: Uint32Array): SurveyedPart {
  const { pixels, height, width, channels } = images;
  const length = height * width * channels;
  return { part: { images, indices }, problems: [], sumsOf: (image) => sumsOf(pixels.subarray(image * length, (image + 1) * length), channels) };
}

export interface SurveyOptions {
  /** Bytes for decoded images. */
  readonly room?: number;
  readonly onProgress?: OnProgress;
}

/** Called as images are gone through, with how many of all are done. What it throws ends that. */
export type OnProgress = (images: number, all: number) => void;

/** Goes through the files of a part, beside other work where the pool has threads. */
export async function surveyFiles(part: Part, pool: Pool, { room = roomForDecoded, onProgress }: SurveyOptions = {}): Promise<SurveyedPart> {
  const { images, indices } = part;
  if (!isInFiles(images)) return surveyMemory(images, indices);
  const memory = memoryFor(images, room);
  const key = memory ? undefined : await keyOf(images, indices, pool);
  const found = (key !== undefined && recall(key, indices.length)) || (await surveyEach(images, indices, memory, pool, onProgress));
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
function memoryFor(images: ImagesInFiles, room: number): ImagesInMemory | undefined {
  const sizes = resizedSizes(sizesOf(images), images.pixels.resize);
  const [height = 0, width = 0] = sizes.smallest;
  const area = images.count * height * width;
  const maskBytes = images.pixels.masks ? area : 0;
  if (!isOneSize(sizes) || area * images.channels + maskBytes > room) return undefined;
  const { largest: _, ...rest } = images;
  return { ...rest, height, width, pixels: sharedBytes(area * images.channels), ...(maskBytes > 0 && { masks: sharedBytes(maskBytes) }) };
}

/** Decodes some images and puts them where there is memory for them; what came of each, in their order. */
export function surveyEach(images: ImagesInFiles, indices: Uint32Array, memory: ImagesInMemory | undefined, pool: Pool, onProgress?: OnProgress): Promise<readonly Surveyed[]> {
  let done = 0;
  return inTasks(indices, pool, async (places) => {
    const pixels = { ...images.pixels, files: chosen(images.pixels.files, places), ...(images.pixels.masks && { masks: chosen(images.pixels.masks, places) }) };
    const room = memory && { pixels: memory.pixels, masks: memory.masks, places };
    const found = await pool.survey({ ...images, count: places.length, labels: new Uint8Array(0), pixels }, room);
    done += places.length;
    onProgress?.(done, indices.length);
    return found;
  });
}

/** The SHA-256 of files; undefined for those that cannot be read. */
export const hashFiles = (files: readonly string[], pool: Pool): Promise<readonly (string | undefined)[]> =>
  inTasks(range(0, files.length), pool, (places) => pool.hash(chosen(files, places)));

/** Divides work into tasks, of which each thread has one at hand beside the one that it does. A failure ends all. */
async function inTasks<T>(indices: Uint32Array, pool: Pool, run: (places: Uint32Array) => Promise<readonly T[]>): Promise<readonly T[]> {
  const tasks = Array.from({ length: Math.ceil(indices.length / atOnce) }, (_, task) => indices.slice(task * atOnce, (task + 1) * atOnce));
  const results: (readonly T[])[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let task = next++; task < tasks.length; task = next++) {
      try {
        results[task] = await run(tasks[task] ?? new Uint32Array(0));
      } catch (error) {
        next = tasks.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, 2 * pool.threads) }, lane));
  return results.flat();
}

/** What the result depends on: the bytes of all files, and what is made of them. Their names stand in the problems. */
async function keyOf({ channels, pixels }: ImagesInFiles, indices: Uint32Array, pool: Pool): Promise<string> {
  const files = [...chosen(pixels.files, indices), ...(pixels.masks ? chosen(pixels.masks, indices) : [])];
  return JSON.stringify([1, channels, pixels.resize, pixels.classes ?? null, files, await hashFiles(files, pool)]);
}

const chosen = (files: readonly string[], indices: Uint32Array): readonly string[] => Array.from(indices, (index) => files[index] ?? "");
