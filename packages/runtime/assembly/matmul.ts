/**
 * Matrix products with either operand transposed. Blocks of the right operand are packed into a panel just before they are
 * used, so that a big weight matrix is read once and never written.
 */

import { packColumns, packRows, panelsOf, transpose } from "./pack";
import { productColumns, productRows, transposedProductRows } from "./tile";
import { touch } from "./touch";

/** Rows of the result computed with one panel: enough to pay for packing it. */
const blockRows: i32 = 256;
/** Summed positions of one block: its panel stays in the first-level cache. */
const blockDepth: i32 = 256;
/** The same for a transposed left operand, of which `transposedColumns` are packed too. */
const transposedDepth: i32 = 128;
const transposedColumns: i32 = 64;

// @ts-ignore: decorator
@inline
function matrixBytes(rows: i32, columns: i32): usize {
  return ((rows * columns) as usize) << 2;
}

/** Whether A·Bᵀ is computed as (B·Aᵀ)ᵀ: the smaller operand is the one that is packed. */
// @ts-ignore: decorator
@inline
function exchanges(M: i32, N: i32, transposeA: bool, transposeB: bool): bool {
  return transposeB && (transposeA || M < N);
}

/** Bytes of scratch memory that `matmul` needs. */
export function matmulScratch(M: i32, N: i32, K: i32, transposeA: bool, transposeB: bool): usize {
  if (transposeA && !transposeB) return matrixBytes(min(K, transposedDepth), (panelsOf(N) << 3) + transposedColumns);
  const panel = matrixBytes(min(K, blockDepth), productColumns) + matrixBytes(panelsOf(N), 8);
  return exchanges(M, N, transposeA, transposeB) ? panel + matrixBytes(N, M) : panel;
}

/**
 * C[rows][columns] = A[rows][K] · B (+ bias panels); B is [K][columns] or, with `transposed`, [columns][K].
 */
function multiply(a: usize, rows: i32, K: i32, b: usize, columns: i32, transposed: bool, bias: usize, c: usize, panel: usize): void {
  const aRow = (K as usize) << 2, bRow = ((transposed ? K : columns) as usize) << 2, cRow = (columns as usize) << 2;
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i);
    for (let k = 0; k < K; k += blockDepth) {
      const depth = min(blockDepth, K - k);
      if (!transposed) touch(b + k * bRow, depth * bRow);
      for (let j = 0; j < columns; j += productColumns) {
        if (transposed) packRows(b + j * bRow + (k << 2), bRow, depth, min(productColumns, columns - j), panel);
        else packColumns(b + k * bRow + (j << 2), bRow, depth, min(productColumns, columns - j), panel);
        productRows(block, a + i * aRow + (k << 2), aRow, 1, 0, 1, 0, depth, panel, (depth as usize) << 5, c + i * cRow + (j << 2), cRow, columns - j, k > 0, bias && k == 0 ? bias + (j << 2) : 0);
      }
    }
  }
}

/** Bytes of a matrix [K][N] that is packed for `matmulPacked`. */
export function packedMatrixBytes(N: i32, K: i32): usize {
  return matrixBytes(K, panelsOf(N) << 3);
}

/** Packs a matrix [K][N] for `matmulPacked`. */
export function packMatrix(b: usize, N: i32, K: i32, packed: usize): void {
  packColumns(b, (N as usize) << 2, K, N, packed);
}

/** C[M][N] = A·B (+ bias), A is [M][K], B packed. The bias must have room for N values up to a multiple of eight. */
export function matmulPacked(a: usize, packed: usize, c: usize, M: i32, N: i32, K: i32, bias: usize): void {
  const aRow = (K as usize) << 2, cRow = (N as usize) << 2;
  for (let i = 0; i < M; i += blockRows)
    for (let k = 0; k < K; k += blockDepth)
      for (let j = 0; j < N; j += productColumns)
        productRows(min(blockRows, M - i), a + i * aRow + (k << 2), aRow, 1, 0, 1, 0, min(blockDepth, K - k), packed + ((j * K + 8 * k) << 2), (K as usize) << 5, c + i * cRow + (j << 2), cRow, N - j, k > 0, bias && k == 0 ? bias + (j << 2) : 0);
}

/** C[M][N] = Aᵀ·B, A is [K][M], B [K][N]. */
function multiplyTransposed(a: usize, b: usize, c: usize, M: i32, N: i32, K: i32, scratch: usize): void {
  const aRow = (M as usize) << 2, bRow = (N as usize) << 2;
  for (let k = 0; k < K; k += transposedDepth) {
    const depth = min(transposedDepth, K - k), columns = scratch + matrixBytes(depth, panelsOf(N) << 3);
    packColumns(b + k * bRow, bRow, depth, N, scratch);
    for (let i = 0; i < M; i += transposedColumns) {
      const width = min(transposedColumns, M - i), widthBytes = (width as usize) << 2;
      // Rows of a big matrix may lie a power of two apart, all in the same cache lines.
      for (let r = 0; r < depth; r++) memory.copy(columns + r * widthBytes, a + (k + r) * aRow + (i << 2), widthBytes);
      for (let j = 0; j < N; j += productColumns)
        transposedProductRows(width, columns, 0, widthBytes, 1, depth, scratch + ((j * depth) << 2), (depth as usize) << 5, c + i * bRow + (j << 2), bRow, N - j, k > 0);
    }
  }
}

/**
 * C[M][N] = A·B, A is [M][K] or, transposed, [K][M]; B [K][N] or [N][K]; all contiguous. `bias` (N values, added to
 * each row) may be 0, and must be where A is transposed or where A·Bᵀ has fewer rows than columns.
 */
export function matmul(a: usize, b: usize, c: usize, M: i32, N: i32, K: i32, transposeA: bool, transposeB: bool, bias: usize, scratch: usize): void {
  if (transposeA && !transposeB) return multiplyTransposed(a, b, c, M, N, K, scratch);
  const offsets = scratch + matrixBytes(min(K, blockDepth), productColumns), result = offsets + matrixBytes(panelsOf(N), 8);
  if (exchanges(M, N, transposeA, transposeB)) {
    multiply(b, N, K, a, M, !transposeA, 0, result, scratch);
    transpose(result, N, M, c);
  } else {
    if (bias) packColumns(bias, 0, 1, N, offsets);
    multiply(a, M, K, b, N, transposeB, bias ? offsets : 0, c, scratch);
  }
}
