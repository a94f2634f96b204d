/**
 * Image files: PNG and JPEG, told apart by their content. Sizes are read from the header and bounded before anything is decoded; the
 * decoders are loaded when the first image of their kind comes.
 */

import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { fail } from "../failure.ts";
import { reasonOf } from "../run/files.ts";
import { grouped } from "../numbers.ts";
import { dataProblems, imageProblems } from "./codes.ts";
import { upright } from "./geometry.ts";
import { decodeJpeg, isJpeg, jpegHeader } from "./jpeg.ts";
import type { Pixels } from "./pixels.ts";
import { decodeMask, decodePng, isPng, pngHeader } from "./png.ts";

const mostPixels = 50_000_000;
const mostBytes = 200_000_000;

/** A header lies in the first bytes, but behind a photograph's Exif data and its preview. */
const headerBytes = 256 * 1024;

export interface ImageHeader {
  readonly kind: "PNG" | "JPEG";
  readonly width: number;
  readonly height: number;
  readonly isGray: boolean;
  /** How a JPEG is turned, after Exif; 1 is upright. */
  readonly orientation: number;
}

/**
 * What an image file says of itself. Throws the Failure CNN7015 (cannot be read), CNN7101 (is no image), CNN7102 (is damaged) or
 * CNN7103 (is too large).
 */
export function readHeader(file: string): ImageHeader {
  return headerOf(readBeginning(file), file);
}

/** Decodes an image file to red, green and blue, upright. Throws as `readHeader` does. */
export async function readImage(file: string): Promise<Pixels> {
  const bytes = readBytes(file);
  const { kind, orientation } = headerOf(bytes, file);
  return upright(await decoded(file, kind, kind === "PNG" ? () => decodePng(bytes) : () => decodeJpeg(bytes)), orientation);
}

/** Decodes a mask, in which each pixel is a class. Throws as `readHeader` does, and CNN7106 where the file holds colours. */
export async function readMask(file: string): Promise<Pixels> {
  const bytes = readBytes(file);
  const { kind } = headerOf(bytes, file);
  if (kind === "JPEG") return fail(imageProblems.notAMask({ file, found: "it is a JPEG file, which does not keep numbers exactly" }));
  const mask = await decoded(file, kind, () => decodeMask(bytes));
  return mask ?? fail(imageProblems.notAMask({ file, found: "it holds colours, or gray levels of 16 bits" }));
}

async function decoded<T>(file: string, kind: ImageHeader["kind"], decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch {
    // The decoders' own words speak of streams and markers.
    return fail(dataProblems.badImage({ file, kind, why: "its bytes are damaged, or end too early" }));
  }
}

function headerOf(bytes: Buffer, file: string): ImageHeader {
  if (!isPng(bytes) && !isJpeg(bytes)) {
    return fail(dataProblems.notAnImage({ file, found: bytes.length === 0 ? "it is empty" : `it begins with the bytes ${hex(bytes.subarray(0, 8))}` }));
  }
  const header = isPng(bytes) ? ofPng(bytes) : ofJpeg(bytes);
  if (!header) return fail(dataProblems.badImage({ file, kind: isPng(bytes) ? "PNG" : "JPEG", why: "its header is cut off" }));
  const { width, height, kind } = header;
  if (width * height > mostPixels) return fail(dataProblems.imageTooLarge({ file, width, height, limit: mostPixels }));
  if (width * height === 0) return fail(dataProblems.badImage({ file, kind, why: `its header says ${width} x ${height} pixels` }));
  return header;
}

function ofPng(bytes: Buffer): ImageHeader | undefined {
  const header = pngHeader(bytes);
  return header && { kind: "PNG", width: header.width, height: header.height, isGray: header.kind === "gray", orientation: 1 };
}

function ofJpeg(bytes: Buffer): ImageHeader | undefined {
  const header = jpegHeader(bytes);
  return header && { kind: "JPEG", ...header };
}

function readBytes(file: string): Buffer {
  return reading(file, () => {
    const { size } = statSync(file);
    if (size > mostBytes) fail(dataProblems.tooLarge({ file, promised: `it has ${grouped(size)} bytes`, limit: "200 MB" }));
    return readFileSync(file);
  });
}

function readBeginning(file: string): Buffer {
  return reading(file, () => {
    const descriptor = openSync(file, "r");
    try {
      const bytes = Buffer.allocUnsafe(headerBytes);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, headerBytes, 0));
    } finally {
      closeSync(descriptor);
    }
  });
}

function reading(file: string, read: () => Buffer): Buffer {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error) return fail(dataProblems.unreadable({ file, why: reasonOf(error) }));
    throw error;
  }
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
