/** Writes PNG files, as small as the format allows. */

import { crc32, deflateSync } from "node:zlib";

interface Unusual {
  /** Declares seven passes. */
  readonly isInterlaced?: boolean;
  /** What is packed in place of the pixels. */
  readonly rows?: Buffer;
}

/**
 * @param pixels Row by row; a byte a pixel, or as many bits as `depth` says, each row beginning with a byte of its own.
 * @param depth Bits a pixel.
 */
export const grayPng = (pixels: Uint8Array, width: number, depth = 8, unusual: Unusual = {}): Buffer => png(pixels, width, depth, 0, [], unusual);

/** @param pixels Red, green and blue bytes, row by row. */
export const colorPng = (pixels: Uint8Array, width: number): Buffer => png(pixels, width, 8, 2, [], {});

/** PNG files with a palette. */
export const palettePng = {
  chunk,
  /** The colour of class n is (30 · n mod 90, 100, 200). */
  of(classes: Uint8Array, width: number): Buffer {
    const palette = Buffer.from(Array.from({ length: 4 }, (_, i) => [i === 3 ? 30 : i * 40, 100, 200]).flat());
    return png(classes, width, 8, 3, [chunk("PLTE", palette)], {});
  },
};

function png(pixels: Uint8Array, width: number, depth: number, type: number, more: readonly Buffer[], { isInterlaced = false, rows }: Unusual): Buffer {
  const rowBytes = Math.ceil((width * depth * (type === 2 ? 3 : 1)) / 8);
  const height = pixels.length / rowBytes;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Bits, colours; compression and filter as ever.
  header.writeUInt8(depth, 8);
  header.writeUInt8(type, 9);
  header.writeUInt8(isInterlaced ? 1 : 0, 12);
  const filtered = Array.from({ length: height }, (_, y) => Buffer.concat([Buffer.from([0]), pixels.subarray(y * rowBytes, (y + 1) * rowBytes)]));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), ...more, chunk("IDAT", deflateSync(rows ?? Buffer.concat(filtered))), chunk("IEND", Buffer.alloc(0))]);
}

/** A part of a PNG file: length, name, data, checksum. */
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
