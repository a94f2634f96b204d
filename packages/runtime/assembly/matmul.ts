/**
 * Matrix products with either operand transposed. Whichever operand must be rearranged into panels is the smaller
 * one where there is a choice: a big weight matrix is read where it lies.
 */

import { packColumns, packPanel, packRows, panelsOf, transpose } from "./pack";
import { productRows, transposedProductRows } from "./tile";

/** Rows of the left operand that stay in the first-level cache while the panels go by. */
const blockRows: i32 = 64;
/** Summed positions of one block of a transposed product. */
const blockDepth: i32 = 128;

// @ts-ignore: decorator
@inline
function matrixBytes(rows: i32, columns: i32): usize {
  return ((rows * columns) as usize) << 2;
}

/** Whether A·Bᵀ is computed as (B·Aᵀ)ᵀ, which packs A. */
// @ts-ignore: decorator
@inline
function packsLeft(M: i32, N: i32): bool {
  return M < N;
}

/** Bytes of scratch memory that `matmul` needs. */
export function matmulScratch(M: i32, N: i32, K: i32, transposeA: bool, transposeB: bool): usize {
  const bias = (panelsOf(N) as usize) << 5;
  if (transposeA && transposeB) return bias + matrixBytes(K, panelsOf(M) << 3) + matrixBytes(N, M);
  if (transposeA) return (min(K, blockDepth) as usize) << 5;
  if (transposeB && packsLeft(M, N)) return matrixBytes(K, panelsOf(M) << 3) + matrixBytes(N, M);
  return bias + matrixBytes(K, panelsOf(N) << 3);
}

/** C[rows][columns] = A · panels (+ bias panels), A's rows contiguous and `aRow` apart. */
function multiplyPanels(a: usize, aRow: usize, rows: i32, K: i32, panels: usize, columns: i32, bias: usize, c: usize): void {
  const cRow = (columns as usize) << 2, panel = (K as usize) << 5;
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i);
    for (let j = 0; j < columns; j += 8)
      productRows(block, a + i * aRow, aRow, 1, 0, 1, 0, K, panels + (j >> 3) * panel, c + i * cRow + (j << 2), cRow, columns - j, false, bias ? bias + (j << 2) : 0);
  }
}

/**
 * C[M][N] = A·B, A is [M][K] or, transposed, [K][M]; B [K][N] or [N][K]; all contiguous. `bias` (N values, added to
 * each row) may be 0, and must be where A is transposed or where A·Bᵀ has fewer rows than columns.
 */
export function matmul(a: usize, b: usize, c: usize, M: i32, N: i32, K: i32, transposeA: bool, transposeB: bool, bias: usize, scratch: usize): void {
  if (transposeA && !transposeB) {
    const aRow = (M as usize) << 2, bRow = (N as usize) << 2;
    for (let k = 0; k < K; k += blockDepth) {
      const depth = min(blockDepth, K - k);
      for (let j = 0; j < N; j += 8) {
        packPanel(b + k * bRow + (j << 2), bRow, depth, N - j, scratch);
        transposedProductRows(M, a + k * aRow, 0, aRow, 1, depth, scratch, c + (j << 2), bRow, N - j, k > 0);
      }
    }
  } else if (transposeB && (transposeA || packsLeft(M, N))) {
    // (B·Aᵀ)ᵀ, or (B·A)ᵀ where both are transposed.
    const result = scratch + matrixBytes(K, panelsOf(M) << 3);
    if (transposeA) packColumns(a, (M as usize) << 2, K, M, scratch);
    else packRows(a, (K as usize) << 2, K, M, scratch);
    multiplyPanels(b, (K as usize) << 2, N, K, scratch, M, 0, result);
    transpose(result, N, M, c);
  } else {
    const offsets = scratch + matrixBytes(K, panelsOf(N) << 3);
    if (bias) packColumns(bias, 0, 1, N, offsets);
    if (transposeB) packRows(b, (K as usize) << 2, K, N, scratch);
    else packColumns(b, (N as usize) << 2, K, N, scratch);
    multiplyPanels(a, (K as usize) << 2, M, K, scratch, N, bias ? offsets : 0, c);
  }
}
