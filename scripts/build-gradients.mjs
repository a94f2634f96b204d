/**
 * Makes the module that registers TensorFlow.js's gradients. In Node `@tensorflow/tfjs-core` alone registers none, and its own
 * registering module cannot be imported there (its imports lack extensions), so it is bundled. The copies of operations in
 * the bundle are harmless: engine and registries are global to the process.
 */

import { transformSync, buildSync } from "esbuild";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const source = join(root, "packages/runtime/node_modules/@tensorflow/tfjs-core");
const target = join(root, "packages/runtime/src/backends/gradients.generated.ts");
const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
const header = `// @ts-nocheck\n// Made by scripts/build-gradients.mjs from @tensorflow/tfjs-core ${version}.\n`;

if (!existsSync(target) || !readFileSync(target, "utf8").startsWith(header)) {
  const { outputFiles } = buildSync({
    entryPoints: [join(source, "dist/register_all_gradients.js")],
    bundle: true,
    format: "esm",
    platform: "neutral",
    legalComments: "eof",
    write: false,
  });
  const code = outputFiles[0].text;
  const meaning = (loader) => transformSync(code, { loader, minify: true }).code;
  if (meaning("ts") !== meaning("js")) throw new Error("TensorFlow.js's gradients read differently as TypeScript than as JavaScript.");
  writeFileSync(target, `${header}${code}export {};\n`);
}
