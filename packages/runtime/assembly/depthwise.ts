/**
 * Depthwise convolution and its gradients: each channel has `multiplier` filters of its own; output channel
 * c · multiplier + m. Filters are [kernelHeight, kernelWidth, channels, multiplier]. Windows are clipped to the map, so no
 * border is needed.
 */

import { load, store } from "./lanes";
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
      if (task == forward) sum = f32x4.add(sum, f32x4.mul(load(p, lanes), load(f, lanes)));
      else if (task == inputGradient) store(p, f32x4.add(load(p, lanes), f32x4.mul(sum, load(f, lanes))), lanes);
      else store(f, f32x4.add(load(f, lanes), f32x4.mul(sum, load(p, lanes))), lanes);
      p += pixel;
      f += filterPixel;
    }
    x += row;
    filter += filterRow;
  }
  if (task == forward) store(y, sum, lanes);
}

/** Visits all windows. With a multiplier of 1 channels go in fours; otherwise one filter at a time. */
// @ts-ignore: decorator
@inline
function slide(task: i32, w: Window, x: usize, filter: usize, y: usize): void {
  const multiplier = w.outChannels / w.channels;
  const pixel = (w.channels as usize) << 2, row = pixel * w.width, image = row * w.height, yPixel = (w.outChannels as usize) << 2;
  const tapRow = row * w.dilationHeight, tapPixel = pixel * w.dilationWidth, filterRow = yPixel * w.kernelWidth;
  for (let n = 0; n < w.batch; n++)
    for (let oy = 0; oy < w.outHeight; oy++) {
      const top = oy * w.strideHeight - w.top, firstRow = firstTap(top, w.dilationHeight);
      const rows = endTap(top, w.dilationHeight, w.kernelHeight, w.height) - firstRow;
      for (let ox = 0; ox < w.outWidth; ox++) {
        const left = ox * w.strideWidth - w.left, firstColumn = firstTap(left, w.dilationWidth);
        const columns = endTap(left, w.dilationWidth, w.kernelWidth, w.width) - firstColumn;
        const p = x + n * image + (top + firstRow * w.dilationHeight) * row + (left + firstColumn * w.dilationWidth) * pixel;
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
