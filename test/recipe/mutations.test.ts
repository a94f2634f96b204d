/** A whole recipe with one value changed, added or taken away, anywhere: it is never too much for the checker, and every fix mends. */

import { check, type DataManifest, memoryProject, type Project } from "@cnn-lang/shape-checker";
import { suite } from "uvu";
import * as assert from "uvu/assert";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const program = "model Net(classes = 10) {\n  input 1@28x28\n  trunk: { conv 4 3 -> batchnorm -> relu }\n  flatten as x\n  main: dense classes\n  output a\n  x -> dense 10\n  output b\n}\n";
const whole: Json = {
  model: "net.cnn", arguments: { classes: 10 },
  data: {
    format: "idx", path: "d", validation: 0.1, augment: [{ crop: [28, 28], padding: 2 }, { flip: "horizontal" }],
    normalize: { mean: [0.5], std: [0.5] }, limit: 50, expects: { shape: "1@28x28", classes: 10 },
  },
  loss: { a: { name: "cross-entropy", labelSmoothing: 0.1, classWeights: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] }, b: { name: "binary-cross-entropy", positiveWeights: null, weight: 2 } },
  metrics: ["accuracy", "top-5"], optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true, groups: [{ layers: ["trunk"], learningRate: 0.1 }] },
  schedule: { name: "multi-step", at: [1, 2], factor: 0.5 }, earlyStopping: { metric: "accuracy", patience: 3 },
  clipGradientNorm: 1, batch: 7, epochs: 4, seed: 1, shuffle: false, weights: null, checkpoint: { everySteps: 3 },
};
const values: readonly Json[] = [
  null, 0, 1, -1, 0.5, 3, 1e300, "", "x", "toString", "__proto__", "mse", "huber", "pixel-cross-entropy", "cosine", "warmup-cosine", [], [1], [null], ["a"], {},
  { name: 3 }, { name: "mse" }, { name: "huber", delta: 1 }, true,
];
const kinds: readonly (Partial<DataManifest> | undefined)[] = [{ classes: 10 }, { labelKind: "masks", classes: 3 }, { labelKind: "numbers", classes: 2, labels: ["a", "c"] }, undefined];

/** The value with another in the place of each of its parts, beside it, and without it. */
function* changed(value: Json, by: Json): Iterable<Json> {
  if (typeof value !== "object" || value === null) return;
  const entries = Object.entries(value);
  const rebuilt = (pairs: readonly (readonly [string, Json])[]): Json => (Array.isArray(value) ? pairs.map(([, part]) => part) : Object.fromEntries(pairs));
  yield rebuilt([...entries, [String(by), by]]);
  for (const [i, [key, part]] of entries.entries()) {
    yield rebuilt(entries.with(i, [key, by]));
    yield rebuilt(entries.filter((_, other) => other !== i));
    for (const inside of changed(part, by)) yield rebuilt(entries.with(i, [key, inside]));
  }
}

const test = suite("recipes with one change");

test("are told of, and every fix mends", () => {
  let [recipes, fixes] = [0, 0];
  for (const [turn, by] of values.entries()) {
    for (const [place, recipe] of [...changed(whole, by)].entries()) {
      // All values meet all places in the end: one in twelve pairs is enough to find what goes wrong.
      if ((turn + place) % 12 !== 0) continue;
      recipes += 1;
      const kind = kinds[recipes % kinds.length];
      const texts: Readonly<Record<string, string>> = { "r.json": JSON.stringify(recipe, null, 2), "net.cnn": program };
      const diagnose = (files: Readonly<Record<string, string>>) => {
        const manifest: DataManifest | undefined = kind && { version: 1, format: "idx", labels: [], classes: 10, shape: "1@28x28", train: 100, test: 0, ...kind };
        const project: Project = { ...memoryProject(files), manifest: () => manifest };
        return check(project, "r.json").diagnostics.filter(({ severity }) => severity !== "info");
      };
      for (const { code, message, fixes: offered } of diagnose(texts)) {
        for (const { title, edits } of offered) {
          fixes += 1;
          const files: Record<string, string> = { ...texts };
          for (const { span, text } of edits.toSorted((a, b) => b.span.start.offset - a.span.start.offset)) {
            const before = files[span.file] ?? "";
            files[span.file] = before.slice(0, span.start.offset) + text + before.slice(span.end.offset);
          }
          const left = diagnose(files);
          assert.not.ok(left.some((one) => one.code === "CNN6002" || (one.code === code && one.message === message)), `${texts["r.json"]}\n${message}\n${title}`);
        }
      }
    }
  }
  assert.ok(recipes > 300 && fixes > 200, `${recipes} recipes, ${fixes} fixes`);
});

test.run();
