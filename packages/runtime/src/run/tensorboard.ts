/**
 * TensorBoard's event files: the scalars of a training, a record an epoch and split, appended. The format is TensorFlow's
 * TFRecord (core/lib/io/record_writer.h) of Event messages (core/util/event.proto), of which little is needed.
 */

import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { append, type Disk } from "./files.ts";

export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  /** By tag, such as `loss/train`. */
  readonly scalars: Readonly<Record<string, number>>;
}

const prefix = "events.out.tfevents.";

/** The name of a new event file: TensorBoard reads the files of a folder in the order of their names. */
export const newEventFile = (time: number): string => `${prefix}${Math.floor(time).toString().padStart(10, "0")}.cnn`;

/** What stands at the beginning of an event file. */
export const firstRecord = (time: number): Uint8Array => record(bytes(double(1, time), string(3, "brain.Event:2")));

/** Appends to the run's event file. Throws the Failure CNN8002 where it cannot be written. */
export function appendScalars(disk: Disk, run: string, event: ScalarEvent): void {
  const file = eventFileOf(run);
  if (file !== undefined) append(disk, join(run, file), record(encode(event)));
}

/** Drops the records of steps after the given one, and whatever is torn behind them: a resumed training writes them again. */
export function cutScalars(disk: Disk, run: string, step: number): void {
  const file = eventFileOf(run);
  if (file === undefined) return;
  const path = join(run, file);
  const end = endOfRecords(path, step);
  if (end < statSync(path).size) disk.truncate(path, end);
}

const eventFileOf = (run: string): string | undefined => readdirSync(run).filter((name) => name.startsWith(prefix)).sort().at(-1);

/** Ours have some hundred bytes. */
const longest = 1e6;

function endOfRecords(path: string, step: number): number {
  const file = openSync(path, "r");
  try {
    for (let at = 0; ; ) {
      const head = Buffer.alloc(12);
      if (readSync(file, head, 0, 12, at) < 12) return at;
      const length = head.readUInt32LE(0);
      if (head.readUInt32LE(4) !== 0 || head.readUInt32LE(8) !== masked(head.subarray(0, 8)) || length > longest) return at;
      const body = Buffer.alloc(length + 4);
      if (readSync(file, body, 0, length + 4, at + 12) < length + 4) return at;
      const data = body.subarray(0, length);
      if (body.readUInt32LE(length) !== masked(data) || stepOf(data) > step) return at;
      at += 16 + length;
    }
  } finally {
    closeSync(file);
  }
}

/** The step of an event as `encode` writes it: behind the time, where there is one. */
function stepOf(event: Uint8Array): number {
  if (event[9] !== key(2, 0)) return 0;
  let step = 0;
  for (let at = 10, unit = 1; at < event.length; at += 1, unit *= 128) {
    const byte = event[at] ?? 0;
    step += (byte & 127) * unit;
    if (byte < 128) break;
  }
  return step;
}

const encode = ({ time, step, scalars }: ScalarEvent): Uint8Array => {
  const values = Object.entries(scalars).map(([tag, value]) => message(1, bytes(string(1, tag), float(2, value))));
  return bytes(double(1, time), bytes([key(2, 0)], varint(step)), message(5, bytes(...values)));
};

/** Length, its checksum, the data, theirs. */
function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, data.length, true);
  return bytes(length, little(masked(length)), data, little(masked(data)));
}

// Protocol buffers: a field's key is its number and how it is written.
const key = (field: number, kind: 0 | 1 | 2 | 5): number => (field << 3) | kind;
const bytes = (...parts: readonly ArrayLike<number>[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
const message = (field: number, data: Uint8Array): Uint8Array => bytes([key(field, 2)], varint(data.length), data);
const string = (field: number, text: string): Uint8Array => message(field, new TextEncoder().encode(text));
const float = (field: number, value: number): Uint8Array => bytes([key(field, 5)], new Uint8Array(Float32Array.of(value).buffer));
const double = (field: number, value: number): Uint8Array => bytes([key(field, 1)], new Uint8Array(Float64Array.of(value).buffer));
const little = (word: number): Uint8Array => new Uint8Array(Uint32Array.of(word).buffer);

function varint(value: number): readonly number[] {
  const digits = [];
  for (; value >= 128; value = Math.floor(value / 128)) digits.push((value % 128) | 128);
  return [...digits, value];
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

/** CRC-32C (Castagnoli), turned and shifted as TFRecord wants it. */
function masked(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) c = (table[(c ^ byte) & 255] ?? 0) ^ (c >>> 8);
  c = (c ^ 0xffffffff) >>> 0;
  return (((c >>> 15) | (c << 17)) + 0xa282ead8) >>> 0;
}
