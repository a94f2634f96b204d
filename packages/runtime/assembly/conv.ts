/**
 * Convolution without im2col. Over a map with a zero border, (kernel column, channel) is contiguous for a fixed kernel
 * row, so a convolution is a matrix product whose left operand slides over the map. Maps are NHWC, filters HWIO
 * `[kernelHeight, kernelWidth, channels / groups, outChannels]`. Any stride, dilation, padding, groups.
 */

import { border, packColumns, packRows, panelsOf } from "./pack";
import { productColumns, productRows, transposedProductRows } from "./tile";
import { touch } from "./touch";
import { endTap, firstTap, Window, windowBytes } from "./window";
import { exchangeChannels, winograd, winogradFilter, winogradFilterBytes, winogradFilterGradient, winogradFilterGradientScratch, winogradScratch, winogradTile } from "./winograd";

/** Positions of one block of a filter gradient at most: its panel stays in the first-level cache. */
const blockPositions: i32 = 128;

// @ts-ignore: decorator
@inline
function reachHeight(w: Window): i32 {
  return (w.outHeight - 1) * w.strideHeight + (w.kernelHeight - 1) * w.dilationHeight + 1;
}

// @ts-ignore: decorator
@inline
function reachWidth(w: Window): i32 {
  return (w.outWidth - 1) * w.strideWidth + (w.kernelWidth - 1) * w.dilationWidth + 1;
}

/** Whether the windows leave the map, so that it must be copied into a bordered one. */
export function needsBorder(w: Window): bool {
  return w.top != 0 || w.left != 0 || reachHeight(w) > w.height || reachWidth(w) > w.width;
}

// @ts-ignore: decorator
@inline
function borderedBytes(w: Window): usize {
  // 64 bytes apart from a power of two, which would map all images to the same cache lines.
  return (((reachHeight(w) * reachWidth(w) * w.channels) as usize) << 2) + 64;
}

/** Images handled together, so that the weights are read once a block and the block stays in the second-level cache. */
function imagesPerBlock(w: Window): i32 {
  const weights = ((w.kernelHeight * w.kernelWidth * (w.channels / w.groups) * w.outChannels) as usize) << 2;
  const block = min<usize>(max<usize>(weights, 128 << 10), 2 << 20);
  return max(1, min(w.batch, (block / borderedBytes(w)) as i32));
}

function bordersBytes(w: Window): usize {
  return needsBorder(w) ? borderedBytes(w) * imagesPerBlock(w) : 0;
}

function panelBytes(depth: i32, columns: i32): usize {
  return ((panelsOf(columns) * depth) as usize) << 5;
}

/** Copies `images` images from `first` on into bordered ones, or says where they are already as needed. */
function borderBlock(w: Window, x: usize, first: i32, images: i32, scratch: usize): usize {
  const image = ((w.height * w.width * w.channels) as usize) << 2;
  x += image * first;
  if (!needsBorder(w)) return x;
  const bordered = borderedBytes(w);
  for (let n = 0; n < images; n++)
    border(x + n * image, w.height, w.width, (w.channels as usize) << 2, w.top, w.left, scratch + n * bordered, reachHeight(w), reachWidth(w));
  return scratch;
}

/** y = x ∗ panels (+ bias); the panels lie group after group, as does the bias, eight values a panel. */
function correlate(w: Window, x: usize, panels: usize, bias: usize, y: usize, scratch: usize): void {
  const inGroup = w.channels / w.groups, outGroup = w.outChannels / w.groups;
  const bordered = needsBorder(w);
  const pixel = (w.channels as usize) << 2;
  const row = pixel * (bordered ? reachWidth(w) : w.width);
  const image = bordered ? borderedBytes(w) : row * w.height;
  const yPixel = (w.outChannels as usize) << 2, yRow = yPixel * w.outWidth, yImage = yRow * w.outHeight;
  const pointwise = !bordered && w.kernelHeight == 1 && w.kernelWidth == 1 && w.strideHeight == 1 && w.strideWidth == 1 && w.width == w.outWidth && w.height == w.outHeight;
  // Where the channels of a kernel row are neighbours, the row is one tap.
  const joined = w.dilationWidth == 1 && w.groups == 1;
  const V = joined ? 1 : w.kernelWidth, K = joined ? w.kernelWidth * inGroup : inGroup;
  const tapPixel = joined ? (K as usize) << 2 : pixel * w.dilationWidth;
  const panel = ((w.kernelHeight * w.kernelWidth * inGroup) as usize) << 5, perGroup = panelsOf(outGroup);
  const block = imagesPerBlock(w);

  for (let first = 0; first < w.batch; first += block) {
    const images = min(block, w.batch - first);
    const from = borderBlock(w, x, first, images, scratch);
    for (let g = 0; g < w.groups; g++) {
      for (let j = 0; j < outGroup; j += productColumns) {
        const b = panels + (g * perGroup + (j >> 3)) * panel;
        const offset = bias ? bias + ((8 * g * perGroup + j) << 2) : 0;
        const columns = outGroup - j;
        const a = from + ((g * inGroup) << 2);
        const c = y + first * yImage + ((g * outGroup + j) << 2);
        if (pointwise) productRows(images * w.height * w.width, a, pixel, 1, 0, 1, 0, inGroup, b, panel, c, yPixel, columns, false, offset);
        else
          for (let n = 0; n < images; n++)
            for (let oy = 0; oy < w.outHeight; oy++) {
              // Rows of the kernel that lie on the border's zeros are left out.
              const top = oy * w.strideHeight - w.top, tap = firstTap(top, w.dilationHeight), taps = endTap(top, w.dilationHeight, w.kernelHeight, w.height) - tap;
              const from = a + n * image + (oy * w.strideHeight + tap * w.dilationHeight) * row;
              productRows(w.outWidth, from, pixel * w.strideWidth, taps, row * w.dilationHeight, V, tapPixel, K, b + ((tap * V * K) << 5), panel, c + n * yImage + oy * yRow, yPixel, columns, false, offset);
            }
      }
    }
  }
}

/** Bytes of a filter that is packed for `conv`. */
export function packedFilterBytes(w: Window): usize {
  const tile = winogradTile(w);
  return tile ? winogradFilterBytes(w, tile) : w.groups * panelBytes(w.kernelHeight * w.kernelWidth * (w.channels / w.groups), w.outChannels / w.groups);
}

/** Packs a filter for `conv`: in Winograd's domain, or as panels, group after group. */
export function packFilter(w: Window, filter: usize, packed: usize): void {
  const tile = winogradTile(w);
  if (tile) return winogradFilter(tile, w, filter, false, packed);
  const depth = w.kernelHeight * w.kernelWidth * (w.channels / w.groups), outGroup = w.outChannels / w.groups;
  for (let g = 0; g < w.groups; g++) packColumns(filter + ((g * outGroup) << 2), (w.outChannels as usize) << 2, depth, outGroup, packed + g * panelBytes(depth, outGroup));
}

/** Bytes of scratch memory that `conv` needs. */
export function convScratch(w: Window): usize {
  const tile = winogradTile(w);
  return tile ? winogradScratch(w, tile) : w.groups * panelBytes(1, w.outChannels / w.groups) + bordersBytes(w);
}

/** y[n, h, w, o] = bias[o] + Σ x[n, h·stride + i·dilation − top, …, c] · filter[i, j, c, o]; `bias` 0 for none, the filter packed. */
export function conv(w: Window, x: usize, packed: usize, bias: usize, y: usize, scratch: usize): void {
  const tile = winogradTile(w);
  if (tile) return winograd(tile, w, x, packed, bias, y, scratch);
  const outGroup = w.outChannels / w.groups, biasBytes = panelBytes(1, outGroup);
  if (bias) for (let g = 0; g < w.groups; g++) packColumns(bias + ((g * outGroup) << 2), 0, 1, outGroup, scratch + g * biasBytes);
  correlate(w, x, packed, bias ? scratch : 0, y, scratch + w.groups * biasBytes);
}

/** The convolution that computes the input gradient of a stride-1 one: the output's gradient, turned filter. */
function turned(w: Window, at: usize): Window {
  const t = changetype<Window>(at);
  t.batch = w.batch;
  t.height = w.outHeight;
  t.width = w.outWidth;
  t.channels = w.outChannels;
  t.outHeight = w.height;
  t.outWidth = w.width;
  t.outChannels = w.channels;
  t.kernelHeight = w.kernelHeight;
  t.kernelWidth = w.kernelWidth;
  t.strideHeight = 1;
  t.strideWidth = 1;
  t.dilationHeight = w.dilationHeight;
  t.dilationWidth = w.dilationWidth;
  t.top = (w.kernelHeight - 1) * w.dilationHeight - w.top;
  t.left = (w.kernelWidth - 1) * w.dilationWidth - w.left;
  t.groups = w.groups;
  t.exact = w.exact;
  t.kept = 0;
  return t;
}

/** The Winograd tile that pays for an input gradient, as `winogradTile`: only a convolution of stride 1 turns into one. */
function turnedTile(w: Window, at: usize): i32 {
  return w.strideHeight == 1 && w.strideWidth == 1 ? winogradTile(turned(w, at)) : 0;
}

/** Panels of the filter with its channels exchanged: [channels/8][kernel position][outChannels][8], for each group. */
function packExchanged(w: Window, filter: usize, turn: bool, panels: usize): void {
  const inGroup = w.channels / w.groups, outGroup = w.outChannels / w.groups, taps = w.kernelHeight * w.kernelWidth;
  const filterRow = (w.outChannels as usize) << 2, groupBytes = panelBytes(taps * outGroup, inGroup);
  for (let g = 0; g < w.groups; g++)
    for (let j = 0; j < inGroup; j += 8)
      for (let t = 0; t < taps; t++) {
        const tap = turn ? taps - 1 - t : t;
        const from = filter + (tap * inGroup + j) * filterRow + ((g * outGroup) << 2);
        packRows(from, filterRow, outGroup, min(8, inGroup - j), panels + g * groupBytes + ((j * taps + 8 * t) * outGroup << 2));
      }
}

/** Bytes of scratch memory that `convInputGradient` needs. */
export function convInputGradientScratch(w: Window, scratch: usize): usize {
  const tile = turnedTile(w, scratch);
  if (tile) {
    const t = changetype<Window>(scratch);
    return windowBytes + 9 * panelBytes(w.channels, w.outChannels) + winogradFilterBytes(t, tile) + winogradScratch(t, tile);
  }
  const panels = w.groups * panelBytes(w.kernelHeight * w.kernelWidth * (w.outChannels / w.groups), w.channels / w.groups);
  const maps = w.strideHeight == 1 && w.strideWidth == 1 ? bordersBytes(turned(w, scratch)) : borderedBytes(w);
  return windowBytes + panels + maps;
}

/** dx from dy: with stride 1 a convolution with the turned filter, else each tap's product added into a bordered map. */
export function convInputGradient(w: Window, dy: usize, filter: usize, dx: usize, scratch: usize): void {
  const tile = turnedTile(w, scratch);
  if (tile) {
    const t = changetype<Window>(scratch), exchanged = scratch + windowBytes, planes = exchanged + 9 * panelBytes(w.channels, w.outChannels);
    exchangeChannels(w, filter, exchanged);
    winogradFilter(tile, t, exchanged, true, planes);
    winograd(tile, t, dy, planes, 0, dx, planes + winogradFilterBytes(t, tile));
    return;
  }
  const inGroup = w.channels / w.groups, outGroup = w.outChannels / w.groups, taps = w.kernelHeight * w.kernelWidth;
  const panels = scratch + windowBytes, groupBytes = panelBytes(taps * outGroup, inGroup), map = panels + w.groups * groupBytes;
  if (w.strideHeight == 1 && w.strideWidth == 1) {
    packExchanged(w, filter, true, panels);
    correlate(turned(w, scratch), dy, panels, 0, dx, map);
    return;
  }
  packExchanged(w, filter, false, panels);
  const pixel = (w.channels as usize) << 2, row = pixel * reachWidth(w), image = ((w.height * w.width * w.channels) as usize) << 2;
  const yPixel = (w.outChannels as usize) << 2, yRow = yPixel * w.outWidth, yImage = yRow * w.outHeight;
  for (let n = 0; n < w.batch; n++) {
    memory.fill(map, 0, row * reachHeight(w));
    for (let g = 0; g < w.groups; g++)
      for (let j = 0; j < inGroup; j += productColumns)
        for (let oy = 0; oy < w.outHeight; oy++)
          for (let i = 0; i < w.kernelHeight; i++)
            for (let k = 0; k < w.kernelWidth; k++) {
              const a = dy + n * yImage + oy * yRow + ((g * outGroup) << 2);
              const b = panels + g * groupBytes + ((j * taps + 8 * (i * w.kernelWidth + k)) * outGroup << 2);
              const c = map + (oy * w.strideHeight + i * w.dilationHeight) * row + k * w.dilationWidth * pixel + ((g * inGroup + j) << 2);
              productRows(w.outWidth, a, yPixel, 1, 0, 1, 0, outGroup, b, ((taps * outGroup) as usize) << 5, c, pixel * w.strideWidth, inGroup - j, true, 0);
            }
    border(map, reachHeight(w), reachWidth(w), pixel, -w.top, -w.left, dx + n * image, w.height, w.width);
  }
}

/**
 * Rows of the output that make one block of a filter gradient. Pixels a power of two apart share a few sets of the
 * first-level cache (64 sets of 8 lines of 64 bytes), so then fewer of them stay in it.
 */
function rowsPerBlock(w: Window): i32 {
  const sets = 64 >> max(0, min(6, ctz(w.channels * w.strideWidth) - 4));
  const positions = max(24, min(blockPositions, 6 * sets));
  return max(1, min(w.outHeight, positions / w.outWidth));
}

/** Bytes of scratch memory that `convFilterGradient` needs. */
export function convFilterGradientScratch(w: Window): usize {
  const tile = winogradTile(w);
  if (tile) return winogradFilterGradientScratch(w, tile);
  return panelBytes(rowsPerBlock(w) * w.outWidth, productColumns) + bordersBytes(w);
}

/** dFilter[i, j, c, o] = Σ x[…, c] · dy[…, o] over the batch and all positions. */
export function convFilterGradient(w: Window, x: usize, dy: usize, dFilter: usize, scratch: usize): void {
  const tile = winogradTile(w);
  if (tile) return winogradFilterGradient(tile, w, x, dy, dFilter, scratch);
  const inGroup = w.channels / w.groups, outGroup = w.outChannels / w.groups;
  const bordered = needsBorder(w);
  const pixel = (w.channels as usize) << 2;
  const row = pixel * (bordered ? reachWidth(w) : w.width);
  const image = bordered ? borderedBytes(w) : row * w.height;
  const yPixel = (w.outChannels as usize) << 2, yRow = yPixel * w.outWidth, yImage = yRow * w.outHeight;
  const joined = w.dilationWidth == 1 && w.groups == 1;
  const V = joined ? 1 : w.kernelWidth, K = joined ? w.kernelWidth * inGroup : inGroup;
  const filterRow = (w.outChannels as usize) << 2;
  const block = imagesPerBlock(w), rows = rowsPerBlock(w);
  const panel = scratch, borders = scratch + panelBytes(rows * w.outWidth, productColumns);

  for (let first = 0; first < w.batch; first += block) {
    const images = min(block, w.batch - first);
    const from = borderBlock(w, x, first, images, borders);
    for (let g = 0; g < w.groups; g++)
      for (let j = 0; j < outGroup; j += productColumns)
        for (let n = 0; n < images; n++)
          for (let oy = 0; oy < w.outHeight; oy += rows) {
            const R = min(rows, w.outHeight - oy);
            const columns = outGroup - j;
            if (g + j == 0) touch(dy + (first + n) * yImage + oy * yRow, R * yRow);
            packColumns(dy + (first + n) * yImage + oy * yRow + ((g * outGroup + j) << 2), yPixel, R * w.outWidth, min(productColumns, columns), panel);
            const accumulate = first + n + oy > 0;
            for (let i = 0; i < w.kernelHeight; i++)
              for (let k = 0; k < V; k++) {
                const a = from + n * image + (oy * w.strideHeight + i * w.dilationHeight) * row + k * w.dilationWidth * pixel + ((g * inGroup) << 2);
                const c = dFilter + (i * V + k) * K * filterRow + ((g * outGroup + j) << 2);
                transposedProductRows(K, a, row * w.strideHeight, pixel * w.strideWidth, R, w.outWidth, panel, panelBytes(R * w.outWidth, 8), c, filterRow, columns, accumulate);
              }
          }
  }
}
