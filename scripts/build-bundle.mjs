/**
 * Bundles the runtime: the command line and the public modules in one esbuild run, split, so that the command starts fast
 * and all share their chunks. TensorFlow.js stays outside (there must be one of it in a process), and so does what only some
 * commands load. Types are written beside by tsc.
 */

import { build } from "esbuild";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const runtime = join(root, "packages/runtime");
const output = join(runtime, "dist");
const { version } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));

/** Loaded only where needed, from node_modules. */
const external = ["@tensorflow/*", "prettier", "prettier/*", "ajv", "ajv/*", "pngjs", "jpeg-js", "sharp", "webgpu", "@hpcc-js/*", "esbuild"];

const { metafile } = await build({
  absWorkingDir: runtime,
  entryPoints: { cnn: "src/cli/main.ts", index: "src/index.ts", nn: "src/nn.ts", wasm: "src/wasm.ts" },
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
  define: { CNN_VERSION: JSON.stringify(version) },
  chunkNames: "[name]-[hash]",
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

// What earlier builds left.
const written = new Set(Object.keys(metafile.outputs).map((path) => join(runtime, path)));
for (const name of readdirSync(output, { recursive: true })) {
  const path = join(output, name);
  if (/\.js(\.LEGAL\.txt)?$/.test(name) && !written.has(path)) rmSync(path);
}
