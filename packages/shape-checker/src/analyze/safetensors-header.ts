/**
 * The header of a safetensors file, read strictly and before anything is allocated: what it promises must be what the
 * file holds. A file is 8 bytes (the header's length, little-endian), the header (JSON: name → dtype, shape, offsets),
 * then the tensors' bytes, with no gap and no overlap (https://github.com/huggingface/safetensors#format).
 */

import { getNodeValue, type Node, parseTree, type ParseError, printParseErrorCode } from "jsonc-parser";
import { depthOf } from "./json-depth.ts";

/** Bytes of one value. */
const dtypeSizes = {
  BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1,
  U16: 2, I16: 2, F16: 2, BF16: 2,
  U32: 4, I32: 4, F32: 4,
  U64: 8, I64: 8, F64: 8,
} as const;

export type Dtype = keyof typeof dtypeSizes;

export interface TensorHeader {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Where its bytes lie, counted from the end of the header. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the file's header. */
  readonly tensors: ReadonlyMap<string, TensorHeader>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is wrong, as the end of a sentence: "… is no readable safetensors file: `why`". */
export interface BadHeader {
  readonly why: string;
}

/** Room for a hundred thousand tensors; reading takes seconds then. Published files have some thousand at most. */
const longestHeader = 10_000_000;

/** The header, a tensor's entry, its shape. */
const deepestHeader = 3;

/**
 * How many bytes the header takes, from the file's first 8 bytes and its size. The tensors' bytes begin at 8 + that.
 */
export function headerLength(start: Uint8Array, fileSize: number): number | BadHeader {
  if (fileSize < 8 || start.length < 8) return { why: `it has ${fileSize} bytes, and the length of its header alone takes 8` };
  const view = new DataView(start.buffer, start.byteOffset, 8);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > fileSize - 8) {
    return { why: `its first 8 bytes promise a header of ${length} bytes, but only ${fileSize - 8} follow; it is cut off, or of another format` };
  }
  if (length > longestHeader) return { why: `its header of ${length} bytes is longer than the ${longestHeader} that are read` };
  return length;
}

/**
 * The tensors that a header promises, checked against each other and against the bytes that follow it.
 *
 * @param header The header's bytes, as many as `headerLength` says.
 * @param dataLength How many bytes follow the header in the file.
 */
export function readHeader(header: Uint8Array, dataLength: number): SafetensorsHeader | BadHeader {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(header);
  } catch {
    return { why: "its header is not UTF-8 text" };
  }
  if (depthOf(text) > deepestHeader) return { why: "its header nests deeper than a list of tensors does" };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (error) return { why: `its header is no JSON (${printParseErrorCode(error.error)} at byte ${error.offset} of it)` };
  if (root?.type !== "object") return { why: "its header is no JSON object" };

  const tensors = new Map<string, TensorHeader>();
  let metadata: Readonly<Record<string, string>> | undefined;
  for (const [name, node] of properties(root)) {
    if (name === "__metadata__") {
      if (metadata) return { why: "__metadata__ stands twice in its header" };
      const read = readMetadata(node);
      if (!read) return { why: "its __metadata__ is no map of texts" };
      metadata = read;
      continue;
    }
    if (name === "") return { why: "one of its tensors has no name" };
    if (tensors.has(name)) return { why: `the tensor ${name} stands twice in its header` };
    const tensor = readTensor(name, node);
    if ("why" in tensor) return tensor;
    tensors.set(name, tensor);
  }
  return misplaced([...tensors.values()], dataLength) ?? { tensors, metadata: metadata ?? {} };
}

function* properties(object: Node): Iterable<[string, Node]> {
  for (const { children: [key, value] = [] } of object.children ?? []) {
    if (key && value) yield [String(key.value), value];
  }
}

function readMetadata(node: Node): Readonly<Record<string, string>> | undefined {
  const entries = [...properties(node)];
  if (node.type !== "object" || entries.some(([, value]) => value.type !== "string")) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value.value)]));
}

const isDtype = (value: unknown): value is Dtype => typeof value === "string" && Object.hasOwn(dtypeSizes, value);

const areCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

function readTensor(name: string, node: Node): TensorHeader | BadHeader {
  const fields = node.type === "object" ? [...properties(node)] : [];
  const keys = fields.map(([key]) => key).sort();
  if (keys.join() !== "data_offsets,dtype,shape") return { why: `the tensor ${name} must have dtype, shape and data_offsets, once each` };
  const field = (wanted: string): unknown => fields.flatMap(([key, value]) => (key === wanted ? [getNodeValue(value)] : []))[0];
  const [dtype, shape, offsets] = [field("dtype"), field("shape"), field("data_offsets")];

  if (!isDtype(dtype)) return { why: `the tensor ${name} has the unknown type ${JSON.stringify(dtype)}` };
  if (!areCounts(shape)) return { why: `the shape of the tensor ${name} is no list of whole numbers` };
  if (!areCounts(offsets)) return { why: `the offsets of the tensor ${name} are no whole numbers` };
  const [start, end] = offsets;
  if (start === undefined || end === undefined || offsets.length !== 2 || start > end) {
    return { why: `the offsets of the tensor ${name} are not a start and an end` };
  }
  const bytes = shape.reduce((product, n) => product * n, dtypeSizes[dtype]);
  if (!Number.isSafeInteger(bytes) || bytes !== end - start) {
    return { why: `the tensor ${name} of type ${dtype} and shape [${shape.join(", ")}] takes ${bytes} bytes, but its offsets span ${end - start}` };
  }
  return { name, dtype, shape, start, end };
}

/** Tensors must cover the data from its first byte to its last, each byte once. */
function misplaced(tensors: readonly TensorHeader[], dataLength: number): BadHeader | undefined {
  let covered = 0;
  let last: string | undefined;
  for (const { name, start, end } of tensors.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < covered) return { why: `the tensors ${last ?? ""} and ${name} overlap` };
    if (start > covered) return { why: `${start - covered} bytes before the tensor ${name} belong to no tensor` };
    covered = end;
    last = name;
  }
  if (covered === dataLength) return undefined;
  return covered > dataLength
    ? { why: `its tensors take ${covered} bytes, but only ${dataLength} follow the header; it is cut off` }
    : { why: `${dataLength - covered} bytes at its end belong to no tensor` };
}
