/** Matrix products on wasm, with their transposes: dense layers forward and backward. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { isFloat, sizeOf } from "../kernel.ts";
import { finishOf } from "./fused.ts";
import { type Heap, kernel } from "./heap.ts";
import { isInference } from "./packs.ts";

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Product extends Attributes {
  readonly batch: number;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** Elements from one matrix of the batch to the next; 0 where one serves all. */
  readonly strideA: number;
  readonly strideB: number;
  readonly outShape: number[];
}

/** What is multiplied, or nothing where batch axes broadcast in a way that only the stock kernel knows. */
function productOf(a: readonly number[], b: readonly number[], { transposeA, transposeB }: Attributes): Product | undefined {
  const batchA = a.slice(0, -2), batchB = b.slice(0, -2);
  const countA = batchA.reduce((all, n) => all * n, 1), countB = batchB.reduce((all, n) => all * n, 1);
  if (countA !== 1 && countB !== 1 && batchA.join() !== batchB.join()) return undefined;
  const [rowsA = 1, columnsA = 1] = a.slice(-2), [rowsB = 1, columnsB = 1] = b.slice(-2);
  const [M, K] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const N = transposeB ? rowsB : columnsB;
  const batchShape = countA === 1 && countB !== 1 ? batchB : batchA;
  return {
    transposeA,
    transposeB,
    batch: Math.max(countA, countB),
    M,
    N,
    K,
    strideA: countA === 1 ? 0 : M * K,
    strideB: countB === 1 ? 0 : K * N,
    outShape: [...batchShape, M, N],
  };
}

function multiply(heap: Heap, { batch, M, N, K, transposeA, transposeB, strideA, strideB, outShape }: Product, a: TensorInfo, b: TensorInfo, bias: TensorInfo | undefined): TensorInfo {
  const c = heap.output(outShape);
  const flags = [Number(transposeA), Number(transposeB)] as const;
  heap.scratch(heap.call("matmulScratch", M, N, K, ...flags), (scratch) => {
    for (let i = 0; i < batch; i++) {
      const at = (tensor: TensorInfo, stride: number) => heap.address(tensor) + 4 * i * stride;
      heap.call("matmul", at(a, strideA), at(b, strideB), at(c, M * N), M, N, K, ...flags, bias ? heap.address(bias) : 0, scratch);
    }
  });
  return c;
}

/** A dense layer in inference, with B's packed form, which is kept; nothing where there is no room for it. */
function multiplyPacked(heap: Heap, { M, N, K, outShape }: Product, a: TensorInfo, b: TensorInfo, bias: TensorInfo | undefined): TensorInfo | undefined {
  const pack = (packed: number): void => void heap.call("packMatrix", heap.address(b), N, K, packed);
  const packed = heap.packs.of(b.dataId, `matrix ${N} ${K}`, heap.call("packedMatrixBytes", N, K), pack);
  if (packed === undefined) return undefined;
  const c = heap.output(outShape);
  heap.scratch(heap.call("packedMatrixBytes", N, 1), (offsets) => {
    if (bias) heap.call("packMatrix", heap.address(bias), N, 1, offsets);
    heap.call("matmulPacked", heap.address(a), packed, heap.address(c), M, N, K, bias ? offsets : 0);
  });
  return c;
}

export const matmulKernels = [
  kernel<{ a: TensorInfo; b: TensorInfo }, Attributes>("BatchMatMul", (heap, { a, b }, attributes) => {
    const product = isFloat(a, b) && productOf(a.shape, b.shape, attributes);
    return product ? multiply(heap, product, a, b, undefined) : "stock";
  }),

  kernel<{ a: TensorInfo; b: TensorInfo; bias?: TensorInfo; preluActivationWeights?: TensorInfo }, Attributes & { activation: string }>(
    "_FusedMatMul",
    (heap, { a, b, bias, preluActivationWeights }, attributes) => {
      const { transposeA, transposeB } = attributes;
      const finish = finishOf(attributes.activation);
      if (!isFloat(a, b) || preluActivationWeights || !finish) return "stock";
      const product = productOf(a.shape, b.shape, attributes);
      if (!product || (bias && (sizeOf(bias) !== product.N || transposeA || transposeB))) return "stock";
      const packable = product.batch === 1 && !transposeA && !transposeB && isInference();
      const c = (packable && multiplyPacked(heap, product, a, b, bias)) || multiply(heap, product, a, b, bias);
      finish(heap, c);
      return c;
    },
  ),
];
