/** `cnn init`: the project that it writes is checked without a word, formatted, and trains. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith } from "../helpers/cli.ts";

const test = suite("cnn init");

test("writes a project that is right, and says what comes next", () => {
  const folder = folderWith({});
  const begun = cnn("init digits", folder);
  assert.is(begun.code, 0, begun.stderr);
  assert.match(begun.stdout, "cd digits");
  assert.equal(readdirSync(join(folder, "digits")).sort(), ["README.md", "network.cnn", "network.train.json"]);
  const project = join(folder, "digits");
  const checked = cnn("check network.cnn network.train.json --max-warnings 0", project);
  assert.is(checked.code, 0, checked.stdout);
  assert.is(cnn("fmt --check network.cnn", project).code, 0);
});

test("the project trains", () => {
  const folder = folderWith({});
  cnn("init", folder);
  const recipe = JSON.parse(readFileSync(join(folder, "network.train.json"), "utf8"));
  writeFileSync(join(folder, "short.train.json"), JSON.stringify({ ...recipe, data: { ...recipe.data, limit: 640 }, epochs: 1 }));
  const trained = cnn("train short.train.json", folder);
  assert.is(trained.code, 0, trained.stderr);
  assert.ok(readdirSync(join(folder, "runs", "Network-1")).includes("metrics.jsonl"));
});

test("writes over nothing", () => {
  const folder = folderWith({ "network.cnn": "mine" });
  const { code, stderr } = cnn("init", folder);
  assert.is(code, 1);
  assert.match(stderr, "network.cnn is already there");
  assert.equal(readdirSync(folder), ["network.cnn"]);
});

test.run();
