#!/usr/bin/env node
// Starts the command `dist/cnn.cjs`, which scripts/build-bundle.mjs makes from src/cli. More than half of the time until a check is done would
// go into compiling it: so what V8 compiled is kept beside it, for each version of Node and each command, of which it is just what that one runs.

"use strict";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`cnn needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(3);
}

const { existsSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { Script } = require("node:vm");

const folder = `${__dirname}/../dist`;
const filename = `${folder}/cnn.cjs`;
if (!existsSync(filename)) {
  console.error("The command is not built yet: run `npm start` or `npm run build` in the clone once.");
  process.exit(3);
}
const source = readFileSync(filename, "latin1");
// V8 compares no more of the source than its length; the build's own number stands in the first line.
const build = source.slice(2, source.indexOf("\n"));
const asksForHelp = process.argv.some((word) => /^(-h|--help)/i.test(word));
const [command = "help"] = (!asksForHelp && /^[a-z]+$/.exec(process.argv[2] ?? "")) || [];
const cacheName = `${folder}/cnn-${build}-${command}-${process.version}-${process.arch}.cache`;

const cachedData = readCache();
const script = new Script(source, { filename, cachedData });
const isStale = cachedData === undefined || script.cachedDataRejected;
const { main } = script.runInThisContext()(require, importModule);
main().then((isAllWritten) => {
  // A command that was not understood has run nothing of what it is.
  if (isStale && process.exitCode < 2) writeCache();
  // What Node tidies up otherwise ends with the process all the same.
  if (isAllWritten) process.exit();
});

/** Node 22 and newer keep what they compiled of modules by themselves. */
function importModule(specifier) {
  if (major >= 22) require("node:module").enableCompileCache?.();
  return import(specifier);
}

function readCache() {
  try {
    return readFileSync(cacheName);
  } catch {
    return undefined;
  }
}

/** Where the folder may not be written, the command stays as it is. */
function writeCache() {
  const temporary = `${cacheName}.${process.pid}`;
  try {
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, cacheName);
  } catch {}
}
