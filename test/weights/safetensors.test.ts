/** Safetensors: what is written is read again, and no broken file is taken. */

import * as fc from "fast-check";
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../../packages/runtime/src/failure.ts";
import { type NamedArrays, readSafetensors, safetensorsBytes } from "../../packages/runtime/src/weights/safetensors.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-safetensors-"));
const file = join(folder, "weights.safetensors");

function read(bytes: Uint8Array): NamedArrays {
  writeFileSync(file, bytes);
  return readSafetensors(file);
}

/** What is wrong with a file of this header and so many bytes of data. */
function problem(header: unknown, dataLength = 0): string {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return refused(() => read(bytes));
}

function refused(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return `${error.finding.code}: ${error.message.replace(file, "FILE")}`;
    throw error;
  }
  return "read without complaint";
}

const test = suite("safetensors");

test("PyTorch's own files", () => {
  const weights = readSafetensors("test/goldens/nets/lenet5.safetensors");
  assert.equal([...weights].slice(0, 2).map(([name, { shape }]) => [name, shape]), [["conv_1.weight", [6, 1, 5, 5]], ["conv_1.bias", [6]]]);
  const batches = readSafetensors("test/goldens/nets/batches_mnist.safetensors");
  assert.instance(batches.get("images")?.values, Uint8Array);
  assert.equal([...(batches.get("labels")?.values ?? [])].slice(0, 5), [5, 0, 4, 1, 9]);
  // Byte for byte what PyTorch's side wrote.
  assert.equal(Buffer.from(safetensorsBytes(weights)).equals(readFileSync("test/goldens/nets/lenet5.safetensors")), true);
});

test("what is written is read again, in its order", () => {
  const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("10", "2", "__proto__", "features.0.weight"));
  const values = fc.oneof(fc.float32Array(), fc.int32Array(), fc.bigInt64Array(), fc.uint8Array());
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, values), { selector: ([key]) => key }), (entries) => {
      const tensors = new Map(entries.filter(([key]) => key !== "__metadata__").map(([key, array]) => [key, { shape: [array.length], values: array }]));
      // Bytes, not numbers: NaN is unequal to itself, and −0 equal to 0.
      const bytesOf = (arrays: NamedArrays) =>
        [...arrays].map(([key, { shape, values: array }]) => [key, shape, array.constructor.name, Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex")]);
      assert.equal(bytesOf(read(safetensorsBytes(tensors))), bytesOf(tensors));
    }),
    { numRuns: 100 },
  );
});

test("halves, bfloat16 and doubles come as float32", () => {
  const one = (dtype: string, bytes: Uint8Array) => {
    const header = new TextEncoder().encode(JSON.stringify({ x: { dtype, shape: [3], data_offsets: [0, bytes.length] } }));
    const all = new Uint8Array([header.length, 0, 0, 0, 0, 0, 0, 0, ...header, ...bytes]);
    return [...(read(all).get("x")?.values ?? [])];
  };
  // 1, −2, the smallest half above 0; IEEE 754-2008.
  assert.equal(one("F16", new Uint8Array(new Uint16Array([0x3c00, 0xc000, 0x0001]).buffer)), [1, -2, 2 ** -24]);
  assert.equal(one("BF16", new Uint8Array(new Uint16Array([0x3f80, 0xc000, 0x7f80]).buffer)), [1, -2, Infinity]);
  assert.equal(one("F64", new Uint8Array(new Float64Array([1, -2, 0.1]).buffer)), [1, -2, Math.fround(0.1)]);
});

test("a broken file is refused, and told what is broken", () => {
  const f32 = (from: number, to: number, shape = [(to - from) / 4]) => ({ dtype: "F32", shape, data_offsets: [from, to] });
  assert.is(refused(() => read(new Uint8Array(3))), "CNN8008: FILE cannot be read: it is no safetensors file: it has 3 bytes, and the length of its header alone takes 8");
  assert.match(refused(() => read(new TextEncoder().encode("this is a text, not weights"))), "its first 8 bytes promise a header of");
  assert.match(refused(() => readSafetensors(join(folder, "nothing.safetensors"))), "there is no such file or folder");
  assert.match(refused(() => readSafetensors(folder)), "it is a folder");
  assert.match(problem("[1, 2"), "its header is no JSON");
  assert.match(problem("[1, 2]"), "its header is no JSON object");
  assert.match(problem('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4), "the tensor a stands twice");
  assert.match(problem({ a: { dtype: "F31", shape: [1], data_offsets: [0, 4] } }, 4), 'unknown type "F31"');
  assert.match(problem({ a: { dtype: "I8", shape: [4], data_offsets: [0, 4] } }, 4), "the tensor a is of type I8, which no weight or label here has");
  assert.match(problem({ a: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, 4), "the shape of the tensor a is no list of whole numbers");
  assert.match(problem({ a: { dtype: "F32", shape: [1] } }, 4), "must have dtype, shape and data_offsets");
  assert.match(problem({ a: f32(0, 8, [3]) }, 8), "takes 12 bytes, but its offsets span 8");
  assert.match(problem({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4), "but its offsets span 4");
  assert.match(problem({ a: f32(0, 8), b: f32(4, 12) }, 12), "the tensors a and b overlap");
  assert.match(problem({ a: f32(0, 4), b: f32(8, 12) }, 12), "4 bytes before the tensor b belong to no tensor");
  assert.match(problem({ a: f32(0, 8) }, 4), "its tensors take 8 bytes, but only 4 follow the header; it is cut off");
  assert.match(problem({ a: f32(0, 4) }, 8), "4 bytes at its end belong to no tensor");
  assert.match(problem({ "": f32(0, 4) }, 4), "one of its tensors has no name");
  assert.match(problem({ __metadata__: { a: 1 } }), "its __metadata__ is no map of texts");
});

test("a hostile file is refused before anything is allocated or called", () => {
  const entry = (shape: string, offsets: string, more = "") => `{"a":{"dtype":"F32","shape":${shape},"data_offsets":${offsets}${more}}}`;
  // A length of 2^63 − 1, then one of 11 MB that the file (of holes, which take no room) has.
  assert.match(refused(() => read(new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127, 0]))), "its first 8 bytes promise a header of");
  const hollow = join(folder, "hollow.safetensors");
  const descriptor = openSync(hollow, "w");
  writeSync(descriptor, new Uint8Array(new BigUint64Array([11_000_000n]).buffer));
  ftruncateSync(descriptor, 2 ** 33);
  closeSync(descriptor);
  assert.match(refused(() => readSafetensors(hollow)), "its header of 11000000 bytes is longer than the 10000000 that are read");
  rmSync(hollow);
  // Tensors of 4 GiB that the file does not have, and of sizes beyond any number.
  assert.match(problem(entry("[1073741824]", "[0,4294967296]"), 4), "its tensors take 4294967296 bytes, but only 4 follow the header");
  assert.match(problem(entry("[9007199254740991,9007199254740991]", "[0,4]"), 4), "but its offsets span 4");
  assert.match(problem(entry("[1e400]", "[0,4]"), 4), "the shape of the tensor a is no list of whole numbers");
  assert.match(problem(entry("[1]", "[4,0]"), 4), "the offsets of the tensor a are not a start and an end");
  assert.match(problem(entry("[1]", "[0,4]", ',"data_offsets":[0,4]'), 4), "once each");
  assert.match(problem('{"a":{"dtype":"constructor","shape":[1],"data_offsets":[0,4]}}', 4), 'unknown type "constructor"');
  // Brackets deep enough to exhaust the stack of a parser that calls itself.
  for (const deep of ["[".repeat(200_000), '{"a":'.repeat(100_000), entry("[".repeat(100_000) + "]".repeat(100_000), "[0,4]")]) {
    assert.match(problem(deep, 4), "its header nests deeper than a list of tensors does");
  }
  assert.is(problem(`{"[[[[{":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), "read without complaint", "brackets in a name are none");
  assert.is(problem('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4), "read without complaint");
  assert.is(Object.getPrototypeOf({}), Object.prototype);
});

test("what is no file", () => {
  assert.match(refused(() => readSafetensors("/dev/null")), /CNN8008: \/dev\/null cannot be read: it is no file/);
  const pipe = join(folder, "pipe.safetensors");
  if (spawnSync("mkfifo", [pipe]).status !== 0) return;
  assert.match(refused(() => readSafetensors(pipe)), "cannot be read: it is no file");
});

test("any damage is refused or read, and never anything else", () => {
  const whole = readFileSync("test/goldens/nets/lenet5.safetensors").subarray(0, 1200);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1199), fc.nat(255)), { maxLength: 5 }), fc.nat(1200), (changes, length) => {
      const bytes = Uint8Array.from(whole.subarray(0, length));
      for (const [at, value] of changes) bytes[at] = value;
      refused(() => read(bytes));
    }),
    { numRuns: 300 },
  );
});

test.run();
