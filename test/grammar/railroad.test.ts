/** The grammar's diagrams are those of its rules. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diagramsFile, railroadPage, readRules } from "../../scripts/railroad.ts";

const test = suite(diagramsFile);
const page = readFileSync(diagramsFile, "utf8");

test("is made from cnn.ebnf (scripts/railroad.ts writes it)", () => assert.fixture(page, railroadPage()));

test("each rule has a diagram, and each link leads to one", () => {
  const names = readRules(readFileSync("grammar/cnn.ebnf", "utf8")).map(({ name }) => name);
  assert.equal([...page.matchAll(/<h2 id="(\w+)">\1<\/h2>\n<svg/g)].map(([, name]) => name), names);
  assert.equal([...page.matchAll(/href="#([^"]*)"/g)].flatMap(([, name = ""]) => (names.includes(name) ? [] : [name])), []);
});

test("needs nothing from elsewhere", () => assert.not.match(page, /<script|<link|src=|url\(|https?:/));

test.run();
