/** `cnn fmt`: files, standard input, and texts that cannot be formatted. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bin, cnn, folderWith } from "../helpers/cli.ts";

const test = suite("cnn fmt");

const untidy = "model  Net {\n input 4->dense   3\n}\n";
const tidy = "model Net {\n  input 4 -> dense 3\n}\n";
const piped = (input: string, ...flags: readonly string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, "fmt", "-", ...flags], { input, encoding: "utf8", cwd: folderWith() });
  return { stdout, stderr, code: status };
};

test("files that are not in the layout are rewritten, and named", () => {
  const folder = folderWith({ "a.cnn": untidy, "b.cnn": tidy });
  assert.equal(cnn("fmt --check a.cnn b.cnn", folder), { stdout: "a.cnn\n", stderr: "", code: 1 });
  assert.is(readFileSync(join(folder, "a.cnn"), "utf8"), untidy);
  assert.equal(cnn("fmt a.cnn b.cnn", folder), { stdout: "a.cnn\n", stderr: "", code: 0 });
  assert.is(readFileSync(join(folder, "a.cnn"), "utf8"), tidy);
  assert.equal(cnn("fmt --check a.cnn b.cnn", folder), { stdout: "", stderr: "", code: 0 });
});

test("standard input goes to standard output", () => {
  assert.equal(piped(untidy), { stdout: tidy, stderr: "", code: 0 });
  assert.equal(piped(untidy, "--check"), { stdout: "", stderr: "", code: 1 });
});

test("a text with syntax errors stays as it is", () => {
  const folder = folderWith({ "a.cnn": "model Net {\n input 4 -> \n", "b.cnn": untidy });
  const { stdout, stderr, code } = cnn("fmt a.cnn missing.cnn b.cnn", folder);
  assert.is(stdout, "b.cnn\n");
  assert.match(stderr, /a\.cnn:1:11: error CNN1002[^]*missing\.cnn cannot be read: there is no such file/);
  assert.is(code, 1);
  assert.is(readFileSync(join(folder, "a.cnn"), "utf8"), "model Net {\n input 4 -> \n");
  const broken = piped("model Net {\n");
  assert.match(broken.stderr, /^standard input:1:11: error CNN1002/);
  assert.equal([broken.stdout, broken.code], ["", 1]);
});

test.run();
