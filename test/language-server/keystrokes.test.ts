/** What a language service keeps from keystroke to keystroke never shows: it says what a check says that never saw the text before. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, createLanguageService, memoryProject } from "@cnn-lang/shape-checker";
import { edits as randomEdits } from "../helpers/edits.ts";

const test = suite("keystrokes");

/** A program of several models, its blocks in another file, and what is typed into one of the two. */
const main = `import { unit } from "./parts.cnn"

block head(classes) { globalavgpool -> dense classes }

model A {
  input 3@32x32
  unit 8 -> unit 16
  head 10
}

// Of the same blocks.
model B(width = 8) {
  input 3@32x32
  relu as start
  layer1: repeat 2 { unit width }
  frozen unit (2 * width) pad=1
  head 5
  freeze layer1
  assert parameters <= 1k, "too many"
}

model C = B(width = 4) {
  assert macs <= 10M
}

model D {
  input 1@28x28
  conv 6 35x35 -> conv 7 3
  head 3
}
`;
const parts = "block unit(c, pad = 0) {\n  conv c 3 pad=pad\n  batchnorm -> relu\n}\n";

const edits: readonly (readonly [file: "main.cnn" | "parts.cnn", before: string, after: string])[] = [
  ["main.cnn", "unit 8 -> unit 16", "unit 8 -> unit 17"],
  ["main.cnn", "// Of the same blocks.", "// Of the same blocks.\n// Or nearly."],
  ["main.cnn", "import {", "// One more line.\n\nimport {"],
  ["main.cnn", "conv 6 35x35", "conv 6 5x5"],
  ["main.cnn", "head(classes) {", "head(classes) { dropout 0.5 ->"],
  ["main.cnn", "repeat 2", "repeat 3"],
  ["main.cnn", "as start", "as"],
  ["main.cnn", " as\n", " as start\n"],
  ["parts.cnn", "  conv c 3", "\n\n  conv c 3"],
  ["parts.cnn", "batchnorm", "batchnorn"],
  ["parts.cnn", "batchnorn", "batchnorm"],
  ["parts.cnn", "block unit", "block unot"],
  ["parts.cnn", "block unot", "block unit"],
  ["main.cnn", "model A {", "model A2 {"],
  ["main.cnn", "  input 1@28x28\n", ""],
  ["main.cnn", "1k,", "100k,"],
  ["main.cnn", "model D {", "model B {"],
  ["main.cnn", "block head", "  block head"],
  ["main.cnn", "(width = 4) {", "(width = 4)\n{"],
  ["main.cnn", "globalavgpool -> ", "/* two\nlines */ globalavgpool -> "],
];

test("models and diagnostics are those of a fresh check after each edit", () => {
  const texts = { "main.cnn": main, "parts.cnn": parts };
  const service = createLanguageService({ ...memoryProject({}), read: (path) => (path === "main.cnn" || path === "parts.cnn" ? texts[path] : { reason: "missing" }) });
  const compare = (what: string): void => {
    const fresh = check(memoryProject(texts), "main.cnn");
    assert.equal(service.diagnostics("main.cnn"), fresh.diagnostics, what);
    assert.equal(service.models("main.cnn"), fresh.models, what);
  };
  compare("at first");
  for (const [file, before, after] of edits) {
    assert.ok(texts[file].includes(before), before);
    texts[file] = texts[file].replace(before, after);
    compare(`${before} → ${after}`);
  }
});

for (const seed of [1, 2, 3]) {
  test(`the same in two files that are edited in turn, the ${seed}. session`, () => {
    const texts = { "main.cnn": main, "parts.cnn": parts };
    const service = createLanguageService({ ...memoryProject({}), read: (path) => (path === "main.cnn" || path === "parts.cnn" ? texts[path] : { reason: "missing" }) });
    const [ofMain, ofParts] = [randomEdits(seed, [main, main.replaceAll("\n", "\r\n")], 400), randomEdits(-seed, [parts], 100)];
    for (const text of ofMain) {
      texts["main.cnn"] = text;
      if (text.length % 4 === 0) texts["parts.cnn"] = ofParts.next().value ?? parts;
      // Not every edit is asked about.
      if (text.length % 3 === 0) continue;
      for (const file of text.length % 2 === 0 ? ["main.cnn"] : ["parts.cnn", "main.cnn"]) {
        const fresh = check(memoryProject(texts), file);
        assert.is(JSON.stringify(service.diagnostics(file)), JSON.stringify(fresh.diagnostics), JSON.stringify(texts));
        assert.is(JSON.stringify(service.models(file)), JSON.stringify(fresh.models), JSON.stringify(texts));
      }
    }
  });
}

for (const name of ["resnet", "mobilenet-v2"]) {
  const text = readFileSync(`examples/zoo/${name}.cnn`, "utf8");
  test(`the same in examples/zoo/${name}.cnn, a letter typed here and there`, () => {
    const texts = { "net.cnn": text };
    const service = createLanguageService({ ...memoryProject({}), read: () => texts["net.cnn"] });
    for (let i = 0; i < 12; i++) {
      const at = Math.floor((((i * 7919) % 1000) / 1000) * text.length);
      texts["net.cnn"] = text.slice(0, at) + (["x", "\n", "}", " 3"][i % 4] ?? "") + text.slice(at);
      const fresh = check(memoryProject(texts), "net.cnn");
      assert.equal(service.diagnostics("net.cnn"), fresh.diagnostics, `${i}`);
      assert.equal(service.models("net.cnn"), fresh.models, `${i}`);
    }
  });
}

test.run();
