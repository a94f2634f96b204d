/**
 * JPEG: the header, and red, green and blue. sharp decodes where it is installed (libjpeg-turbo, whose numbers Pillow's are, too),
 * else jpeg-js: slower, and at sharp edges of colours up to some thirty levels apart, since it does not smooth the colours that a
 * JPEG file stores at half the size.
 */

import { opaque, type Pixels } from "./pixels.ts";

export const isJpeg = (bytes: Buffer): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

export interface JpegHeader {
  /** As it is to be shown: turned as `orientation` says. */
  readonly width: number;
  readonly height: number;
  readonly isGray: boolean;
  /** How the camera was held, after Exif: 1 … 8. */
  readonly orientation: number;
}

/** From the frame header: marker 0xC0 … 0xCF but for 0xC4, 0xC8 and 0xCC; before it stand segments that say their length. */
export function jpegHeader(bytes: Buffer): JpegHeader | undefined {
  let orientation = 1;
  for (let at = 2; at + 10 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      const isTurned = orientation > 4;
      return { width: isTurned ? height : width, height: isTurned ? width : height, isGray: bytes[at + 9] === 1, orientation };
    }
    if (marker === 0xe1) orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + length)) ?? orientation;
    at += 2 + length;
  }
  return undefined;
}

/** Tag 0x0112 of the first directory of an Exif segment, which is a TIFF file of either byte order (Exif 2.3, 4.6). */
function exifOrientation(segment: Buffer): number | undefined {
  if (segment.toString("latin1", 0, 6) !== "Exif\0\0" || segment.length < 14) return undefined;
  const tiff = segment.subarray(6);
  const isLittle = tiff.toString("latin1", 0, 2) === "II";
  const short = (at: number): number => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < short(directory); entry += 1) {
    const at = directory + 2 + 12 * entry;
    const value = short(at + 8);
    if (short(at) === 0x0112) return value >= 1 && value <= 8 ? value : undefined;
    if (at > tiff.length) return undefined;
  }
  return undefined;
}

/** Decodes as the file is stored, not yet turned. Throws for a damaged file. */
export type DecodeJpeg = (bytes: Buffer) => Promise<Pixels>;

export const decodeWithJpegJs: DecodeJpeg = async (bytes) => {
  const { default: jpeg } = await import("jpeg-js");
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true, tolerantDecoding: false, maxResolutionInMP: 50, maxMemoryUsageInMB: 1024 });
  return opaque({ width, height, data });
};

/** sharp's decoder; undefined where sharp is not installed, or has no binary for this machine. */
export async function sharpDecoder(): Promise<DecodeJpeg | undefined> {
  try {
    const { default: sharp } = await import("sharp");
    // One image after the other: the threads are ours.
    sharp.concurrency(1);
    sharp.cache(false);
    return async (bytes) => {
      const { data, info } = await sharp(bytes, { ignoreIcc: true, failOn: "error" }).toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, channels: info.channels, data };
    };
  } catch {
    return undefined;
  }
}

let decoder: Promise<DecodeJpeg> | undefined;

export async function decodeJpeg(bytes: Buffer): Promise<Pixels> {
  decoder ??= sharpDecoder().then((found) => found ?? decodeWithJpegJs);
  return (await decoder)(bytes);
}
