/** Resizing, turning and colours: the numbers of Pillow and torchvision, every one (test/goldens/images.py). */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { brightness, contrast, hue, saturation } from "../../packages/runtime/src/data/color.ts";
import { cut, flip, rotate, upright } from "../../packages/runtime/src/data/geometry.ts";
import { type Pixels, withChannels } from "../../packages/runtime/src/data/pixels.ts";
import { resize, resizeNearest } from "../../packages/runtime/src/data/resize.ts";
import { resizedSize } from "../../packages/shape-checker/src/recipe/image-sizes.ts";

interface Encoded {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: string;
}
interface Golden {
  readonly sources: Readonly<Record<string, Encoded>>;
  readonly cases: readonly { readonly source: string; readonly operation: string; readonly arguments: readonly (number | string)[]; readonly result: Encoded }[];
}
const golden: Golden = JSON.parse(readFileSync("test/goldens/images.json", "utf8"));
const decoded = ({ data, ...size }: Encoded): Pixels => ({ ...size, data: Uint8Array.from(Buffer.from(data, "base64")) });

const text = (image: Pixels | undefined): string => (image ? `${image.height}x${image.width}x${image.channels}: ${Buffer.from(image.data).toString("hex")}` : "nothing");

const operations: Readonly<Record<string, (image: Pixels, a: number, b: number) => Pixels>> = {
  resize, resizeNearest, brightness, contrast, saturation, hue,
  rotate: (image, degrees) => rotate(image, degrees, 0),
  flip: (image) => image,
  gray: (image) => withChannels(image, 1),
};

const test = suite("pixels");

for (const operation of Object.keys(operations)) {
  test(`${operation} is Pillow's and torchvision's, byte by byte`, () => {
    const cases = golden.cases.filter((one) => one.operation === operation);
    assert.ok(cases.length > 0);
    for (const { source, arguments: given, result } of cases) {
      const image = decoded(golden.sources[source] ?? result);
      const [a = 0, b = 0] = given;
      const found = a === "horizontal" || a === "vertical" ? flip(image, a) : operations[operation]?.(image, Number(a), Number(b));
      assert.is(text(found), text(decoded(result)), `${operation}(${given.join(", ")}) of ${source}`);
    }
  });
}

test("the shorter side gets its length, the other keeps the proportions", () => {
  assert.equal(resizedSize([19, 26], 10), [10, 13]);
  assert.equal(resizedSize([21, 16], 10), [13, 10]);
  assert.equal(resizedSize([5, 5], [3, 9]), [3, 9]);
});

/** 1 2 3 | 4 5 6. */
const six: Pixels = { height: 2, width: 3, channels: 1, data: Uint8Array.from([1, 2, 3, 4, 5, 6]) };
const shown = ({ height, width, data }: Pixels): string => Array.from({ length: height }, (_, y) => data.subarray(y * width, (y + 1) * width).join(" ")).join(" | ");

test("a piece may lie partly outside", () => assert.is(shown(cut(six, [3, 2], -1, 2, 9)), "9 9 | 3 9 | 6 9"));

test("every orientation of Exif is brought upright", () => {
  // Stored rows of an image whose upright form is 1 2 3 | 4 5 6, by where its first row and column lie (Exif 2.3, table of the tag).
  const stored: Readonly<Record<number, readonly [height: number, width: number, ...pixels: number[]]>> = {
    1: [2, 3, 1, 2, 3, 4, 5, 6],
    2: [2, 3, 3, 2, 1, 6, 5, 4],
    3: [2, 3, 6, 5, 4, 3, 2, 1],
    4: [2, 3, 4, 5, 6, 1, 2, 3],
    5: [3, 2, 1, 4, 2, 5, 3, 6],
    6: [3, 2, 3, 6, 2, 5, 1, 4],
    7: [3, 2, 6, 3, 5, 2, 4, 1],
    8: [3, 2, 4, 1, 5, 2, 6, 3],
  };
  for (const [orientation, [height, width, ...data]] of Object.entries(stored)) {
    assert.is(shown(upright({ height, width, channels: 1, data: Uint8Array.from(data) }, Number(orientation))), "1 2 3 | 4 5 6", orientation);
  }
});

test.run();
