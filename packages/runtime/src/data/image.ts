/**
 * Image files for prediction: PNG and JPEG, told apart by their content. Sizes are read from the header and bounded before
 * anything is decoded; the decoders are loaded when the first image of their kind comes.
 */

import { readFileSync, statSync } from "node:fs";
import { dataProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import { reasonOf } from "../run/files.ts";
import type { Images } from "./dataset.ts";

/** Red, green, blue and opacity, 4 bytes a pixel, row by row. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const mostPixels = 50_000_000;
const mostBytes = 200_000_000;

/**
 * Decodes an image file. Throws the Failure CNN7015 (cannot be read), CNN7101 (is no image), CNN7102 (is damaged) or CNN7103 (is
 * too large).
 */
export async function readImage(file: string): Promise<DecodedImage> {
  const bytes = readBytes(file);
  const kind = kindOf(bytes);
  if (kind === undefined) {
    return fail(dataProblems.notAnImage({ file, found: bytes.length === 0 ? "it is empty" : `it begins with the bytes ${hex(bytes.subarray(0, 8))}` }));
  }
  const size = kind === "PNG" ? pngSize(bytes) : jpegSize(bytes);
  if (!size) return fail(dataProblems.badImage({ file, kind, why: "its header is cut off" }));
  const { width, height } = size;
  if (width * height > mostPixels) return fail(dataProblems.imageTooLarge({ file, width, height, limit: mostPixels }));
  if (width * height === 0) return fail(dataProblems.badImage({ file, kind, why: `its header says ${width} x ${height} pixels` }));
  try {
    return await (kind === "PNG" ? decodePng(bytes) : decodeJpeg(bytes));
  } catch {
    // The decoders' own words speak of streams and markers.
    return fail(dataProblems.badImage({ file, kind, why: "its bytes are damaged, or end too early" }));
  }
}

function readBytes(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > mostBytes) fail(dataProblems.tooLarge({ file, promised: `it has ${size.toLocaleString("en")} bytes`, limit: "200 MB" }));
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error) return fail(dataProblems.unreadable({ file, why: reasonOf(error) }));
    throw error;
  }
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

function kindOf(bytes: Buffer): "PNG" | "JPEG" | undefined {
  if (hex(bytes.subarray(0, 8)) === "89 50 4e 47 0d 0a 1a 0a") return "PNG";
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? "JPEG" : undefined;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The IHDR chunk comes first: length, name, width, height. */
const pngSize = (bytes: Buffer): Size | undefined =>
  bytes.length >= 24 ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : undefined;

/** From the frame header: marker 0xC0 … 0xCF but for 0xC4, 0xC8 and 0xCC; before it stand segments that say their length. */
function jpegSize(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    } else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

async function decodePng(bytes: Buffer): Promise<DecodedImage> {
  const { PNG } = await import("pngjs");
  const { width, height, data } = PNG.sync.read(bytes);
  return { width, height, rgba: data };
}

async function decodeJpeg(bytes: Buffer): Promise<DecodedImage> {
  const { default: jpeg } = await import("jpeg-js");
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true, tolerantDecoding: false, maxResolutionInMP: mostPixels / 1e6 });
  return { width, height, rgba: data };
}

/**
 * An image as a network takes it: gray or colour, brought to a size by averaging what each new pixel covers (or by repeating
 * pixels, where it is made larger). Opacity is dropped, as torchvision does.
 */
export function fitImage(image: DecodedImage, channels: number, height: number, width: number): Images {
  const pixels = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = averageOf(image, (x * image.width) / width, ((x + 1) * image.width) / width, (y * image.height) / height, ((y + 1) * image.height) / height);
      const at = (y * width + x) * channels;
      if (channels === 1) pixels[at] = Math.round(luminance(colour));
      else for (let channel = 0; channel < channels; channel += 1) pixels[at + channel] = Math.round(colour[channel] ?? 0);
    }
  }
  return { count: 1, height, width, channels, pixels, labels: new Uint8Array(1) };
}

type Colour = readonly [red: number, green: number, blue: number];

/** ITU-R BT.601, as in JPEG and in Pillow's conversion to gray. */
const luminance = ([red, green, blue]: Colour): number => 0.299 * red + 0.587 * green + 0.114 * blue;

/** The mean colour of a rectangle whose edges may lie within pixels. */
function averageOf({ width, height, rgba }: DecodedImage, left: number, right: number, top: number, bottom: number): Colour {
  const sum = [0, 0, 0];
  let area = 0;
  for (let y = Math.floor(top); y < Math.min(height, Math.ceil(bottom)); y += 1) {
    const tall = Math.min(bottom, y + 1) - Math.max(top, y);
    for (let x = Math.floor(left); x < Math.min(width, Math.ceil(right)); x += 1) {
      const covered = tall * (Math.min(right, x + 1) - Math.max(left, x));
      const at = (y * width + x) * 4;
      for (let channel = 0; channel < 3; channel += 1) sum[channel] = (sum[channel] ?? 0) + covered * (rgba[at + channel] ?? 0);
      area += covered;
    }
  }
  const [red = 0, green = 0, blue = 0] = sum.map((value) => value / area);
  return [red, green, blue];
}
