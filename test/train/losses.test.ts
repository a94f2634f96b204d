/** Every loss is PyTorch's, value and gradient, with every setting; and what is counted of outputs. */

import type { LossSettings } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Head, judge } from "../../packages/runtime/src/train/heads.ts";
import { lossOf } from "../../packages/runtime/src/train/losses.ts";
import { classFigures, metricsOf } from "../../packages/runtime/src/train/metrics.ts";
import { readable, suiteOn } from "../helpers/backends.ts";
import { readTensors } from "../helpers/safetensors.ts";

interface Golden {
  readonly name: string;
  readonly op: string;
  readonly args: { readonly reduction?: string; readonly label_smoothing?: number; readonly ignore_index?: number; readonly delta?: number; readonly beta?: number };
}
const { cases }: { readonly cases: readonly Golden[] } = JSON.parse(readFileSync("test/goldens/ops.json", "utf8"));
const tensors = readTensors(new URL("../goldens/ops.safetensors", import.meta.url));

const golden = (name: string): { readonly shape: readonly number[]; readonly values: Float32Array } => tensors.get(name) ?? { shape: [], values: new Float32Array(0) };
const listed = (name: string): readonly number[] | null => (tensors.has(name) ? [...golden(name).values] : null);

/** PyTorch's arguments as a recipe's loss; nothing for what a recipe cannot say. */
function settingsOf({ name, op, args }: Golden): LossSettings | undefined {
  const weight = 1;
  switch (op) {
    case "cross_entropy": {
      if (args.reduction !== undefined) return undefined;
      const shared = { labelSmoothing: args.label_smoothing ?? 0, classWeights: listed(`${name}/weight`), weight };
      return golden(`${name}/input`).shape.length > 2 ? { name: "pixel-cross-entropy", ...shared, ignore: args.ignore_index ?? null } : { name: "cross-entropy", ...shared };
    }
    case "binary_cross_entropy_with_logits":
      return { name: "binary-cross-entropy", positiveWeights: listed(`${name}/pos_weight`), weight };
    case "mse_loss":
      return { name: "mse", weight };
    case "l1_loss":
      return { name: "l1", weight };
    case "huber_loss":
      return { name: "huber", delta: args.delta ?? 1, weight };
    case "smooth_l1_loss":
      // Equal to Huber's where beta is 1, as it is here.
      return args.beta === 1 ? { name: "huber", delta: 1, weight } : undefined;
    default:
      return undefined;
  }
}

/** `[batch, classes, …axes]` → `[batch, …axes, classes]`. */
const channelsLast = (tensor: tf.Tensor): tf.Tensor => tf.transpose(tensor, [0, ...tensor.shape.slice(2).map((_, axis) => axis + 2), 1]);

/** As PyTorch's own float32 is off: see `test/goldens/README.md`. */
const agree = (what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
  assert.is(actual.length, expected.length);
  for (let i = 0; i < expected.length; i += 1) {
    const [a = NaN, e = NaN] = [actual[i], expected[i]];
    assert.ok(Math.abs(a - e) <= 1e-5 + 1e-5 * Math.abs(e), `${what}[${i}]: ${a}, not ${e}`);
  }
};

for (const backend of readable) {
  const { all, test } = await suiteOn("losses", backend);

  for (const one of cases) {
    const settings = settingsOf(one);
    if (!settings) continue;
    test(one.name, () => {
      tf.tidy(() => {
        const { shape, values } = golden(`${one.name}/input`);
        const target = golden(`${one.name}/target`);
        const isOfClasses = "labelSmoothing" in settings;
        const input = isOfClasses ? channelsLast(tf.tensor(values, [...shape])) : tf.tensor(values, [...shape]);
        const labels = tf.tensor(target.values, [...target.shape], isOfClasses ? "int32" : "float32");
        const upstream = golden(`${one.name}/grad_output`).values[0] ?? 1;
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.mul(lossOf(settings, x, labels), upstream))(input);
        agree("loss", tf.div(value, upstream).dataSync(), golden(`${one.name}/output`).values);
        const expected = tf.tensor(golden(`${one.name}/grad_input`).values, [...shape]);
        agree("gradient", grad.dataSync(), (isOfClasses ? channelsLast(expected) : expected).dataSync());
      });
    });
  }

  test("pixels of no class cost nothing, and a batch of nothing else costs 0", () => {
    tf.tidy(() => {
      const loss: LossSettings = { name: "pixel-cross-entropy", labelSmoothing: 0, classWeights: null, ignore: null, weight: 1 };
      const logits = tf.tensor4d([1, 2, 3, 4, 0, 0, 9, 9], [1, 2, 2, 2]);
      const whole = lossOf(loss, tf.slice(logits, [0, 0, 0, 0], [1, 1, 2, 2]), tf.tensor3d([0, 1], [1, 1, 2], "int32"));
      agree("loss", lossOf(loss, logits, tf.tensor3d([0, 1, 255, 255], [1, 2, 2], "int32")).dataSync(), whole.dataSync());
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => lossOf(loss, x, tf.fill([1, 2, 2], 255, "int32")))(logits);
      assert.equal([[...value.dataSync()], [...new Set(grad.dataSync())]], [[0], [0]]);
    });
  });

  test("large numbers overflow nowhere", () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([500, -500, 3e4, -3e4], [2, 2]);
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => lossOf({ name: "binary-cross-entropy", positiveWeights: null, weight: 1 }, x, tf.tensor2d([0, 1, 1, 0], [2, 2])))(logits);
      agree("loss", value.dataSync(), [250]);
      agree("gradient", grad.dataSync(), [0.25, -0.25, 0, 0]);
      const smoothed = lossOf({ name: "cross-entropy", labelSmoothing: 0.1, classWeights: null, weight: 1 }, logits, tf.tensor1d([0, 0], "int32"));
      agree("smoothed", smoothed.dataSync(), [0.05 * (1000 + 6e4) / 2]);
    });
  });

  test("of pixels the confusion is counted, of images the best five", () => {
    tf.tidy(() => {
      const pixels: Head = { output: "mask", loss: { name: "pixel-cross-entropy", labelSmoothing: 0, classWeights: null, ignore: 2, weight: 1 }, task: "pixels", width: 3, metrics: ["iou", "accuracy"] };
      // Seen: 0, 1, 1, 2; the last is ignored.
      const scores = tf.tensor4d([9, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0, 9], [1, 2, 2, 3]);
      const { tally } = judge(new Map([["mask", scores]]), tf.tensor1d([0, 0, 1, 2], "int32"), [pixels]);
      const [loss = NaN, ...counts] = tally.dataSync();
      assert.equal(counts, [1, 1, 0, 0, 1, 0, 0, 0, 0]);
      const { accuracy, iou } = metricsOf({ loss, samples: 1, heads: [{ loss, counts }] }, [pixels]);
      assert.equal([accuracy, iou], [2 / 3, 0.5]);

      const images: Head = { output: "output", loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: null, weight: 1 }, task: "classes", width: 7, metrics: ["accuracy", "top-5"] };
      const ranked = tf.tensor2d([7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1], [2, 7]);
      const judged = judge(new Map([["output", ranked]]), tf.tensor1d([4, 5], "int32"), [images]);
      assert.equal(Array.from(judged.tally.dataSync().slice(1)), [0, 1]);
    });
  });

  all.run();
}

const figures = suite("figures of classes");
figures("precision, recall, F1 and IoU from a confusion; nothing said of a class that never occurs", () => {
  const [cat, dog, none] = classFigures([[3, 1, 0], [2, 4, 0], [0, 0, 0]]);
  assert.equal(cat, { precision: 3 / 5, recall: 3 / 4, f1: 6 / 9, iou: 3 / 6, support: 4 });
  assert.equal(dog, { precision: 4 / 5, recall: 4 / 6, f1: 8 / 11, iou: 4 / 7, support: 6 });
  assert.equal(none, { precision: null, recall: null, f1: null, iou: null, support: 0 });
});
figures.run();
