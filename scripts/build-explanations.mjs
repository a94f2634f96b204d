/**
 * Packs the pages of docs/diagnostics into a TypeScript module, so that `explain` reads no files. It exports a function: the
 * commands that explain nothing neither compile the pages nor keep them in the cache of compiled code.
 */

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const folder = join(root, "docs/diagnostics");
const target = join(root, "packages/shape-checker/src/explanations.generated.ts");

const pages = readdirSync(folder)
  .filter((file) => /^CNN\d{4}\.md$/.test(file))
  .sort()
  .map((file) => `  ${file.slice(0, -3)}: ${JSON.stringify(readFileSync(join(folder, file), "utf8"))},\n`);
const module = `// Made by scripts/build-explanations.mjs from docs/diagnostics.\nexport const pages = (): Readonly<Record<string, string>> => ({\n${pages.join("")}});\n`;
if (!existsSync(target) || readFileSync(target, "utf8") !== module) writeFileSync(target, module);
