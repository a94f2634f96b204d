/**
 * Texts that are no programs, with what must be said of them and nothing else, by parser and checker together (the
 * marks are explained in `helpers/carets.ts`). `UPDATE=1` rewrites the marks to what is said now: read them before you
 * keep them.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareFixes, compareMarks, marksIn, rewriteMarks } from "../helpers/carets.ts";

const test = suite("texts that are no programs");
const folder = fileURLToPath(new URL("errors", import.meta.url));

for (const name of readdirSync(folder).sort()) {
  const path = `${folder}/${name}`;
  if (process.env["UPDATE"]) writeFileSync(path, rewriteMarks(readFileSync(path, "utf8")));
  const text = readFileSync(path, "utf8");

  test(name, () => {
    assert.equal(compareMarks(text), []);
    assert.equal(compareFixes(text), []);
    assert.ok(marksIn(text).some(({ code }) => name.startsWith(code)), "a file is named after the code it shows");
  });
}

test.run();
