/** Planes of numbers as pictures: shades of gray, sheets of many, and heat over an image. */

import type { Pixels } from "../data/pixels.ts";
import { resize } from "../data/resize.ts";
import type { Rectangle } from "./receptive-field.ts";

/** `[channels, height, width]`. */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

/** So many of a layer's channels are drawn. */
export const mostChannels = 64;

/** Black at `low`, white at `high`; where both are the same, all is gray. */
export const shade = (value: number, low: number, high: number): number => (high > low ? Math.round((255 * Math.min(high, Math.max(low, value)) - 255 * low) / (high - low)) || 0 : 128);

/** The least and the largest of finite numbers. */
export function rangeOf(values: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return low > high ? [0, 0] : [low, high];
}

/** Between the tiles of a sheet, and around them: neither black nor white. */
const gap = [92, 108, 128] as const;

/**
 * All planes side by side, each pixel enlarged, in one scale of gray.
 *
 * @param group How many planes make one tile: 3 as red, green and blue.
 */
export function sheet({ channels, height, width, values }: Planes, [low, high]: readonly [number, number], group: 1 | 3 = 1): Pixels {
  const tiles = Math.max(1, Math.floor(channels / group));
  const columns = Math.ceil(Math.sqrt(tiles));
  const rows = Math.ceil(tiles / columns);
  const times = Math.max(1, Math.round(56 / Math.max(height, width)));
  const [tall, wide] = [height * times + 2, width * times + 2];
  const [sheetHeight, sheetWidth] = [rows * tall + 2, columns * wide + 2];
  const data = new Uint8Array(sheetHeight * sheetWidth * 3);
  for (let i = 0; i < data.length; i += 1) data[i] = gap[i % 3] ?? 0;
  for (let tile = 0; tile < tiles; tile += 1) {
    const [top, left] = [Math.floor(tile / columns) * tall + 2, (tile % columns) * wide + 2];
    for (let y = 0; y < height * times; y += 1) {
      for (let x = 0; x < width * times; x += 1) {
        const place = Math.floor(y / times) * width + Math.floor(x / times);
        for (let c = 0; c < 3; c += 1) {
          const plane = tile * group + (group === 3 ? c : 0);
          data[((top + y) * sheetWidth + left + x) * 3 + c] = shade(values[plane * height * width + place] ?? 0, low, high);
        }
      }
    }
  }
  return { height: sheetHeight, width: sheetWidth, channels: 3, data };
}

/** Each pixel so many times as large, in colour. */
export function enlarged({ height, width, channels, data }: Pixels, times: number): Pixels {
  const [tall, wide] = [height * times, width * times];
  const to = new Uint8Array(tall * wide * 3);
  for (let i = 0; i < to.length; i += 1) {
    const [pixel, c] = [Math.floor(i / 3), i % 3];
    const from = Math.floor(Math.floor(pixel / wide) / times) * width + Math.floor((pixel % wide) / times);
    to[i] = data[from * channels + (channels === 1 ? 0 : c)] ?? 0;
  }
  return { height: tall, width: wide, channels: 3, data: to };
}

/** How often a picture's pixels are repeated so that it can be looked at. */
export const timesFor = ({ height, width }: Pixels): number => Math.max(1, Math.round(280 / Math.max(height, width)));

/** An image with a frame around a part of it, enlarged; the frame is drawn outside the pixels that it holds, as far as there is room. */
export function framed(image: Pixels, { top, left, bottom, right }: Rectangle): Pixels {
  const times = timesFor(image);
  const picture = enlarged(image, times);
  const { height, width, data } = picture;
  const thick = 2;
  const [y0, x0, y1, x1] = [top * times, left * times, bottom * times, right * times];
  for (let y = Math.max(0, y0 - thick); y < Math.min(height, y1 + thick); y += 1) {
    for (let x = Math.max(0, x0 - thick); x < Math.min(width, x1 + thick); x += 1) {
      const isWithin = y >= Math.min(y0, height - thick) && y < Math.max(y1, thick) && x >= Math.min(x0, width - thick) && x < Math.max(x1, thick);
      const isEdge = y < thick || x < thick || y >= height - thick || x >= width - thick;
      if (!isWithin || (isEdge && (y < y0 + thick || y >= y1 - thick || x < x0 + thick || x >= x1 - thick))) data.set([255, 64, 48], (y * width + x) * 3);
    }
  }
  return picture;
}

/** An image, gray and dark, under the heat of numbers from 0 to their largest: black, red, yellow, white. */
export function heated(image: Pixels, heat: { readonly height: number; readonly width: number; readonly values: ArrayLike<number> }): Pixels {
  const times = timesFor(image);
  const picture = enlarged(image, times);
  const [, high] = rangeOf(heat.values);
  const levels = Uint8Array.from({ length: heat.height * heat.width }, (_, i) => (high > 0 ? shade(heat.values[i] ?? 0, 0, high) : 0));
  const over = resize({ height: heat.height, width: heat.width, channels: 1, data: levels }, picture.height, picture.width);
  const { data } = picture;
  for (let pixel = 0; pixel < over.data.length; pixel += 1) {
    const level = (over.data[pixel] ?? 0) / 255;
    const gray = 0.3 * (data[3 * pixel] ?? 0) + 0.59 * (data[3 * pixel + 1] ?? 0) + 0.11 * (data[3 * pixel + 2] ?? 0);
    const colour = [Math.min(1, 3 * level), Math.min(1, Math.max(0, 3 * level - 1)), Math.max(0, 3 * level - 2)];
    for (let c = 0; c < 3; c += 1) data[3 * pixel + c] = Math.round(0.55 * gray * (1 - 0.5 * level) + 255 * 0.75 * level * (colour[c] ?? 0));
  }
  return picture;
}
