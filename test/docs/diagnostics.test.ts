/** Every code of the four packages has one owner and one page, and each page's programs say what the page says. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { explain } from "@cnn-lang/shape-checker";
import { allCodes, checkSection, folder, pageCodes, readPage, renderIndex, renderPage, sectionOf, type Section } from "../../scripts/diagnostic-pages.ts";

const test = suite("pages of the diagnostics");

/** Shown by other means than a text: options, files of bytes, data and runs, or a text too long for a page. */
const withoutProgram = /^CNN(1090|1091|1099|2020|2023|2201|3020|5003|5004|5005|5006|6001|6112|6113|6114|6115|7\d{3}|8\d{3}|9003)$/;

test("no code stands in two tables", () => {
  const codes = allCodes.map(({ code }) => code);
  assert.equal(codes.filter((code, i) => codes.indexOf(code) !== i), []);
  assert.equal(codes.filter((code) => !/^CNN\d{4}$/.test(code)), []);
});

test("each code has a page, and each page a code", () => {
  assert.equal([...pageCodes()].sort(), allCodes.map(({ code }) => code));
});

test("pages and index are up to date", () => {
  const command = "run node --import tsx --conditions=@cnn-lang/source scripts/docs.ts";
  const written = new Set(pageCodes());
  for (const code of allCodes) if (written.has(code.code)) assert.is(readPage(code.code), renderPage(code, readPage(code.code)), `${code.code}: ${command}`);
  assert.is(readFileSync(`${folder}/README.md`, "utf8"), renderIndex(), command);
});

for (const code of pageCodes()) {
  const [wrong, mended] = [sectionOf(readPage(code), "Wrong"), sectionOf(readPage(code), "Mended")];
  if (withoutProgram.test(code)) continue;
  test(`${code}: the wrong program shows it alone, the mended one is clean`, () => {
    assert.ok(wrong && mended);
    // Hints are no mistakes, but where the page is about one.
    const seen = (section: Section): readonly string[] =>
      checkSection(section).flatMap((found) => (found.severity === "info" && found.code !== code ? [] : [found.code]));
    assert.equal([...new Set(seen(wrong))], [code]);
    assert.equal(seen(mended), []);
  });
}

test("explain gives the page", () => {
  const found = explain("CNN4001");
  assert.is(found?.title, "A kernel does not fit its input");
  assert.is(found?.severity, "error");
  assert.is(found?.markdown, readPage("CNN4001"));
  assert.is(explain("cnn4001")?.code, "CNN4001");
  assert.is(explain("4001")?.code, "CNN4001");
  for (const unknown of ["CNN0000", "", "toString", "__proto__"]) assert.is(explain(unknown), undefined, unknown);
});

test("explain knows every code", () => {
  for (const { code, title, severity } of allCodes) assert.equal([explain(code)?.title, explain(code)?.severity], [title, severity], code);
});

test.run();
