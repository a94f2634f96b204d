/** Image files: decoded as their makers meant, and refused where they are none. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readImage } from "../../packages/runtime/src/data/image.ts";
import { Failure } from "../../packages/runtime/src/failure.ts";
import { sharedData, withData } from "../helpers/shared.ts";

interface Known {
  readonly file: string;
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly rgb_mean: readonly number[];
  readonly top_left_rgb: readonly number[];
}

const test = suite("images");

withData(test, "imagefolder")("PNG of every kind is exact, JPEG within two levels", async () => {
  const { images }: { images: readonly Known[] } = JSON.parse(readFileSync(sharedData("imagefolder.json"), "utf8"));
  assert.is(images.length, 40);
  for (const { file, kind, width, height, rgb_mean, top_left_rgb } of images) {
    const image = await readImage(sharedData(`imagefolder/${file}`));
    assert.equal([image.width, image.height], [width, height], file);
    const mean = [0, 1, 2].map((c) => image.data.reduce((sum, value, i) => (i % 3 === c ? sum + value : sum), 0) / (width * height));
    // The means are given with four decimals.
    const tolerance = kind.startsWith("png") ? 1e-4 : 2;
    mean.forEach((value, c) => assert.ok(Math.abs(value - (rgb_mean[c] ?? 0)) <= tolerance, `${file}: mean ${value}`));
    top_left_rgb.forEach((value, c) => assert.ok(Math.abs((image.data[c] ?? 0) - value) <= tolerance, `${file}: first pixel`));
  }
});

withData(test, "broken")("broken files are refused, odd ones read", async () => {
  const read = async (file: string): Promise<string> => {
    try {
      const { width, height } = await readImage(sharedData(`broken/${file}`));
      return `${width}x${height}`;
    } catch (error) {
      if (error instanceof Failure) return `${error.finding.code} ${error.message.split("/").at(-1)}`;
      throw error;
    }
  };
  assert.is(await read("truncated.png"), "CNN7102 truncated.png is a damaged PNG image: its bytes are damaged, or end too early");
  assert.match(await read("truncated.jpg"), "CNN7102");
  assert.match(await read("bad_crc.png"), "CNN7102");
  assert.is(await read("text.png"), "CNN7101 text.png is no PNG or JPEG image: it begins with the bytes 54 68 69 73 20 69 73 20");
  assert.is(await read("empty.jpg"), "CNN7101 empty.jpg is no PNG or JPEG image: it is empty");
  assert.is(await read("huge_header.png"), "CNN7103 huge_header.png is 60,000 x 60,000 pixels; at most 50,000,000 pixels are decoded");
  assert.is(await read("one_pixel.png"), "1x1");
  assert.is(await read("jpeg_named.png"), "32x32");
  assert.match(await read("none.png"), "CNN7015");
});

test.run();
