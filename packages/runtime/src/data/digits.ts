/**
 * A generated data set: the digits 0 to 9, drawn with strokes as a hand would, each image with its own slant, size, thickness,
 * turn, place, wobble and noise. It needs no files and no network, and is the same everywhere: every draw is a hash.
 */

import { knownData } from "@cnn-lang/shape-checker";
import type { DataSet, ImagesInMemory } from "./dataset.ts";
import { type Draws, draws } from "./random.ts";

const side = 28;
const trainCount = 12_000;
const testCount = 2_000;

type Point = readonly [x: number, y: number];
type Stroke = readonly Point[];

/** The set; another seed gives other images of the same kind. */
export function digits(seed = 1): DataSet {
  const { labels } = knownData.digits === "in its files" ? { labels: [] } : knownData.digits;
  return {
    manifest: { version: 1, format: "digits", shape: `1@${side}x${side}`, classes: 10, labels, train: trainCount, test: testCount },
    train: (atLeast = trainCount) => drawImages(seed, "train", Math.min(atLeast, trainCount)),
    test: () => drawImages(seed, "test", testCount),
  };
}

/** The first `count` images of the training or test set. */
export function drawImages(seed: number, split: "train" | "test", count: number): ImagesInMemory {
  const pixels = new Uint8Array(count * side * side);
  const labels = new Uint8Array(count);
  const ink = new Float32Array(side * side);
  for (let image = 0; image < count; image += 1) {
    const draw = draws(seed, "digits", split, image);
    labels[image] = Math.floor(draw.uniform(0) * 10);
    ink.fill(0);
    drawDigit(ink, labels[image] ?? 0, draw);
    develop(ink, pixels.subarray(image * side * side, (image + 1) * side * side), draw);
  }
  return { count, height: side, width: side, channels: 1, pixels, labels };
}

/** Part of a circle or ellipse, from one angle to another in degrees, clockwise from three o'clock. */
function arc([x, y]: Point, width: number, height: number, from: number, to: number): Stroke {
  const steps = Math.max(3, Math.round(Math.abs(to - from) / 24));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)] as const;
  });
}

/** How each digit may be written, in a box from (−1, −1), the upper left, to (1, 1). */
const shapes: readonly (readonly (readonly Stroke[])[])[] = [
  [[arc([0, 0], 0.62, 1, -90, 270)], [arc([0, 0], 0.8, 0.9, -60, 290)]],
  [[[[0, -1], [0, 1]]], [[[-0.42, -0.6], [0.05, -1], [0.05, 1]]], [[[-0.4, -0.62], [0.05, -1], [0.05, 1]], [[-0.45, 1], [0.5, 1]]]],
  [
    [[...arc([0, -0.45], 0.6, 0.55, -170, 35), [-0.6, 1], [0.65, 1]]],
    [[...arc([0, -0.5], 0.55, 0.5, -200, 40), ...arc([-0.35, 0.75], 0.25, 0.22, 0, -250), [0.7, 0.95]]],
  ],
  [
    [[...arc([0, -0.5], 0.55, 0.48, -150, 80), ...arc([0, 0.48], 0.62, 0.52, -85, 150)]],
    [[[-0.55, -1], [0.55, -1], [0, -0.15], ...arc([0, 0.4], 0.6, 0.58, -80, 150)]],
  ],
  [
    [[[0.3, 1], [0.3, -1], [-0.65, 0.35], [0.7, 0.35]]],
    [[[-0.5, -0.95], [-0.6, 0.1], [0.6, 0.1]], [[0.45, -0.9], [0.35, 1]]],
  ],
  [
    [[[0.6, -1], [-0.45, -1], [-0.5, -0.12], ...arc([0, 0.38], 0.62, 0.6, -120, 140)]],
    [[[-0.4, -0.95], [-0.5, -0.1], ...arc([-0.05, 0.4], 0.6, 0.55, -110, 130)], [[-0.4, -0.95], [0.65, -0.9]]],
  ],
  [
    [[[0.4, -1], ...arc([0, 0.4], 0.58, 0.6, -165, 195)]],
    [[...arc([0.35, -0.1], 0.9, 0.9, -110, -190), ...arc([0, 0.42], 0.55, 0.55, -180, 200)]],
  ],
  [[[[-0.6, -1], [0.6, -1], [-0.1, 1]]], [[[-0.6, -0.95], [0.6, -1], [-0.1, 1]], [[-0.35, 0.05], [0.5, 0]]]],
  [
    [arc([0, -0.5], 0.48, 0.48, 90, 450), arc([0, 0.5], 0.6, 0.5, -90, 270)],
    [[...arc([0, -0.5], 0.5, 0.45, -20, -270), ...arc([0, 0.48], 0.55, 0.5, -90, 180), [0.45, -0.65]]],
  ],
  [
    [arc([0, -0.42], 0.56, 0.56, 0, 360), [[0.56, -0.42], [0.5, 0.3], [0.15, 1]]],
    [[...arc([0, -0.45], 0.55, 0.53, -20, -340), [0.52, -0.3], ...arc([0, 0.45], 0.5, 0.53, 0, 150)]],
  ],
];

/** What the first draws of an image are for; the others count up from `noise` and `wobble`. */
const place = { label: 0, shape: 1, slant: 2, turn: 3, width: 4, height: 5, thickness: 6, left: 7, down: 8, light: 9, stray: 10, wobble: 100, noise: 1000 };

/** Puts the ink of one digit on the paper: 0 is none, 1 is full. */
function drawDigit(ink: Float32Array, label: number, { uniform }: Draws): void {
  const between = (element: number, low: number, high: number): number => low + (high - low) * uniform(element);
  const ways = shapes[label] ?? [];
  const strokes = ways[Math.floor(uniform(place.shape) * ways.length)] ?? [];
  const slant = between(place.slant, -0.25, 0.5);
  const turn = between(place.turn, -0.26, 0.26);
  const [width, height] = [between(place.width, 5, 9.5), between(place.height, 7, 10.5)];
  const thickness = between(place.thickness, 0.55, 1.9);
  const [x, y] = [side / 2 + between(place.left, -2.5, 2.5), side / 2 + between(place.down, -2.5, 2.5)];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];

  let wobble: number = place.wobble;
  const onPaper = ([u, v]: Point): Point => {
    const across = (u + between(wobble++, -0.13, 0.13) - slant * v) * width;
    const down = (v + between(wobble++, -0.13, 0.13)) * height;
    return [x + cos * across - sin * down, y + sin * across + cos * down];
  };
  for (const stroke of strokes) drawStroke(ink, smooth(stroke.map(onPaper)), thickness);

  // A quarter of the images has a stray line, shorter than a stroke.
  if (uniform(place.stray) < 0.25) {
    const from: Point = [between(place.stray + 1, 1, side - 1), between(place.stray + 2, 1, side - 1)];
    const to: Point = [from[0] + between(place.stray + 3, -7, 7), from[1] + between(place.stray + 4, -7, 7)];
    drawStroke(ink, [from, to], thickness * 0.7);
  }
}

/** Rounds corners as a pen does: each corner is cut twice at a quarter of its sides (Chaikin). */
function smooth(stroke: Stroke): Stroke {
  let points = stroke;
  for (let turn = 0; turn < 2; turn += 1) {
    const [first, last] = [points[0], points.at(-1)];
    const cut = points.slice(1).flatMap(([x, y], index): Point[] => {
      const [u, v] = points[index] ?? [x, y];
      return [[u + (x - u) / 4, v + (y - v) / 4], [x - (x - u) / 4, y - (y - v) / 4]];
    });
    points = first && last ? [first, ...cut, last] : cut;
  }
  return points;
}

/** Draws a line of the given half width, its edge one pixel soft. */
function drawStroke(ink: Float32Array, stroke: Stroke, thickness: number): void {
  const reach = thickness + 0.5;
  for (let index = 1; index < stroke.length; index += 1) {
    const [[ax, ay], [bx, by]] = [stroke[index - 1] ?? [0, 0], stroke[index] ?? [0, 0]];
    const [dx, dy] = [bx - ax, by - ay];
    const lengthSquared = dx * dx + dy * dy || 1;
    const [top, bottom] = [Math.max(0, Math.floor(Math.min(ay, by) - reach)), Math.min(side - 1, Math.ceil(Math.max(ay, by) + reach))];
    const [left, right] = [Math.max(0, Math.floor(Math.min(ax, bx) - reach)), Math.min(side - 1, Math.ceil(Math.max(ax, bx) + reach))];
    for (let y = top; y <= bottom; y += 1) {
      for (let x = left; x <= right; x += 1) {
        const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / lengthSquared));
        const [u, v] = [x - ax - along * dx, y - ay - along * dy];
        const covered = reach - Math.sqrt(u * u + v * v);
        const at = y * side + x;
        if (covered > (ink[at] ?? 0)) ink[at] = Math.min(1, covered);
      }
    }
  }
}

/** Ink → bytes, bright on dark as in MNIST, with an exposure of its own and grain. */
function develop(ink: Float32Array, pixels: Uint8Array, { uniform, bits }: Draws): void {
  const light = 150 + 105 * uniform(place.light);
  for (let pixel = 0; pixel < pixels.length; pixel += 1) {
    // The sum of four bytes: nearly normally distributed, with standard deviation 148.
    const hash = bits(place.noise + pixel);
    const grain = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24) - 510;
    pixels[pixel] = Math.min(255, Math.max(0, Math.round((ink[pixel] ?? 0) * light + grain * 0.12)));
  }
}
