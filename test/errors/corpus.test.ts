/**
 * Wrong programs, one file a mistake, with what must be said of them (the marks are explained in `helpers/carets.ts`).
 * `UPDATE=1` rewrites the marks to what is said now: read them before you keep them.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diagnosticCodes } from "@cnn-lang/shape-checker";
import { compareFixes, compareMarks, marksIn, rewriteMarks } from "../helpers/carets.ts";

const test = suite("wrong programs");
const folder = fileURLToPath(new URL(".", import.meta.url));

for (const name of readdirSync(folder).filter((file) => file.endsWith(".cnn")).sort()) {
  const path = `${folder}/${name}`;
  if (process.env["UPDATE"]) writeFileSync(path, rewriteMarks(readFileSync(path, "utf8")));
  const text = readFileSync(path, "utf8");

  test(name, () => {
    assert.equal(compareMarks(text), []);
    assert.equal(compareFixes(text), []);
    assert.ok(marksIn(text).some(({ code }) => name.startsWith(code)), "a file is named after the code it shows");
  });
}

/** Told of options, of weight files (`analyze/load-plan.test.ts`), or of texts too large for a file here (`checker/limits.test.ts`, `syntax`). */
const elsewhere = /^CNN(10(06|90|91|99)|20(20|23)|2102|3020|500[3-6]|900[35]|6\d{3})$/;

test("every code of programs is shown by one of these, or of those beside the syntax", () => {
  const shown = new Set([folder, fileURLToPath(new URL("../syntax/errors", import.meta.url))].flatMap((each) => readdirSync(each)).map((name) => name.slice(0, "CNN0000".length)));
  assert.equal(diagnosticCodes.map(({ code }) => code).filter((code) => !shown.has(code) && !elsewhere.test(code)), []);
});

test.run();
