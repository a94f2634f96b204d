#!/usr/bin/env node
// Starts the command: `dist/cnn.js` is made from src/cli by scripts/build-bundle.mjs.

import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`cnn needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(3);
}
// Node 22 and newer keep compiled code between runs.
module.enableCompileCache?.();
await import("../dist/cnn.js");
