/** What the command says when it is asked for help, or not understood. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith } from "../helpers/cli.ts";

const test = suite("usage");
const folder = folderWith({ "net.cnn": "model Net { input 4 -> dense 3 }\n" });

test("--help lists every command, and each has help of its own", () => {
  const { stdout, code } = cnn("--help", folder);
  assert.is(code, 0);
  const commands = [...(stdout.split("COMMANDS\n")[1] ?? "").matchAll(/^ {2}(\w+)/gm)].map(([, name = ""]) => name);
  assert.equal(commands, ["init", "check", "summary", "explain", "fmt", "build", "graph", "diff", "train", "eval", "predict", "inspect", "run", "export", "data", "doctor", "editor"]);
  for (const line of ["init [<DIR>]", "check <FILE>...", "explain [<CODE>]", "predict <RUN> <IMAGE>...", "inspect <RUN> [<IMAGE>]"]) assert.ok(stdout.includes(`  cnn ${line}\n`), line);
  for (const command of [...commands, "data list", "data check", "data get"]) {
    const help = cnn(`${command} --help`, folder);
    assert.match(help.stdout, /^USAGE\n {2}cnn /, command);
    assert.equal([help.stderr, help.code], ["", 0], command);
  }
});

test("--version", () => {
  assert.match(cnn("--version", folder).stdout, /^\d+\.\d+\.\d+\n$/);
});

/** Code 2, the words on standard error, nothing on standard output. */
function refuses(words: string | readonly string[], says: string): void {
  const { stdout, stderr, code } = cnn(words, folder);
  assert.ok(stderr.includes(says), stderr);
  assert.equal([stdout, code], ["", 2]);
}

test("a command that is not there", () => {
  refuses("chekc net.cnn", "There is no command chekc; did you mean check?");
  refuses("help", "cnn --help, or cnn COMMAND --help");
  refuses("frobnicate", "There is no command frobnicate. ");
});

test("a flag that is not there", () => {
  refuses("check net.cnn --formt json", "There is no flag --formt; did you mean --format?");
  refuses("check net.cnn -q", "There is no flag -q.");
});

test("values that are none", () => {
  refuses("check net.cnn --format xml", "--format is one of human, json, sarif, github, not xml.");
  refuses("check net.cnn --max-warnings many", "many is no value for --max-warnings: write a whole number, 0 or more.");
  refuses("check net.cnn --input 3x3", "3x3 is no value for --input: write a shape such as 3@64x64, 16@128 or 10.");
  refuses("check net.cnn --set classes", "classes is no value for --set: write it as key=value, such as classes=100.");
  refuses("check net.cnn --set", "--set wants a value.");
  refuses("train net.cnn --data digits --lr -1", "-1 is no value for --lr: write a number above 0, such as 0.001.");
  refuses("train net.cnn --data digits --epochs 0", "0 is no value for --epochs: write a whole number, 1 or more.");
});

test("too few words, and too many", () => {
  refuses("check", "FILE is missing.");
  refuses("summary net.cnn other.cnn", "There is one word too many: other.cnn.");
  refuses("predict", "RUN is missing. How it is used: cnn predict --help");
  refuses("predict runs/Net-1", "IMAGE is missing.");
  refuses("data check", "PATH is missing. How it is used: cnn data check --help");
});

test("flags that do not go together", () => {
  refuses("train", "What is to be trained?");
  refuses("train net.cnn", "net.cnn needs data: --data digits, or --data FOLDER.");
  refuses("train net.train.json --epochs 3", "--epochs stands in the recipe: change it there.");
  refuses("train net.train.json --data digits", "net.train.json is a recipe, which names its data itself");
  refuses("train --resume runs/Net-1 --epochs 3", "--epochs cannot go with it");
  refuses("check net.cnn --watch --format json", "--watch is for people");
  refuses("build net.cnn -o net.txt", "net.txt is no name for code: it ends in .js, .mjs, .ts, .mts, .py.");
  refuses("build net.cnn -o net --target layers", "net is no name for code: it ends in .js, .mjs, .ts, .mts.");
  refuses("build net.cnn -o net.js --target pytorch", "net.js is no name for a PyTorch module: it ends in .py.");
  refuses("build net.cnn -o net.py --optimize", "--optimize is for --target core, not for pytorch.");
  refuses("build net.cnn --target layers --standalone", "--standalone is for --target core, not for layers.");
});

test("a model must be picked where one is needed and there are several", () => {
  const two = folderWith({ "two.cnn": "model A { input 4 -> dense 3 }\nmodel B { input 4 -> dense 2 }\n", "blocks.cnn": "block b { relu }\n" });
  const { stderr, code } = cnn("build two.cnn", two);
  assert.equal([stderr, code], ["two.cnn holds several models: A, B. Pick one: two.cnn#A\n", 2]);
  assert.equal(cnn("build blocks.cnn", two).stderr, "blocks.cnn holds no model.\n");
});

test.run();
