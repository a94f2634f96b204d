/**
 * `npm run vsix`: bundles the extension for Visual Studio Code, with the language server in it, and packs it as
 * `packages/runtime/dist/cnn-lang.vsix`, where `cnn editor install` finds it. Needs no network.
 */

import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const extension = join(root, "grammar/vscode");
const output = join(extension, "dist");
rmSync(output, { recursive: true, force: true });
mkdirSync(join(output, "diagnostics"), { recursive: true });

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  conditions: ["@cnn-lang/source"],
  mainFields: ["module", "main"],
  legalComments: "linked",
  logLevel: "warning",
};
await build({ ...common, entryPoints: [join(extension, "src/extension.ts")], outfile: join(output, "extension.cjs"), format: "cjs", external: ["vscode"], nodePaths: [join(root, "packages/runtime/node_modules")] });
await build({
  ...common,
  entryPoints: ["packages/shape-checker/src/server.ts"],
  outfile: join(output, "server.mjs"),
  format: "esm",
  // Some of what is bundled asks for Node's own modules in the old way.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

for (const name of ["cnn.tmLanguage.json", "language-configuration.json"]) cpSync(join(root, "grammar", name), join(output, name));
const pages = join(root, "docs/diagnostics");
for (const name of readdirSync(pages)) cpSync(join(pages, name), join(output, "diagnostics", name));
cpSync(join(root, "LICENSE"), join(output, "LICENSE"));

mkdirSync(join(root, "packages/runtime/dist"), { recursive: true });
await createVSIX({
  cwd: extension,
  packagePath: join(root, "packages/runtime/dist/cnn-lang.vsix"),
  dependencies: false,
  allowMissingRepository: true,
  skipLicense: true,
});
