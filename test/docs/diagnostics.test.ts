/**
 * Every code of the four packages has one owner and one page, and each page teaches what is so: its wrong program, recipe, data or
 * command line is told just that, and the mended twin nothing.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { explain, explanations } from "@cnn-lang/shape-checker";
import { allCodes, checkSection, folder, pageCodes, readPage, renderIndex, renderPage, sectionOf, type Section } from "../../scripts/diagnostic-pages.ts";
import { textOfCommand } from "../helpers/cli-here.ts";
import { folderWith } from "../helpers/cli.ts";
import { assertShown, commandsIn, wordsOf } from "../helpers/documents.ts";

const test = suite("pages of the diagnostics");

const packages = ["parser", "shape-checker", "codegen", "runtime"];

/** The texts of the TypeScript files below a folder that are written by hand. */
const textsBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".generated.ts"))
    .map((path) => readFileSync(join(folder, path), "utf8"));

test("no code stands in two tables", () => {
  const codes = allCodes.map(({ code }) => code);
  assert.equal(codes.filter((code, i) => codes.indexOf(code) !== i), []);
  assert.equal(codes.filter((code) => !/^CNN\d{4}$/.test(code)), []);
});

test("no code stands in a table that the pages do not know", () => {
  const known = new Set(allCodes.map(({ code }) => code));
  const written = packages.flatMap((name) => textsBelow(`packages/${name}/src`)).flatMap((text) => [...text.matchAll(/\bcode: "(CNN\d{4})"/g)].map(([, code = ""]) => code));
  assert.equal(written.filter((code) => !known.has(code)), []);
  assert.is(written.length, known.size);
});

test("each code has a page, and each page a code", () => {
  const [codes, pages] = [allCodes.map(({ code }) => code), pageCodes()];
  assert.equal(codes.filter((code) => !pages.includes(code)), [], "codes without a page");
  assert.equal(pages.filter((code) => !codes.includes(code)), [], "pages without a code");
});

test("pages and index are up to date", () => {
  const command = "run node --import tsx --conditions=@cnn-lang/source scripts/docs.ts";
  const written = new Set(pageCodes());
  for (const code of allCodes) if (written.has(code.code)) assert.is(readPage(code.code), renderPage(code, readPage(code.code)), `${code.code}: ${command}`);
  assert.is(readFileSync(`${folder}/README.md`, "utf8"), renderIndex(), command);
});

/** What needs a running training, an image, a network, or a text too long for a page. */
const shownElsewhere: string[] = [];

for (const code of pageCodes()) {
  const [wrong, mended] = [sectionOf(readPage(code), "Wrong"), sectionOf(readPage(code), "Mended")];
  if (!wrong) shownElsewhere.push(code);
  else if (wrong.console !== undefined) {
    test(`${code}: the command says so, and not when all is well`, async () => {
      assert.ok(wrong.console?.includes(` ${code}: `), "the page shows its code");
      await assertConsole(wrong);
      if (mended) {
        assert.not.match(mended.console ?? "", /\b(?:error|warning) CNN/);
        await assertConsole(mended);
      }
    });
  } else {
    test(`${code}: the wrong program shows it alone, the mended one is clean`, () => {
      assert.ok(mended);
      // Hints are no mistakes, but where the page is about one.
      const seen = (section: Section): readonly string[] =>
        checkSection(section).flatMap((found) => (found.severity === "info" && found.code !== code ? [] : [found.code]));
      assert.equal([...new Set(seen(wrong))], [code]);
      assert.equal(seen(mended), []);
    });
  }
}

/** Runs a section's commands in a folder that holds its files. */
async function assertConsole({ files, console = "" }: Section): Promise<void> {
  const place = folderWith(files);
  for (const { command, output } of commandsIn(console)) {
    const [npx, cnn, ...words] = wordsOf(command);
    assert.equal([npx, cnn], ["npx", "cnn"], command);
    assertShown(await textOfCommand(words, place), output, command);
  }
}

test("a code that its page only tells of is shown by another test", () => {
  const tests = textsBelow("test").join("\n");
  assert.equal(shownElsewhere.filter((code) => !tests.includes(code)), []);
});

test("explain gives the page", () => {
  const found = explain("CNN4001");
  assert.is(found?.title, "A kernel does not fit its input");
  assert.is(found?.severity, "error");
  assert.is(found?.markdown, readPage("CNN4001"));
  assert.is(explain("cnn4001")?.code, "CNN4001");
  assert.is(explain("4001")?.code, "CNN4001");
  for (const unknown of ["CNN0000", "", "toString", "__proto__"]) assert.is(explain(unknown), undefined, unknown);
});

test("explain knows every code, each in one family", () => {
  for (const { code, title, severity } of allCodes) assert.equal([explain(code)?.title, explain(code)?.severity], [title, severity], code);
  assert.equal(explanations().flatMap((family) => family.explanations.map(({ code }) => code)), allCodes.map(({ code }) => code));
});

test.run();
