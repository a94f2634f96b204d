/** Maps over all numbers of a tensor, and sums over its leading axes. Not-a-number passes through everywhere. */

import { tanhOf } from "./exponential";
import { load, loadNext, store, storeBoth } from "./lanes";

// @ts-ignore: decorator
@inline
function reluLanes(x: usize, y: usize, lanes: i32): void {
  // In this order pmax keeps a NaN of the left operand.
  store(y, f32x4.pmax(load(x, lanes), f32x4.splat(0)), lanes);
}

/** y = max(x, 0). */
export function relu(x: usize, y: usize, count: i32): void {
  const bytes = (count as usize) << 2;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) reluLanes(x + at, y + at, 4);
  for (; at < bytes; at += 4) reluLanes(x + at, y + at, 1);
}

// @ts-ignore: decorator
@inline
function reluGradientLanes(dy: usize, y: usize, dx: usize, lanes: i32): void {
  store(dx, v128.andnot(load(dy, lanes), f32x4.le(load(y, lanes), f32x4.splat(0))), lanes);
}

/** dx = dy where not y ≤ 0; `y` may be relu's input or output. */
export function reluGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  const bytes = (count as usize) << 2;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) reluGradientLanes(dy + at, y + at, dx + at, 4);
  for (; at < bytes; at += 4) reluGradientLanes(dy + at, y + at, dx + at, 1);
}

// @ts-ignore: decorator
@inline
function tanhLanes(x: usize, y: usize, lanes: i32): void {
  const first = tanhOf(load(x, lanes));
  storeBoth(y, first, lanes == 8 ? tanhOf(loadNext(x)) : first, lanes);
}

/** y = tanh x. */
export function tanh(x: usize, y: usize, count: i32): void {
  const bytes = (count as usize) << 2;
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) tanhLanes(x + at, y + at, 8);
  for (; at + 16 <= bytes; at += 16) tanhLanes(x + at, y + at, 4);
  for (; at < bytes; at += 4) tanhLanes(x + at, y + at, 1);
}

// @ts-ignore: decorator
@inline
function tanhGradientLanes(dy: usize, y: usize, dx: usize, lanes: i32): void {
  const v = load(y, lanes);
  store(dx, f32x4.mul(load(dy, lanes), f32x4.sub(f32x4.splat(1), f32x4.mul(v, v))), lanes);
}

/** dx = dy · (1 − y²) for y = tanh x. */
export function tanhGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  const bytes = (count as usize) << 2;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) tanhGradientLanes(dy + at, y + at, dx + at, 4);
  for (; at < bytes; at += 4) tanhGradientLanes(dy + at, y + at, dx + at, 1);
}

/** Rows summed before they are added to the total: keeps the rounding error that of a short sum. */
const blockRows: i32 = 64;

// @ts-ignore: decorator
@inline
function sumColumn(x: usize, row: usize, rows: i32, total: usize, lanes: i32): void {
  let sum = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    sum = f32x4.add(sum, load(x, lanes));
    x += row;
  }
  store(total, f32x4.add(load(total, lanes), sum), lanes);
}

/** total[j] = Σ over i of x[i][j]. */
export function sumRows(x: usize, rows: i32, columns: i32, total: usize): void {
  const row = (columns as usize) << 2;
  memory.fill(total, 0, row);
  for (let i = 0; i < rows; i += blockRows) {
    const block = min(blockRows, rows - i), first = x + i * row;
    let j = 0;
    for (; j + 4 <= columns; j += 4) sumColumn(first + (j << 2), row, block, total + (j << 2), 4);
    for (; j < columns; j++) sumColumn(first + (j << 2), row, block, total + (j << 2), 1);
  }
}

/** y = x + b, b repeated along x every `period` numbers. */
export function addRepeated(x: usize, count: i32, b: usize, period: i32, y: usize): void {
  for (let rest = count; rest > 0; rest -= period) {
    let c = 0;
    for (; c + 4 <= period; c += 4) {
      v128.store(y, f32x4.add(v128.load(x), v128.load(b + (c << 2))));
      x += 16;
      y += 16;
    }
    for (; c < period; c++) {
      f32.store(y, f32.load(x) + f32.load(b + (c << 2)));
      x += 4;
      y += 4;
    }
  }
}
