/** Wrong programs, with what must be said of them; and that there is one for every code. */

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { diagnosticCodes } from "@cnn-lang/shape-checker";
import { wrongPrograms } from "../helpers/wrong-programs.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const test = wrongPrograms("wrong programs", folder);

/** Told of options, of weight files (`analyze/load-plan.test.ts`), or of texts too large for a file here (`checker/limits.test.ts`, `syntax`). */
const elsewhere = /^CNN(10(06|90|91|99)|20(20|23)|2102|3020|500[3-6]|900[35]|6\d{3})$/;

test("every code of programs is shown by one of these, or of those beside the syntax", () => {
  const shown = new Set([folder, fileURLToPath(new URL("../syntax/errors", import.meta.url))].flatMap((each) => readdirSync(each)).map((name) => name.slice(0, "CNN0000".length)));
  assert.equal(diagnosticCodes.map(({ code }) => code).filter((code) => !shown.has(code) && !elsewhere.test(code)), []);
});

test.run();
