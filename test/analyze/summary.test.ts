/** Summaries and comparisons of all examples are what their JSON schemas promise. */

import Ajv from "ajv";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, compareModels, summarize } from "@cnn-lang/shape-checker";
import { diskProject } from "@cnn-lang/shape-checker/node";

const test = suite("summaries");

const ajv = new Ajv.default({ allErrors: true, strict: true, allowUnionTypes: true });
const schema = (name: string) => ajv.compile(JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, "utf8")));

const examples = readdirSync("examples", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".cnn")).map((name) => join("examples", name));
const project = diskProject(".");

test("of every example", () => {
  const validate = schema("summary");
  for (const example of examples) {
    for (const model of check(project, example).models) {
      const summary = summarize(model);
      assert.ok(validate(JSON.parse(JSON.stringify(summary))), `${example}: ${ajv.errorsText(validate.errors)}`);
      assert.is(summary.layers.length, model.layers.length - model.inputs.length);
      assert.is(summary.totals.frozen + summary.totals.trainable, summary.totals.parameters);
    }
  }
});

test("diagnostics of every program with mistakes", () => {
  const validate = schema("check");
  const wrong = readdirSync("test/errors").filter((name) => name.endsWith(".cnn"));
  assert.ok(wrong.length > 50);
  for (const name of wrong) {
    const file = join("test/errors", name);
    const { diagnostics } = check(project, file);
    const count = (severity: string): number => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    const document = JSON.parse(JSON.stringify({ version: 1, errors: count("error"), warnings: count("warning"), files: [{ file, diagnostics }] }));
    assert.ok(validate(document), `${name}: ${ajv.errorsText(validate.errors)}`);
  }
});

test("differences between neighbouring examples", () => {
  const validate = schema("diff");
  const models = examples.flatMap((example) => check(project, example).models);
  models.forEach((model, i) => {
    const comparison = JSON.parse(JSON.stringify(compareModels(models[i - 1] ?? model, model)));
    assert.ok(validate(comparison), `${model.name}: ${ajv.errorsText(validate.errors)}`);
  });
});

test.run();
