/** The grammar of editors: made from the compiler's tables, and true to programs. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { operators } from "@cnn-lang/shape-checker";
import { keywords } from "../../packages/parser/src/tokens.ts";
import { grammarFile, keywordGroups, textmateGrammar } from "../../scripts/textmate.ts";

const test = suite(grammarFile);
const text = readFileSync(grammarFile, "utf8");

test("is made from the tables (scripts/textmate.ts writes it)", () => assert.fixture(text, textmateGrammar()));

test("its keywords are the parser's, each in one group", () => {
  assert.equal(Object.values(keywordGroups).flat().toSorted(), [...keywords.keys()].toSorted());
});

test("its layers are the operators", () => {
  const { repository } = JSON.parse(text);
  const named = /\(\?:([^)]*)\)/.exec(repository.layers.patterns[0].match)?.[1]?.split("|") ?? [];
  assert.equal([...named, "input"].toSorted(), Object.keys(operators).toSorted());
});

test("gives each part of a program its scope", () => {
  const tool = "node_modules/vscode-tmgrammar-test/dist/unit.js";
  const { stdout, status } = spawnSync(process.execPath, [tool, "-g", grammarFile, "test/grammar/scopes.cnn"], { encoding: "utf8" });
  assert.is(status, 0, stdout);
});

test.run();
