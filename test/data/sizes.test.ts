/** Recipes of images in files: their sizes on the way into the network, held against the model before anything is read. */

import { check, type DataManifest, memoryProject } from "@cnn-lang/shape-checker";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const program = "model Net(classes = 3) {\n  input 3@32x32\n  conv 4 3x3\n  globalavgpool\n  dense classes\n}\n";
const mixed: DataManifest = { version: 1, format: "folder", shape: "3@20x28", largest: [64, 96], classes: 3, labels: ["a", "b", "c"], train: 40, test: 0 };
const equal: DataManifest = { version: 1, format: "folder", shape: "3@40x50", classes: 3, labels: ["a", "b", "c"], train: 40, test: 0 };

/** What is said of a recipe, and what its first fix would write. */
function said(data: object, manifest: DataManifest): readonly string[] {
  const text = JSON.stringify({ model: "net.cnn", data: { format: "folder", path: "photos", ...data } });
  const project = { ...memoryProject({ "net.cnn": program, "a.train.json": text }), manifest: () => manifest };
  return check(project, "a.train.json").diagnostics.map(({ code, message, fixes }) => `${code}: ${message}${fixes[0] ? ` [${fixes[0].title}]` : ""}`);
}

const test = suite("sizes of images");

test("images of several sizes need one", () => {
  assert.equal(said({}, mixed), ["CNN6115: the images are from 20x28 to 64x96 large, but the model takes one size [resize all images to 32x32]"]);
  assert.equal(said({ resize: [32, 32] }, mixed), []);
});

test("the shorter side alone leaves the longer one open, until a piece is cut out", () => {
  assert.equal(said({ resize: 36 }, mixed), ["CNN6115: resize brings the shorter side to a length, but images of other proportions still differ in the longer one [resize all images to 32x32]"]);
  assert.equal(said({ resize: 36, augment: [{ crop: [32, 32] }] }, mixed), []);
  assert.equal(said({ resize: 32, augment: [{ centerCrop: [32, 32] }] }, mixed), []);
});

test("a piece that only some images are large enough for is mended by a size for all", () => {
  assert.match(said({ augment: [{ crop: [32, 32], padding: 4 }] }, mixed)[0] ?? "", /^CNN6115.*\[resize all images to 32x32\]$/);
  assert.equal(said({ augment: [{ crop: [32, 32], padding: 6 }] }, mixed), []);
});

test("images of one size keep their proportions", () => {
  assert.match(said({}, equal)[0] ?? "", "the model takes 3@32x32, but the data is 3@40x50");
  assert.match(said({ resize: 32 }, equal)[0] ?? "", /3@32x40/);
  assert.equal(said({ resize: 32, augment: [{ centerCrop: [32, 32] }] }, equal), []);
  assert.match(said({ augment: [{ centerCrop: [41, 32] }] }, equal)[0] ?? "", "CNN6108: a piece of 41x32 cannot be cut out of 40x50");
});

test("channels are as wanted", () => {
  assert.match(said({ resize: [32, 32], channels: 1 }, mixed)[0] ?? "", "the model takes 3@32x32, but the data is 1@32x32");
  assert.equal(said({ resize: [32, 32], channels: 3 }, { ...mixed, shape: "1@20x28" }), []);
});

test.run();
