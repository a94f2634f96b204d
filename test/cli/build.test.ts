/** `cnn build`: emitted code on standard output or in files, with its source map. */

import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith } from "../helpers/cli.ts";

const test = suite("cnn build");
const net = "model Net(classes = 3) {\n  input 1@8x8\n  conv 4 3x3 -> relu\n  flatten -> dense classes\n}\n";

test("JavaScript on standard output", () => {
  const { stdout, stderr, code } = cnn("build net.cnn --set classes=5", folderWith({ "net.cnn": net }));
  assert.match(stdout, /^\/\/ Net\(classes = 5\), from net\.cnn: 1@8x8 → 5\n/);
  assert.match(stdout, /export function forward\(weights, input\)/);
  assert.equal([stderr, code], ["", 0]);
});

test("TypeScript into a new folder, with a source map that leads back to the program", () => {
  const folder = folderWith({ "net.cnn": net });
  const { stdout, stderr, code } = cnn("build net.cnn -o out/net.ts", folder);
  assert.equal([stdout, stderr, code], ["", "out/net.ts and out/net.ts.map are written.\n", 0]);
  const text = readFileSync(join(folder, "out/net.ts"), "utf8");
  assert.match(text, /export type Weights[^]*\n\/\/# sourceMappingURL=net\.ts\.map\n$/);
  const map = JSON.parse(readFileSync(join(folder, "out/net.ts.map"), "utf8"));
  assert.equal([map.version, map.file], [3, "net.ts"]);
  assert.is(existsSync(join(folder, "out", map.sources[0])), true, "the source stands where the map says, seen from the map");
});

test("code for inference, from the same weights", () => {
  const folder = folderWith({ "net.cnn": net.replace("conv 4 3x3", "conv 4 3x3 -> batchnorm -> dropout 0.1") });
  const { stdout, code } = cnn("build net.cnn --optimize", folder);
  assert.match(stdout, /export function fold\(weights\)/);
  assert.match(stdout, /export function forward\(weights, input\) \{/);
  assert.not.match(stdout, /dropout\(/);
  assert.is(code, 0);
});

test("a file that stands alone is JavaScript with its primitives inside", () => {
  const folder = folderWith({ "net.cnn": net.replace("relu", "silu") });
  const { stderr, code } = cnn("build net.cnn --standalone -o net.mjs", folder);
  assert.equal([stderr, code], ["net.mjs and net.mjs.map are written.\n", 0]);
  const text = readFileSync(join(folder, "net.mjs"), "utf8");
  assert.match(text, /export function load\(file\)/);
  assert.match(text, /const \{ loadWeights, silu \} = \(\(\) => \{/);
  assert.not.match(text, /^import /m);
  const refused = cnn("build net.cnn --standalone -o net.ts", folder);
  assert.equal([refused.stdout, refused.stderr, refused.code], ["", "A file that stands alone is JavaScript, and net.ts would be TypeScript: call it net.js.\n", 2]);
});

test("a PyTorch module, by its name or by --target, without a map", () => {
  const folder = folderWith({ "net.cnn": net });
  const { stdout, stderr, code } = cnn("build net.cnn -o out/net.py", folder);
  assert.equal([stdout, stderr, code], ["", "out/net.py is written.\n", 0]);
  const text = readFileSync(join(folder, "out/net.py"), "utf8");
  assert.match(text, "class Net(nn.Module):");
  assert.equal(readdirSync(join(folder, "out")), ["net.py"]);
  assert.is(cnn("build net.cnn --target pytorch", folder).stdout, text);
});

test("a model of TensorFlow.js's layers", () => {
  const folder = folderWith({ "net.cnn": net });
  const { stderr, code } = cnn("build net.cnn --target layers -o net.ts", folder);
  assert.equal([stderr, code], ["net.ts and net.ts.map are written.\n", 0]);
  assert.match(readFileSync(join(folder, "net.ts"), "utf8"), "export function createModel(): tfl.LayersModel {");
});

test("a program with mistakes builds nothing", () => {
  const folder = folderWith({ "net.cnn": net.replace("3x3", "9x9") });
  const { stdout, stderr, code } = cnn("build net.cnn -o net.js", folder);
  assert.match(stderr, /net\.cnn:3:10: error CNN4001/);
  assert.equal([stdout, code, readdirSync(folder)], ["", 1, ["net.cnn"]]);
});

test("an output file that cannot be written", () => {
  const folder = folderWith({ "net.cnn": net });
  mkdirSync(join(folder, "taken.js"));
  const says = (path: string): string => {
    const { stdout, stderr, code } = cnn(["build", "net.cnn", "-o", path], folder);
    assert.equal([stdout, code], ["", 1]);
    return stderr;
  };
  assert.is(says("net.cnn/net.js"), "net.cnn/net.js cannot be written: net.cnn is a file, not a folder.\n");
  assert.is(says("net.cnn/deeper/net.js"), "net.cnn/deeper/net.js cannot be written: net.cnn is a file, not a folder.\n");
  assert.is(says("taken.js"), "taken.js cannot be written: it is a folder.\n");
  if (existsSync("/proc/self")) assert.is(says("/proc/no/deeper/net.js"), "/proc/no/deeper/net.js cannot be written: no folder can be made there.\n");
  assert.equal(readdirSync(folder), ["net.cnn", "taken.js"]);
});

test("a link is written through, and nothing else is left beside the file", () => {
  const folder = folderWith({ "net.cnn": net, "real/net.js": "old" });
  symlinkSync("real/net.js", join(folder, "net.js"));
  assert.is(cnn("build net.cnn -o net.js", folder).code, 0);
  assert.ok(lstatSync(join(folder, "net.js")).isSymbolicLink());
  assert.match(readFileSync(join(folder, "real/net.js"), "utf8"), /export function forward/);
  assert.equal([readdirSync(folder), readdirSync(join(folder, "real"))], [["net.cnn", "net.js", "net.js.map", "real"], ["net.js"]]);
});

test.run();
