/**
 * The micro-kernels under every matrix product and convolution: a tile of 4 rows by 8 columns held in eight vector
 * registers. Bigger tiles and unrolled loops spill registers and run at half the speed.
 *
 * `rows` is a constant after inlining, so that each call below compiles to a loop of its own without tests in it. Rows are
 * written out one by one on purpose: only local variables become registers, and no function returns or changes several.
 */

import { loadSome, multiplyAdd, storeSome } from "./lanes";

/**
 * C[i][j] (+)= Σ over taps (u, v) and k of A[i][u·tapRow + v·tapPixel + k] · B[(u·V + v)·K + k][j].
 * The row of A for i starts at `a + i·aRow`; B is a panel of eight columns. A convolution is this product with A
 * sliding over the map: its taps are the kernel's positions. All strides are in bytes.
 */
// @ts-ignore: decorator
@inline
function product(rows: i32, a: usize, aRow: usize, U: i32, tapRow: usize, V: i32, tapPixel: usize, K: i32, b: usize, c: usize, cRow: usize, columns: i32, accumulate: bool, bias: usize): void {
  let c00 = f32x4.splat(0), c01 = c00;
  if (bias) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, 16);
  }
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
  if (accumulate) {
    c00 = loadSome(c, columns);
    c01 = loadSome(c + 16, columns - 4);
    if (rows > 1) { c10 = loadSome(c + cRow, columns); c11 = loadSome(c + cRow + 16, columns - 4); }
    if (rows > 2) { c20 = loadSome(c + 2 * cRow, columns); c21 = loadSome(c + 2 * cRow + 16, columns - 4); }
    if (rows > 3) { c30 = loadSome(c + 3 * cRow, columns); c31 = loadSome(c + 3 * cRow + 16, columns - 4); }
  }
  let a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  const nextTap = tapPixel - ((K as usize) << 2), nextRow = tapRow - tapPixel * V;
  for (let u = U; u > 0; u--) {
    for (let v = V; v > 0; v--) {
      for (let k = K; k > 0; k--) {
        const b0 = v128.load(b), b1 = v128.load(b, 16);
        let x = v128.load32_splat(a0);
        c00 = multiplyAdd(x, b0, c00);
        c01 = multiplyAdd(x, b1, c01);
        a0 += 4;
        if (rows > 1) {
          x = v128.load32_splat(a1);
          c10 = multiplyAdd(x, b0, c10);
          c11 = multiplyAdd(x, b1, c11);
          a1 += 4;
        }
        if (rows > 2) {
          x = v128.load32_splat(a2);
          c20 = multiplyAdd(x, b0, c20);
          c21 = multiplyAdd(x, b1, c21);
          a2 += 4;
        }
        if (rows > 3) {
          x = v128.load32_splat(a3);
          c30 = multiplyAdd(x, b0, c30);
          c31 = multiplyAdd(x, b1, c31);
          a3 += 4;
        }
        b += 32;
      }
      a0 += nextTap;
      if (rows > 1) a1 += nextTap;
      if (rows > 2) a2 += nextTap;
      if (rows > 3) a3 += nextTap;
    }
    a0 += nextRow;
    if (rows > 1) a1 += nextRow;
    if (rows > 2) a2 += nextRow;
    if (rows > 3) a3 += nextRow;
  }
  storeRow(c, c00, c01, columns);
  if (rows > 1) storeRow(c + cRow, c10, c11, columns);
  if (rows > 2) storeRow(c + 2 * cRow, c20, c21, columns);
  if (rows > 3) storeRow(c + 3 * cRow, c30, c31, columns);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, low: v128, high: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(c, low);
    v128.store(c, high, 16);
  } else storeSome(c, low, high, columns);
}

/** `product` for any number of rows: fours, then what is left. */
export function productRows(rows: i32, a: usize, aRow: usize, U: i32, tapRow: usize, V: i32, tapPixel: usize, K: i32, b: usize, c: usize, cRow: usize, columns: i32, accumulate: bool, bias: usize): void {
  for (; rows >= 4; rows -= 4) {
    product(4, a, aRow, U, tapRow, V, tapPixel, K, b, c, cRow, columns, accumulate, bias);
    a += aRow << 2;
    c += cRow << 2;
  }
  if (rows == 3) product(3, a, aRow, U, tapRow, V, tapPixel, K, b, c, cRow, columns, accumulate, bias);
  else if (rows == 2) product(2, a, aRow, U, tapRow, V, tapPixel, K, b, c, cRow, columns, accumulate, bias);
  else if (rows == 1) product(1, a, aRow, U, tapRow, V, tapPixel, K, b, c, cRow, columns, accumulate, bias);
}

/**
 * C[i][j] (+)= Σ over positions (r, q) of A[r][q][i] · B[r·Q + q][j]: the left operand transposed, as filter gradients
 * need it. B is packed as a panel of eight columns; `a + r·aRow + q·aPixel` holds the A of one position.
 */
// @ts-ignore: decorator
@inline
function transposedProduct(rows: i32, a: usize, aRow: usize, aPixel: usize, R: i32, Q: i32, b: usize, c: usize, cRow: usize, columns: i32, accumulate: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  if (accumulate) {
    c00 = loadSome(c, columns);
    c01 = loadSome(c + 16, columns - 4);
    if (rows > 1) { c10 = loadSome(c + cRow, columns); c11 = loadSome(c + cRow + 16, columns - 4); }
    if (rows > 2) { c20 = loadSome(c + 2 * cRow, columns); c21 = loadSome(c + 2 * cRow + 16, columns - 4); }
    if (rows > 3) { c30 = loadSome(c + 3 * cRow, columns); c31 = loadSome(c + 3 * cRow + 16, columns - 4); }
  }
  const nextRow = aRow - aPixel * Q;
  for (let r = R; r > 0; r--) {
    for (let q = Q; q > 0; q--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let x = v128.load32_splat(a);
      c00 = multiplyAdd(x, b0, c00);
      c01 = multiplyAdd(x, b1, c01);
      if (rows > 1) {
        x = v128.load32_splat(a, 4);
        c10 = multiplyAdd(x, b0, c10);
        c11 = multiplyAdd(x, b1, c11);
      }
      if (rows > 2) {
        x = v128.load32_splat(a, 8);
        c20 = multiplyAdd(x, b0, c20);
        c21 = multiplyAdd(x, b1, c21);
      }
      if (rows > 3) {
        x = v128.load32_splat(a, 12);
        c30 = multiplyAdd(x, b0, c30);
        c31 = multiplyAdd(x, b1, c31);
      }
      a += aPixel;
      b += 32;
    }
    a += nextRow;
  }
  storeRow(c, c00, c01, columns);
  if (rows > 1) storeRow(c + cRow, c10, c11, columns);
  if (rows > 2) storeRow(c + 2 * cRow, c20, c21, columns);
  if (rows > 3) storeRow(c + 3 * cRow, c30, c31, columns);
}

/** `transposedProduct` for any number of rows of C. */
export function transposedProductRows(rows: i32, a: usize, aRow: usize, aPixel: usize, R: i32, Q: i32, b: usize, c: usize, cRow: usize, columns: i32, accumulate: bool): void {
  for (; rows >= 4; rows -= 4) {
    transposedProduct(4, a, aRow, aPixel, R, Q, b, c, cRow, columns, accumulate);
    a += 16;
    c += cRow << 2;
  }
  if (rows == 3) transposedProduct(3, a, aRow, aPixel, R, Q, b, c, cRow, columns, accumulate);
  else if (rows == 2) transposedProduct(2, a, aRow, aPixel, R, Q, b, c, cRow, columns, accumulate);
  else if (rows == 1) transposedProduct(1, a, aRow, aPixel, R, Q, b, c, cRow, columns, accumulate);
}
