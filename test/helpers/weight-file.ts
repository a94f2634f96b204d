/** Makes weight files for tests that look no further than their headers. */

/** The bytes of a safetensors file with tensors of those shapes, all 0. */
export function weightFile(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const start = end;
      const dtype = name.endsWith("num_batches_tracked") ? "I64" : "F32";
      end += shape.reduce((product, n) => product * n, dtype === "I64" ? 8 : 4);
      return [name, { dtype, shape, data_offsets: [start, end] }];
    }),
  );
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
