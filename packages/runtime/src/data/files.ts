/** Reading data files, gzipped or not, told apart by their content. Sizes are known before anything of that size is allocated. */

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { dataProblems } from "./codes.ts";
import { fail } from "../failure.ts";
import { reasonOf } from "../run/files.ts";
import { grouped } from "../numbers.ts";

/** Nothing in these formats is larger: 60,000 images of 100x100 in colour are 1.8 GB. */
const largest = 2_000_000_000;

export interface DataFile {
  readonly path: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly gzipped: boolean;
}

/** A file's size and kind. Throws the Failure CNN7015 where it cannot be read. */
export function openData(path: string): DataFile {
  try {
    const { size } = statSync(path);
    const start = readRange(path, 0, 2);
    return { path, size, gzipped: start[0] === 0x1f && start[1] === 0x8b };
  } catch (error) {
    return fail(dataProblems.unreadable({ file: path, why: reasonOf(error) }));
  }
}

/** The first bytes of what a file holds, unpacked; fewer where it holds fewer. */
export function readStart(file: DataFile, length: number): Uint8Array {
  if (!file.gzipped) return readRange(file.path, 0, length);
  // So many packed bytes hold the beginning for certain, even where packing made them longer.
  const packed = readRange(file.path, 0, length + 4096);
  return unpack(file, packed, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, length);
}

/**
 * All that a file holds, unpacked: never more than `promised` bytes and one, which shows that there are more.
 *
 * @param promised How many bytes its header promises, or its size tells.
 * @param words The promise in words, for messages: "its header promises 60,000 images of 28x28 (47,040,016 bytes)".
 */
export function readData(file: DataFile, promised: number, words: string): Uint8Array {
  if (promised > largest) fail(dataProblems.tooLarge({ file: file.path, promised: words, limit: "2 GB" }));
  const bytes = file.gzipped ? unpack(file, readRange(file.path, 0, file.size), { maxOutputLength: promised + 1 }, words) : readRange(file.path, 0, promised + 1);
  if (bytes.length < promised) fail(dataProblems.cutOff({ file: file.path, promised: words, held: `${grouped(bytes.length)} bytes` }));
  if (bytes.length > promised) fail(dataProblems.tooLong({ file: file.path, promised: words }));
  return bytes;
}

/**
 * How many bytes a file holds, unpacked. Gzip says it in its last 4 bytes; where that is no multiple of `unit`, the file is
 * unpacked to find out whether it is cut off (which throws) or really holds a part of one.
 */
export function unpackedSize(file: DataFile, unit: number): number {
  if (!file.gzipped) return file.size;
  const end = readRange(file.path, Math.max(0, file.size - 4), 4);
  const said = end.length === 4 ? new DataView(end.buffer, end.byteOffset).getUint32(0, true) : 0;
  if (said > 0 && said % unit === 0) return said;
  return unpack(file, readRange(file.path, 0, file.size), { maxOutputLength: largest }, `more than ${grouped(largest)} bytes`).length;
}

function readRange(path: string, start: number, length: number): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - start)));
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(descriptor, bytes, at, bytes.length - at, start + at);
      if (read === 0) return bytes.subarray(0, at);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function unpack(file: DataFile, packed: Uint8Array, options: { finishFlush?: number; maxOutputLength?: number }, promised = ""): Uint8Array {
  try {
    return gunzipSync(packed, options);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") return fail(dataProblems.tooLong({ file: file.path, promised }));
    const why = code === "Z_BUF_ERROR" ? "its end is missing" : "its packed bytes are damaged";
    return fail(dataProblems.badGzip({ file: file.path, bytes: file.size, why }));
  }
}
