/** The command keeps what V8 compiled of it, and does without where it cannot. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bin, folderWith } from "../helpers/cli.ts";

const test = suite("how the command starts");

/** The command in a folder of its own: what it says, and the files that it has kept. */
function installed() {
  const folder = folderWith({ "net.cnn": "model Net { input 4 -> dense 3 }\n" });
  mkdirSync(join(folder, "dist"));
  cpSync(bin, join(folder, "bin/cnn.cjs"));
  cpSync(join(dirname(bin), "../dist/cnn.cjs"), join(folder, "dist/cnn.cjs"));
  const run = (...words: readonly string[]): string => spawnSync(process.execPath, ["bin/cnn.cjs", ...words], { cwd: folder, encoding: "utf8" }).stdout;
  const kept = (): readonly string[] => readdirSync(join(folder, "dist")).filter((name) => name !== "cnn.cjs");
  return { folder, run, kept };
}

const fine = "net.cnn: Net 4 → 3, 15 parameters\n";

test("each command's code is kept by itself, and one that was not understood or only asked for help leaves none", () => {
  const { run, kept } = installed();
  run("chekc", "net.cnn");
  run("check");
  assert.equal(kept(), []);
  run("check", "--help");
  assert.equal(kept().map((name) => name.split("-")[2]), ["help"]);
  assert.equal([run("check", "net.cnn"), run("check", "net.cnn")], [fine, fine]);
  run("summary", "net.cnn");
  assert.equal(kept().map((name) => name.split("-")[2]).sort(), ["check", "help", "summary"]);
});

test("what was kept and is not whole is made anew", () => {
  const { folder, run, kept } = installed();
  run("check", "net.cnn");
  const [name = ""] = kept();
  const file = join(folder, "dist", name);
  const { size } = statSync(file);
  truncateSync(file, 1000);
  assert.is(run("check", "net.cnn"), fine);
  assert.ok(statSync(file).size > size / 2);
});

test.run();
