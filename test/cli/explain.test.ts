/** What the command teaches of a diagnostic. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { explain } from "@cnn-lang/shape-checker";
import { drawExplanation } from "../../packages/runtime/src/cli/output/explanation.ts";
import { createTerminal } from "../../packages/runtime/src/cli/output/terminal.ts";
import { allCodes, readPage } from "../../scripts/diagnostic-pages.ts";
import { cnn, folderWith } from "../helpers/cli.ts";
import { documentOf } from "../helpers/schema.ts";

const test = suite("cnn explain");
const folder = folderWith();

test("a code is taught with a wrong program, what is said of it, and the mended one", () => {
  const { stdout, stderr, code } = cnn("explain CNN4204", folder);
  assert.equal([stderr, code], ["", 0]);
  assert.match(stdout, /^warning CNN4204: A dense layer follows a dense layer with no activation between\n\n/);
  const [, wrong = "", mended = ""] = stdout.split(/\n\nWrong\n\n|\n\nMended\n\n/);
  assert.match(wrong, /^ {4}model Net {\n/);
  assert.match(wrong, /\n {4}warning CNN4204: no activation stands between dense \d+ and dense \d+/);
  assert.match(mended, /^ {4}model Net {\n(?: {4}.*\n)* {4}}\n$/);
  assert.not.ok(stdout.includes("```"));
});

test("a code may be written as people write it", () => {
  const { stdout } = cnn("explain CNN4001", folder);
  for (const spelling of ["cnn4001", "4001"]) assert.is(cnn(`explain ${spelling}`, folder).stdout, stdout, spelling);
});

test("a code that is not there", () => {
  for (const [written, says] of [
    ["CNN4230", "There is no diagnostic CNN4230; did you mean CNN4203? All of them: cnn explain\n"],
    ["CNN40O1", "There is no diagnostic CNN40O1; did you mean CNN4001? All of them: cnn explain\n"],
    ["softmax", "There is no diagnostic softmax. All of them: cnn explain\n"],
    ["__proto__", "There is no diagnostic __proto__. All of them: cnn explain\n"],
  ]) {
    assert.equal(cnn(`explain ${written}`, folder), { stdout: "", stderr: says, code: 2 });
  }
});

test("without a code every one is listed, by families", () => {
  const { stdout, code } = cnn("explain", folder);
  assert.is(code, 0);
  assert.equal([...stdout.matchAll(/^ {2}(CNN\d{4}) /gm)].map(([, listed]) => listed), allCodes.map(({ code: each }) => each));
  assert.match(stdout, /^The text\n {2}CNN1001 {2}error {2,}Something else/);
  assert.match(stdout, /\n\nHints\n {2}CNN4301 {2}hint {2,}A stride leaves pixels out/);
});

test("--format json: the page, and the index", () => {
  const page = documentOf("explain", cnn("explain CNN6103 --format json", folder).stdout);
  assert.equal(page, { version: 1, code: "CNN6103", severity: "error", title: "The model's classes are not the data's", markdown: readPage("CNN6103") });
  const { families } = documentOf("explain", cnn("explain --format json", folder).stdout);
  assert.equal(families.flatMap(({ codes }: { codes: unknown[] }) => codes), allCodes.map(({ code, severity, title }) => ({ code, severity, title })));
});

const drawn = (code: string, env: Record<string, string>, columns = 100): string => {
  const terminal = createTerminal({ write: () => {}, isTTY: true, columns }, env);
  const explanation = explain(code);
  assert.ok(explanation);
  return drawExplanation(explanation, terminal.paint, columns);
};

test("colours: the code, the carets and the names, but not with NO_COLOR", () => {
  const colored = drawn("CNN4004", {});
  assert.match(colored, /^\u001b\[31merror CNN4004:\u001b\[39m \u001b\[1m/);
  assert.match(colored, /\|\u001b\[31m +\^+\u001b\[39m\n/);
  assert.match(colored, /\u001b\[36mflatten\u001b\[39m/);
  const plain = drawn("CNN4004", { NO_COLOR: "1" });
  assert.not.ok(plain.includes("\u001b"));
  assert.is(plain, colored.replaceAll(/\u001b\[\d+m/g, ""));
});

test("prose keeps to the width of the terminal, and loses no word", () => {
  for (const { code } of allCodes) {
    const wide = drawn(code, { NO_COLOR: "1" });
    const narrow = drawn(code, { NO_COLOR: "1" }, 60);
    assert.is(narrow.replace(/\s+/g, " "), wide.replace(/\s+/g, " "), code);
    const prose = narrow.split("\n").slice(1).filter((line) => !line.startsWith("    "));
    assert.equal(prose.filter((line) => line.length > 60 && line.includes(" ")), [], code);
    const words = /^# .*\n+\*\w+\*\n+([^]*?)\n+## /.exec(readPage(code))?.[1] ?? "";
    assert.ok(wide.replace(/\s+/g, " ").includes(words.replaceAll("`", "").replace(/\s+/g, " ")), `${code}: ${words}`);
  }
});

test.run();
