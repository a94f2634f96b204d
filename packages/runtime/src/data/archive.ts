/**
 * Takes known files out of a tar archive that is packed with gzip (POSIX ustar: blocks of 512 bytes, a header before each file). Only
 * the files that are asked for are read, by their full names; whatever else is inside is passed over.
 */

import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { fail } from "../failure.ts";
import { grouped } from "../numbers.ts";
import { downloadProblems } from "./codes.ts";

const block = 512;

/** A megabyte for what is passed over, beside the files that are wanted. */
const slack = 1_000_000;

/**
 * @param wanted The names in the archive of the files that are wanted, and how large each may be.
 * @param take Called with each of them.
 * @throws Failure CNN7204 where the archive is damaged, lacks one, or is larger than it can be.
 */
export async function unpack(path: string, wanted: ReadonlyMap<string, number>, take: (name: string, bytes: Buffer) => void): Promise<void> {
  const wrong = (why: string): never => fail(downloadProblems.badArchive({ file: path, why }));
  const most = [...wanted.values()].reduce((sum, size) => sum + size + 2 * block, slack);
  const taken = new Set<string>();
  let total = 0;
  let chunks: Buffer[] = [];
  let held = 0;
  let entry: Entry | undefined;
  const stream = createReadStream(path).pipe(createGunzip());
  try {
    for await (const chunk of stream) {
      total += chunk.length;
      if (total > most) wrong("it holds more than the files that are wanted");
      chunks.push(chunk);
      held += chunk.length;
      // Chunks are joined when all of a header, or of a file, has come.
      while (held >= (entry?.padded ?? block)) {
        const joined = Buffer.concat(chunks);
        const length = entry?.padded ?? block;
        if (entry) {
          if (entry.name !== undefined) take(entry.name, joined.subarray(0, entry.size));
          taken.add(entry.name ?? "");
          entry = undefined;
        } else entry = headerOf(joined.subarray(0, block), wanted, wrong);
        chunks = [joined.subarray(length)];
        held -= length;
      }
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) wrong("its packed bytes are damaged, or end too early");
    throw error;
  } finally {
    stream.destroy();
  }
  const missing = [...wanted.keys()].find((name) => !taken.has(name));
  if (missing !== undefined) wrong(`it lacks ${missing}`);
}

interface Entry {
  /** Of a file that is wanted. */
  readonly name: string | undefined;
  readonly size: number;
  /** In whole blocks. */
  readonly padded: number;
}

function headerOf(header: Buffer, wanted: ReadonlyMap<string, number>, wrong: (why: string) => never): Entry {
  // Two empty blocks end an archive.
  if (header.every((byte) => byte === 0)) return { name: undefined, size: 0, padded: 0 };
  const text = (from: number, length: number): string => header.toString("latin1", from, from + length).replace(/\0.*$/s, "");
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (Number.parseInt(text(148, 8), 8) !== sum) wrong("a header in it is damaged");
  const size = Number.parseInt(text(124, 12), 8);
  if (!Number.isSafeInteger(size) || size < 0) wrong("a header in it is damaged");
  const name = `${text(345, 155) === "" ? "" : `${text(345, 155)}/`}${text(0, 100)}`.replace(/^\.\//, "");
  const isFile = header[156] === 0 || header[156] === 0x30;
  const largest = isFile ? wanted.get(name) : undefined;
  if (largest !== undefined && size > largest) wrong(`${name} in it has ${grouped(size)} bytes, more than the ${grouped(largest)} that it can have`);
  return { name: largest === undefined ? undefined : name, size, padded: Math.ceil(size / block) * block };
}
