/**
 * Depthwise convolution and its gradients: each channel has `multiplier` filters of its own; output channel
 * c · multiplier + m. Filters are [kernelHeight, kernelWidth, channels, multiplier]. Windows are clipped to the map, so no
 * border is needed. What windows of 3x3 need that lie inside the map is kept in registers along a row.
 */

import { load, multiplyAdd, store } from "./lanes";
import { touch } from "./touch";
import { endTap, firstTap, Window } from "./window";

const forward = 0, inputGradient = 1, filterGradient = 2;

/** One window of four channels or one: reads or adds to x, y and filter as the task asks. */
// @ts-ignore: decorator
@inline
function visit(task: i32, x: usize, row: usize, rows: i32, pixel: usize, columns: i32, filter: usize, filterRow: usize, filterPixel: usize, y: usize, lanes: i32): void {
  let sum = task == forward ? f32x4.splat(0) : load(y, lanes);
  for (let i = rows; i > 0; i--) {
    let p = x, f = filter;
    for (let k = columns; k > 0; k--) {
      if (task == forward) sum = multiplyAdd(load(p, lanes), load(f, lanes), sum);
      else if (task == inputGradient) store(p, multiplyAdd(sum, load(f, lanes), load(p, lanes)), lanes);
      else store(f, multiplyAdd(sum, load(p, lanes), load(f, lanes)), lanes);
      p += pixel;
      f += filterPixel;
    }
    x += row;
    filter += filterRow;
  }
  if (task == forward) store(y, sum, lanes);
}

/** What one tap does in `visitRow`: its part of the sum, or its new filter value. */
// @ts-ignore: decorator
@inline
function tap(task: i32, p: usize, f: v128, sum: v128, lanes: i32): v128 {
  if (task == forward) return multiplyAdd(load(p, lanes), f, sum);
  if (task == filterGradient) return multiplyAdd(sum, load(p, lanes), f);
  store(p, multiplyAdd(sum, f, load(p, lanes)), lanes);
  return sum;
}

/**
 * `count` windows of 3x3 beside each other, `step` apart in x, all inside the map. The nine taps are written out, since only
 * local variables stay in registers from window to window.
 */
// @ts-ignore: decorator
@inline
function visitRow(task: i32, x: usize, row: usize, pixel: usize, step: usize, count: i32, filter: usize, filterRow: usize, filterPixel: usize, y: usize, yPixel: usize, lanes: i32): void {
  const f1 = filter + filterRow, f2 = f1 + filterRow;
  let a0 = load(filter, lanes), a1 = load(filter + filterPixel, lanes), a2 = load(filter + 2 * filterPixel, lanes);
  let b0 = load(f1, lanes), b1 = load(f1 + filterPixel, lanes), b2 = load(f1 + 2 * filterPixel, lanes);
  let c0 = load(f2, lanes), c1 = load(f2 + filterPixel, lanes), c2 = load(f2 + 2 * filterPixel, lanes);
  for (; count > 0; count--) {
    const x1 = x + row, x2 = x1 + row;
    if (task == filterGradient) {
      const d = load(y, lanes);
      a0 = tap(task, x, a0, d, lanes);
      a1 = tap(task, x + pixel, a1, d, lanes);
      a2 = tap(task, x + 2 * pixel, a2, d, lanes);
      b0 = tap(task, x1, b0, d, lanes);
      b1 = tap(task, x1 + pixel, b1, d, lanes);
      b2 = tap(task, x1 + 2 * pixel, b2, d, lanes);
      c0 = tap(task, x2, c0, d, lanes);
      c1 = tap(task, x2 + pixel, c1, d, lanes);
      c2 = tap(task, x2 + 2 * pixel, c2, d, lanes);
    } else {
      let sum = task == forward ? f32x4.splat(0) : load(y, lanes);
      sum = tap(task, x, a0, sum, lanes);
      sum = tap(task, x + pixel, a1, sum, lanes);
      sum = tap(task, x + 2 * pixel, a2, sum, lanes);
      sum = tap(task, x1, b0, sum, lanes);
      sum = tap(task, x1 + pixel, b1, sum, lanes);
      sum = tap(task, x1 + 2 * pixel, b2, sum, lanes);
      sum = tap(task, x2, c0, sum, lanes);
      sum = tap(task, x2 + pixel, c1, sum, lanes);
      sum = tap(task, x2 + 2 * pixel, c2, sum, lanes);
      if (task == forward) store(y, sum, lanes);
    }
    x += step;
    y += yPixel;
  }
  if (task == filterGradient) {
    store(filter, a0, lanes);
    store(filter + filterPixel, a1, lanes);
    store(filter + 2 * filterPixel, a2, lanes);
    store(f1, b0, lanes);
    store(f1 + filterPixel, b1, lanes);
    store(f1 + 2 * filterPixel, b2, lanes);
    store(f2, c0, lanes);
    store(f2 + filterPixel, c1, lanes);
    store(f2 + 2 * filterPixel, c2, lanes);
  }
}

/** Visits all windows. With a multiplier of 1 channels go in fours; otherwise one filter at a time. */
// @ts-ignore: decorator
@inline
function slide(task: i32, w: Window, x: usize, filter: usize, y: usize): void {
  const multiplier = w.outChannels / w.channels;
  const pixel = (w.channels as usize) << 2, row = pixel * w.width, image = row * w.height, yPixel = (w.outChannels as usize) << 2;
  const tapRow = row * w.dilationHeight, tapPixel = pixel * w.dilationWidth, filterRow = yPixel * w.kernelWidth, step = pixel * w.strideWidth;
  // The windows from `inner` up to `outer` lie inside the map from left to right.
  const inner = min(w.outWidth, (w.left + w.strideWidth - 1) / w.strideWidth);
  const reach = w.width + w.left - 2 * w.dilationWidth;
  const outer = w.kernelHeight == 3 && w.kernelWidth == 3 && multiplier == 1 && reach > 0 ? max(inner, min(w.outWidth, (reach - 1) / w.strideWidth + 1)) : inner;
  for (let n = 0; n < w.batch; n++)
    for (let oy = 0; oy < w.outHeight; oy++) {
      const top = oy * w.strideHeight - w.top, firstRow = firstTap(top, w.dilationHeight);
      const rows = endTap(top, w.dilationHeight, w.kernelHeight, w.height) - firstRow;
      const corner = x + n * image + (top + firstRow * w.dilationHeight) * row - w.left * pixel;
      const inRow = rows == 3 && outer > inner;
      touch(x + n * image + (top + firstRow * w.dilationHeight) * row, row * (1 + (rows - 1) * w.dilationHeight));
      touch(y, yPixel * w.outWidth);
      for (let ox = 0; ox < w.outWidth; ox++) {
        if (inRow && ox == inner) {
          const p = corner + ox * step;
          let c: usize = 0;
          for (; c + 16 <= pixel; c += 16) visitRow(task, p + c, tapRow, tapPixel, step, outer - inner, filter + c, filterRow, yPixel, y + c, yPixel, 4);
          for (; c < pixel; c += 4) visitRow(task, p + c, tapRow, tapPixel, step, outer - inner, filter + c, filterRow, yPixel, y + c, yPixel, 1);
          ox = outer - 1;
          y += yPixel * (outer - inner);
          continue;
        }
        const left = ox * w.strideWidth - w.left, firstColumn = firstTap(left, w.dilationWidth);
        const columns = endTap(left, w.dilationWidth, w.kernelWidth, w.width) - firstColumn;
        const p = corner + ox * step + firstColumn * tapPixel;
        const f = filter + firstRow * filterRow + firstColumn * yPixel;
        if (multiplier == 1) {
          let c: usize = 0;
          for (; c + 16 <= pixel; c += 16) visit(task, p + c, tapRow, rows, tapPixel, columns, f + c, filterRow, yPixel, y + c, 4);
          for (; c < pixel; c += 4) visit(task, p + c, tapRow, rows, tapPixel, columns, f + c, filterRow, yPixel, y + c, 1);
        } else
          for (let c = 0; c < w.outChannels; c++)
            visit(task, p + ((c / multiplier) << 2), tapRow, rows, tapPixel, columns, f + (c << 2), filterRow, yPixel, y + (c << 2), 1);
        y += yPixel;
      }
    }
}

/** y from x and the filter. */
export function depthwise(w: Window, x: usize, filter: usize, y: usize): void {
  slide(forward, w, x, filter, y);
}

/** dx from dy and the filter. */
export function depthwiseInputGradient(w: Window, dy: usize, filter: usize, dx: usize): void {
  memory.fill(dx, 0, ((w.batch * w.height * w.width * w.channels) as usize) << 2);
  slide(inputGradient, w, dx, filter, dy);
}

/** dFilter from x and dy. */
export function depthwiseFilterGradient(w: Window, x: usize, dy: usize, dFilter: usize): void {
  memory.fill(dFilter, 0, ((w.kernelHeight * w.kernelWidth * w.outChannels) as usize) << 2);
  slide(filterGradient, w, x, dFilter, dy);
}
