/** Parser, checker, code generator and language service run in a page, and say there what they say in Node. */

import { build } from "esbuild";
import { readFileSync, readdirSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { resultOfPage, withChromium } from "../helpers/browser.ts";
import { everything } from "./core.ts";

const test = suite("the core in a browser");
const inBrowser = withChromium(test);

const examples = readdirSync("examples").filter((name) => name.endsWith(".cnn"));
const files = {
  ...Object.fromEntries(examples.map((name) => [name, readFileSync(`examples/${name}`, "utf8")])),
  "wrong.cnn": "model M {\n  input 1@28x28\n  cnov 6 5x5 -> 7@2x2\n  conv 6 99x99\n  dense (1 / 0)\n}\n",
  "net.train.json": '{ "model": "lenet.cnn#LeNet5", "data": { "format": "cifar10", "path": "data" } }',
};

let inPage: Readonly<Record<string, unknown>> | undefined;

/** What the page says of each file. The core is one script, nothing of Node in it, and makes no code from text: the page forbids that. */
async function askPage(): Promise<Readonly<Record<string, unknown>>> {
  const { outputFiles } = await build({
    entryPoints: ["test/browser/core.ts"],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "core",
    platform: "browser",
    conditions: ["@cnn-lang/source"],
    write: false,
    logLevel: "error",
  });
  const html = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src 'self'">
<script src="core.js"></script>
<script>
var result = fetch("files.json").then((answer) => answer.json()).then(async (files) => {
  const said = {};
  for (const name of Object.keys(files)) said[name] = await core.everything(files, name);
  return JSON.stringify(said);
});
</script>`;
  return JSON.parse(String(await resultOfPage({ "index.html": html, "core.js": outputFiles[0]?.contents ?? "", "files.json": JSON.stringify(files) })));
}

for (const name of Object.keys(files)) {
  inBrowser(`${name}: as in Node`, async () => {
    inPage ??= await askPage();
    assert.equal(inPage[name], JSON.parse(JSON.stringify(await everything(files, name))));
  });
}

test.run();
