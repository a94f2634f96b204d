/** The rules of the grammar, one line each: what is read, and as what. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse, type Core, type Expression } from "@cnn-lang/parser";
import { codesOf, itemsOf, programs, shapeOf } from "./support.ts";

const test = suite("rules of the grammar");

const cores = (lines: string): readonly Core[] => itemsOf(lines).flatMap((item) => (item.kind === "step" ? [item.core] : []));

/** An expression with all its parentheses. */
function spell(e: Expression): string {
  switch (e.kind) {
    case "number": return e.text;
    case "reference": return e.text;
    case "size": return e.axes.join("x");
    case "string": return JSON.stringify(e.value);
    case "boolean": return String(e.value);
    case "unary": return `(${e.operator} ${spell(e.operand)})`;
    case "binary": return `(${spell(e.left)} ${e.operator} ${spell(e.right)})`;
    case "conditional": return `(${spell(e.condition)} ? ${spell(e.then)} : ${spell(e.else)})`;
    case "member": return `${spell(e.object)}.${e.property.text}`;
    case "index": return `${spell(e.object)}[${spell(e.index)}]`;
    case "function-call": return `${e.callee.text}(${e.arguments.map(spell).join(", ")})`;
    case "parenthesized": return spell(e.inner);
    case "list": return `[${e.items.map(spell).join(", ")}]`;
    case "invalid": return "invalid";
  }
}

const letValue = (text: string): Expression => {
  const [item] = itemsOf(`let x = ${text}`);
  if (item?.kind !== "let") throw new Error("no let");
  return item.value;
};

/** The arguments of one call, as they were split. */
const argumentsOf = (line: string): readonly string[] => {
  const [core] = cores(line);
  if (core?.kind !== "call") throw new Error("no call");
  return core.arguments.map(({ name, value }) => {
    const text =
      value.kind === "body" ? "{}"
      : value.kind === "shape" ? [value.channels, value.axes].map((part) => (!part ? "" : part.kind === "unknown" ? "?" : spell(part))).join("@")
      : spell(value);
    return name ? `${name.text}=${text}` : text;
  });
};

for (const [path, text] of programs()) test(`reads ${path}`, () => assert.equal(codesOf(text), []));

for (const [written, meant] of [
  ["1 + 2 * 3", "(1 + (2 * 3))"],
  ["a - b - c", "((a - b) - c)"],
  ["-a * b", "((- a) * b)"],
  ["not a == b or c", "((not (a == b)) or c)"],
  ["a and not b and c", "((a and (not b)) and c)"],
  ["a or b and c", "(a or (b and c))"],
  ["if a then b else if c then 1 else 2", "(a ? b : (c ? 1 : 2))"],
  ["here.channels % 8 == 0", "((here.channels % 8) == 0)"],
  ["w[0][1]", "w[0][1]"],
  ["max(a, b, [1, 2,])", "max(a, b, [1, 2])"],
  ["size(a, b)", "size(a, b)"],
] as const) {
  test(`${written} means ${meant}`, () => assert.is(spell(letValue(written)), meant));
}

for (const [line, split] of [
  ["conv 16 3 pad=1", ["16", "3", "pad=1"]],
  ["conv w[0] 3", ["w[0]", "3"]],
  ["conv w [0]", ["w", "[0]"]],
  ["conv max(a, b) 3", ["max(a, b)", "3"]],
  ["conv max (a)", ["max", "a"]],
  ["conv a -1", ["a", "(- 1)"]],
  ["leaky_relu slope=-0.2", ["slope=(- 0.2)"]],
  ["conv (a - 1) 3", ["(a - 1)", "3"]],
  ["dense(120)", ["120"]],
  ["permute[1, 2]", ["[1, 2]"]],
  ["reshape 16@4x4", ["16@4x4"]],
  ["wrap { relu } act={ relu }", ["{}", "act={}"]],
  ["unit act=relu", ["act=relu"]],
  ["conv all then=1", ["all", "then=1"]],
] as const) {
  test(`${line} has the arguments ${split.join(" | ")}`, () => assert.equal(argumentsOf(line), split));
}

test("dense(120) is dense 120, dense (120) keeps its parentheses", () => {
  const read = (line: string): unknown => shapeOf(parse(`block a { ${line} }`, { file: "" }).ast);
  assert.equal(read("dense(120)"), read("dense 120"));
  assert.equal(read("dense(n / 4)"), read("dense (n / 4)"));
  assert.not.equal(read("dense (120)"), read("dense 120"));
});

for (const [text, value, bytes] of [
  ["1_000", 1000, false], ["0.5", 0.5, false], ["1e-6", 1e-6, false], ["50k", 50_000, false], ["1.5M", 1_500_000, false],
  ["1.005k", 1005, false], ["2G", 2e9, false], ["3B", 3, true], ["4kB", 4000, true], ["1MiB", 1_048_576, true], ["0.5KiB", 512, true],
] as const) {
  test(`${text} is ${value}`, () => {
    const number = letValue(text);
    assert.equal(number.kind === "number" && [number.value, number.bytes, number.text], [value, bytes, text]);
  });
}

test("0x3 is the size 0 by 3, x3 a name", () => {
  assert.equal(argumentsOf("conv 8 3 pad=0x3"), ["8", "3", "pad=0x3"]);
  assert.is(letValue("x3").kind, "reference");
});

test("a line break separates, and an arrow may end a line or begin the next", () => {
  const arrows = (lines: string): readonly boolean[] => itemsOf(lines).flatMap((item) => (item.kind === "step" ? [item.afterArrow] : []));
  assert.equal(arrows("relu\nrelu"), [false, false]);
  assert.equal(arrows("relu ->\n relu"), [false, true]);
  assert.equal(arrows("relu\n -> relu"), [false, true]);
  assert.equal(arrows("relu // one\n\n // two\n\n -> relu"), [false, true]);
  assert.equal(arrows("relu /* a\nbreak */ relu"), [false, false]);
});

for (const lines of [
  "conv (n +\n  1) 3",
  "let x = [1,\n 2,\n]",
  "let x =\n 3",
  "split 2 as a,\n b",
  "if n { relu }\n else { relu }",
  "skip { relu }\n project { relu }",
  "concat {\n\n | relu\n\n | relu\n }",
  "x:\n relu",
  "unit { relu\n relu }",
  "unit (n) { relu\nrelu }",
]) {
  test(`reads ${JSON.stringify(lines)} as one line`, () => assert.is(itemsOf(lines).length, 1));
}

test("a brace of a declaration may stand in the next line, another begins a group", () => {
  assert.equal(codesOf("block a\n{ relu }\nmodel b(c = 1)\n{ relu }\nmodel d = b(c = 2)\n{ load \"x\" }"), []);
  assert.equal(cores("relu\n{ relu }").map(({ kind }) => kind), ["call", "body"]);
});

test("branches run to the next bar", () => {
  const [core] = cores("concat {\n | a\n | conv 8 1\n   conv 8 3 -> relu\n | b }");
  assert.equal(core?.kind === "call" && core.branches?.map(({ items }) => items.length), [1, 3, 1]);
});

test("any word may be a label", () => {
  for (const word of ["block", "model", "input", "project", "else", "load", "if", "as", "all", "conv1"]) {
    const [item] = itemsOf(`${word}: relu`);
    assert.equal(item?.kind === "step" && item.label?.parts, [word]);
  }
  assert.equal(codesOf("model A {\ninput 3\nblock: { relu }\nmodel: relu\n}"), []);
});

test("labels are words, integers or strings with expressions", () => {
  const label = (text: string): unknown => {
    const [item] = itemsOf(`${text}: relu`);
    return item?.kind === "step" && item.label && [item.label.form, item.label.parts.map((part) => (typeof part === "string" ? part : `{${spell(part)}}`))];
  };
  assert.equal(label("0"), ["integer", ["0"]]);
  assert.equal(label('"block{n}-{k + 1}"'), ["string", ["block", "{n}", "-", "{(k + 1)}"]]);
  assert.equal(label('"a\\{b\\}\\u{e9}\\"c"'), ["string", ['a{b}é"c']]);
  assert.equal(label('"{n}"'), ["string", ["{n}"]]);
});

test("a selector is split by its text, also through real numbers", () => {
  const [item] = itemsOf('freeze body.0.1, trunk."block1-0".1.10, block.*.else except a');
  assert.equal(item?.kind === "freeze" && item.selectors !== "all" && item.selectors.map(({ segments }) => segments), [
    ["body", "0", "1"], ["trunk", "block1-0", "1", "10"], ["block", "*", "else"],
  ]);
  const [all] = itemsOf("freeze all except a");
  const [named] = itemsOf("freeze all.0");
  assert.is(all?.kind === "freeze" && all.selectors, "all");
  assert.equal(named?.kind === "freeze" && named.selectors !== "all" && named.selectors[0]?.segments, ["all", "0"]);
});

test("shapes stand in the flow, after input and as arguments", () => {
  const shape = (line: string): unknown => cores(line)[0]?.kind;
  for (const line of ["128@4x4", "?@7x7", "64@?x?", "?@?", "10", "(2 * n)@16x16", "n@4", "3@w", "3@size(a, b)", "(n)"]) assert.is(shape(line), "shape", line);
  assert.is(shape("n"), "call");
  const [named, bare] = cores("input left 1@28x28\ninput n@3x3");
  assert.is(named?.kind === "input" && named.name?.text, "left");
  assert.is(bare?.kind === "input" && bare.name, undefined);
});

test("names are compared composed, in any script", () => {
  const [composed, decomposed] = ["\u00e9", "e\u0301"].map((name) => cores(`${name}합성곱 3`)[0]);
  assert.is(composed?.kind === "call" && composed.callee.text, "é합성곱");
  assert.is(decomposed?.kind === "call" && decomposed.callee.text, "é합성곱");
});

test("soft keywords are names", () => {
  assert.equal(codesOf("block all(except, from, then = 1) { conv except then -> here from }"), []);
});

test("derived models, and bodies as values", () => {
  const { ast } = parse("model A(a = 1) = B(c = a, { relu }, unit = { relu -> relu })", { file: "" });
  const [model] = ast.declarations;
  assert.is(model?.kind === "model" && model.body, undefined);
  assert.equal(model?.kind === "model" && model.base?.given.map(({ name, value }) => [name?.text, value.kind]), [["c", "reference"], [undefined, "body"], ["unit", "body"]]);
});

test("a declaration in column 1 ends what was left open", () => {
  const { ast, diagnostics } = parse("block a {\n conv (8 3\n\nblock b { relu }", { file: "" });
  assert.equal(diagnostics.map(({ code }) => code), ["CNN1002", "CNN1002"]);
  assert.equal(ast.declarations.map((one) => one.kind === "block" && one.name.text), ["a", "b"]);
});

test.run();
