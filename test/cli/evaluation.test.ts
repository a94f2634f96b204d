/** What `cnn eval`, `cnn predict` and a training's progress say, for every kind of output. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawEvaluation } from "../../packages/runtime/src/cli/output/evaluation.ts";
import { metricWords } from "../../packages/runtime/src/words/metrics.ts";
import type { Evaluation } from "../../packages/runtime/src/index.ts";
import { classFigures } from "../../packages/runtime/src/train/metrics.ts";

const draw = (evaluation: Omit<Evaluation, "split" | "checkpoint">): string =>
  drawEvaluation("runs/Net-1", { split: "test", checkpoint: "runs/Net-1/checkpoints/1200", ...evaluation }, (_, text) => text);

const confusion = [[30, 2, 0], [5, 13, 0], [0, 1, 9]];
const labels = ["ground", "spot", "edge"];
const classes = classFigures(confusion).map((figures, i) => ({ label: labels[i] ?? "", ...figures }));

const test = suite("evaluations in words");

test("classes: accuracy, loss, class by class, and the matrix", () => {
  assert.is(draw({ samples: 60, loss: 0.25, accuracy: 52 / 60, top5: 1, labels, confusion, classes }), `runs/Net-1, step 1,200, on 60 test images

accuracy  86.67 %
top-5     100.00 %
loss      0.2500

class   precision  recall      F1  in all
ground     85.7 %  93.8 %  89.6 %      32
spot       81.3 %  72.2 %  76.5 %      18
edge      100.0 %  90.0 %  94.7 %      10

is \\ seen as  ground  spot  edge   right
ground            30     2     ·  93.8 %
spot               5    13     ·  72.2 %
edge               ·     1     9  90.0 %
`);
});

test("masks: intersection over union first, and of each class", () => {
  const text = draw({ samples: 4, loss: 0.5, iou: 0.731, accuracy: 52 / 60, labels, confusion, classes });
  assert.match(text, "IoU       73.10 %\naccuracy  86.67 %\nloss      0.5000\n");
  assert.match(text, "class   precision  recall      F1     IoU  in all\nground     85.7 %  93.8 %  89.6 %  81.1 %      32\n");
});

test("yes-no labels have figures and no matrix, numbers have an error", () => {
  const text = draw({ samples: 60, loss: 0.25, accuracy: 0.9, labels, classes });
  assert.match(text, "class   precision");
  assert.not.match(text, "seen as");
  assert.is(draw({ samples: 60, loss: 0.25, mae: 0.123456, labels: ["x", "y"] }), "runs/Net-1, step 1,200, on 60 test images\n\nMAE   0.1235\nloss  0.2500\n");
});

test("several outputs: each one's", () => {
  const text = draw({ samples: 60, loss: 1, accuracy: 0.9, labels, outputs: { digit: { loss: 0.6, accuracy: 0.9 }, age: { loss: 0.4, mae: 2.5 } } });
  assert.is(text, "runs/Net-1, step 1,200, on 60 test images\n\noutput digit\n\naccuracy  90.00 %\nloss      0.6000\n\noutput age\n\nMAE   2.500\nloss  0.4000\n");
});

test("of many classes the worst stand in the table", () => {
  const many = Array.from({ length: 30 }, (_, is) => Array.from({ length: 30 }, (_, seen) => (is === seen ? 100 - is : seen === 0 && is > 0 ? is : 0)));
  const figures = classFigures(many).map((one, i) => ({ label: `c${i}`, ...one }));
  const text = draw({ samples: 3000, loss: 1, accuracy: 0.8, labels: figures.map(({ label }) => label), confusion: many, classes: figures });
  assert.match(text, /class +precision.*\nc0 /);
  assert.match(text, /c29 +100\.0 % +71\.0 %/);
  assert.not.match(text, "c10 ");
  assert.match(text, "is   seen as  images\nc29  c0           29\n");
});

test("metrics have a word each, the loss is said before", () => {
  assert.equal(metricWords({ accuracy: 0.934, top5: 0.99 }), [["accuracy", "93.4 %"], ["top-5", "99.0 %"]]);
});

test.run();
