/** Holds JSON against the schemas that are documented for it. */

import Ajv from "ajv";
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";

/** Parses a document and checks that it is what docs/schemas/NAME.schema.json promises. */
export function documentOf(name: "check" | "summary" | "explain" | "diff" | "eval" | "predict" | "data-check", text: string): ReturnType<typeof JSON.parse> {
  const document: unknown = JSON.parse(text);
  const ajv = new Ajv.default({ allErrors: true, strict: true, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, "utf8")));
  assert.ok(validate(document), `${ajv.errorsText(validate.errors)}\n${text}`);
  return document;
}
