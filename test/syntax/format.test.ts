/** The one canonical layout: what it looks like, that it keeps the program, and that it stays as it is. */

import { check as checkFormatted, format as formatWith } from "prettier";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { format, parse } from "@cnn-lang/parser";
import plugin from "@cnn-lang/parser/prettier";
import { programs, shapeOf } from "./support.ts";

const test = suite("format");

/** Formats, and holds the result against the program and against itself. */
async function formatted(text: string): Promise<string> {
  const { text: once, diagnostics } = await format(text);
  assert.equal(diagnostics, []);
  assert.equal(shapeOf(parse(once, { file: "" }).ast), shapeOf(parse(text.replaceAll(/\r\n?/g, "\n"), { file: "" }).ast));
  assert.is((await format(once)).text, once, "formatting twice changes nothing");
  return once;
}

for (const [path, text] of programs()) {
  test(`keeps ${path}`, async () => {
    const canonical = await formatted(text);
    if (path.startsWith("examples/")) assert.is(text, canonical, `run npx cnn fmt ${path}`);
  });
}

for (const [name, before, after] of [
  ["blanks", "block  a( x,y=3x3 ){conv x   y pad = 1->relu}", "block a(x, y = 3x3) { conv x y pad=1 -> relu }"],
  ["two spaces", "block a {\n      relu\n\trelu\n}", "block a {\n  relu\n  relu\n}"],
  ["operators", "block a(n) { conv (n*2-1) 3 }", "block a(n) { conv (n * 2 - 1) 3 }"],
  ["needless parentheses of calls", "block a(n) { dense(120) -> dense(n/2) }", "block a(n) { dense 120 -> dense (n / 2) }"],
  ["one empty line", "block a {\n\n\n  relu\n\n\n\n  relu\n\n}", "block a {\n  relu\n\n  relu\n}"],
  ["aligned labels", "block a {\n  x:    relu\n  long: relu\n}", "block a {\n  x:    relu\n  long: relu\n}"],
  ["labels that were not", "block a {\n  x:  relu\n  long:   relu\n}", "block a {\n  x: relu\n  long: relu\n}"],
  ["wide labels", "block a {\n  합성: relu\n  abc:  relu\n}", "block a {\n  합성: relu\n  abc:  relu\n}"],
  ["trailing comments", "block a {   // one\n  relu   // two\n}  // three", "block a { // one\n  relu // two\n} // three"],
  ["comments at a bracket", "block a( /* none */ ) { /* one */ relu /* two */ }", "block a(/* none */) { /* one */ relu /* two */ }"],
  ["an empty brace", "block a { // c\n}\nblock b { /* c */ }\nblock c { }", "block a { // c\n}\nblock b { /* c */ }\nblock c { }"],
  ["comments only", "\n\n/* a */ // b\n\n\n// c", "/* a */ // b\n\n// c"],
  ["comments at an arrow", "block a {\n  relu // one\n  -> relu -> // two\n  relu\n}", "block a {\n  relu // one\n    -> relu\n    -> // two\n    relu\n}"],
] as const) {
  test(name, async () => assert.is(await formatted(before), `${after}\n`));
}

test("one file with every construct: formatted/untidy.cnn becomes formatted/tidy.cnn", async () => {
  const read = (name: string): string => readFileSync(`test/syntax/formatted/${name}.cnn`, "utf8");
  assert.is(await formatted(read("untidy")), read("tidy"));
});

test("an empty text stays empty", async () => assert.is(await formatted(""), ""));

test("flows break at every arrow, calls never", async () => {
  const call = "conv channels 3x3 stride=stride pad=1 bias=false";
  const lines = (await formatted(`block a(channels, stride) {\n${call} -> batchnorm -> ${call} -> relu\n}`)).split("\n");
  assert.equal(lines.slice(1, 5), [`  ${call}`, "    -> batchnorm", `    -> ${call}`, "    -> relu"]);
  const long = `unit ${Array.from({ length: 30 }, (_, i) => `key${i}=${i}`).join(" ")}`;
  assert.ok((await formatted(`block a { ${long} }`)).includes(long));
});

test("lists, parameters and branches break at 100 columns", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `parameter${i}`);
  assert.is(await formatted(`block a(${names.join(", ")}) { relu }`), `block a(\n${names.map((n) => `  ${n},\n`).join("")}) {\n  relu\n}\n`);
  const numbers = (await formatted(`model A(list = [${Array.from({ length: 60 }, (_, i) => i * 100).join(",")}]) { input 3 }`)).split("\n");
  assert.ok(numbers.every((line) => line.length <= 100) && numbers.length < 12, "numbers fill their lines");
  const branch = "conv 64 3x3 pad=1 bias=false -> batchnorm";
  assert.is(await formatted(`block a { concat { | ${branch} | ${branch} | relu } }`), `block a {\n  concat {\n    | ${branch}\n    | ${branch}\n    | relu\n  }\n}\n`);
});

test("a text with mistakes comes back as it was, with them", async () => {
  const { text, diagnostics } = await format("block  a { conv 3 * }");
  assert.is(text, "block  a { conv 3 * }");
  assert.equal(diagnostics.map(({ code }) => code), ["CNN1001"]);
});

test("line ends become LF, a byte order mark stays", async () => {
  assert.is(await formatted("\uFEFFblock a {\r\n  relu\r  relu\r\n}"), "\uFEFFblock a {\n  relu\n  relu\n}\n");
});

test("works as a plugin of Prettier", async () => {
  const options = { parser: "cnn", plugins: [plugin] };
  assert.is(await formatWith("block a{relu}", options), "block a { relu }\n");
  assert.ok(await checkFormatted("block a { relu }\n", options));
  try {
    await formatWith("block a {\n  conv (\n}", options);
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), "never closed");
  }
});

test.run();
