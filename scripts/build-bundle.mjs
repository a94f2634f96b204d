/**
 * Bundles the runtime: the command line and the public modules in one esbuild run, split, so that the command starts fast
 * and all share their chunks. TensorFlow.js stays outside (there must be one of it in a process), and so does what only some
 * commands load. Overwrites the JavaScript that tsc wrote beside the types.
 */

import { build } from "esbuild";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const runtime = join(root, "packages/runtime");
const source = join(runtime, "src");
const output = join(runtime, "dist");
const { version } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));

/** Loaded only where needed, from node_modules. */
const external = ["@tensorflow/*", "prettier", "prettier/*", "ajv", "ajv/*", "pngjs", "jpeg-js", "sharp", "webgpu", "@hpcc-js/*", "esbuild"];

for (const name of readdirSync(output)) if (name.startsWith("chunk-")) rmSync(join(output, name));

const { metafile } = await build({
  absWorkingDir: runtime,
  entryPoints: {
    cnn: join(source, "cli/main.ts"),
    ...Object.fromEntries(["index", "nn", "wasm"].filter((name) => existsSync(join(source, `${name}.ts`))).map((name) => [name, join(source, `${name}.ts`)])),
  },
  outdir: output,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  // The ES module of a package that has two forms: the other may hold a require that cannot be bundled.
  mainFields: ["module", "main"],
  target: "node20.19",
  conditions: ["@cnn-lang/source"],
  external,
  minify: true,
  // Error names and class names of TensorFlow.js objects are read by people.
  keepNames: false,
  define: { CNN_VERSION: JSON.stringify(version) },
  chunkNames: "chunk-[name]-[hash]",
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});
