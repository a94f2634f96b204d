/**
 * Bundles the runtime, with types written beside by tsc: the public modules and what the larger commands load in one split
 * run of esbuild, so that all share their chunks; and the command line, with the checker in it, as one script that compiles
 * ahead of time (see packages/runtime/bin/cnn.cjs). TensorFlow.js stays outside: there must be one of it in a process.
 */

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./setup.mjs";

const runtime = join(root, "packages/runtime");
const output = join(runtime, "dist");
const { version } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));

const common = {
  absWorkingDir: runtime,
  outdir: output,
  bundle: true,
  platform: "node",
  target: "node20.19",
  conditions: ["@cnn-lang/source"],
  // The ES module of a package that has two forms: the other may hold a require that cannot be bundled.
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
};

const modules = await build({
  ...common,
  entryPoints: {
    index: "src/index.ts",
    nn: "src/nn.ts",
    wasm: "src/wasm.ts",
    "cli/data": "src/cli/lazy/data.ts",
    "cli/drawing": "src/cli/lazy/drawing.ts",
    "cli/emission": "src/cli/lazy/emission.ts",
    "cli/explanations": "src/cli/lazy/explanations.ts",
    "cli/inspection": "src/cli/lazy/inspection.ts",
    "cli/formatting": "src/cli/lazy/formatting.ts",
    "cli/training": "src/cli/lazy/training.ts",
    "thread/data": "src/data/worker.ts",
    "thread/training": "src/parallel/worker.ts",
    "thread/guard": "src/parallel/guard.ts",
  },
  format: "esm",
  splitting: true,
  chunkNames: "[name]-[hash]",
  external: ["@hpcc-js/*", "@tensorflow/*", "prettier", "prettier/*", "esbuild", "pngjs", "jpeg-js", "sharp", "webgpu"],
});

// What emitted code calls, as text that `cnn build --standalone` puts into it: to be read, so not minified.
const primitives = await build({
  ...common,
  entryPoints: { primitives: "src/nn.ts" },
  format: "esm",
  minify: false,
  external: ["@tensorflow/*"],
});

const command = await build({
  ...common,
  entryPoints: { cnn: "src/cli/main.ts" },
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  // The formatter is loaded by #cli/formatting. Within one file its import would make a function of every module above it.
  external: ["#cli/*", "*/prettier/plugin.ts"],
  define: { CNN_VERSION: JSON.stringify(version) },
  write: false,
});
for (const { path, text } of command.outputFiles) writeFileSync(path, path.endsWith(".cjs") ? asFunction(text) : text);

/**
 * The bundle as an expression, a function that gives its exports; its hash stands in the first line. A script from a cache
 * cannot import, so the few imports that are left, of what few commands need, are done by the caller. It is read as ASCII, the fastest way: esbuild escapes
 * all else, but in regular expressions.
 */
function asFunction(text) {
  const body = text
    .replaceAll(/\bimport\("/g, 'importModule("')
    .replaceAll(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 16);
  return `//${hash}\n((require, importModule) => { const module = { exports: {} };\n${body}\nreturn module.exports; })`;
}

// What earlier builds left.
const written = new Set([modules, primitives, command].flatMap(({ metafile }) => Object.keys(metafile.outputs)).map((path) => join(runtime, path)));
for (const name of readdirSync(output, { recursive: true })) {
  const path = join(output, name);
  if (/\.(c?js(\.LEGAL\.txt)?|cache)$/.test(name) && !written.has(path)) rmSync(path);
}

// Starts the command once, so that what V8 compiles is there for the first user.
run(process.execPath, [join(runtime, "bin/cnn.cjs"), "check", "examples/lenet.cnn"], { stdio: "ignore" });
