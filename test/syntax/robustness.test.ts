/** No text makes the parser throw, run out of stack, drown its reader in mistakes or take more than linear time. */

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { format, parse } from "@cnn-lang/parser";
import { codesOf, programs, shapeOf } from "./support.ts";

const test = suite("robustness");

const pieces = [
  "block", "model", "import", "a", "conv", "relu", "3", "3x3", "1.5", "?", "@", "->", "|", "{", "}", "(", ")", "[", "]", ",", ":", "=",
  "==", "-", "+", "*", ".", "not", "and", "if", "else", "then", "skip", "project", "repeat", "for", "in", "as", "let", "frozen", "load",
  "freeze", "all", "except", "output", "input", "reuse", "assert", '"s"', '"a{b}"', "//c\n", "/*c*/", "\n", "\n\n", " ", "#", ";", "'", "\u00d7",
];

test("any run of tokens gives a tree and bounded mistakes", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), fc.constantFrom("", " "), (list, glue) => {
      const { ast, diagnostics } = parse(list.join(glue), { file: "" });
      assert.is(ast.kind, "file");
      assert.ok(diagnostics.length <= 101);
    }),
    { numRuns: 1500, seed: 1 },
  );
});

test("any text gives a tree", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void parse(text, { file: "" })), { numRuns: 500, seed: 2 });
});

/** A program with one token left out, doubled, or replaced by another of its own. */
const mutated = fc
  .tuple(fc.constantFrom(...programs().values()), fc.nat(), fc.nat(), fc.constantFrom("drop", "double", "replace", "space"))
  .map(([text, at, from, how]) => {
    const tokens = text.match(/\w+|->|\s+|[^\w\s]/g) ?? [];
    const index = at % tokens.length;
    const token = tokens[index] ?? "";
    tokens[index] = how === "drop" ? "" : how === "double" ? token + token : how === "space" ? ` ${token} ` : (tokens[from % tokens.length] ?? "");
    return tokens.join("");
  });

test("programs with one token changed are formatted without change of meaning, where they are still programs", async () => {
  let programsLeft = 0;
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      if (codesOf(text).length > 0) return;
      programsLeft += 1;
      const once = (await format(text)).text;
      assert.equal(shapeOf(parse(once, { file: "" }).ast), shapeOf(parse(text, { file: "" }).ast));
      assert.is((await format(once)).text, once);
    }),
    { numRuns: 400, seed: 3 },
  );
  assert.ok(programsLeft > 50, `${programsLeft} of 400 are still programs`);
});

const many = 100_000;
for (const part of ["(", "{", "[", "x(", "{|", "- ", "not ", "if a then ", "f(1)", "a.", "} else if a {", "if a { } else ", "1+", ")", "}", "((]", '"a{', "-> "]) {
  test(`${JSON.stringify(part)} 100,000 times`, () => {
    for (const text of [part.repeat(many), `block a { ${part.repeat(many)}`, `block a { let x = ${part.repeat(many)}\n}`]) {
      const found = codesOf(text);
      assert.ok(found.length > 0 && found.length <= 101);
    }
  });
}

test("nesting is bounded well before the stack is", () => {
  const nested = (depth: number): string => `block a { conv ${"(".repeat(depth)}1${")".repeat(depth)} 3 }`;
  assert.equal(codesOf(nested(90)), []);
  assert.equal(codesOf(nested(200)), ["CNN1090"]);
  const groups = (depth: number): string => `block a ${"{ ".repeat(depth)}relu${" }".repeat(depth)}`;
  assert.equal(codesOf(groups(90)), []);
  assert.equal(codesOf(groups(200)), ["CNN1090"]);
});

test("wide is not deep", () => {
  assert.equal(codesOf(`model A(a = [${"1, ".repeat(20_000)}]) { input 3 }`), []);
  assert.equal(codesOf(`block a {\n${"  relu -> relu\n".repeat(5000)}}`), []);
});

test("the first hundred mistakes are told, then that there are more", () => {
  const found = codesOf(`block a {\n${"  conv(1, 2)\n".repeat(500)}}`);
  assert.is(found.length, 101);
  assert.is(found.at(-1), "CNN1099");
});

test("ten million characters are refused by one mistake", () => assert.equal(codesOf("a".repeat(10_000_001)), ["CNN1091"]));

test("an unclosed comment is told where it opens", () => {
  const { diagnostics } = parse("block a { relu }\n/* to the end", { file: "" });
  assert.equal(diagnostics.map(({ code, span }) => [code, span.start.line, span.start.column]), [["CNN1006", 2, 1]]);
});

test.run();
