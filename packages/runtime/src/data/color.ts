/** Changing colours as torchvision does on images of bytes, which is as Pillow does: its numbers, every one. */

import { luma, type Pixels, withChannels } from "./pixels.ts";

/** A byte between `from` and `to`, or beyond, in single precision; fractions are dropped. */
function blend(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(factor * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

/** Each byte blended with the same one: 256 results are all there are. */
function blendAll(image: Pixels, from: number, factor: number): Pixels {
  const by = Math.fround(factor);
  const results = new Uint8Array(256);
  for (let value = 0; value < 256; value += 1) results[value] = blend(from, value, by);
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at += 1) data[at] = results[image.data[at] ?? 0] ?? 0;
  return { ...image, data };
}

/** @param factor 0: black, 1: as it is, 2: twice as bright. */
export const brightness = (image: Pixels, factor: number): Pixels => blendAll(image, 0, factor);

/** @param factor 0: all the mean gray, 1: as it is. */
export function contrast(image: Pixels, factor: number): Pixels {
  const grays = withChannels(image, 1).data;
  let sum = 0;
  for (const value of grays) sum += value;
  return blendAll(image, Math.trunc(sum / grays.length + 0.5), factor);
}

/** @param factor 0: gray, 1: as it is. Gray images stay as they are. */
export function saturation(image: Pixels, factor: number): Pixels {
  if (image.channels !== 3) return image;
  const by = Math.fround(factor);
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = [image.data[at] ?? 0, image.data[at + 1] ?? 0, image.data[at + 2] ?? 0];
    const gray = luma(red, green, blue);
    data[at] = blend(gray, red, by);
    data[at + 1] = blend(gray, green, by);
    data[at + 2] = blend(gray, blue, by);
  }
  return { ...image, data };
}

/**
 * Turns all hues: to hue, saturation and value as bytes (A. R. Smith, Color Gamut Transform Pairs, 1978) and back, in Pillow's
 * precision.
 *
 * @param turn Around the colour wheel, −0.5 … 0.5 of a whole turn. Gray images stay as they are.
 */
export function hue(image: Pixels, turn: number): Pixels {
  if (image.channels !== 3) return image;
  const shift = Math.trunc(turn * 255) & 255;
  const data = Uint8Array.from(image.data);
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
    const value = Math.max(red, green, blue);
    const range = value - Math.min(red, green, blue);
    const saturationByte = range === 0 ? 0 : Math.trunc(f(range / value) * 255);
    const share = f(saturationByte / 255);
    if (saturationByte === 0) {
      data.fill(value, at, at + 3);
      continue;
    }
    const place = (((hueOf(red, green, blue, value, range) + shift) & 255) * 6) / 255;
    const sector = Math.floor(place);
    const rest = f(place - sector);
    const [low, falling, rising] = [rounded(value * (1 - share)), rounded(value * (1 - share * rest)), rounded(value * (1 - share * (1 - rest)))];
    const which = sector % 6;
    data[at] = which === 0 || which === 5 ? value : which === 1 ? falling : which === 4 ? rising : low;
    data[at + 1] = which === 1 || which === 2 ? value : which === 3 ? falling : which === 0 ? rising : low;
    data[at + 2] = which === 3 || which === 4 ? value : which === 5 ? falling : which === 2 ? rising : low;
  }
  return { ...image, data };
}

const f = Math.fround;

function hueOf(red: number, green: number, blue: number, value: number, range: number): number {
  const [fromRed, fromGreen, fromBlue] = [f((value - red) / range), f((value - green) / range), f((value - blue) / range)];
  const sixth = f(red === value ? fromBlue - fromGreen : green === value ? 2 + fromRed - fromBlue : 4 + fromGreen - fromRed);
  return Math.trunc(f((sixth / 6 + 1) % 1) * 255);
}

const rounded = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)));
