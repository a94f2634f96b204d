/**
 * `npm test [substring…]`: sets the clone up, checks types, lint and file sizes, and runs the uvu tests whose path holds one of
 * the substrings (all of them without any). `--no-setup` goes straight to the tests.
 */

import { run, setup } from "./setup.mjs";

const args = process.argv.slice(2);
const filters = args.filter((arg) => arg !== "--no-setup");

if (!args.includes("--no-setup")) {
  setup();
  run("npx", ["--no-install", "tsc", "-p", "test"]);
  run("npx", ["--no-install", "tsc", "-p", "grammar/vscode"]);
  run("npx", ["--no-install", "oxlint", "--deny-warnings"]);
  run(process.execPath, ["scripts/size.mjs"]);
}
run(process.execPath, ["--import", "tsx", "--conditions=@cnn-lang/source", "scripts/run-tests.ts", ...filters]);
