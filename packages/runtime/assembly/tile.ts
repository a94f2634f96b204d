/**
 * The micro-kernels under every matrix product and convolution: a tile of some rows by one or two panels of eight columns, held in
 * vector registers. How large it may be depends on them. Four rows by eight columns are what sixteen registers of four numbers hold: bigger
 * tiles spill and run at half the speed, as unrolled loops do. Six rows by sixteen columns run at twice the speed where the engine
 * makes one instruction on eight numbers of two on four. Modules are built with either; the order of all sums is the same.
 *
 * `rows` and `panels` are constants after inlining, so that each call below compiles to a loop of its own without tests in it. Rows are
 * written out one by one on purpose: only local variables become registers, and no function returns or changes several. Vectors
 * come in pairs that are treated alike, from the first zeros to the store: that is how an engine finds out that they are one of eight.
 */

import { loadSome, multiplyAdd, storeSome, wide } from "./lanes";

/** Rows of a tile at most. */
const tallest: i32 = wide ? 6 : 4;
const panelsOfTile: i32 = wide ? 2 : 1;

/** Columns that one call of the functions below computes at most. */
export const productColumns: i32 = 8 * panelsOfTile;

/** How many rows the next tile has: as many as it can hold, but the last two share what is left, as a low tile is slow. */
// @ts-ignore: decorator
@inline
function heightOf(rows: i32): i32 {
  return rows >= 2 * tallest ? tallest : rows > tallest ? (rows + 1) >> 1 : rows;
}

/**
 * C[i][j] (+)= Σ over taps (u, v) and k of A[i][u·tapRow + v·tapPixel + k] · B[(u·V + v)·K + k][j] (+ bias[j]).
 * The row of A for i starts at `a + i·aRow`; B is panels of eight columns, `panel` apart. A convolution is this product with A
 * sliding over the map: its taps are the kernel's positions. All strides are in bytes.
 */
// @ts-ignore: decorator
@inline
function product(rows: i32, panels: i32, a: usize, aRow: usize, U: i32, tapRow: usize, V: i32, tapPixel: usize, K: i32, b: usize, panel: usize, c: usize, cRow: usize, columns: i32, accumulate: bool, bias: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c02 = f32x4.splat(0), c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0), c12 = f32x4.splat(0), c13 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c22 = f32x4.splat(0), c23 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0), c32 = f32x4.splat(0), c33 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0), c42 = f32x4.splat(0), c43 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0), c52 = f32x4.splat(0), c53 = f32x4.splat(0);
  let a0 = a, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
  let d = b + panel;
  const nextTap = tapPixel - ((K as usize) << 2), nextRow = tapRow - tapPixel * V;
  for (let u = U; u > 0; u--) {
    for (let v = V; v > 0; v--) {
      for (let k = K; k > 0; k--) {
        const b0 = v128.load(b), b1 = v128.load(b, 16);
        let b2 = b0, b3 = b1;
        if (panels > 1) { b2 = v128.load(d); b3 = v128.load(d, 16); }
        let x = v128.load32_splat(a0);
        c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
        if (panels > 1) { c02 = multiplyAdd(x, b2, c02); c03 = multiplyAdd(x, b3, c03); }
        a0 += 4;
        if (rows > 1) {
          x = v128.load32_splat(a1);
          c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
          if (panels > 1) { c12 = multiplyAdd(x, b2, c12); c13 = multiplyAdd(x, b3, c13); }
          a1 += 4;
        }
        if (rows > 2) {
          x = v128.load32_splat(a2);
          c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
          if (panels > 1) { c22 = multiplyAdd(x, b2, c22); c23 = multiplyAdd(x, b3, c23); }
          a2 += 4;
        }
        if (rows > 3) {
          x = v128.load32_splat(a3);
          c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
          if (panels > 1) { c32 = multiplyAdd(x, b2, c32); c33 = multiplyAdd(x, b3, c33); }
          a3 += 4;
        }
        if (rows > 4) {
          x = v128.load32_splat(a4);
          c40 = multiplyAdd(x, b0, c40); c41 = multiplyAdd(x, b1, c41);
          if (panels > 1) { c42 = multiplyAdd(x, b2, c42); c43 = multiplyAdd(x, b3, c43); }
          a4 += 4;
        }
        if (rows > 5) {
          x = v128.load32_splat(a5);
          c50 = multiplyAdd(x, b0, c50); c51 = multiplyAdd(x, b1, c51);
          if (panels > 1) { c52 = multiplyAdd(x, b2, c52); c53 = multiplyAdd(x, b3, c53); }
          a5 += 4;
        }
        b += 32;
        if (panels > 1) d += 32;
      }
      a0 += nextTap;
      if (rows > 1) a1 += nextTap;
      if (rows > 2) a2 += nextTap;
      if (rows > 3) a3 += nextTap;
      if (rows > 4) a4 += nextTap;
      if (rows > 5) a5 += nextTap;
    }
    a0 += nextRow;
    if (rows > 1) a1 += nextRow;
    if (rows > 2) a2 += nextRow;
    if (rows > 3) a3 += nextRow;
    if (rows > 4) a4 += nextRow;
    if (rows > 5) a5 += nextRow;
  }
  finishRow(panels, c, c00, c01, c02, c03, columns, accumulate, bias);
  if (rows > 1) finishRow(panels, c + cRow, c10, c11, c12, c13, columns, accumulate, bias);
  if (rows > 2) finishRow(panels, c + 2 * cRow, c20, c21, c22, c23, columns, accumulate, bias);
  if (rows > 3) finishRow(panels, c + 3 * cRow, c30, c31, c32, c33, columns, accumulate, bias);
  if (rows > 4) finishRow(panels, c + 4 * cRow, c40, c41, c42, c43, columns, accumulate, bias);
  if (rows > 5) finishRow(panels, c + 5 * cRow, c50, c51, c52, c53, columns, accumulate, bias);
}

/** Adds what a row is to be added to, and stores it. */
// @ts-ignore: decorator
@inline
function finishRow(panels: i32, c: usize, c0: v128, c1: v128, c2: v128, c3: v128, columns: i32, accumulate: bool, bias: usize): void {
  finish(c, c0, c1, columns, accumulate, bias);
  if (panels > 1) finish(c + 32, c2, c3, columns - 8, accumulate, bias ? bias + 32 : 0);
}

// @ts-ignore: decorator
@inline
function finish(c: usize, low: v128, high: v128, columns: i32, accumulate: bool, bias: usize): void {
  if (bias) {
    low = f32x4.add(low, v128.load(bias));
    high = f32x4.add(high, v128.load(bias, 16));
  }
  if (columns >= 8) {
    if (accumulate) {
      low = f32x4.add(low, v128.load(c));
      high = f32x4.add(high, v128.load(c, 16));
    }
    v128.store(c, low);
    v128.store(c, high, 16);
  } else storeSome(c, accumulate ? f32x4.add(low, loadSome(c, columns)) : low, accumulate ? f32x4.add(high, loadSome(c + 16, columns - 4)) : high, columns);
}

// @ts-ignore: decorator
@inline
function productTiles(panels: i32, rows: i32, a: usize, aRow: usize, U: i32, tapRow: usize, V: i32, tapPixel: usize, K: i32, b: usize, panel: usize, c: usize, cRow: usize, columns: i32, accumulate: bool, bias: usize): void {
  while (rows > 0) {
    const height = heightOf(rows);
    if (wide && height == 6) product(6, panels, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
    else if (wide && height == 5) product(5, panels, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
    else if (height == 4) product(4, panels, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
    else if (height == 3) product(3, panels, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
    else if (height == 2) product(2, panels, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
    else product(1, panels, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
    a += height * aRow;
    c += height * cRow;
    rows -= height;
  }
}

/** `product` for any number of rows, and up to `productColumns` columns. */
export function productRows(rows: i32, a: usize, aRow: usize, U: i32, tapRow: usize, V: i32, tapPixel: usize, K: i32, b: usize, panel: usize, c: usize, cRow: usize, columns: i32, accumulate: bool, bias: usize): void {
  if (panelsOfTile > 1 && columns > 8) productTiles(2, rows, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
  else productTiles(1, rows, a, aRow, U, tapRow, V, tapPixel, K, b, panel, c, cRow, columns, accumulate, bias);
}

/**
 * C[i][j] (+)= Σ over positions (r, q) of A[r][q][i] · B[r·Q + q][j]: the left operand transposed, as filter gradients
 * need it. B is panels of eight columns, `panel` apart; `a + r·aRow + q·aPixel` holds the A of one position.
 */
// @ts-ignore: decorator
@inline
function transposedProduct(rows: i32, panels: i32, a: usize, aRow: usize, aPixel: usize, R: i32, Q: i32, b: usize, panel: usize, c: usize, cRow: usize, columns: i32, accumulate: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c02 = f32x4.splat(0), c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0), c12 = f32x4.splat(0), c13 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c22 = f32x4.splat(0), c23 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0), c32 = f32x4.splat(0), c33 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0), c42 = f32x4.splat(0), c43 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0), c52 = f32x4.splat(0), c53 = f32x4.splat(0);
  let d = b + panel;
  const nextRow = aRow - aPixel * Q;
  for (let r = R; r > 0; r--) {
    for (let q = Q; q > 0; q--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let b2 = b0, b3 = b1;
      if (panels > 1) { b2 = v128.load(d); b3 = v128.load(d, 16); }
      let x = v128.load32_splat(a);
      c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
      if (panels > 1) { c02 = multiplyAdd(x, b2, c02); c03 = multiplyAdd(x, b3, c03); }
      if (rows > 1) {
        x = v128.load32_splat(a, 4);
        c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
        if (panels > 1) { c12 = multiplyAdd(x, b2, c12); c13 = multiplyAdd(x, b3, c13); }
      }
      if (rows > 2) {
        x = v128.load32_splat(a, 8);
        c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
        if (panels > 1) { c22 = multiplyAdd(x, b2, c22); c23 = multiplyAdd(x, b3, c23); }
      }
      if (rows > 3) {
        x = v128.load32_splat(a, 12);
        c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
        if (panels > 1) { c32 = multiplyAdd(x, b2, c32); c33 = multiplyAdd(x, b3, c33); }
      }
      if (rows > 4) {
        x = v128.load32_splat(a, 16);
        c40 = multiplyAdd(x, b0, c40); c41 = multiplyAdd(x, b1, c41);
        if (panels > 1) { c42 = multiplyAdd(x, b2, c42); c43 = multiplyAdd(x, b3, c43); }
      }
      if (rows > 5) {
        x = v128.load32_splat(a, 20);
        c50 = multiplyAdd(x, b0, c50); c51 = multiplyAdd(x, b1, c51);
        if (panels > 1) { c52 = multiplyAdd(x, b2, c52); c53 = multiplyAdd(x, b3, c53); }
      }
      a += aPixel;
      b += 32;
      if (panels > 1) d += 32;
    }
    a += nextRow;
  }
  finishRow(panels, c, c00, c01, c02, c03, columns, accumulate, 0);
  if (rows > 1) finishRow(panels, c + cRow, c10, c11, c12, c13, columns, accumulate, 0);
  if (rows > 2) finishRow(panels, c + 2 * cRow, c20, c21, c22, c23, columns, accumulate, 0);
  if (rows > 3) finishRow(panels, c + 3 * cRow, c30, c31, c32, c33, columns, accumulate, 0);
  if (rows > 4) finishRow(panels, c + 4 * cRow, c40, c41, c42, c43, columns, accumulate, 0);
  if (rows > 5) finishRow(panels, c + 5 * cRow, c50, c51, c52, c53, columns, accumulate, 0);
}

// @ts-ignore: decorator
@inline
function transposedTiles(panels: i32, rows: i32, a: usize, aRow: usize, aPixel: usize, R: i32, Q: i32, b: usize, panel: usize, c: usize, cRow: usize, columns: i32, accumulate: bool): void {
  while (rows > 0) {
    const height = heightOf(rows);
    if (wide && height == 6) transposedProduct(6, panels, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
    else if (wide && height == 5) transposedProduct(5, panels, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
    else if (height == 4) transposedProduct(4, panels, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
    else if (height == 3) transposedProduct(3, panels, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
    else if (height == 2) transposedProduct(2, panels, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
    else transposedProduct(1, panels, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
    a += (height as usize) << 2;
    c += height * cRow;
    rows -= height;
  }
}

/** `transposedProduct` for any number of rows of C, and up to `productColumns` columns. */
export function transposedProductRows(rows: i32, a: usize, aRow: usize, aPixel: usize, R: i32, Q: i32, b: usize, panel: usize, c: usize, cRow: usize, columns: i32, accumulate: bool): void {
  if (panelsOfTile > 1 && columns > 8) transposedTiles(2, rows, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
  else transposedTiles(1, rows, a, aRow, aPixel, R, Q, b, panel, c, cRow, columns, accumulate);
}
