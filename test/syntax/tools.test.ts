/** Code frames, suggestions, and the ways through a tree. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { children, codeFrame, createSource, nodeAt, parse, suggest } from "@cnn-lang/parser";

const test = suite("tools");

const frame = (text: string, start: number, end: number, options = {}): readonly string[] => {
  const source = createSource("a.cnn", text);
  return codeFrame(source, source.span(start, end), { context: 0, ...options }).split("\n");
};

test("a frame shows the line, carets and a note", () => {
  assert.equal(frame("a\nconv 3\nb", 7, 8, { context: 1, note: "here" }), ["  1 | a", "> 2 | conv 3", "    |      ^ here", "  3 | b"]);
});

test("tabs become blanks, wide characters take two columns, controls are drawn", () => {
  assert.equal(frame("\tconv 3", 1, 5), ["> 1 |     conv 3", "    |     ^^^^"]);
  assert.equal(frame("합성곱 conv", 4, 8), ["> 1 | 합성곱 conv", "    |        ^^^^"]);
  assert.equal(frame("\x1b[31mx", 5, 6), ["> 1 | ␛[31mx", "    |      ^"]);
});

test("long lines are cut around the place", () => {
  const [line = "", carets = ""] = frame(`${"x".repeat(5_000_000)} conv ${"y".repeat(300)}`, 5_000_001, 5_000_005, { width: 40 });
  assert.is(line.length, "> 1 | ".length + 40);
  assert.is(line.slice(carets.indexOf("^"), carets.indexOf("^") + 4), "conv");
  assert.ok(line.startsWith("> 1 | …") && line.endsWith("…"));
});

test("an empty place gets one caret, many lines show the first and the last", () => {
  assert.equal(frame("ab", 2, 2), ["> 1 | ab", "    |   ^"]);
  assert.equal(frame("a {\n b\n c\n d\n e\n}", 2, 16)[2], "  … |");
});

test("suggestions forgive about one edit in three letters", () => {
  const names = ["conv", "batchnorm", "maxpool", "relu"];
  assert.is(suggest("covn", names), "conv");
  assert.is(suggest("batch_norm", names), "batchnorm");
  assert.is(suggest("MaxPool", names), "maxpool");
  assert.is(suggest("rleu", names), "relu");
  assert.is(suggest("transformer", names), undefined);
  assert.is(suggest("x", names), undefined);
});

test("nodeAt leads from the file to the smallest node", () => {
  const text = "block a(n) { conv (n + 1) 3 }";
  const path = nodeAt(parse(text, { file: "" }).ast, text.indexOf("n + 1"));
  assert.equal(path.map(({ kind }) => kind), ["file", "block", "body", "step", "call", "argument", "parenthesized", "binary", "reference"]);
});

test("children come in the order of the text", () => {
  const [declaration] = parse("for_loops", { file: "" }).ast.declarations;
  assert.is(declaration, undefined);
  const [block] = parse("block a(n = 2) { for i in n { relu } }", { file: "" }).ast.declarations;
  assert.equal(block && children(block).map(({ kind }) => kind), ["name", "parameter", "body"]);
});

test.run();
