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

export function flip(image: Pixels, direction: "horizontal" | "vertical"): Pixels {
  const { height, width } = image;
  const source: Source = direction === "horizontal" ? (y, x) => y * width + width - 1 - x : (y, x) => (height - 1 - y) * width + x;
  return take(image, height, width, source, 0);
}

/** The piece of a height and width whose upper left corner is at (top, left), which may lie outside. */
export function cut(image: Pixels, [height, width]: readonly [number, number], top: number, left: number, outside: number): Pixels {
  if (height === image.height && width === image.width && top === 0 && left === 0) return image;
  const source: Source = (y, x) => {
    const [row, column] = [y + top, x + left];
    return row < 0 || row >= image.height || column < 0 || column >= image.width ? -1 : row * image.width + column;
  };
  return take(image, height, width, source, outside);
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
