/** The written grammar names the words that the parser knows, and every rule that it uses. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keywords } from "../../packages/parser/src/tokens.ts";

const test = suite("grammar/cnn.ebnf");
const text = readFileSync(new URL("../../grammar/cnn.ebnf", import.meta.url), "utf8").replaceAll(/\(\*[^]*?\*\)/g, "");
const [rules = "", keywordRule = ""] = [text.slice(0, text.indexOf("IDENT     =")), /^keyword[^]*?;/m.exec(text)?.[0]];

test("the keywords are the lexer's", () => {
  const written = [...keywordRule.matchAll(/"(\w+)"/g)].map(([, word]) => word);
  assert.equal(written.toSorted(), [...keywords.keys()].toSorted());
});

test("every word in a rule is a keyword", () => {
  const used = new Set([...rules.matchAll(/"([a-z]+)"/g)].map(([, word = ""]) => word));
  assert.equal([...used].filter((word) => !keywords.has(word)), []);
});

test("every rule that is used is defined", () => {
  const defined = new Set([...text.matchAll(/^(\w+) +=/gm)].map(([, name]) => name));
  const names = new Set(rules.replaceAll(/"[^"]*"/g, "").match(/\b[A-Za-z_]+\b/g));
  const outside = ["NL", "GLUED_LPAREN", "GLUED_LBRACKET"];
  assert.equal([...names].filter((name) => !defined.has(name) && !outside.includes(name)), []);
});

test.run();
