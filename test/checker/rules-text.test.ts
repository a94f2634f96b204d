/** The language's rules 1 to 9, text and lines: each clause by a program that obeys it and by one that breaks it. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, check, codes, modelOf } from "../helpers/program.ts";
import { built, marked, mended, wrong } from "../helpers/rules.ts";

const test = suite("rules of text and lines");

const two = "conv_1 8@30x30, relu_1 8@30x30";

test("rule 1: a line break or an arrow separates layers, and a blank does not", () => {
  assert.is(built(around("conv 8 3 -> relu")), two);
  assert.is(built(around("conv 8 3\n  relu")), two);
  wrong(around("conv 8 3 relu"), "CNN3005", "stride");
});

test("rule 1: inside ( ) and [ ] breaks count for nothing; inside a { } in a ( ) they count again", () => {
  assert.is(built(around("conv (4 +\n 4\n) 3\n  relu")), two);
  assert.is(built(around("let widths = [\n  8,\n  16\n  ]\n  conv widths[0] 3\n  conv widths[1] 3")), "conv_1 8@30x30, conv_2 16@28x28");
  const base = "model Base(unit = relu) {\n  input 3@32x32\n  unit\n}\n";
  const { models } = check(`${base}model Net = Base(unit = {\n  conv 8 3\n  relu\n})\n`);
  assert.equal(models[1]?.layers.map(({ path }) => path), ["input", "unit_1.0", "unit_1.1"]);
  wrong(`${base}model Net = Base(unit = { conv 8 3 relu })\n`, "CNN3005");
});

test("rule 1: no break separates after -> { | , = : and before -> } | , else project", () => {
  assert.is(built(around("conv 8 3 ->\n  relu")), two);
  assert.is(built(around("conv 8 3\n  -> relu")), two);
  assert.is(built(around("{\n\n  conv 8 3\n  }\n  relu")), two);
  assert.is(built(around("concat {\n  |\n    conv 8 3\n  |\n    conv 4 3\n  }")), "conv_1 8@30x30, conv_2 4@30x30, concat_1 12@30x30");
  assert.is(built(around("split [1,\n    2] as a,\n    b\n  a\n  concat b")), "split_1.0 1@32x32, split_1.1 2@32x32, concat_1 3@32x32");
  assert.is(built(around("let c =\n    8\n  conv c 3\n  relu")), two);
  assert.is(built(around("first:\n    conv 8 3")), "first 8@30x30");
  assert.is(built(around("if false { conv 8 3 }\n  else { conv 4 3 }")), "conv_1 4@30x30");
  assert.is(built(around("skip { conv 8 3 pad=1 }\n  project { conv 8 1 }")), "conv_1 8@32x32, conv_2 8@32x32, add_1 8@32x32");
});

test("rule 1: else and project before a colon are labels, and so begin a layer", () => {
  assert.is(built(around("if true { conv 8 3 }\n  else: relu")), "conv_1 8@30x30, else 8@30x30");
  assert.is(built(around("skip { conv 3 3 pad=1 }\n  project: relu")), "conv_1 3@32x32, add_1 3@32x32, project 3@32x32");
});

test("rule 1: a block comment with a break is a break; blank lines and comments are nothing", () => {
  assert.is(built(around("conv 8 3 /* a\n break */ relu")), two);
  wrong(around("conv 8 3 /* no break */ relu"), "CNN3005");
  assert.is(built(around("conv 8 3\n\n  // words\n\n  -> relu // more")), two);
});

test("rule 1: a break may stand before the brace of a declaration; before another it begins a group", () => {
  assert.is(built("block b(c)\n{ conv c 3 }\nmodel Net\n{\n  input 3@32x32\n  b 8\n}\n"), "b_1.conv_1 8@30x30");
  assert.is(built(around("conv 8 3\n  { relu }")), two);
  for (const lines of ["repeat 2\n  { relu }", "if true\n  { relu }", "skip\n  { relu }"]) wrong(around(lines), "CNN1001");
});

test("a backslash does not join lines", () => {
  assert.is(built(mended(around("conv 8 \\\n    3 pad=1"), "CNN1007")), "conv_1 8@32x32");
});

test("rule 2: a branch runs to the next bar or the brace, over several lines", () => {
  assert.is(built(around("concat {\n    | conv 8 3\n      relu\n    | conv 4 3 -> relu\n  }")), "conv_1 8@30x30, relu_1 8@30x30, conv_2 4@30x30, relu_2 4@30x30, concat_1 12@30x30");
});

test("rule 2: the first bar is required, an empty branch offers identity", () => {
  const branches = (text: string): string => around(`concat { ${text} }`);
  assert.is(built(mended(branches("conv 8 3 pad=1 | identity"), "CNN1031")), built(branches("| conv 8 3 pad=1 | identity")));
  assert.is(built(mended(branches("| conv 8 3 pad=1 |"), "CNN1030")), built(branches("| conv 8 3 pad=1 | identity")));
});

test("rule 3: comments run to the end of the line, or from /* to the first */", () => {
  assert.is(built(around("conv 8 3 // -> relu -> conv\n  relu")), two);
  assert.is(built(around("conv /* filters: */ 8 3 /* -> /* not nested */ -> relu")), two);
  assert.ok(codes(around("conv 8 3 /* a /* b */ c */ -> relu")) !== "");
  wrong("model Net { input 4 -> relu }\n/* never closed", "CNN1006");
});

test("rule 3: # is told once a line, with the mend", () => {
  assert.is(built(mended(around("conv 8 3 # filters, kernel # and more words\n  relu"), "CNN1010")), two);
});

test("rule 3: a line break ends a string", () => {
  const [first] = check('import { a } from "./a.cnn\nblock b { relu }\n').diagnostics;
  assert.is(first?.code, "CNN1005");
  assert.is(first?.span.start.line, 1);
});

test("rule 4: names have letters of any script, and are compared after NFC", () => {
  assert.is(built(`block 합성곱(채널) { conv 채널 3 }\n${around("합성곱 8")}`), "합성곱_1.conv_1 8@30x30");
  assert.is(built(`block \u00e9tage(c) { conv c 3 }\n${around("e\u0301tage 8")}`), "\u00e9tage_1.conv_1 8@30x30");
});

test("rule 4: operators are ASCII: a Cyrillic letter is named, and conv offered", () => {
  assert.is(built(mended(around("c\u043env 8 3"), "CNN2001", "U+043E")), "conv_1 8@30x30");
});

test("rule 5: a BOM, CR LF, a lone CR and tabs change nothing but positions", () => {
  const text = around("conv 8 3\n  relu");
  for (const other of [`\uFEFF${text}`, text.replaceAll("\n", "\r\n"), text.replaceAll("\n", "\r"), text.replaceAll("  ", "\t")]) assert.is(built(other), two);
});

test("rule 5: columns count UTF-16 units, a BOM 0, a tab 1", () => {
  const place = (text: string): string => {
    const { span } = wrong(text, "CNN2001");
    return `${span.start.line}:${span.start.column}`;
  };
  assert.is(place("model Net { input 4 -> rel }"), "1:24");
  assert.is(place("\uFEFFmodel Net { input 4 -> rel }"), "1:24");
  assert.is(place("model Net {\tinput 4 ->\trel }"), "1:24");
  assert.is(place("model Net { /* \u{1F600} */ input 4 -> rel }"), "1:33");
  assert.is(place("model Net {\r\n  input 4\r  rel\r\n}"), "3:3");
});

const valueOf = (text: string): unknown => modelOf(`model Net(value = ${text}) {\n  input 4\n  if value == value { relu }\n}\n`).arguments["value"];

test("rule 6: numbers and their suffixes", () => {
  assert.equal(["10", "1_000", "0.5", "1e-6", "50k", "3M", "2G", "1.5M"].map(valueOf), [10, 1000, 0.5, 1e-6, 50_000, 3_000_000, 2_000_000_000, 1_500_000]);
  const bytes = (text: string): string => codes(around(`conv 8 3\n  assert memory <= ${text}`));
  assert.equal(["999999B", "999kB", "1MB", "1GB", "999KiB", "1MiB", "1.5MiB", "1GiB"].map(bytes).join(""), "");
  for (const bad of ["5abc", "3x", "1.5.2", "2T"]) assert.ok(codes(around(`conv ${bad} 3`)).startsWith("CNN1"), bad);
  wrong(around("dropout .5 -> conv 8 3"), "CNN1009");
});

test("rule 6: 0x3 is the size 0 by 3", () => {
  assert.is(built(around("conv 8 1x7 pad=0x3")), "conv_1 8@32x32");
  const found = wrong(around("conv 8 0x10"), "CNN3007");
  assert.match(found.help ?? "", "0x10 is a size, 0 by 10; the language has no hexadecimal numbers");
});

test("rule 7: sizes are one token, or computed by size(h, w)", () => {
  assert.is(built(around("conv 8 3x3")), built(around("conv 8 3")));
  assert.is(built(around("conv 8 1x7")), "conv_1 8@32x26");
  assert.is(built(around("conv 8 2x2x2", "3@8x8x8")), "conv_1 8@7x7x7");
  assert.is(built(around("conv 8 size(1, 3 + 4)")), "conv_1 8@32x26");
  assert.is(built("model Net(x3 = 8) {\n  input 3@32x32\n  conv x3 3\n}\n"), "conv_1 8@30x30");
});

test("rule 7: 3 x 3, 3X3, 3\u00d73 and 3*3 as a kernel are mended to 3x3", () => {
  for (const written of ["3 x 3", "3X3", "3\u00d73"]) assert.ok(mended(around(`conv 8 ${written}`), "CNN1015").includes("conv 8 3x3"), written);
  assert.ok(mended(around("conv 8 3*3"), "CNN1016").includes("conv 8 3x3"));
});

test("rule 8: glued brackets call and index, brackets apart are arguments of their own", () => {
  assert.is(built(around("let w = [8, 16]\n  conv w[0] 3 -> conv max(4, 6) 3")), "conv_1 8@30x30, conv_2 6@28x28");
  assert.is(codes(around("let w = [8, 16]\n  conv w [0] 3")), "CNN3005 CNN3005");
  assert.is(built(around("let w = 8\n  conv w (3)")), "conv_1 8@30x30");
  wrong(around("let w = 8\n  conv w(3)"), "CNN3014", "w is a value, no function");
});

test("rule 8: in an argument a minus is a sign where a blank stands before it and none after", () => {
  assert.is(built(around("leaky_relu -0.2")), "leaky_relu_1 3@32x32");
  assert.is(built(around("leaky_relu slope=-0.2")), "leaky_relu_1 3@32x32");
  wrong(around("let w = 9\n  conv w - 1 3"), "CNN1016");
});

test("rule 8: arithmetic in an argument needs parentheses, which the mend puts around all of it", () => {
  const width = "model Net(w = 9, k = 3) {\n  input 3@32x32\n  ";
  for (const [written, meant] of [
    ["conv w-1 k", "conv (w-1) k"],
    ["conv w*2 k", "conv (w*2) k"],
    ["conv w + 1 k", "conv (w + 1) k"],
    ["conv w k pad=(k-1)/2", "conv w k pad=((k-1)/2)"],
  ] as const) {
    assert.ok(mended(`${width}${written}\n}\n`, "CNN1016").includes(meant), written);
  }
  assert.is(built(`${width}conv (w-1) k pad=((k-1)/2)\n}\n`), "conv_1 8@32x32");
});

test("rule 8: dense(120) can mean only one thing, conv(16, 3) is mended", () => {
  assert.is(built(around("flatten -> dense(120)")), "flatten_1 3072, dense_1 120");
  assert.ok(mended(around("conv(16, 3)"), "CNN1018").includes("  conv 16 3\n"));
});

const reserved = "model block import input output let if else for in repeat skip project as load freeze frozen reuse assert true false and or not".split(" ");

test("rule 9: reserved words are no names", () => {
  for (const word of reserved) assert.ok(codes(`block ${word}(c) { conv c 3 }\n`).startsWith("CNN1"), word);
  for (const word of reserved) assert.ok(codes(around(`let ${word} = 8\n  conv 8 3`)).startsWith("CNN1"), word);
  const text = around("let output = 8\n  conv 8 3");
  assert.is(marked(text, wrong(text, "CNN1028")), "output");
});

test("rule 9: all, except, from, then and here may be names", () => {
  for (const word of ["all", "except", "from", "then"]) {
    assert.is(built(`block ${word}(c) { conv c 3 }\n${around(`${word} 8`)}`), `${word}_1.conv_1 8@30x30`);
    assert.is(built(around(`let ${word} = 8\n  conv ${word} 3`)), "conv_1 8@30x30");
  }
});

test("rule 9: any word may be a label where a colon follows", () => {
  for (const word of [...reserved, "all", "except", "from", "then", "here"]) assert.is(built(around(`g: { ${word}: conv 8 3 }`)), `g.${word} 8@30x30`);
});

test.run();
