/** A text that is read again and again as it is edited gives the tree and the mistakes of one that is read for the first time. */

import { readdirSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createReader, parse, walk, type Call, type File } from "@cnn-lang/parser";
import { edits } from "../helpers/edits.ts";

const test = suite("reader");

const textsIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.endsWith(".cnn")).map((name) => readFileSync(`${folder}/${name}`, "utf8"));

const programs = [...textsIn("examples/zoo"), ...textsIn("test/syntax/errors")].filter(({ length }) => length < 4000);

for (const seed of [1, 2, 3]) {
  test(`after each of many edits, the ${seed}. session`, () => {
    const read = createReader("a.cnn");
    for (const text of edits(seed, programs, 600)) assert.is(JSON.stringify(read(text)), JSON.stringify(parse(text, { file: "a.cnn" })), text);
  });
}

const program = "model A {\n  input 3@8x8\n  conv 4 3\n  relu\n  gelu\n}\n\nmodel B {\n  input 3@8x8\n  skip {\n    conv 3 1\n  }\n  dense 10\n}\n";

function callOf(ast: File, name: string): Call | undefined {
  let found: Call | undefined;
  walk(ast, (node) => void (node.kind === "call" && node.callee.text === name && (found = node)));
  return found;
}

for (const [what, before, after, kept] of [
  ["a letter more", "input 3@8x8", "input 3@8x88", "relu"],
  ["lines more, in the declaration before", "  relu\n", "  relu\n\n  // Two.\n", "dense"],
  ["a line less, in the same declaration", "    conv 3 1\n", "", "dense"],
  ["a brace less", "  gelu\n}", "  gelu\n", "dense"],
] as const) {
  test(`what an edit leaves is the same node, in its new place: ${what}`, () => {
    const read = createReader("a.cnn");
    const first = callOf(read(program).ast, kept);
    const text = program.replace(before, after);
    const second = callOf(read(text).ast, kept);
    assert.ok(first && first === second);
    assert.is(second.span.start.offset, text.indexOf(kept));
  });
}

test("a model that comes to stand in a block is told, though it was read before", () => {
  const text = "block b {\n  relu\n}\n\n  model A = B\n  model C = D\n  model E = D\n\n}\n";
  const read = createReader("a.cnn");
  read(text);
  const codes = read(text.replace("relu\n}\n", "relu\n")).diagnostics.map(({ code }) => code);
  assert.equal(codes, ["CNN1040", "CNN1040", "CNN1040"]);
});

test.run();
