/** `cnn data`, and what data is for: trainings on image folders, masks and tables, whatever is wrong with them. */

import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith, type Outcome, start } from "../helpers/cli.ts";
import { colorPng, grayPng } from "../helpers/png.ts";
import { documentOf } from "../helpers/schema.ts";

const fails = ({ stdout, stderr, code }: Outcome, message: string): void => {
  assert.match(stderr, message);
  assert.not.match(stderr, "mistake of cnn itself");
  assert.equal([stdout, code], ["", 1]);
};

const side = 12;
/** A spot at (x, y) on a ground of another colour. */
function spot(x: number, y: number, isRed: boolean): { readonly image: Buffer; readonly mask: Buffer } {
  const inside = Array.from({ length: side * side }, (_, i) => ((i % side) - x) ** 2 + (Math.floor(i / side) - y) ** 2 < 8);
  const pixels = inside.flatMap((is) => (is ? (isRed ? [220, 60, 40] : [40, 60, 220]) : [30, 90 + x, 90 + y]));
  return { image: colorPng(Uint8Array.from(pixels), side), mask: grayPng(Uint8Array.from(inside, Number), side) };
}
const spots = Array.from({ length: 40 }, (_, i) => ({ name: `${i}.png`, x: 3 + ((i * 7) % 7), y: 3 + ((i * 5) % 6), isRed: i % 2 === 0 }));

const program = `model Class(classes = 2) {
  input 3@12x12
  conv 4 3x3 -> relu
  globalavgpool
  dense classes
}

model Mask(classes = 2) {
  input 3@12x12
  conv 6 3x3 pad=1 -> relu
  conv classes 1x1
}

model Place {
  input 3@12x12
  conv 8 3x3 stride=2 -> relu
  flatten
  dense 2
}
`;

const folder = folderWith({
  "net.cnn": program,
  ...Object.fromEntries(spots.flatMap(({ name, x, y, isRed }) => {
    const { image, mask } = spot(x, y, isRed);
    return [[`colours/${isRed ? "red" : "blue"}/${name}`, image], [`cells/images/${name}`, image], [`cells/masks/${name}`, mask], [`places/${name}`, image]];
  })),
  "cells/classes.txt": "ground\nspot\n",
  "places/labels.csv": `image,x,y\n${spots.map(({ name, x, y }) => `${name},${x / side},${y / side}\n`).join("")}`,
});
const recipe = (name: string, model: string, data: object, more: object = {}): void =>
  writeFileSync(join(folder, `${name}.train.json`), JSON.stringify({ model: `net.cnn#${model}`, data, batch: 8, epochs: 3, optimizer: { name: "adam", learningRate: 0.02 }, ...more }));

const test = suite("cli: data");

test("data list names every format", () => {
  const { stdout, code } = cnn("data list", folder);
  assert.equal([...stdout.matchAll(/^(\w+)/gm)].map(([word]) => word), ["format", "digits", "mnist", "idx", "cifar10", "cifar100", "folder", "masks", "table"]);
  assert.is(code, 0);
});

test("data check counts what there is", () => {
  assert.match(cnn("data check digits", folder).stdout, /^digits: digits, 12,000 training images, 2,000 for testing, of 1@28x28; each has a class\n[^]*\nall +12,000 +2,000\n$/);
  const { stdout, code } = cnn("data check colours --format json", folder);
  const report = documentOf("data-check", stdout);
  assert.equal(report.classes, [{ label: "blue", train: 20, test: 0 }, { label: "red", train: 20, test: 0 }]);
  assert.equal([report.shape, report.sizes, code], ["3@12x12", [{ size: "12x12", images: 40 }], 0]);
  assert.equal(documentOf("data-check", cnn("data check places --format json", folder).stdout).numbers.map(({ label }: { label: string }) => label), ["x", "y"]);
  assert.match(cnn("data check cells", folder).stdout, /each has a mask; below are pixels\n\nclass +training +share +test\nground/);
});

test("data check lists what cannot be used, and exits with 1", () => {
  const own = folderWith({ "a/1.png": spot(4, 4, true).image, "a/2.png": spot(4, 4, true).image, "b/3.png": "text", "b/4.png": spot(5, 5, true).image });
  const { stdout, code } = cnn("data check .", own);
  assert.match(stdout, "1 image equal to another, byte by byte:\n  a/1.png = a/2.png\n");
  assert.match(stdout, "1 image cannot be used:\n  CNN7101 b/3.png is no PNG or JPEG image: it begins with the bytes 74 65 78 74\n");
  assert.is(code, 1);
  fails(cnn("data check nothing", folder), "there is no data in nothing: no such folder");
  fails(cnn("data check net.cnn", folder), "net.cnn is a file");
});

test("a training on a folder has the same numbers with any number of threads, and its run is measured and asked", () => {
  const augment = [{ flip: "horizontal" }, { rotate: 15 }, { crop: [12, 12], padding: 1 }, { jitter: { brightness: 0.2 } }, { erase: 0.25 }];
  const metrics = [0, 2].map((workers) => {
    recipe("colours", "Class", { format: "folder", path: "colours", resize: 12, augment, workers });
    const { stderr, code } = cnn(`train colours.train.json --out runs/colours-${workers}`, folder);
    assert.is(code, 0, stderr);
    return readFileSync(join(folder, `runs/colours-${workers}/metrics.jsonl`), "utf8");
  });
  assert.is(metrics[0], metrics[1]);
  const result = documentOf("eval", cnn("eval runs/colours-2 --format json", folder).stdout);
  assert.equal([result.split, result.labels], ["validation", ["blue", "red"]]);
  // A photograph of another size is resized as the training's images were.
  const { predictions } = JSON.parse(cnn("predict runs/colours-2 cells/images/0.png --format json", folder).stdout);
  assert.ok(["blue", "red"].includes(predictions[0].label));
});

test("a training on masks, and one on a table", () => {
  recipe("cells", "Mask", { format: "masks", path: "cells", augment: [{ flip: "vertical" }] }, { loss: { name: "pixel-cross-entropy" } });
  assert.is(cnn("train cells.train.json --out runs/cells", folder).code, 0);
  const { confusion } = documentOf("eval", cnn("eval runs/cells --format json", folder).stdout);
  assert.is(confusion.flat().reduce((sum: number, n: number) => sum + n), 4 * side * side, "each pixel of four validation images");
  recipe("places", "Place", { format: "table", path: "places" }, { loss: { name: "mse" } });
  assert.is(cnn("train places.train.json --out runs/places", folder).code, 0);
});

test("what data and program do not agree in is told before anything runs", () => {
  recipe("wrong", "Class", { format: "folder", path: "colours" }, { arguments: { classes: 3 } });
  fails(cnn("train wrong.train.json", folder), "the output of Class has 3 class scores, but the data has 2 classes");
  recipe("wrong", "Place", { format: "masks", path: "cells" });
  assert.is(cnn("train wrong.train.json", folder).code, 1);
  const own = folderWith({ "net.cnn": program, "a/1.png": spot(1, 1, true).image, "a/2.png": grayPng(new Uint8Array(20), 5), "b/1.png": spot(2, 2, true).image });
  fails(cnn("train net.cnn#Class --data .", own), "error CNN6115: the images are from 4x5 to 12x12 large, but the model takes one size");
});

test("damaged images end a training before it begins, or are left out", () => {
  writeFileSync(join(folder, "colours/red/bad.png"), "");
  recipe("bad", "Class", { format: "folder", path: "colours", resize: [12, 12] });
  fails(cnn("train bad.train.json --out runs/bad", folder), "1 of 41 images in colours cannot be used:\n  colours/red/bad.png is no PNG or JPEG image: it is empty");
  recipe("bad", "Class", { format: "folder", path: "colours", resize: [12, 12], unreadable: "skip" });
  const { stderr, code } = cnn("train bad.train.json --out runs/bad", folder);
  assert.match(stderr, "warning: 1 of 41 images in colours are left out:\n  colours/red/bad.png");
  assert.is(code, 0);
  assert.match(cnn("eval runs/bad", folder).stderr, "warning CNN7105");
  rmSync(join(folder, "colours/red/bad.png"));
});

test("an evaluation on other images", () => {
  const own = folderWith({ "red/1.png": spot(4, 4, true).image, "blue/1.png": spot(4, 4, false).image });
  const result = documentOf("eval", cnn(["eval", "runs/colours-0", "--data", own, "--format", "json"], folder).stdout);
  assert.equal([result.split, result.samples], ["train", 2]);
  copyFileSync(join(own, "red/1.png"), join(own, "labels.csv"));
  const other = folderWith({ "green/1.png": spot(4, 4, true).image, "red/1.png": spot(4, 4, true).image });
  fails(cnn(["eval", "runs/colours-0", "--data", other], folder), "holds the class green, which is none of the training images': blue, red");
  fails(cnn("eval runs/colours-0 --data places", folder), "with numbers in 2 columns, but the model was trained on images of 3@12x12 in 2 classes");
});

test("data get: what it is given, it checks", async () => {
  fails(cnn("data get imagenet", folder), "there is no data set called imagenet to get");
  const page = gzipSync("<html>Please log in");
  const server = createServer((_, response) => response.end(page));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sets`;
  const outcome = await start(`data get mnist --to sets/mnist --from ${url}`, folder).ended;
  server.close();
  server.closeAllConnections();
  fails(outcome, `${url}/train-images-idx3-ubyte.gz`);
  assert.is(createHash("md5").update(page).digest("hex").length, 32);
  const { stderr, code } = cnn("data get mnist --from ftp://example.org", folder);
  assert.match(stderr, "write an address that begins with http:// or https://");
  assert.is(code, 2);
});

test.run();
