/** `cnn check`: where its words go, what they say of every kind of bad file, and what its exit code means. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bin, cnn, folderWith, type Outcome, start } from "../helpers/cli.ts";

const test = suite("cnn check");

const lenet = `model LeNet5(classes = 10) {
  input 1@28x28
  conv 6 5x5 -> tanh -> avgpool 2
  conv 16 5x5 -> tanh -> avgpool 2 -> 16@4x4
  flatten -> dense 120 -> tanh -> dense 84 -> tanh -> dense classes
}
`;
const wrong = lenet.replace("16 5x5", "16 15x15");

/** The command failed with code 1, said so on standard output, and showed no insides of its own. */
function fails({ stdout, stderr, code }: Outcome, words: string): void {
  assert.ok(stdout.includes(words), `${stdout}\n${stderr}`);
  assert.is(stderr, "");
  assert.is(code, 1);
  assert.not.match(stdout, /\bat .*:\d+:\d+\)?$|mistake of cnn/m);
}

test("a program that is fine: one line a model, exit code 0", () => {
  const folder = folderWith({ "lenet.cnn": lenet });
  assert.equal(cnn("check lenet.cnn", folder), { stdout: "lenet.cnn: LeNet5 1@28x28 → 10, 44,426 parameters\n", stderr: "", code: 0 });
});

test("a mistake: place, message, excerpt, where its numbers come from, and what mends it", () => {
  const folder = folderWith({ "lenet.cnn": wrong });
  const outcome = cnn("check lenet.cnn", folder);
  fails(outcome, "lenet.cnn:4:11: error CNN4001: a 15x15 kernel does not fit 6@12x12");
  for (const line of ["  > 4 |   conv 16 15x15 -> tanh -> avgpool 2 -> 16@4x4", "      |           ^^^^^", "  fix: ", "1 error\n"]) {
    assert.ok(outcome.stdout.includes(line), line);
  }
});

test("several files: each with its own result, one count for all", () => {
  const folder = folderWith({ "a.cnn": lenet, "b.cnn": wrong });
  const { stdout, code } = cnn("check a.cnn b.cnn", folder);
  assert.match(stdout, /^a\.cnn: LeNet5.*\nb\.cnn:4:11: error/);
  assert.is(code, 1);
});

test("a mistake in an imported file is told once", () => {
  const folder = folderWith({
    "blocks.cnn": "block stage(filters) { conv filters 3 -> relux }\n",
    "net.cnn": 'import { stage } from "./blocks.cnn"\nmodel Net { input 1@8x8 -> stage 3 }\n',
  });
  const { stdout, code } = cnn("check blocks.cnn net.cnn", folder);
  assert.is(stdout.match(/error CNN2001/g)?.length, 1);
  assert.not.match(stdout, /net\.cnn: /);
  assert.is(code, 1);
});

test("#NAME and --model pick a model", () => {
  const folder = folderWith({ "two.cnn": "model A { input 4 -> dense 3 }\nmodel B { input 4 -> dense 2 }\n" });
  assert.is(cnn("check two.cnn#B", folder).stdout, "two.cnn#B: B 4 → 2, 10 parameters\n");
  assert.is(cnn("check two.cnn --model A", folder).stdout, "two.cnn: A 4 → 3, 15 parameters\n");
  fails(cnn("check two.cnn#C", folder), "there is no model called C");
  assert.is(cnn("check two.cnn#A --model B", folder).code, 2);
});

test("--set gives arguments, as the language writes them; --input another size", () => {
  const folder = folderWith({ "net.cnn": "model Net(width = 8, sizes = [3, 3]) { input 1@8x8\n for size in sizes { conv width size } }\n" });
  assert.match(cnn("check net.cnn --set width=4*2+1", folder).stdout, /1@8x8 → 9@4x4/);
  assert.match(cnn(["check", "net.cnn", "--set", "sizes=[3, 3, 3]", "--set", "width=2"], folder).stdout, /1@8x8 → 2@2x2/);
  assert.match(cnn("check net.cnn --input 3@16x20", folder).stdout, /3@16x20 → 8@12x16/);
  fails(cnn("check net.cnn --set widht=4", folder), "did you mean width?");
  fails(cnn("check net.cnn --set width=(", folder), "width");
});

test("--data holds a program against the data it is to be trained on", () => {
  const folder = folderWith({ "lenet.cnn": lenet });
  assert.is(cnn("check lenet.cnn --data digits", folder).code, 0);
  fails(cnn("check lenet.cnn --data digits --set classes=7", folder), "the command line: error CNN6103: the output of LeNet5 has 7 class scores, but the data has 10 classes");
  const { stderr, code } = cnn("check lenet.cnn --data nothing", folder);
  assert.match(stderr, /there is no data in nothing: no such folder/);
  assert.is(code, 1);
});

test("a recipe is checked with its model and data", () => {
  const recipe = { model: "lenet.cnn", data: { format: "digits" }, epochs: 3 };
  const folder = folderWith({ "lenet.cnn": lenet, "good.train.json": JSON.stringify(recipe), "bad.train.json": JSON.stringify({ ...recipe, epoch: 3 }) });
  assert.is(cnn("check good.train.json", folder).code, 0);
  fails(cnn("check bad.train.json", folder), 'a recipe has no key "epoch"; did you mean epochs?');
});

test("warnings leave the exit code 0, up to --max-warnings; hints are shown on request", () => {
  const folder = folderWith({ "net.cnn": "model Net(unused = 1) { input 4 -> dense 3 }\n" });
  assert.is(cnn("check net.cnn", folder).code, 0);
  assert.match(cnn("check net.cnn", folder).stdout, /warning CNN2101[^]*1 warning\n$/);
  assert.is(cnn("check net.cnn --max-warnings 0", folder).code, 1);
  assert.is(cnn("check net.cnn --max-warnings 1", folder).code, 0);
  assert.is(cnn("check net.cnn --hints", folder).code, 0);
});

test("files that cannot be read", () => {
  const folder = folderWith({ "binary.cnn": new Uint8Array([0x6d, 0, 0xff, 0xfe, 1, 2]) });
  mkdirSync(join(folder, "folder.cnn"));
  fails(cnn("check missing.cnn", folder), "missing.cnn: error CNN2023: missing.cnn cannot be read: there is no such file");
  fails(cnn("check missing/net.cnn", folder), "there is no such file");
  fails(cnn("check binary.cnn/net.cnn", folder), "there is no such file");
  fails(cnn("check folder.cnn", folder), "it is a folder, not a file");
  fails(cnn("check binary.cnn", folder), "it is not text");
  fails(cnn("check missing.train.json", folder), "there is no such file");
});

test("a file that this user may not read", () => {
  const folder = folderWith({ "secret.cnn": lenet });
  chmodSync(join(folder, "secret.cnn"), 0);
  // The administrator may read everything.
  if (process.getuid?.() === 0) assert.is(cnn("check secret.cnn", folder).code, 0);
  else fails(cnn("check secret.cnn", folder), "this user may not read it");
});

test("a file of 50 MB", () => {
  const folder = folderWith();
  writeFileSync(join(folder, "large.cnn"), Buffer.alloc(50 * 1024 * 1024, "// a comment\n"));
  fails(cnn("check large.cnn", folder), "it is larger than 10 MB");
});

test("an empty file", () => {
  const { stdout, code } = cnn("check empty.cnn", folderWith({ "empty.cnn": "" }));
  assert.match(stdout, /^empty\.cnn:1:1: warning CNN2102: this file holds no model and no block\n/);
  assert.is(code, 0);
});

test("line ends of Windows and a byte order mark change no place", () => {
  const folder = folderWith({ "windows.cnn": `\uFEFF${wrong.replaceAll("\n", "\r\n")}` });
  const { stdout } = cnn("check windows.cnn", folder);
  assert.ok(stdout.includes("windows.cnn:4:11: error CNN4001"), stdout);
  assert.not.match(stdout, /[\r\uFEFF]/);
});

test("a file that imports itself", () => {
  fails(cnn("check self.cnn", folderWith({ "self.cnn": 'import { M } from "./self.cnn"\nmodel N { input 4 -> dense 3 }\n' })), "these files import each other in a circle");
});

test("a file outside the project is not read", () => {
  const folder = folderWith({ "project/package.json": "{}", "project/net.cnn": 'import { b } from "../secret.cnn"\nmodel N { input 4 -> b }\n', "secret.cnn": "block b { dense 1 }\n" });
  fails(cnn("check net.cnn", join(folder, "project")), "it lies outside the project");
});

test("--watch checks again when a file changes, also one that is imported", async () => {
  const folder = folderWith({
    "blocks.cnn": "block stage(filters) { conv filters 3 -> relux }\n",
    "net.cnn": 'import { stage } from "./blocks.cnn"\nmodel Net { input 1@8x8 -> stage 3 }\n',
  });
  const running = start("check net.cnn --watch", folder);
  await running.says("did you mean relu?");
  await running.says("Waiting for a change");
  writeFileSync(join(folder, "blocks.cnn"), "block stage(filters) { conv filters 3 -> relu }\n");
  await running.says("net.cnn: Net 1@8x8 → 3@6x6");
  running.process.kill("SIGINT");
  await running.ended;
});

test("signs beyond ASCII are understood as in a test from source", () => {
  const folder = folderWith({ "net.cnn": "model Net { input 3@32x32 -> conv 8 3×3 }\n" });
  const { stdout, code } = cnn("check net.cnn", folder);
  assert.match(stdout, "error CNN1015: a size is written without blanks and with a small x: `3x3`\n");
  assert.equal([code, stdout.split("error").length], [1, 3], stdout);
});

test("what is no file, and no name of a model", () => {
  const folder = folderWith({ "net.cnn": "model Net { input 4 -> dense 3 }\n" });
  assert.match(cnn("check /dev/null", folder).stdout, "/dev/null cannot be read: it is a device or a pipe, not a file");
  assert.match(cnn("check net.cnn#", folder).stdout, "the name of a model is missing behind #");
});

test("a full disk behind standard output is told", () => {
  if (!existsSync("/dev/full")) return;
  const { stderr, status } = spawnSync(process.execPath, [bin, "check", "net.cnn"], {
    cwd: folderWith({ "net.cnn": "model Net { input 4 -> dense 3 }\n" }),
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    encoding: "utf8",
  });
  assert.equal([stderr, status], ["Standard output cannot be written: the disk is full.\n", 1]);
});

test.run();
