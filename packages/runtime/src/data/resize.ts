/**
 * Bringing images to another size. Colours: Pillow's `resize` with `BILINEAR`, which is what torchvision's `Resize` does to an image: a
 * triangle as wide as the pixels that become one (so that nothing is skipped where an image is made smaller: antialiasing), in 22
 * bits of fixed point, rows first. The numbers are Pillow's, every one. Masks: the nearest pixel, as Pillow's `NEAREST`.
 */

import type { Pixels } from "./pixels.ts";

const precision = 22;

/** Which of the old positions along an axis go into each new one, and how much of each. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `most` numbers for each new position. */
  readonly shares: Int32Array;
  readonly most: number;
}

function weightsOf(from: number, to: number): Weights {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const most = Math.ceil(reach) * 2 + 1;
  const weights: Weights = { first: new Int32Array(to), count: new Int32Array(to), shares: new Int32Array(to * most), most };
  for (let position = 0; position < to; position += 1) {
    const centre = (position + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(from, Math.trunc(centre + reach + 0.5)) - first;
    const triangle = Array.from({ length: count }, (_, i) => Math.max(0, 1 - Math.abs((i + first - centre + 0.5) / reach)));
    const sum = triangle.reduce((total, share) => total + share, 0);
    weights.first[position] = first;
    weights.count[position] = count;
    triangle.forEach((share, i) => (weights.shares[position * most + i] = Math.trunc(0.5 + (share / sum) * 2 ** precision)));
  }
  return weights;
}

/** Weights by their two lengths: the images of a data set come in few sizes, and become one. */
const known = new Map<string, Weights>();

function weightsFor(from: number, to: number): Weights {
  const key = `${from} ${to}`;
  const found = known.get(key) ?? weightsOf(from, to);
  if (known.size > 200) known.clear();
  known.set(key, found);
  return found;
}

const half = 1 << (precision - 1);

/** Each row to another width. */
function resizeRows({ height, width: from, channels, data }: Pixels, width: number): Pixels {
  const { first, count, shares, most } = weightsFor(from, width);
  const to = new Uint8Array(height * width * channels);
  let place = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const start = (y * from + (first[x] ?? 0)) * channels;
      const end = x * most + (count[x] ?? 0);
      for (let channel = 0; channel < channels; channel += 1) {
        let sum = half;
        for (let i = x * most, at = start + channel; i < end; i += 1, at += channels) sum += (data[at] ?? 0) * (shares[i] ?? 0);
        to[place++] = Math.min(255, sum >> precision);
      }
    }
  }
  return { height, width, channels, data: to };
}

/** To another height: each new row is a sum of old ones. */
function resizeColumns({ height: from, width, channels, data }: Pixels, height: number): Pixels {
  const { first, count, shares, most } = weightsFor(from, height);
  const length = width * channels;
  const to = new Uint8Array(height * length);
  const sums = new Int32Array(length);
  for (let y = 0; y < height; y += 1) {
    sums.fill(half);
    for (let i = 0; i < (count[y] ?? 0); i += 1) {
      const share = shares[y * most + i] ?? 0;
      const row = ((first[y] ?? 0) + i) * length;
      for (let at = 0; at < length; at += 1) sums[at] = (sums[at] ?? 0) + (data[row + at] ?? 0) * share;
    }
    for (let at = 0; at < length; at += 1) to[y * length + at] = Math.min(255, (sums[at] ?? 0) >> precision);
  }
  return { height, width, channels, data: to };
}

export function resize(image: Pixels, height: number, width: number): Pixels {
  const wide = width === image.width ? image : resizeRows(image, width);
  return height === wide.height ? wide : resizeColumns(wide, height);
}

/** The nearest pixel: for masks, whose values must not mix. */
export function resizeNearest(image: Pixels, height: number, width: number): Pixels {
  const { channels, data } = image;
  const [rows, columns] = [nearest(image.height, height), nearest(image.width, width)];
  const to = new Uint8Array(height * width * channels);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * channels;
      for (let channel = 0; channel < channels; channel += 1) to[at++] = data[from + channel] ?? 0;
    }
  }
  return { height, width, channels, data: to };
}

/** The old position for each new one. Summed up step by step, as Pillow does: where two are equally near, rounding decides. */
function nearest(from: number, to: number): Int32Array {
  const scale = from / to;
  let position = scale / 2;
  return Int32Array.from({ length: to }, () => {
    const here = Math.min(from - 1, Math.floor(position));
    position += scale;
    return here;
  });
}
