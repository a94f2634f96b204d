/**
 * Rearranging before a product: panels of eight columns (contiguous, short ones filled with zeros), maps with a
 * border, transposition. All strides are in bytes.
 */

import { loadSome } from "./lanes";

/** How many panels of eight columns hold `columns`. */
// @ts-ignore: decorator
@inline
export function panelsOf(columns: i32): i32 {
  return (columns + 7) >> 3;
}

/** One panel: `rows` rows of up to eight columns, each row from `b + k·bRow`. */
function packPanel(b: usize, bRow: usize, rows: i32, columns: i32, panel: usize): void {
  if (columns >= 8) {
    for (let k = rows; k > 0; k--) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
      b += bRow;
      panel += 32;
    }
  } else {
    for (let k = rows; k > 0; k--) {
      v128.store(panel, loadSome(b, columns));
      v128.store(panel, loadSome(b + 16, columns - 4), 16);
      b += bRow;
      panel += 32;
    }
  }
}

/** Panels of a matrix [rows][columns]: [columns/8][rows][8]. */
export function packColumns(b: usize, bRow: usize, rows: i32, columns: i32, panels: usize): void {
  for (let j = 0; j < columns; j += 8) packPanel(b + (j << 2), bRow, rows, columns - j, panels + ((j * rows) << 2));
}

/** Panels of the transpose of a matrix [columns][rows]: [columns/8][rows][8]. */
export function packRows(b: usize, bRow: usize, rows: i32, columns: i32, panels: usize): void {
  for (let j = 0; j < columns; j += 8) {
    const width = min(8, columns - j);
    const panel = panels + ((j * rows) << 2);
    if (width < 8) memory.fill(panel, 0, (rows as usize) << 5);
    for (let i = 0; i < width; i++) {
      let from = b + ((j + i) as usize) * bRow;
      let to = panel + (i << 2);
      for (let k = rows; k > 0; k--) {
        f32.store(to, f32.load(from));
        from += 4;
        to += 32;
      }
    }
  }
}

/** to[j][i] = from[i][j] for a contiguous matrix [rows][columns]. */
export function transpose(from: usize, rows: i32, columns: i32, to: usize): void {
  const fromRow = (columns as usize) << 2, toRow = (rows as usize) << 2;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    let p = from + i * fromRow, q = to + (i << 2), j = 0;
    for (; j + 4 <= columns; j += 4) {
      const a = v128.load(p), b = v128.load(p + fromRow), c = v128.load(p + 2 * fromRow), d = v128.load(p + 3 * fromRow);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(q, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
      v128.store(q + toRow, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
      v128.store(q + 2 * toRow, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
      v128.store(q + 3 * toRow, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
      p += 16;
      q += toRow << 2;
    }
    for (; j < columns; j++) {
      for (let n: usize = 0; n < 4; n++) f32.store(q + (n << 2), f32.load(p + n * fromRow));
      p += 4;
      q += toRow;
    }
  }
  for (; i < rows; i++) {
    let p = from + i * fromRow, q = to + (i << 2);
    for (let j = columns; j > 0; j--) {
      f32.store(q, f32.load(p));
      p += 4;
      q += toRow;
    }
  }
}

/** Rows up to this long are copied by a loop: a call of the engine's own copy costs more. */
const longRow: usize = 1024;

// @ts-ignore: decorator
@inline
function copyRow(to: usize, from: usize, bytes: usize): void {
  if (bytes > longRow) memory.copy(to, from, bytes);
  else {
    for (; bytes >= 16; bytes -= 16) {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    }
    for (; bytes > 0; bytes -= 4) {
      f32.store(to, f32.load(from));
      to += 4;
      from += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function clearRow(to: usize, bytes: usize): void {
  if (bytes > longRow) memory.fill(to, 0, bytes);
  else {
    for (; bytes >= 16; bytes -= 16) {
      v128.store(to, i32x4.splat(0));
      to += 16;
    }
    for (; bytes > 0; bytes -= 4) {
      f32.store(to, 0);
      to += 4;
    }
  }
}

/**
 * Copies a map [height][width] of `pixel` bytes a position into one of another size, shifted by `top` and `left`
 * (negative: cropped); what is not covered is zero.
 */
export function border(from: usize, height: i32, width: i32, pixel: usize, top: i32, left: i32, to: usize, toHeight: i32, toWidth: i32): void {
  const fromRow = pixel * width, toRow = pixel * toWidth;
  const firstColumn = min(toWidth, max(0, left)), endColumn = max(firstColumn, min(toWidth, left + width));
  const before = pixel * firstColumn, bytes = pixel * (endColumn - firstColumn), after = toRow - before - bytes;
  for (let y = 0; y < toHeight; y++) {
    const source = y - top;
    if (source < 0 || source >= height) clearRow(to, toRow);
    else {
      clearRow(to, before);
      copyRow(to + before, from + source * fromRow + (firstColumn - left) * pixel, bytes);
      clearRow(to + before + bytes, after);
    }
    to += toRow;
  }
}
