/** What only a training or a trained network can show, told by the command: codes whose pages have no program. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith } from "../helpers/cli.ts";
import { grayPng } from "../helpers/png.ts";

const test = suite("mistakes at run time");

const png = (level: number): Buffer => grayPng(Uint8Array.from({ length: 16 }, (_, i) => (level + 16 * i) % 256), 4);
const net = "model Net(classes = 2) {\n  input 1@4x4\n  flatten -> dense classes\n}\n";
const recipe = (data: object, more: object = {}): string => JSON.stringify({ model: "net.cnn", data, epochs: 1, batch: 2, ...more });

const folder = folderWith({
  "net.cnn": net,
  "tiny.train.json": recipe({ format: "folder", path: "letters", limit: 1, validation: 0.5 }),
  "skip.train.json": recipe({ format: "folder", path: "letters", validation: null, unreadable: "skip" }),
  "far.train.json": recipe({ format: "table", path: "far", validation: null }, { loss: { name: "mse" }, arguments: { classes: 1 } }),
  ...Object.fromEntries(["a", "b"].flatMap((letter, i) => [0, 1, 2].map((n) => [`letters/${letter}/${n}.png`, png(90 * i + n)]))),
  "letters/b/broken.png": png(7).subarray(0, 40),
  "far/labels.csv": "image,distance\nimages/1.png,3e38\nimages/2.png,-3e38\n",
  "far/images/1.png": png(1),
  "far/images/2.png": png(2),
  "other/train-images-idx3-ubyte": Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 9, 9, 9, 9),
  "other/train-labels-idx1-ubyte": Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 1),
});

test("CNN7016: validation takes the only image", () => {
  const { stderr, code } = cnn("train tiny.train.json", folder);
  assert.match(stderr, /tiny\.train\.json:1:\d+: error CNN7016: of 1 training image 1 goes to validation: none is left to train on/);
  assert.is(code, 1);
});

test("CNN7105: images that cannot be read are left out where the recipe says so; CNN8012: a run and other data", () => {
  const { stderr, code } = cnn("train skip.train.json --out run", folder);
  assert.match(stderr, /warning: 1 of 7 images in letters are left out:\n {2}letters\/b\/broken\.png is a damaged PNG image/);
  assert.is(code, 0, stderr);
  assert.match(cnn("eval run --data letters", folder).stderr, /warning CNN7105: 1 of 7 images in \S*letters are left out/);
  const other = cnn("eval run --data other", folder);
  assert.match(other.stderr, /error CNN8012: other holds images of 1@2x2 in 2 classes, but the model was trained on images of 1@4x4 in 2 classes/);
  assert.is(other.code, 1);
});

test("CNN8208: a loss whose gradient has no number", () => {
  const { stderr, code } = cnn("train far.train.json --detect-anomaly", folder);
  assert.match(stderr, /error CNN8208: the loss of output gives .* as its gradient in step 1/);
  assert.is(code, 1);
});

test.run();
