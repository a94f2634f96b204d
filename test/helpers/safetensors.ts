/** Reads the tensors of a golden file, in PyTorch's layout. */

import { readFileSync } from "node:fs";

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface Entry {
  readonly dtype: "F32" | "I32" | "I64" | "U8";
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** All tensors of a file by name; whole numbers become floats, which hold those of the goldens exactly. */
export function readTensors(file: URL): ReadonlyMap<string, GoldenTensor> {
  const bytes = new Uint8Array(readFileSync(file));
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header: Readonly<Record<string, Entry>> = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const tensors = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return new Map(
    tensors.map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
      const data = bytes.slice(8 + length + from, 8 + length + to).buffer;
      const values = {
        F32: () => new Float32Array(data),
        I32: () => Float32Array.from(new Int32Array(data)),
        I64: () => Float32Array.from(new BigInt64Array(data), Number),
        U8: () => Float32Array.from(new Uint8Array(data)),
      };
      return [name, { shape, values: values[dtype]() }];
    }),
  );
}
