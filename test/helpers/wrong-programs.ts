/** Folders of wrong programs, one file a mistake, with what must be said of them: the marks are explained in `carets.ts`. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { suite, type Test } from "uvu";
import * as assert from "uvu/assert";
import { compareFixes, compareMarks, marksIn, rewriteMarks } from "./carets.ts";

/** A suite with a test for each program of a folder. `UPDATE=1` rewrites the marks to what is said now: read them before you keep them. */
export function wrongPrograms(title: string, folder: string): Test {
  const test = suite(title);
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
  return test;
}
