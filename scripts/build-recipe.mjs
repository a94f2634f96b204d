/**
 * Compiles the recipe's schema, `docs/schemas/recipe.schema.json`, to a function, so that checking a recipe neither loads ajv
 * nor makes code while it runs (which a page's content policy may forbid). Nothing of it is set up before a recipe is read.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { transformSync } from "esbuild";
import { root } from "./setup.mjs";

const schema = JSON.parse(readFileSync(join(root, "docs/schemas/recipe.schema.json"), "utf8"));

// `verbose` puts the schema beside each error: its property names are what an unknown key is compared with.
const ajv = new Ajv({ allErrors: true, verbose: true, discriminator: true, allowUnionTypes: true, code: { source: true } });
const code = `let validate;
export function schemaErrors(value) {
  validate ??= made();
  return validate(value) ? [] : validate.errors;
}
function made() {
  const module = {};
  ${standalone.default(ajv, ajv.compile(schema))}
  return module.exports;
}`;
const minified = (loader) => transformSync(code, { loader, minify: true }).code;
if (minified("ts") !== minified("js")) throw new Error("The recipe's validator reads differently as TypeScript than as JavaScript.");

const made = "// Made by scripts/build-recipe.mjs from docs/schemas/recipe.schema.json.";
const recipe = join(root, "packages/shape-checker/src/recipe");
writeFileSync(join(recipe, "validate.generated.ts"), `// @ts-nocheck\n${made}\n${minified("js")}`);
// For editors: keys, words and their meaning.
writeFileSync(join(recipe, "schema.generated.ts"), `${made}\nexport const recipeSchema = ${JSON.stringify(schema)};\n`);
