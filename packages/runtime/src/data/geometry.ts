/** Moving the pixels of an image, whatever they mean: mirroring, turning, cutting out. */

import type { Pixels } from "./pixels.ts";

/** Where a pixel of the result comes from: the number of a pixel of the source, or −1 for none. */
type Source = (y: number, x: number) => number;

function take({ channels, data }: Pixels, height: number, width: number, source: Source, outside: number): Pixels {
  const to = new Uint8Array(height * width * channels);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = source(y, x);
      for (let channel = 0; channel < channels; channel += 1) to[at++] = from < 0 ? outside : (data[from * channels + channel] ?? 0);
    }
  }
  return { height, width, channels, data: to };
}

/** Rows and columns of the source in another order, −1 for none. */
function pick({ width: oldWidth, channels, data }: Pixels, rows: Int32Array, columns: Int32Array, outside: number): Pixels {
  const [height, width] = [rows.length, columns.length];
  const to = new Uint8Array(height * width * channels);
  if (outside !== 0) to.fill(outside);
  for (let y = 0; y < height; y += 1) {
    const row = rows[y] ?? -1;
    if (row < 0) continue;
    for (let x = 0; x < width; x += 1) {
      const column = columns[x] ?? -1;
      if (column < 0) continue;
      const [from, at] = [(row * oldWidth + column) * channels, (y * width + x) * channels];
      for (let channel = 0; channel < channels; channel += 1) to[at + channel] = data[from + channel] ?? 0;
    }
  }
  return { height, width, channels, data: to };
}

/** `length` positions from `start` on, in steps of 1 or −1; those outside of 0 … `end` − 1 are none. */
function positions(start: number, step: 1 | -1, length: number, end: number): Int32Array {
  const found = new Int32Array(length);
  for (let place = 0, position = start; place < length; place += 1, position += step) found[place] = position < 0 || position >= end ? -1 : position;
  return found;
}

export function flip(image: Pixels, direction: "horizontal" | "vertical"): Pixels {
  const { height, width } = image;
  const rows = direction === "vertical" ? positions(height - 1, -1, height, height) : positions(0, 1, height, height);
  const columns = direction === "horizontal" ? positions(width - 1, -1, width, width) : positions(0, 1, width, width);
  return pick(image, rows, columns, 0);
}

/** The piece of a height and width whose upper left corner is at (top, left), which may lie outside. */
export function cut(image: Pixels, [height, width]: readonly [number, number], top: number, left: number, outside: number): Pixels {
  if (height === image.height && width === image.width && top === 0 && left === 0) return image;
  return pick(image, positions(top, 1, height, image.height), positions(left, 1, width, image.width), outside);
}

/**
 * Turns an image counter-clockwise about its middle, its size kept; each pixel is the nearest one. As Pillow does it, in fixed point
 * with 16 bits of fraction (torchvision's `rotate` with its default interpolation).
 */
export function rotate(image: Pixels, degrees: number, outside: number): Pixels {
  const { height, width } = image;
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [width / 2, height / 2];
  const fixed = (value: number): number => Math.floor(value * 65536 + 0.5);
  // Of the source, at the middle of the first pixel, and how far a step leads.
  const startX = fixed(middleX - cos * middleX - sin * middleY + cos / 2 + sin / 2);
  const startY = fixed(middleY + sin * middleX - cos * middleY - sin / 2 + cos / 2);
  const [right, down] = [fixed(cos), fixed(sin)];
  const source: Source = (y, x) => {
    const column = (startX + x * right + y * down) >> 16;
    const row = (startY - x * down + y * right) >> 16;
    return row < 0 || row >= height || column < 0 || column >= width ? -1 : row * width + column;
  };
  return take(image, height, width, source, outside);
}

/** Turns and mirrors an image so that it stands upright (Exif 2.3, 4.6.4: tag Orientation). */
export function upright(image: Pixels, orientation: number): Pixels {
  if (orientation < 2 || orientation > 8) return image;
  const { height, width } = image;
  const [bottom, right] = [height - 1, width - 1];
  const isTurned = orientation > 4;
  const source: Source = (y, x) => {
    // The row and column where the upright image's (y, x) is stored.
    const [row, column] = (
      [[y, right - x], [bottom - y, right - x], [bottom - y, x], [x, y], [bottom - x, y], [bottom - x, right - y], [x, right - y]] as const
    )[orientation - 2] ?? [y, x];
    return row * width + column;
  };
  return take(image, isTurned ? width : height, isTurned ? height : width, source, 0);
}
