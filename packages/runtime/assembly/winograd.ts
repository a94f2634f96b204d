/**
 * Convolutions of 3x3 and stride 1 by Winograd's minimal filtering, F(m x m, 3 x 3) with m = 2 or 4: tiles of the map are
 * transformed, multiplied with the transformed filter position by position (n · n matrix products, n = m + 2), and
 * transformed back. 2.25 or 4 times fewer multiplications than the direct sum, with a rounding error some ten times larger.
 */

import { border, packColumns, panelsOf, transpose } from "./pack";
import { productColumns, productRows, transposedProductRows } from "./tile";
import { touch } from "./touch";
import { filter as filterKind, gradient, input, middleBytes, output, taps, transform } from "./transforms";
import { Window } from "./window";

/** Tiles handled together: their products read the filter once a block. */
const blockTiles: i32 = 48;
/** Keeps planes from starting a power of two apart, which would map all to the same cache lines. */
const skew: usize = 64;

/** What transforming one filter value costs, in multiplications: measured on layers of few tiles and many channels. */
const filterCost: i32 = 22;
/** What reading one costs, where it was transformed before. */
const keptCost: i32 = 8;

/**
 * The tile's size that pays for a convolution: 4, 2, or 0 for the direct sum. Compared are the multiplications for each pair of
 * channels; with fewer than 16 channels the transforms of the maps, left out here, cost more than they save.
 */
export function winogradTile(w: Window): i32 {
  if (w.exact || w.kernelHeight != 3 || w.kernelWidth != 3 || w.strideHeight != 1 || w.strideWidth != 1) return 0;
  if (w.dilationHeight != 1 || w.dilationWidth != 1 || w.groups != 1 || w.channels < 16 || w.outChannels < 16) return 0;
  const cost = w.kept ? keptCost : filterCost;
  const direct = 9 * w.batch * w.outHeight * w.outWidth, two = 16 * (tilesOf(w, 2) + cost), four = 36 * (tilesOf(w, 4) + cost);
  if (min(two, four) > direct) return 0;
  return four < two ? 4 : 2;
}

// @ts-ignore: decorator
@inline
function matrixBytes(rows: i32, columns: i32): usize {
  return ((rows * columns) as usize) << 2;
}

/** Bytes of one plane of panels for `columns`. */
// @ts-ignore: decorator
@inline
function panelPlane(rows: i32, columns: i32): usize {
  return matrixBytes(rows, panelsOf(columns) << 3) + skew;
}

// @ts-ignore: decorator
@inline
function tileRows(w: Window, m: i32): i32 {
  return (w.outHeight + m - 1) / m;
}

// @ts-ignore: decorator
@inline
function tileColumns(w: Window, m: i32): i32 {
  return (w.outWidth + m - 1) / m;
}

// @ts-ignore: decorator
@inline
function tilesOf(w: Window, m: i32): i32 {
  return w.batch * tileRows(w, m) * tileColumns(w, m);
}

/** Bytes of an image with the border that its tiles read: `side` is what a tile reads, `m` what it stands for. */
// @ts-ignore: decorator
@inline
function borderedBytes(m: i32, side: i32, rows: i32, columns: i32, channels: i32): usize {
  return matrixBytes((rows * m + side - m) * (columns * m + side - m), channels);
}

/**
 * Transforms `count` tiles from number `first` on of a map [batch][height][width][channels] into n · n planes. A tile starts
 * at its outputs' corner, shifted by `top` and `left`; what it lacks is zero. The planes hold rows of channels, or with
 * `panels` panels of eight. `bordered` has room for one image; which one it holds is `image`, and the answer.
 */
// @ts-ignore: decorator
@inline
function gather(kind: i32, m: i32, panels: bool, first: i32, count: i32, rows: i32, columns: i32, map: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, planes: usize, plane: usize, bordered: usize, image: i32, middle: usize): i32 {
  const side = kind == input ? m + 2 : m;
  const fullHeight = rows * m + side - m, fullWidth = columns * m + side - m;
  const borders = top != 0 || left != 0 || fullHeight > height || fullWidth > width;
  const pixel = (channels as usize) << 2, row = pixel * (borders ? fullWidth : width);
  const zero = f32x4.splat(0);
  for (let t = 0; t < count; t++) {
    const tile = first + t, n = tile / (rows * columns), inImage = tile - n * rows * columns;
    let source = map + n * height * width * pixel;
    if (borders) {
      if (n != image) border(source, height, width, pixel, top, left, bordered, fullHeight, fullWidth);
      source = bordered;
    }
    if (!borders && inImage % columns == 0) touch(source + (inImage / columns) * m * row, row * side);
    image = n;
    const from = source + (inImage / columns) * m * row + (inImage % columns) * m * pixel;
    for (let c = 0; c < channels; c += 4) {
      const to = panels ? planes + (((c >> 3) * blockTiles + t) << 5) + ((c & 4) << 2) : planes + t * pixel + (c << 2);
      if (c + 4 <= channels) transform(kind, m, from + (c << 2), row, pixel, to, (m + 2) * plane, plane, zero, middle, 4);
      else
        for (let i: usize = 0; i < ((channels - c) as usize) << 2; i += 4)
          transform(kind, m, from + (c << 2) + i, row, pixel, to + i, (m + 2) * plane, plane, zero, middle, 1);
    }
  }
  return image;
}

/** Bytes of a filter that `winogradFilter` has transformed. */
export function winogradFilterBytes(w: Window, m: i32): usize {
  return (m + 2) * (m + 2) * panelPlane(w.channels, w.outChannels) + middleBytes;
}

/** Bytes of scratch memory that `winograd` needs. */
export function winogradScratch(w: Window, m: i32): usize {
  const points = (m + 2) * (m + 2);
  const planes = matrixBytes(blockTiles, w.channels) + matrixBytes(blockTiles, w.outChannels) + 2 * skew;
  const patches = borderedBytes(m, m + 2, tileRows(w, m), tileColumns(w, m), w.channels) + matrixBytes(m * m, w.outChannels);
  return points * planes + panelPlane(1, w.outChannels) + patches + middleBytes;
}

// @ts-ignore: decorator
@inline
function transformFilter(m: i32, w: Window, filter: usize, turn: bool, planes: usize): void {
  const plane = panelPlane(w.channels, w.outChannels), middle = planes + (m + 2) * (m + 2) * plane;
  const row = (w.outChannels as usize) << 2, tap = row * w.channels;
  const start = turn ? 8 * tap : 0;
  const tapRow: usize = turn ? 0 - 3 * tap : 3 * tap, tapPixel: usize = turn ? 0 - tap : tap;
  if (w.outChannels & 7) memory.fill(planes, 0, (m + 2) * (m + 2) * plane);
  for (let c = 0; c < w.channels; c++) {
    const from = filter + start + c * row;
    let o = 0;
    for (; o + 4 <= w.outChannels; o += 4)
      transform(filterKind, m, from + (o << 2), tapRow, tapPixel, planes + ((((o >> 3) * w.channels + c) << 5) + ((o & 4) << 2)), (m + 2) * plane, plane, f32x4.splat(0), middle, 4);
    for (; o < w.outChannels; o++)
      transform(filterKind, m, from + (o << 2), tapRow, tapPixel, planes + ((((o >> 3) * w.channels + c) << 5) + ((o & 7) << 2)), (m + 2) * plane, plane, f32x4.splat(0), middle, 1);
  }
}

/** The filter [3][3][channels][outChannels] as n · n planes of panels; `turn` rotates it by 180 degrees. */
export function winogradFilter(m: i32, w: Window, filter: usize, turn: bool, planes: usize): void {
  if (m == 4) transformFilter(4, w, filter, turn, planes);
  else transformFilter(2, w, filter, turn, planes);
}

// @ts-ignore: decorator
@inline
function convolve(m: i32, w: Window, x: usize, u: usize, bias: usize, y: usize, scratch: usize): void {
  const n = m + 2, points = n * n;
  const rows = tileRows(w, m), columns = tileColumns(w, m), tiles = w.batch * rows * columns;
  const uPlane = panelPlane(w.channels, w.outChannels), vPlane = matrixBytes(blockTiles, w.channels) + skew, mPlane = matrixBytes(blockTiles, w.outChannels) + skew;
  const v = scratch, products = v + points * vPlane, bordered = products + points * mPlane;
  const patch = bordered + borderedBytes(m, n, rows, columns, w.channels), middle = patch + matrixBytes(m * m, w.outChannels), offsets = middle + middleBytes;
  const xRow = (w.channels as usize) << 2, yPixel = (w.outChannels as usize) << 2, yRow = yPixel * w.outWidth;
  if (bias) packColumns(bias, 0, 1, w.outChannels, offsets);

  let image = -1;
  for (let first = 0; first < tiles; first += blockTiles) {
    const count = min(blockTiles, tiles - first);
    image = gather(input, m, false, first, count, rows, columns, x, w.height, w.width, w.channels, w.top, w.left, v, vPlane, bordered, image, middle);
    for (let p = 0; p < points; p++)
      for (let j = 0; j < w.outChannels; j += productColumns)
        productRows(count, v + p * vPlane, xRow, 1, 0, 1, 0, w.channels, u + p * uPlane + ((j * w.channels) << 2), (w.channels as usize) << 5, products + p * mPlane + (j << 2), yPixel, w.outChannels - j, false, 0);
    for (let t = 0; t < count; t++) {
      const tile = first + t, image = tile / (rows * columns), inImage = tile - image * rows * columns;
      const oy = (inImage / columns) * m, ox = (inImage % columns) * m;
      const whole = oy + m <= w.outHeight && ox + m <= w.outWidth;
      const to = y + (image * w.outHeight + oy) * yRow + ox * yPixel;
      if (ox == 0) touch(to, yRow * min(m, w.outHeight - oy));
      const target = whole ? to : patch, targetRow = whole ? yRow : yPixel * m;
      let c = 0;
      for (; c + 4 <= w.outChannels; c += 4)
        transform(output, m, products + t * yPixel + (c << 2), n * mPlane, mPlane, target + (c << 2), targetRow, yPixel, bias ? v128.load(offsets + (c << 2)) : f32x4.splat(0), middle, 4);
      for (; c < w.outChannels; c++)
        transform(output, m, products + t * yPixel + (c << 2), n * mPlane, mPlane, target + (c << 2), targetRow, yPixel, bias ? v128.load32_zero(offsets + (c << 2)) : f32x4.splat(0), middle, 1);
      if (!whole)
        for (let i = 0; i < min(m, w.outHeight - oy); i++) memory.copy(to + i * yRow, patch + i * targetRow, yPixel * min(m, w.outWidth - ox));
    }
  }
}

/** y = x ∗ filter (+ bias), as `conv`; the filter as `winogradFilter` leaves it. */
export function winograd(m: i32, w: Window, x: usize, filter: usize, bias: usize, y: usize, scratch: usize): void {
  if (m == 4) convolve(4, w, x, filter, bias, y, scratch);
  else convolve(2, w, x, filter, bias, y, scratch);
}

/** The filter with its channels exchanged, [3][3][outChannels][channels]: what the input gradient convolves with. */
export function exchangeChannels(w: Window, filter: usize, to: usize): void {
  const tap = matrixBytes(w.channels, w.outChannels);
  for (let t = 0; t < 9; t++) transpose(filter + t * tap, w.channels, w.outChannels, to + t * tap);
}

/** Bytes of scratch memory that `winogradFilterGradient` needs. */
export function winogradFilterGradientScratch(w: Window, m: i32): usize {
  const points = (m + 2) * (m + 2);
  const planes = matrixBytes(w.channels, w.outChannels) + matrixBytes(blockTiles, w.channels) + panelPlane(blockTiles, w.outChannels) + 2 * skew;
  const rows = tileRows(w, m), columns = tileColumns(w, m);
  return points * planes + borderedBytes(m, m + 2, rows, columns, w.channels) + borderedBytes(m, m, rows, columns, w.outChannels) + middleBytes;
}

// @ts-ignore: decorator
@inline
function filterGradient(m: i32, w: Window, x: usize, dy: usize, dFilter: usize, scratch: usize): void {
  const n = m + 2, points = n * n;
  const rows = tileRows(w, m), columns = tileColumns(w, m), tiles = w.batch * rows * columns;
  const uPlane = matrixBytes(w.channels, w.outChannels) + skew, vPlane = matrixBytes(blockTiles, w.channels) + skew, zPlane = panelPlane(blockTiles, w.outChannels);
  const u = scratch, v = u + points * uPlane, z = v + points * vPlane, xBordered = z + points * zPlane;
  const yBordered = xBordered + borderedBytes(m, n, rows, columns, w.channels), middle = yBordered + borderedBytes(m, m, rows, columns, w.outChannels);
  const xRow = (w.channels as usize) << 2, row = (w.outChannels as usize) << 2;
  if (w.outChannels & 7) memory.fill(z, 0, points * zPlane);

  let xImage = -1, yImage = -1;
  for (let first = 0; first < tiles; first += blockTiles) {
    const count = min(blockTiles, tiles - first);
    xImage = gather(input, m, false, first, count, rows, columns, x, w.height, w.width, w.channels, w.top, w.left, v, vPlane, xBordered, xImage, middle);
    yImage = gather(gradient, m, true, first, count, rows, columns, dy, w.outHeight, w.outWidth, w.outChannels, 0, 0, z, zPlane, yBordered, yImage, middle);
    for (let p = 0; p < points; p++)
      for (let j = 0; j < w.outChannels; j += productColumns)
        transposedProductRows(w.channels, v + p * vPlane, 0, xRow, 1, count, z + p * zPlane + ((j * blockTiles) << 2), blockTiles << 5, u + p * uPlane + (j << 2), row, w.outChannels - j, first > 0);
  }
  const tap = row * w.channels;
  for (let at: usize = 0; at < tap; at += 16) {
    if (at + 16 <= tap) transform(taps, m, u + at, n * uPlane, uPlane, dFilter + at, 3 * tap, tap, f32x4.splat(0), middle, 4);
    else for (let i = at; i < tap; i += 4) transform(taps, m, u + i, n * uPlane, uPlane, dFilter + i, 3 * tap, tap, f32x4.splat(0), middle, 1);
  }
}

/** dFilter, as `convFilterGradient`. */
export function winogradFilterGradient(m: i32, w: Window, x: usize, dy: usize, dFilter: usize, scratch: usize): void {
  if (m == 4) filterGradient(4, w, x, dy, dFilter, scratch);
  else filterGradient(2, w, x, dy, dFilter, scratch);
}
