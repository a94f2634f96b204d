/** Summaries and comparisons of all examples are what their JSON schemas promise. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, compareModels, summarize } from "@cnn-lang/shape-checker";
import { diskProject } from "@cnn-lang/shape-checker/node";
import { assertSchema } from "../helpers/schema.ts";

const test = suite("summaries");

const examples = readdirSync("examples", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".cnn")).map((name) => join("examples", name));
const project = diskProject(".");

test("of every example", () => {
  for (const example of examples) {
    for (const model of check(project, example).models) {
      const summary = summarize(model);
      assertSchema("summary", summary);
      assert.is(summary.layers.length, model.layers.length - model.inputs.length);
      assert.is(summary.totals.frozen + summary.totals.trainable, summary.totals.parameters);
    }
  }
});

test("diagnostics of every program with mistakes", () => {
  const wrong = readdirSync("test/errors").filter((name) => name.endsWith(".cnn"));
  assert.ok(wrong.length > 50);
  for (const name of wrong) {
    const file = join("test/errors", name);
    const { diagnostics } = check(project, file);
    const count = (severity: string): number => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    assertSchema("check", { version: 1, errors: count("error"), warnings: count("warning"), files: [{ file, diagnostics }] });
  }
});

test("differences between neighbouring examples", () => {
  const models = examples.flatMap((example) => check(project, example).models);
  models.forEach((model, i) => assertSchema("diff", compareModels(models[i - 1] ?? model, model)));
});

test.run();
