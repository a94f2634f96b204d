/**
 * PNG (https://www.w3.org/TR/png): the header, colours and masks. pngjs decodes; what it would do otherwise than wanted is settled
 * before it is given the file, by leaving chunks out.
 */

import { crc32, inflateSync } from "node:zlib";
import { opaque, type Pixels } from "./pixels.ts";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export const isPng = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(signature);

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly kind: "gray" | "colour" | "palette";
  readonly isInterlaced: boolean;
}

const gray = 0;
const palette = 3;

/** From the IHDR chunk, which comes first; undefined where it is cut off. */
export function pngHeader(bytes: Buffer): PngHeader | undefined {
  if (bytes.length < 33) return undefined;
  const type = bytes[25] ?? 0;
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    depth: bytes[24] ?? 0,
    // Types 4 and 6 are gray and colour with opacity.
    kind: type === palette ? "palette" : type % 4 === gray ? "gray" : "colour",
    isInterlaced: bytes[28] === 1,
  };
}

/** Red, green and blue; 16 bits are rounded to 8. Throws for a damaged file. */
export async function decodePng(bytes: Buffer): Promise<Pixels> {
  // A colour that is declared transparent is a colour all the same: pngjs would make it black.
  const isPalette = pngHeader(bytes)?.kind === "palette";
  return opaque(await read(isPalette ? bytes : rebuilt(bytes, (name) => name !== "tRNS")));
}

/**
 * The classes of a mask: palette indices, or gray levels of 8 bits or less as they are. Undefined where the file holds colours or 16
 * bits; throws for a damaged one.
 */
export async function decodeMask(bytes: Buffer): Promise<Pixels | undefined> {
  const header = pngHeader(bytes);
  if (!header || header.kind === "colour" || header.depth > 8) return undefined;
  // Read as gray, a palette's indices come out as they are stored.
  const plain = rebuilt(bytes, (name) => name === "IHDR" || name === "IDAT" || name === "IEND", header.kind === "palette");
  const { width, height, data } = await read(plain);
  // Gray levels of fewer bits were stretched to 0 … 255.
  const step = 255 / (2 ** header.depth - 1);
  return { width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, i) => (data[4 * i] ?? 0) / step) };
}

async function read(bytes: Buffer): Promise<{ readonly width: number; readonly height: number; readonly data: Buffer }> {
  const header = pngHeader(bytes);
  if (header?.isInterlaced) checkInterlaced(bytes, header);
  const { PNG } = await import("pngjs");
  return PNG.sync.read(bytes);
}

/** pngjs unpacks interlaced data without a bound: a few kilobytes could become gigabytes. */
function checkInterlaced(bytes: Buffer, { width, height }: PngHeader): void {
  const packed = [...chunksOf(bytes)].filter(({ name }) => name === "IDAT").map(({ data }) => data);
  // At most 8 bytes a pixel; seven passes, each with a byte for a row.
  inflateSync(Buffer.concat(packed), { maxOutputLength: width * height * 8 + 7 * (height + 1) });
}

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
  /** With its length, name and checksum. */
  readonly whole: Buffer;
}

/** As far as the file goes: where it ends too early, pngjs says so. */
function* chunksOf(bytes: Buffer): Iterable<Chunk> {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    yield { name: bytes.toString("latin1", at + 4, at + 8), data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
    at = end;
  }
}

/** The file with only some of its chunks, and its values declared to be gray. */
function rebuilt(bytes: Buffer, keeps: (name: string) => boolean, asGray = false): Buffer {
  const kept = [...chunksOf(bytes)].filter(({ name }) => keeps(name)).map(({ name, whole }) => (asGray && name === "IHDR" ? declaredGray(whole) : whole));
  return Buffer.concat([signature, ...kept]);
}

function declaredGray(header: Buffer): Buffer {
  const changed = Buffer.from(header);
  changed[17] = gray;
  changed.writeUInt32BE(crc32(changed.subarray(4, 21)), 21);
  return changed;
}
