/**
 * Weights from a safetensors file (https://github.com/huggingface/safetensors#format) where there are no files, as in a page:
 * 8 bytes with the header's length, the header as JSON, then the tensors' bytes. The command line reads files more strictly.
 */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { product } from "./tensors.ts";

/** What the header says of a tensor; its offsets count from the header's end. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [start: number, end: number];
}

/** @throws Error that says what is wrong with the file, or which weight it lacks. */
export const loadWeights: Primitives["loadWeights"] = (file, shapes, axes = {}) => {
  const { entries, start } = readHeader(file);
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => {
        const entry = entries[name];
        if (!Object.hasOwn(entries, name) || !entry) throw new Error(`The file has no weight ${name}; it has ${Object.keys(entries).slice(0, 8).join(", ")} …`);
        return [name, inLayout(tf.tensor(valuesOf(file, start, name, entry), [...entry.shape]), name, shape, axes[name])] as const;
      }),
    ),
  );
};

function readHeader(file: ArrayBuffer): { readonly entries: Readonly<Record<string, Entry>>; readonly start: number } {
  const length = file.byteLength < 8 ? Number.NaN : Number(new DataView(file).getBigUint64(0, true));
  if (!(length <= file.byteLength - 8)) throw new Error("This is no safetensors file: its first 8 bytes do not tell how long its header is.");
  const entries = parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  if (typeof entries !== "object" || entries === null) throw new Error("This is no safetensors file: its header is not JSON.");
  return { entries, start: 8 + length };
}

function parse(json: string) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function valuesOf(file: ArrayBuffer, start: number, name: string, { dtype, shape, data_offsets: [from, to] = [-1, -1] }: Entry): Float32Array {
  if (!Array.isArray(shape)) throw new Error(`The header tells no shape of the weight ${name}.`);
  if (dtype !== "F32") throw new Error(`The weight ${name} is of type ${dtype}, not F32.`);
  if (!(from >= 0 && to - from === 4 * product(shape) && start + to <= file.byteLength)) throw new Error(`The weight ${name} does not lie where the header says; the file is cut off.`);
  // A copy, since the bytes may begin anywhere.
  return new Float32Array(file.slice(start + from, start + to));
}

/** PyTorch's `[out, in, kernel…]` as `[kernel…, in, out]`, or with the axes that are given; in the shape that the code wants. */
function inLayout(tensor: tf.Tensor, name: string, shape: readonly number[], axes = kernelFirst(tensor.rank)): tf.Tensor {
  const moved = tensor.rank < 2 ? tensor : tf.transpose(tensor, [...axes]);
  if (!agree(moved.shape, shape)) throw new Error(`The weight ${name} has the shape [${tensor.shape.join(", ")}] in the file, which does not become [${shape.join(", ")}].`);
  return tf.reshape(moved, [...shape]);
}

const kernelFirst = (rank: number): readonly number[] => [...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1, 0];

/** Equal but for axes of size 1; or with the filters of a depthwise convolution parted by channel. */
function agree(found: readonly number[], wanted: readonly number[]): boolean {
  const bare = (shape: readonly number[]): string => shape.filter((n) => n !== 1).join();
  const parted = [...wanted.slice(0, -2), product(wanted.slice(-2))];
  return bare(found) === bare(wanted) || (found.at(-2) === 1 && bare(found) === bare(parted));
}
