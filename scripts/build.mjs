/**
 * Builds all packages: the AssemblyScript kernels, the gradients of TensorFlow.js as one module, then JavaScript and types
 * with tsc, then the runtime and its command line as one split bundle (TensorFlow.js and Chevrotain's peers stay outside or
 * lazy, so that the command starts fast), and last the editor's extension.
 */

import { run } from "./setup.mjs";

run(process.execPath, ["scripts/build-kernels.mjs"]);
run(process.execPath, ["scripts/build-gradients.mjs"]);
run(process.execPath, ["scripts/build-recipe.mjs"]);
run(process.execPath, ["scripts/build-explanations.mjs"]);
run("npx", ["--no-install", "tsc", "-b"]);
run(process.execPath, ["scripts/build-bundle.mjs"]);
run(process.execPath, ["scripts/vsix.mjs"], { stdio: ["ignore", "ignore", "inherit"] });
