/** The reference page says what the operator table says. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { operatorReference } from "./operator-reference.ts";

const test = suite("language reference");

test("grammar/operators.md is made from the operator table (scripts/reference.ts writes it)", () => {
  assert.fixture(readFileSync("grammar/operators.md", "utf8"), operatorReference());
});

test.run();
