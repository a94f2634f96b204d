/**
 * Safetensors files: tensors by name with type and shape, as PyTorch's users exchange them. The header is checked in
 * full (shape-checker's `safetensors-header.ts`) before any tensor is allocated.
 */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type Dtype, headerLength, readHeader, type TensorHeader } from "@cnn-lang/shape-checker";
import { runProblems } from "../codes.ts";
import { fail } from "../failure.ts";
import { type Disk, reasonOf, writeFile } from "../run/files.ts";

/** A tensor's values with its shape, row-major, in PyTorch's layout. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export type NamedArrays = ReadonlyMap<string, NamedArray>;

/**
 * All tensors of a safetensors file, in the order of its header. Half, bfloat16 and double values come as float32.
 *
 * @throws Failure CNN8008 where the file is missing, cut off, of another format or inconsistent.
 */
export function readSafetensors(file: string): NamedArrays {
  const bad = (why: string): never => fail(runProblems.badWeights({ file, why }));
  let descriptor: number;
  try {
    // A pipe without a writer would keep a blocking call for ever.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return bad(reasonOf(error));
  }
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return bad(facts.isDirectory() ? "it is a folder" : "it is no file");
    const { size } = facts;
    const length = headerLength(readBytes(descriptor, 0, Math.min(8, size)), size);
    if (typeof length !== "number") return bad(`it is no safetensors file: ${length.why}`);
    const header = readHeader(readBytes(descriptor, 8, length), size - 8 - length);
    if ("why" in header) return bad(`it is no safetensors file: ${header.why}`);
    return new Map([...header.tensors.values()].map((tensor) => [tensor.name, readTensor(descriptor, 8 + length, tensor, bad)]));
  } catch (error) {
    if (error instanceof RangeError) return bad(error instanceof Shrunk ? error.message : "it is larger than this machine's memory");
    if (error instanceof Error && "code" in error) return bad(reasonOf(error));
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** A file that another program cut short between two readings. */
class Shrunk extends RangeError {}

function readBytes(descriptor: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const read = readSync(descriptor, bytes, at, length - at, position + at);
    if (read === 0) throw new Shrunk("it became shorter while it was read");
    at += read;
  }
  return bytes;
}

function readTensor(descriptor: number, dataStart: number, { name, dtype, shape, start, end }: TensorHeader, bad: (why: string) => never): NamedArray {
  const decode = decoders[dtype];
  if (decode === "unsupported") return bad(`the tensor ${name} is of type ${dtype}, which no weight or label here has`);
  return { shape, values: decode(readBytes(descriptor, dataStart + start, end - start).buffer) };
}

type Decoder = ((bytes: ArrayBuffer) => NamedArray["values"]) | "unsupported";

const decoders: Readonly<Record<Dtype, Decoder>> = {
  F32: (bytes) => new Float32Array(bytes),
  F64: (bytes) => Float32Array.from(new Float64Array(bytes)),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToSingle),
  BF16: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (half) => half << 16).buffer),
  I32: (bytes) => new Int32Array(bytes),
  I64: (bytes) => new BigInt64Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
  BOOL: "unsupported", I8: "unsupported", U16: "unsupported", I16: "unsupported", U32: "unsupported", U64: "unsupported",
  F8_E5M2: "unsupported", F8_E4M3: "unsupported",
};

/** IEEE 754 half precision: 1 sign bit, 5 exponent bits, 10 fraction bits. */
function halfToSingle(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bytes of a safetensors file that holds these tensors in this order. */
export function safetensorsBytes(tensors: NamedArrays): Uint8Array {
  // Written by hand, since an object would sort a tensor called 0 to the front.
  const entries: string[] = [];
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const start = end;
    end += values.byteLength;
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: dtypeOf(values), shape, data_offsets: [start, end] })}`);
  }
  const text = new TextEncoder().encode(`{${entries.join(",")}}`);
  // Blanks behind the header let every tensor begin at a multiple of 8, as the format's own writer does.
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + end).fill(0x20, 8, 8 + headerBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(text, 8);
  let at = 8 + headerBytes;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** Writes tensors into a file, with the folders above it. Throws the Failure CNN8002 where it cannot be written. */
export function writeSafetensors(to: Disk, path: string, tensors: NamedArrays): void {
  writeFile(to, path, safetensorsBytes(tensors));
}

function dtypeOf(values: NamedArray["values"]): Dtype {
  if (values instanceof Float32Array) return "F32";
  if (values instanceof Int32Array) return "I32";
  return values instanceof BigInt64Array ? "I64" : "U8";
}
