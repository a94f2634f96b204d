/** Largest and average values of windows, and their gradients. Positions outside the map do not count. */

import { load, loadNext, store, storeBoth } from "./lanes";
import { touch } from "./touch";
import { endTap, firstTap, Window } from "./window";

// @ts-ignore: decorator
@inline
function maxLanes(x: usize, row: usize, rows: i32, pixel: usize, columns: i32, y: usize, lanes: i32): void {
  let largest = f32x4.splat(-Infinity);
  for (let i = rows; i > 0; i--) {
    let p = x;
    for (let k = columns; k > 0; k--) {
      // f32x4.max keeps a NaN of either operand.
      largest = f32x4.max(largest, load(p, lanes));
      p += pixel;
    }
    x += row;
  }
  store(y, largest, lanes);
}

/** Equal to the largest, or both not a number. */
// @ts-ignore: decorator
@inline
function isLargest(v: v128, largest: v128): v128 {
  return v128.or(f32x4.eq(v, largest), f32x4.ne(v, v));
}

// @ts-ignore: decorator
@inline
function maxGradientLanes(dy: usize, x: usize, y: usize, dx: usize, row: usize, rows: i32, pixel: usize, columns: i32, apart: bool, lanes: i32): void {
  const gradient = load(dy, lanes), largest = load(y, lanes);
  let open = i32x4.splat(-1);
  for (let i = rows; i > 0; i--) {
    let p = x, d = dx;
    for (let k = columns; k > 0; k--) {
      const v = load(p, lanes);
      const hit = v128.and(open, isLargest(v, largest));
      const share = v128.and(gradient, hit);
      store(d, apart ? share : f32x4.add(load(d, lanes), share), lanes);
      open = v128.andnot(open, hit);
      p += pixel;
      d += pixel;
    }
    x += row;
    dx += row;
  }
}

// @ts-ignore: decorator
@inline
function averageLanes(x: usize, row: usize, rows: i32, pixel: usize, columns: i32, scale: f32, y: usize, lanes: i32): void {
  let sum = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    let p = x;
    for (let k = columns; k > 0; k--) {
      sum = f32x4.add(sum, load(p, lanes));
      p += pixel;
    }
    x += row;
  }
  store(y, f32x4.mul(sum, f32x4.splat(scale)), lanes);
}

// @ts-ignore: decorator
@inline
function averageGradientLanes(dy: usize, dx: usize, row: usize, rows: i32, pixel: usize, columns: i32, scale: f32, lanes: i32): void {
  const gradient = f32x4.mul(load(dy, lanes), f32x4.splat(scale));
  for (let i = rows; i > 0; i--) {
    let d = dx;
    for (let k = columns; k > 0; k--) {
      store(d, f32x4.add(load(d, lanes), gradient), lanes);
      d += pixel;
    }
    dx += row;
  }
}

const maximum = 0, maximumGradient = 1, maximumGradientApart = 2, average = 3, averageGradient = 4;

/** What one window does to four channels or one. */
// @ts-ignore: decorator
@inline
function visit(task: i32, x: usize, y: usize, dy: usize, dx: usize, row: usize, rows: i32, pixel: usize, columns: i32, scale: f32, lanes: i32): void {
  if (task == maximum) maxLanes(x, row, rows, pixel, columns, y, lanes);
  else if (task == maximumGradient) maxGradientLanes(dy, x, y, dx, row, rows, pixel, columns, false, lanes);
  else if (task == maximumGradientApart) maxGradientLanes(dy, x, y, dx, row, rows, pixel, columns, true, lanes);
  else if (task == average) averageLanes(x, row, rows, pixel, columns, scale, y, lanes);
  else averageGradientLanes(dy, dx, row, rows, pixel, columns, scale, lanes);
}

/** Four values as a window of 2x2 makes one of them. */
// @ts-ignore: decorator
@inline
function four(task: i32, a: v128, b: v128, c: v128, d: v128): v128 {
  if (task == maximum) return f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
  return f32x4.mul(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.splat(0.25));
}

/** What a window of 2x2 does to eight channels, four or one, for the tasks of which each window has its positions for itself. */
// @ts-ignore: decorator
@inline
function visitFour(task: i32, x: usize, y: usize, dy: usize, dx: usize, row: usize, pixel: usize, lanes: i32): void {
  const below = x + row;
  const a = load(x, lanes), b = load(x + pixel, lanes), c = load(below, lanes), d = load(below + pixel, lanes);
  const both = lanes == 8, e = both ? loadNext(x) : a, f = both ? loadNext(x + pixel) : b, g = both ? loadNext(below) : c, h = both ? loadNext(below + pixel) : d;
  if (task != maximumGradientApart) return storeBoth(y, four(task, a, b, c, d), four(task, e, f, g, h), lanes);

  const largest = load(y, lanes), gradient = load(dy, lanes), nextLargest = both ? loadNext(y) : largest, nextGradient = both ? loadNext(dy) : gradient;
  const isA = isLargest(a, largest), isB = v128.andnot(isLargest(b, largest), isA), isAb = v128.or(isA, isB), isC = v128.andnot(isLargest(c, largest), isAb);
  const isE = isLargest(e, nextLargest), isF = v128.andnot(isLargest(f, nextLargest), isE), isEf = v128.or(isE, isF), isG = v128.andnot(isLargest(g, nextLargest), isEf);
  storeBoth(dx, v128.and(gradient, isA), v128.and(nextGradient, isE), lanes);
  storeBoth(dx + pixel, v128.and(gradient, isB), v128.and(nextGradient, isF), lanes);
  storeBoth(dx + row, v128.and(gradient, isC), v128.and(nextGradient, isG), lanes);
  // The rest is the last one's: one of the four is the largest.
  storeBoth(dx + row + pixel, v128.andnot(gradient, v128.or(isAb, isC)), v128.andnot(nextGradient, v128.or(isEf, isG)), lanes);
}

/** Visits all windows; `task` is a constant after inlining. Addresses that the task does not use are 0. */
// @ts-ignore: decorator
@inline
function slide(task: i32, w: Window, x: usize, y: usize, dy: usize, dx: usize): void {
  const pixel = (w.channels as usize) << 2, row = pixel * w.width, image = row * w.height;
  const tapRow = row * w.dilationHeight, tapPixel = pixel * w.dilationWidth;
  if (task == maximumGradient || task == averageGradient) memory.fill(dx, 0, image * w.batch);
  let out: usize = 0;
  for (let n = 0; n < w.batch; n++)
    for (let oy = 0; oy < w.outHeight; oy++) {
      const top = oy * w.strideHeight - w.top, firstRow = firstTap(top, w.dilationHeight);
      const rows = endTap(top, w.dilationHeight, w.kernelHeight, w.height) - firstRow;
      const visited = n * image + (top + firstRow * w.dilationHeight) * row;
      if (task != averageGradient) touch(x + visited, row * rows);
      if (task != maximum && task != average) touch(dx + visited, row * rows);
      for (let ox = 0; ox < w.outWidth; ox++) {
        const left = ox * w.strideWidth - w.left, firstColumn = firstTap(left, w.dilationWidth);
        const columns = endTap(left, w.dilationWidth, w.kernelWidth, w.width) - firstColumn;
        const from = n * image + (top + firstRow * w.dilationHeight) * row + (left + firstColumn * w.dilationWidth) * pixel;
        const scale: f32 = 1 / ((rows * columns) as f32);
        let c: usize = 0;
        if (rows == 2 && columns == 2 && (task == maximum || task == maximumGradientApart || task == average)) {
          for (; c + 32 <= pixel; c += 32) visitFour(task, x + from + c, y + out + c, dy + out + c, dx + from + c, tapRow, tapPixel, 8);
          for (; c + 16 <= pixel; c += 16) visitFour(task, x + from + c, y + out + c, dy + out + c, dx + from + c, tapRow, tapPixel, 4);
          for (; c < pixel; c += 4) visitFour(task, x + from + c, y + out + c, dy + out + c, dx + from + c, tapRow, tapPixel, 1);
        }
        for (; c + 16 <= pixel; c += 16) visit(task, x + from + c, y + out + c, dy + out + c, dx + from + c, tapRow, rows, tapPixel, columns, scale, 4);
        for (; c < pixel; c += 4) visit(task, x + from + c, y + out + c, dy + out + c, dx + from + c, tapRow, rows, tapPixel, columns, scale, 1);
        out += pixel;
      }
    }
}

/** y = the largest value of each window. */
export function maxPool(w: Window, x: usize, y: usize): void {
  slide(maximum, w, x, y, 0, 0);
}

/** dx from dy: the first largest value of each window, in row-major order, takes the gradient. */
export function maxPoolGradient(w: Window, dy: usize, x: usize, y: usize, dx: usize): void {
  // Windows that tile the map: each position has one, whose share is stored rather than added.
  const apart = w.strideHeight == w.kernelHeight && w.strideWidth == w.kernelWidth && w.dilationHeight == 1 && w.dilationWidth == 1;
  const covered = w.top == 0 && w.left == 0 && w.outHeight * w.kernelHeight == w.height && w.outWidth * w.kernelWidth == w.width;
  if (apart && covered) slide(maximumGradientApart, w, x, y, dy, dx);
  else slide(maximumGradient, w, x, y, dy, dx);
}

/** y = the mean of the values of each window that lie inside the map. */
export function averagePool(w: Window, x: usize, y: usize): void {
  slide(average, w, x, y, 0, 0);
}

/** dx from dy: each value of a window takes an equal share. */
export function averagePoolGradient(w: Window, dy: usize, dx: usize): void {
  slide(averageGradient, w, 0, 0, dy, dx);
}
