/** What the fuzzer has found, each as a small program, so that it stays mended. */

import { format, parse, walk } from "@cnn-lang/parser";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, check, codes } from "../helpers/program.ts";

const test = suite("found by the fuzzer");

test("a shape that is believed before any layer is no layer's: its origin was looked for without end", () => {
  assert.is(codes("model Net {\n  3@32x32\n  relu -> 32@16x16\n}\n"), "CNN4104 CNN4101");
});

test("a value named like the one it is made of: its origin was looked for without end", () => {
  assert.is(codes("model Net(k = 1.5) {\n  input 3@8x8\n  let k = k\n  conv k 3\n}\n"), "CNN2005 CNN3006");
});

test("a model with a gap is no model, even where the shape behind the gap was asserted", () => {
  assert.equal(check(around("width -> 2@64x64")).models, []);
});

test("a model with an input of unknown shape is no model, even where nothing reads that input", () => {
  assert.equal(check("model Net {\n  input left\n  input right 2@8x8\n  relu\n}\n").models, []);
});

test("labelled joins and layers given as arguments can be used again; a label on a named value or a reuse is refused", () => {
  assert.is(check(around("join: mul { | identity | conv 3 1 }\n  reuse join")).models.length, 1);
  assert.is(check(`block twice(body) {\n  first: body\n  reuse first\n}\n${around("twice { conv 3 1 }")}`).models.length, 1);
  assert.match(codes(around("relu as p\n  dense 3\n  first: p -> relu")), "CNN4113");
  assert.match(codes(around("first: relu\n  second: reuse first\n  reuse second")), "CNN4113");
});

test("a mend that takes a line out ends in the next one: editors go by line and column", () => {
  const [{ fixes } = { fixes: [] }] = check(around("softplus\n  softplus\n  conv 3 3")).diagnostics;
  assert.equal(fixes.flatMap(({ edits }) => edits.map(({ span: { start, end } }) => [start.line, start.column, end.line, end.column])), [[3, 1, 4, 1]]);
});

/** The text after the first mend of the first diagnostic. */
function mended(text: string): string {
  const [edit] = check(text).diagnostics[0]?.fixes[0]?.edits ?? [];
  return edit ? text.slice(0, edit.span.start.offset) + edit.text + text.slice(edit.span.end.offset) : text;
}

test("a layer or value is taken out with the arrow that leads on from it, also one in the next line", () => {
  assert.is(mended(around("repeat 2 {\n    relu\n      -> relu\n  }")), around("repeat 2 {\n    relu\n  }"));
  assert.is(mended(around("let v = 1\n    -> relu")), around("relu"));
  assert.is(mended(around("relu ->\n    relu")), around("relu"));
});

test("an argument is left out with its comma, its blank or its parentheses", () => {
  const derived = (given: string): string => `model A(k = 1) { input 3 -> dense k }\nmodel B = A${given}`;
  assert.is(mended(derived("(zzzzz = 2, k = 3)")), derived("(k = 3)"));
  assert.is(mended(derived("(k = 3, zzzzz = 2)")), derived("(k = 3)"));
  assert.is(mended(derived("(zzzzz = 2)")), derived(""));
  assert.is(mended(around("relu(3) -> dense 3", "3")), around("relu -> dense 3", "3"));
  assert.is(mended(around("relu 3 -> dense 3", "3")), around("relu -> dense 3", "3"));
});

test("a line before an arrow behind a comment is not taken out: the comment would be lost", () => {
  assert.equal(check(around("let v = 1\n  /* why */ -> relu")).diagnostics[0]?.fixes, []);
  assert.equal(check(around("relu -> // why\n  relu\n")).diagnostics[0]?.fixes, []);
});

test("a dead layer is told by itself, not where the name it has is told as unused, however the lines are", () => {
  assert.is(codes(around("conv 3 1 as p\n  p -> { conv 3 1 } as q\n  p -> relu")), "CNN2101");
  assert.is(codes(around("conv 3 1 as p\n  p -> conv 3 1\n  p -> relu as q")), "CNN4207 CNN2101");
  // Here an unused name stands in the dead layer's line, but is another's.
  assert.is(codes(around("conv 3 1 as p -> split [1, 2] as s, t\n  p -> relu")), "CNN2101 CNN2101");
  assert.is(codes(around("conv 3 1 as p\n  skip { p -> { { conv 3 1 } }\n  p -> relu as r }")), "CNN4207 CNN2101");
});

test("a shape has at most three axes", () => {
  assert.is(codes("model Net {\n  input 2@8x8x8x8\n  relu\n}\n"), "CNN3007");
  assert.is(codes(around("reshape 3@4x4x8x8")), "CNN3007");
});

test("a loop that is labelled by a mend may be frozen: the label stands behind that word", () => {
  const text = around("frozen repeat 2 { a: conv 3 1 }");
  const [{ fixes } = { fixes: [] }] = check(text).diagnostics;
  const edits = fixes.find(({ title }) => title.startsWith("label the loop"))?.edits.toReversed() ?? [];
  assert.match(edits.reduce((all, { span, text: by }) => all.slice(0, span.start.offset) + by + all.slice(span.end.offset), text), "frozen a: repeat 2 { conv 3 1 }");
});

test("a number where a list is due, right behind the word before it", () => {
  assert.match(mended(around("for _i in(2) { relu }")), "for _i in range(2) {");
});

test("input is no layer, and not proposed in place of a value", () => {
  for (const line of ["inptu@8x8", "inptu"]) assert.not.match(JSON.stringify(check(around(line)).diagnostics), "write input");
});

test("the arms of an if are all in one line or all expanded, also where only what stands in them needs lines", async () => {
  const { text } = await format("block a {\n  if true { relu -> {\n    gelu\n  } } else { relu }\n}\n");
  assert.is(text, "block a {\n  if true {\n    relu -> {\n      gelu\n    }\n  } else {\n    relu\n  }\n}\n");
});

test("a model that ends with its name has no body: that is told", () => {
  assert.equal(["model Net", "model Net(a = 1)", "block a"].map((text) => codes(text)), ["CNN1001", "CNN1001", "CNN1001"]);
  assert.is(codes("model Net { input 3 -> relu }\nmodel Other = Net"), "");
});

test("what stands in for a part that is missing lies within the part around it", () => {
  for (const text of ["model A { input ->@40 }", "block a(c= ,{})"]) {
    walk(parse(text, { file: "" }).ast, (node) => {
      walk(node, ({ span }) => assert.ok(span.end.offset <= node.span.end.offset, `${text}: ${node.kind}`));
    });
  }
});

test("an operator with a shape behind it is no misspelt input: the model's input is missed", () => {
  assert.is(codes("model Net {\n  conv 3@32x32\n}\n"), "CNN4104");
  assert.is(codes("model Net {\n  image 3@32x32\n}\n"), "CNN2001");
});

test("a parameter called like a model hides it, also as a step", () => {
  assert.is(codes("block unit(c, act) { conv c 3 -> act }\nmodel act {\n  input 3@32x32\n  unit 8 act=3\n}\n"), "CNN4101");
});

test("a receptive field without bound is ∞", () => {
  assert.match(check("model Net {\n  input 12\n  assert receptive_field\n}\n").diagnostics[0]?.message ?? "", "this is the number ∞");
});

test("a mend does not make one word of two, takes no layer from the name behind a comment, and offers no statement without its braces", () => {
  assert.match(mended(around("crop 20x20 at=[0,20]bias")), "crop 20x20 bias");
  const [activation] = check(around("relu -> gelu /* why */ as p\n  add p")).diagnostics;
  assert.is(activation?.code, "CNN4203");
  assert.not.match(JSON.stringify(activation?.fixes), "leave gelu out");
  assert.equal(check(around("residual -> relu")).diagnostics[0]?.fixes, []);
  assert.is(mended(around("residual { relu }")), around("skip { relu }"));
  assert.equal(check("block a {\n  instancenorm = -> relu\n}\n").diagnostics.find(({ code }) => code === "CNN1043")?.fixes, []);
});

test.run();
