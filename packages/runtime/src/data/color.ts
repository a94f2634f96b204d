/** Changing colours as torchvision does on images of bytes, which is as Pillow does: its numbers, every one. */

import { luma, type Pixels } from "./pixels.ts";

/** A byte between `from` and `to`, or beyond, in single precision; fractions are dropped. */
function blend(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(factor * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

/** @param factor 0: black, 1: as it is, 2: twice as bright. */
export function brightness(image: Pixels, factor: number): Pixels {
  const by = Math.fround(factor);
  return { ...image, data: image.data.map((value) => blend(0, value, by)) };
}

/** @param factor 0: all the mean gray, 1: as it is. */
export function contrast(image: Pixels, factor: number): Pixels {
  const by = Math.fround(factor);
  const grays = grayOf(image);
  const mean = Math.trunc(grays.reduce((sum, value) => sum + value, 0) / grays.length + 0.5);
  return { ...image, data: image.data.map((value) => blend(mean, value, by)) };
}

/** @param factor 0: gray, 1: as it is. Gray images stay as they are. */
export function saturation(image: Pixels, factor: number): Pixels {
  if (image.channels !== 3) return image;
  const by = Math.fround(factor);
  const grays = grayOf(image);
  return { ...image, data: image.data.map((value, i) => blend(grays[Math.floor(i / 3)] ?? 0, value, by)) };
}

function grayOf({ channels, data }: Pixels): Uint8Array {
  return channels === 1 ? data : Uint8Array.from({ length: data.length / 3 }, (_, i) => luma(data[3 * i] ?? 0, data[3 * i + 1] ?? 0, data[3 * i + 2] ?? 0));
}

/** @param turn Around the colour wheel, −0.5 … 0.5 of a whole turn. Gray images stay as they are. */
export function hue(image: Pixels, turn: number): Pixels {
  if (image.channels !== 3) return image;
  const shift = Math.trunc(turn * 255) & 255;
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at += 3) {
    const [h, s, v] = toHsv(image.data[at] ?? 0, image.data[at + 1] ?? 0, image.data[at + 2] ?? 0);
    data.set(fromHsv((h + shift) & 255, s, v), at);
  }
  return { ...image, data };
}

type Triple = readonly [number, number, number];

const f = Math.fround;

/** Hue, saturation and value as bytes (A. R. Smith, Color Gamut Transform Pairs, 1978), in Pillow's precision. */
function toHsv(red: number, green: number, blue: number): Triple {
  const most = Math.max(red, green, blue);
  const range = most - Math.min(red, green, blue);
  if (range === 0) return [0, 0, most];
  const [fromRed, fromGreen, fromBlue] = [f((most - red) / range), f((most - green) / range), f((most - blue) / range)];
  const sixth = f(red === most ? fromBlue - fromGreen : green === most ? 2 + fromRed - fromBlue : 4 + fromGreen - fromRed);
  const turn = f((sixth / 6 + 1) % 1);
  return [Math.trunc(turn * 255), Math.trunc(f(range / most) * 255), most];
}

function fromHsv(h: number, s: number, v: number): Triple {
  if (s === 0) return [v, v, v];
  const sector = Math.floor((h * 6) / 255);
  const rest = f((h * 6) / 255 - sector);
  const share = f(s / 255);
  const byte = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)));
  const [p, q, t] = [byte(v * (1 - share)), byte(v * (1 - share * rest)), byte(v * (1 - share * (1 - rest)))];
  return ([[v, t, p], [q, v, p], [p, v, t], [p, q, v], [t, p, v], [v, p, q]] as const)[sector % 6] ?? [v, v, v];
}
