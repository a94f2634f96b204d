/** Holds JSON against the schemas that are documented for it. */

import Ajv, { type ValidateFunction } from "ajv";
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";

type SchemaName = "check" | "summary" | "explain" | "diff" | "eval" | "predict" | "data-check" | "data" | "metrics" | "recipe";

// A recipe's forms are told apart by keys that stand beside them, which `strictRequired` would forbid.
const ajv = new Ajv.default({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true, discriminator: true });
const compiled = new Map<SchemaName, ValidateFunction>();

function validatorOf(name: SchemaName): ValidateFunction {
  const validate = compiled.get(name) ?? ajv.compile(JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, "utf8")));
  compiled.set(name, validate);
  return validate;
}

/** Fails where a value, as JSON holds it, is not what docs/schemas/NAME.schema.json promises. */
export function assertSchema(name: SchemaName, value: unknown): void {
  const validate = validatorOf(name);
  const text = JSON.stringify(value);
  assert.ok(validate(JSON.parse(text)), `${ajv.errorsText(validate.errors)}\n${text}`);
}

/** Parses a document that is to be what its schema promises. */
export function documentOf(name: SchemaName, text: string): ReturnType<typeof JSON.parse> {
  const document: unknown = JSON.parse(text);
  assertSchema(name, document);
  return document;
}
