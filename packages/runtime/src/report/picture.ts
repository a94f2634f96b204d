/** Pictures as PNG: of images, and of planes of numbers. */

import { PNG } from "pngjs";
import type { Pixels } from "../data/pixels.ts";

/** The bytes of a PNG file. */
export function pngOf({ width, height, channels, data }: Pixels): Buffer {
  const rgba = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i += 1) {
    for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = data[channels === 1 ? i : i * channels + c] ?? 0;
  }
  return PNG.sync.write({ width, height, data: rgba });
}
