/** Kernels on wasm that compute nothing: numbers are copied, filled in, or become others of another type. */

import { backend_util, slice_util, util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../kernel.ts";
import { type Heap, kernel } from "./heap.ts";

type Plain = "float32" | "int32" | "bool";
const isPlain = (dtype: DataType): dtype is Plain => dtype === "float32" || dtype === "int32" || dtype === "bool";
const arePlain = (...tensors: readonly TensorInfo[]): boolean => tensors.every(({ dtype }) => isPlain(dtype) && dtype === tensors[0]?.dtype);

/** Bytes behind each other, at equal distances. */
interface Rows {
  readonly address: number;
  readonly distance: number;
}

function copyRows(heap: Heap, from: Rows, to: Rows, bytes: number, count: number): void {
  const isDense = from.distance === bytes && to.distance === bytes;
  const [length, rows] = isDense ? [bytes * count, 1] : [bytes, count];
  heap.perform(() => {
    const all = heap.bytes();
    for (let row = 0; row < rows; row += 1) {
      const start = from.address + row * from.distance;
      all.copyWithin(to.address + row * to.distance, start, start + length);
    }
  });
}

/** Bytes of a tensor from an axis on. */
const bytesFrom = (axis: number, { shape, dtype }: TensorInfo): number => util.sizeFromShape(shape.slice(axis)) * util.bytesPerElement(dtype);

/** Tensors behind each other along an axis, in one of this shape. */
function join(heap: Heap, parts: readonly TensorInfo[], axis: number, shape: number[]): TensorInfo {
  const [first] = parts;
  const whole = heap.output(shape, first?.dtype), distance = bytesFrom(axis, whole);
  let address = heap.address(whole);
  for (const part of parts) {
    const bytes = bytesFrom(axis, part);
    copyRows(heap, { address: heap.address(part), distance: bytes }, { address, distance }, bytes, util.sizeFromShape(shape.slice(0, axis)));
    address += bytes;
  }
  return whole;
}

/** The parts of a tensor along an axis, so large, in these shapes. */
function divide(heap: Heap, whole: TensorInfo, axis: number, sizes: readonly number[], shapeOf: (size: number) => number[]): TensorInfo[] {
  const distance = bytesFrom(axis, whole), each = bytesFrom(axis + 1, whole);
  let address = heap.address(whole);
  return sizes.map((size) => {
    const part = heap.output(shapeOf(size), whole.dtype), bytes = size * each;
    copyRows(heap, { address, distance }, { address: heap.address(part), distance: bytes }, bytes, util.sizeFromShape(whole.shape.slice(0, axis)));
    address += bytes;
    return part;
  });
}

/** Where the rows of a part begin in the whole, in bytes: a row is what lies behind each other in both. */
function startsOf(whole: TensorInfo, begin: readonly number[], size: readonly number[]): { readonly starts: Int32Array; readonly bytes: number } {
  // All axes behind the last that is cut are whole.
  const cut = whole.shape.findLastIndex((n, axis) => size[axis] !== n);
  const inner = Math.max(cut, 0), rows = util.sizeFromShape(size.slice(0, inner));
  const starts = Int32Array.from({ length: rows }, (_, row) => {
    let rest = row, start = (begin[inner] ?? 0) * bytesFrom(inner + 1, whole);
    for (let axis = inner - 1; axis >= 0; axis -= 1) {
      const n = size[axis] ?? 1;
      start += ((begin[axis] ?? 0) + (rest % n)) * bytesFrom(axis + 1, whole);
      rest = Math.floor(rest / n);
    }
    return start;
  });
  return { starts, bytes: util.sizeFromShape(size.slice(inner)) * util.bytesPerElement(whole.dtype) };
}

/** A new tensor with the same number everywhere. */
function filled(heap: Heap, shape: readonly number[], dtype: Plain, value: number): TensorInfo {
  const y = heap.output(shape, dtype), view = viewOf(heap, y, dtype);
  heap.perform(() => void view().fill(value));
  return y;
}

/** Gives a tensor's numbers where they lie; dead once the memory grows. */
function viewOf(heap: Heap, tensor: TensorInfo, dtype: Plain): () => Float32Array | Int32Array | Uint8Array {
  const address = heap.address(tensor), size = sizeOf(tensor);
  const View = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return () => new View(heap.bytes().buffer, address, size);
}

export const moveKernels = [
  kernel<TensorInfo[], { axis: number }>("Concat", (heap, inputs, { axis: given }) => {
    const parts = inputs.filter((part) => sizeOf(part) > 0), [first] = parts;
    if (!first || !arePlain(...inputs)) return "stock";
    const [axis = 0] = util.parseAxisParam(given, first.shape);
    backend_util.assertParamsConsistent(inputs.map(({ shape }) => shape), axis);
    return parts.length === 1 ? heap.share(first) : join(heap, parts, axis, backend_util.computeOutShape(parts.map(({ shape }) => shape), axis));
  }),

  kernel<TensorInfo[], { axis: number }>("Pack", (heap, inputs, { axis: given }) => {
    const [first] = inputs;
    if (!first || !arePlain(...inputs) || sizeOf(first) === 0) return "stock";
    const { shape } = first, axis = given < 0 ? given + shape.length + 1 : given;
    return join(heap, inputs, axis, [...shape.slice(0, axis), inputs.length, ...shape.slice(axis)]);
  }),

  kernel<{ x: TensorInfo }, { numOrSizeSplits: number | number[]; axis: number }>("SplitV", (heap, { x }, { numOrSizeSplits, axis: given }) => {
    if (!arePlain(x)) return "stock";
    const [axis = 0] = util.parseAxisParam(given, x.shape);
    const sizes = backend_util.prepareSplitSize(x, numOrSizeSplits, axis);
    return divide(heap, x, axis, sizes, (size) => x.shape.map((n, i) => (i === axis ? size : n)));
  }),

  kernel<{ value: TensorInfo }, { axis: number }>("Unpack", (heap, { value }, { axis: given }) => {
    if (!arePlain(value)) return "stock";
    const axis = given < 0 ? given + value.shape.length : given;
    return divide(heap, value, axis, Array.from({ length: value.shape[axis] ?? 0 }, () => 1), () => value.shape.filter((_, i) => i !== axis));
  }),

  kernel<{ x: TensorInfo }, { begin: number[]; size: number[] }>("Slice", (heap, { x }, attributes) => {
    if (!arePlain(x)) return "stock";
    const [begin = [], size = []] = slice_util.parseSliceParams(x, attributes.begin, attributes.size);
    const y = heap.output(size, x.dtype), [from, to] = [heap.address(x), heap.address(y)];
    const { starts, bytes } = startsOf(x, begin, size);
    heap.perform(() => {
      const all = heap.bytes();
      for (const [row, start] of starts.entries()) all.copyWithin(to + row * bytes, from + start, from + start + bytes);
    });
    return y;
  }),

  kernel<{ x: TensorInfo }, { dtype: DataType }>("Cast", (heap, { x }, { dtype }) => {
    if (!isPlain(x.dtype) || !isPlain(dtype)) return "stock";
    if (x.dtype === dtype) return heap.share(x);
    const y = heap.output(x.shape, dtype), [from, to] = [viewOf(heap, x, x.dtype), viewOf(heap, y, dtype)];
    // The stock kernel's yes and no are the last eight bits.
    heap.perform(() => to().set(dtype === "bool" ? from().map((value) => Number(value !== 0)) : from()));
    return y;
  }),

  kernel<object, { shape: number[]; value: number | string; dtype?: DataType }>("Fill", (heap, _, { shape, value, dtype = util.inferDtype(value) }) =>
    isPlain(dtype) && typeof value === "number" ? filled(heap, shape, dtype, value) : "stock",
  ),

  ...([["ZerosLike", 0], ["OnesLike", 1]] as const).map(([name, value]) =>
    kernel<{ x: TensorInfo }, object>(name, (heap, { x: { shape, dtype } }) => (isPlain(dtype) ? filled(heap, shape, dtype, value) : "stock")),
  ),

  // Where nothing but axes of size 1 change places, the stock kernel copies.
  kernel<{ x: TensorInfo }, { perm: number[] }>("Transpose", (heap, { x }, { perm }) => {
    const order = perm.filter((axis) => x.shape[axis] !== 1);
    if (order.some((axis, i) => axis < (order[i - 1] ?? 0))) return "stock";
    return { ...heap.share(x), shape: perm.map((axis) => x.shape[axis] ?? 1) };
  }),
];
