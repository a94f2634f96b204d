/** Batches of images that lie on the card: the same bits as those that are prepared here. */

import type { Augmentation } from "@cnn-lang/shape-checker";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { normalizedValues, preparer } from "../../packages/runtime/src/data/augment.ts";
import { makeBatch } from "../../packages/runtime/src/data/batch.ts";
import type { ImagesInMemory } from "../../packages/runtime/src/data/dataset.ts";
import { onlyMoves, placedLoader } from "../../packages/runtime/src/data/placed.ts";
import { storeImages } from "../../packages/runtime/src/kernels/webgpu/gather.ts";
import { currentRecorder } from "../../packages/runtime/src/kernels/webgpu/install.ts";
import { given } from "../../packages/runtime/src/train/step.ts";
import { startWebgpu } from "../helpers/webgpu.ts";
import { noise } from "../kernels/reference.ts";

const all = suite("images on the card");
if (startWebgpu) all.before(startWebgpu);
const test = startWebgpu ? all : all.skip;

/** 21 images of 7x9, whose bytes do not come in fours. */
const images: ImagesInMemory = {
  count: 21, height: 7, width: 9, channels: 3,
  pixels: Uint8Array.from(noise(21 * 7 * 9 * 3, 1), (v) => Math.floor((v + 1) * 127.9)),
  labels: Uint8Array.from({ length: 21 }, (_, i) => i % 5),
};
const normalization = { mean: [0.1, 0.5, 0.9], std: [0.3, 0.2, 0.1] };

const lists: readonly (readonly Augmentation[])[] = [
  [],
  [{ flip: "horizontal" }],
  [{ flip: "vertical" }, { flip: "horizontal" }, { flip: "vertical" }],
  [{ flip: "horizontal" }, { crop: [7, 9], padding: 3 }],
  [{ crop: [4, 12], padding: 2 }, { flip: "horizontal" }, { flip: "vertical" }],
  [{ centerCrop: [5, 6] }, { flip: "vertical" }],
  [{ crop: [8, 8], padding: 1 }, { flip: "vertical" }, { crop: [3, 5], padding: 0 }, { flip: "horizontal" }, { centerCrop: [2, 3] }],
];

for (const augment of lists) {
  test(`${JSON.stringify(augment)}: every bit, in three epochs and without any`, async () => {
    const recorder = currentRecorder();
    if (!recorder) throw new Error("Our kernels do not run.");
    const preparation = { augment, normalization, seed: 11 }, prepare = preparer(images, preparation);
    const store = storeImages(recorder, images, prepare.size, normalizedValues(normalization, 3));
    const loader = placedLoader(images, preparation, store.gather);
    assert.ok(onlyMoves(augment));
    const indices = Uint32Array.of(20, 3, 3, 0, 7, 19, 1, 12);
    for (const epoch of [1, 2, 3, undefined]) {
      let at = 0;
      for await (const batch of loader.batches(indices, 5, epoch)) {
        const expected = await makeBatch(images, prepare, indices.slice(at, (at += 5)), epoch);
        const { sent, labels, images: gather } = given(batch);
        const gathered = gather();
        assert.equal(gathered.shape, expected.shape);
        assert.equal(await gathered.data(), expected.images);
        assert.equal([batch.size, batch.shape, batch.labels, batch.images], [expected.size, expected.shape, expected.labels, expected.images]);
        for (const tensor of [sent, labels, gathered]) tensor.dispose();
      }
      assert.ok(at >= indices.length);
    }
    store.dispose();
  });
}

test("what changes colours, turns, or would bring back what was cut away is done here", () => {
  const others: readonly (readonly Augmentation[])[] = [
    [{ rotate: 10 }],
    [{ flip: "horizontal" }, { jitter: { brightness: 0.1, contrast: 0, saturation: 0, hue: 0 } }],
    [{ erase: 0.5, scale: [0.1, 0.2], ratio: [0.5, 2] }],
    [{ crop: [5, 5], padding: 0 }, { crop: [5, 5], padding: 1 }],
    [{ centerCrop: [5, 5] }, { crop: [5, 5], padding: 1 }],
  ];
  assert.equal(others.map(onlyMoves), others.map(() => false));
});

all.run();
