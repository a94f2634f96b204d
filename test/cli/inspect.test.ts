/** `cnn inspect`: a page and pictures of what a run's model sees, and what can be wrong with the asking. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith } from "../helpers/cli.ts";
import { grayPng } from "../helpers/png.ts";

const net = "model Net(classes = 10) {\n  input 1@28x28\n  conv 4 5x5 stride=2 -> relu -> maxpool 2\n  flatten -> dense classes\n}\n";

const test = suite("cnn inspect");

let folder = "";
test.before(() => {
  folder = folderWith({ "net.cnn": net, "white.png": grayPng(new Uint8Array(784).fill(255), 28), "text.png": "no image" });
  assert.is(cnn("train net.cnn --data digits --epochs 1 --batch 512 --backend wasm --out run", folder).code, 0);
});

test("without an image: one of the run's own data, into the run's folder", () => {
  const { stdout, stderr, code } = cnn("inspect run --backend wasm", folder);
  assert.match(stdout, /^the first test image is seen as \d; it is \d\.\nThe unit 3,3 of maxpool_1 sees rows 12 to 18 and columns 12 to 18\.\nrun\/inspect\/index\.html and 8 pictures beside it are written\.\n$/);
  assert.equal([stderr, code], ["", 0]);
  assert.equal(readdirSync(join(folder, "run/inspect")).toSorted(), ["class-map.png", "effective-field.png", "filters.png", "image.png", "index.html", "map-01-conv_1.png", "map-02-relu_1.png", "map-03-maxpool_1.png", "receptive-field.png"]);
});

test("an image, a layer, a unit and a folder", () => {
  const { stdout, code } = cnn("inspect run white.png --layer conv_1 --unit 0,11 --out seen/here --backend wasm", folder);
  assert.match(stdout, /^white\.png is seen as \d\.\nThe unit 0,11 of conv_1 sees rows 0 to 4 and columns 22 to 26\.\nseen\/here\/index\.html and 6 pictures/);
  assert.is(code, 0);
  assert.match(readFileSync(join(folder, "seen/here/index.html"), "utf8"), /<figcaption>white\.png: seen as \d<\/figcaption>/);
});

test("what is wrong is told, and nothing written", () => {
  const fails = (words: string, message: string, code = 1): void => {
    const outcome = cnn(`${words} --out nothing --backend wasm`, folder);
    assert.ok(outcome.stderr.includes(message), outcome.stderr);
    assert.equal([outcome.stdout, outcome.code], ["", code]);
  };
  fails("inspect run --layer conv1", "CNN8401: conv1 is no feature map of Net: there is no layer of that path; did you mean conv_1?");
  fails("inspect run --layer dense_1", "CNN8401: dense_1 is no feature map of Net: it is 10");
  fails("inspect run --layer conv_1 --unit 12,0", "CNN8402: conv_1 has no unit 12,0: it is 4@12x12");
  fails("inspect run --unit middle", "write the row and the column of a unit, such as 3,5", 2);
  fails("inspect run text.png", "CNN7101");
  fails("inspect run missing.png", "missing.png cannot be read: there is no such file");
  fails("inspect net.cnn", "net.cnn is no run");
  assert.not.ok(existsSync(join(folder, "nothing")));
  assert.match(cnn("inspect run --out net.cnn --backend wasm", folder).stderr, /CNN8002: net\.cnn\/image\.png cannot be written/);
});

test.run();
