/** Runs survive: processes that are killed, two at once, recipes and models that were changed, and run folders that mean harm. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, resume } from "../../packages/runtime/src/index.ts";
import { bin, cnn, folderWith, type Outcome, start } from "../helpers/cli.ts";
import { killOften } from "../helpers/kill.ts";
import { sharedData, withData } from "../helpers/shared.ts";

const net = "model Net(classes = 10) {\n  input 1@28x28\n  conv 4 5x5 stride=2 -> relu -> maxpool 2\n  flatten -> dense classes\n}\n";
const recipe = { model: "net.cnn", data: { format: "digits", limit: 160, validation: null }, batch: 32, epochs: 1 };

/** What a folder holds below it: names, and the contents of files. */
const contents = (folder: string): ReadonlyMap<string, string> =>
  new Map(readdirSync(folder, { recursive: true }).map(String).toSorted().map((name) => [name, statSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), "latin1") : ""]));

/** Code 1 and the words on standard error; nothing of the command's insides. */
function fails({ stderr, code }: Outcome, words: RegExp): void {
  assert.match(stderr, words);
  assert.not.match(stderr, /^ +at |mistake of cnn/m);
  assert.is(code, 1, stderr);
}

const folder = folderWith({ "net.cnn": net, "net.train.json": JSON.stringify(recipe) });
const run = (name: string): string => join(folder, name);

/** A run that is done, of which the tests change copies. */
const done = cnn("train net.train.json --backend wasm --out done", folder);

/** A copy of the run, trained to the end of its epoch and with one more to go. */
function unfinished(name: string): string {
  cpSync(run("done"), run(name), { recursive: true });
  edit(name, "recipe.json", '"epochs": 1', '"epochs": 2');
  return run(name);
}

function edit(name: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(run(name), file), "utf8");
  assert.ok(text.includes(from), `${file} holds ${from}`);
  writeFileSync(join(run(name), file), text.replace(from, () => to));
}

const killed = suite("killed trainings");

killed("without any of it a training ends well", () => assert.is(done.code, 0, done.stderr));

killed("killed at any moment and resumed, a training is the one that was never killed", async () => {
  const { kills, trainings } = await killOften({ kills: 3, seed: 7, epochs: 6 });
  assert.equal([kills, trainings >= 1], [3, true]);
});

killed.run();

const locks = suite("one process a run");

locks("while one trains a run another one is told so, and changes nothing", async () => {
  writeFileSync(join(folder, "long.train.json"), JSON.stringify({ ...recipe, epochs: 5000 }));
  const running = start("train long.train.json --backend wasm --out busy", folder);
  await running.says("epoch    1/5000");
  fails(cnn("train --resume busy --backend wasm", folder), new RegExp(`error CNN8014: busy is being trained by another process, number ${running.process.pid}\\n[^]*wait until it has ended`));
  // Asking it is no training.
  assert.is(cnn("eval busy --backend wasm --checkpoint last", folder).code, 0);
  running.process.kill("SIGKILL");
  await running.ended;
  assert.ok(existsSync(run("busy/.lock")), "a killed process leaves its lock");
  edit("busy", "recipe.json", '"epochs": 5000', '"epochs": 2');
  const { code, stderr } = cnn("train --resume busy --backend wasm", folder);
  assert.ok(code === 0 || /CNN8010/.test(stderr), stderr);
  assert.not.ok(existsSync(run("busy/.lock")));
});

locks("what is no lock of a living process is taken over; one of another machine is not", async () => {
  const lock = (name: string, text: string): void => writeFileSync(join(unfinished(name), ".lock"), text);
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  for (const [i, text] of ["", "{", "[]", '{"pid":"x"}', JSON.stringify({ pid: ended, host: hostname(), begun: null }), JSON.stringify({ pid: process.pid, host: hostname(), begun: "1" }), "x".repeat(5000)].entries()) {
    lock(`torn-${i}`, text);
    assert.is((await resume(run(`torn-${i}`), { backend: "wasm" })).status, "finished", text);
  }
  lock("far", JSON.stringify({ pid: 1, host: "elsewhere", begun: null }));
  fails(cnn("train --resume far --backend wasm", folder), /CNN8014: far is being trained by another process, number 1 on elsewhere\n[^]*remove far\/\.lock/);
});

locks.run();

const changed = suite("runs that were changed");

const changes = {
  batch: ["recipe.json", '"batch": 32', '"batch": 16', '"batch" in its recipe'],
  seed: ["recipe.json", '"seed": 1', '"seed": 2', '"seed" in its recipe'],
  optimizer: ["recipe.json", '"learningRate": 0.001', '"learningRate": 0.01', '"optimizer" in its recipe'],
  data: ["recipe.json", '"limit": 160', '"limit": 128', '"data" in its recipe'],
  program: ["model/net.cnn", "relu", "gelu", "the text of its model"],
} as const;

for (const [name, [file, from, to, words]] of Object.entries(changes)) {
  changed(`${name}: resuming is refused, and nothing is lost`, async () => {
    const path = unfinished(`changed-${name}`);
    edit(`changed-${name}`, file, from, to);
    const before = contents(path);
    const { diagnostics } = await resume(path, { backend: "wasm" });
    assert.equal(diagnostics.map(({ code, message }) => `${code} ${message}`), [`CNN8013 ${path} was changed since step 5 was saved: ${words}`]);
    assert.equal(contents(path), before);
    edit(`changed-${name}`, file, to, from);
    assert.is((await resume(path, { backend: "wasm" })).status, "finished");
  });
}

changed("a model of other sizes", () => {
  unfinished("sizes");
  edit("sizes", "model/net.cnn", "conv 4", "conv 5");
  fails(cnn("train --resume sizes --backend wasm", folder), /CNN8006: conv_1\.weight is \[4, 1, 5, 5\] in .* but \[5, 1, 5, 5\] in the model/);
});

changed("how long it trains and how often it saves may change", () => {
  unfinished("longer");
  edit("longer", "recipe.json", '"everySteps": null', '"everySteps": 2');
  assert.is(cnn("train --resume longer --backend wasm", folder).code, 0);
});

changed.run();

const hostile = suite("run folders that mean harm");

const heap = 256;

/** With little memory, and only so long. */
function confined(words: string): Outcome {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [`--max-old-space-size=${heap}`, bin, ...words.split(" ")], { cwd: folder, encoding: "utf8", env, timeout: 60_000 });
  if (error) throw error;
  return { stdout, stderr, code: status };
}

const state = (change: Readonly<Record<string, unknown>>): string => JSON.stringify({ ...JSON.parse(readFileSync(run("done/checkpoints/5/state.json"), "utf8")), ...change });

hostile("wild numbers and wrong types in a checkpoint's state", async () => {
  unfinished("state");
  const wild = [{ step: -1 }, { step: 1e300 }, { step: "5" }, { epoch: 0.5 }, { stepInEpoch: 1e9 }, { stepInEpoch: null }, { sums: { loss: "x", samples: 1, heads: [] } }, { sums: { loss: 0, samples: 0, heads: [{ loss: 0, counts: ["x"] }] } }, { best: 4 }, { patience: [] }, { plateau: null }, { origin: { batch: 4 } }, { version: 2 }];
  const texts = [...wild.map(state), "", "[]", "null", `${"[".repeat(200_000)}${"]".repeat(200_000)}`, `{"version":1,"__proto__":{"epoch":1}}`];
  const [deep = ""] = texts.slice(-2);
  for (const text of texts) {
    writeFileSync(run("state/checkpoints/5/state.json"), text);
    const { status, diagnostics } = await resume(run("state"), { backend: "wasm" });
    assert.equal([status, diagnostics.map(({ code }) => code)], ["failed", ["CNN8004"]], text.slice(0, 200));
    if (text === deep) fails(confined("train --resume state --backend wasm"), /error CNN8004: state\/checkpoints\/5\/state\.json cannot be read/);
  }
  rmSync(run("state/checkpoints/5/state.json"));
  spawnSync("mkfifo", [run("state/checkpoints/5/state.json")]);
  fails(confined("train --resume state --backend wasm"), /error CNN8004: state\/checkpoints\/5\/state\.json cannot be read: it is no file|there is no such file/);
});

hostile("tensors of impossible sizes, in weights and optimizer", async () => {
  const header = (text: string): Buffer => Buffer.concat([Buffer.from(new BigUint64Array([BigInt(text.length)]).buffer), Buffer.from(text)]);
  unfinished("tensors");
  const wild = [
    header('{"conv_1.weight":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,64]}}'),
    header('{"conv_1.weight":{"dtype":"F32","shape":[1e9,1e9,1e9],"data_offsets":[0,9007199254740991]}}'),
    Buffer.alloc(8, 0xff),
    header("[".repeat(100_000)),
  ];
  for (const bytes of wild) {
    for (const file of ["optimizer", "weights"]) {
      const path = run(`tensors/checkpoints/5/${file}.safetensors`);
      const good = readFileSync(path);
      writeFileSync(path, bytes);
      const { diagnostics } = await resume(run("tensors"), { backend: "wasm" });
      assert.equal(diagnostics.map(({ code }) => code), ["CNN8008"], file);
      if (bytes === wild[1]) fails(confined("train --resume tensors --backend wasm"), new RegExp(`error CNN8008: tensors/checkpoints/5/${file}\\.safetensors cannot be read`));
      writeFileSync(path, good);
    }
  }
});

hostile("recipes: deep, huge, and with paths that lead out", async () => {
  writeFileSync(join(folder, "secret.cnn"), net.replaceAll("Net", "Secret"));
  unfinished("recipe");
  const good = readFileSync(run("recipe/recipe.json"), "utf8");
  const isLarge = (text: string): boolean => text.length > 10_000;
  const model = (path: string): string => good.replace("model/net.cnn#Net", path);
  const wild: readonly (readonly [text: string, words: RegExp])[] = [
    [model("../secret.cnn#Secret"), /CNN6009|outside/],
    [model(`${folder}/secret.cnn#Secret`), /CNN6009|outside/],
    [model("model/../../secret.cnn#Secret"), /CNN6009|outside/],
    [`${"[".repeat(100_000)}`, /error CNN6/],
    [`{"model":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`, /error CNN6/],
    [`{"model":"${"x".repeat(11 * 1024 * 1024)}"}`, /larger than 10 MB/],
    [good.replace('"batch": 32', '"batch": 0'), /error CNN6/],
    ["\u0000", /error CNN6/],
  ];
  for (const [text, words] of wild) {
    writeFileSync(run("recipe/recipe.json"), text);
    for (const { status, diagnostics } of [await resume(run("recipe"), { backend: "wasm" }), await evaluate(run("recipe"), { backend: "wasm" })]) {
      assert.is(status, "failed");
      assert.match(diagnostics.map(({ code, message }) => `error ${code}: ${message}`).join("\n"), words);
    }
    if (isLarge(text)) for (const command of ["train --resume", "eval"]) fails(confined(`${command} recipe --backend wasm`), words);
  }
  writeFileSync(run("recipe/recipe.json"), good);
  writeFileSync(run("recipe/model/net.cnn"), `import { Secret } from "../../secret.cnn"\n${net}`);
  fails(confined("eval recipe --backend wasm"), /secret\.cnn[^]*outside/);
});

hostile("what a run holds beside its sources is never executed", () => {
  cpSync(run("done"), run("planted"), { recursive: true });
  const attack = `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "attacked"))}, "");`;
  const planted = { "model.js": `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(join(folder, "attacked"))}, "");`, "package.json": '{"type":"commonjs","main":"model.js"}', "index.js": attack, "model/model.js": attack, "node_modules/@tensorflow/tfjs-core/index.js": attack };
  for (const [name, text] of Object.entries(planted)) {
    mkdirSync(join(run("planted"), name, ".."), { recursive: true });
    writeFileSync(join(run("planted"), name), text);
  }
  for (const words of ["eval planted --backend wasm --report", "inspect planted --backend wasm", "export planted -o planted.safetensors"]) assert.is(confined(words).code, 0, words);
  assert.not.ok(existsSync(join(folder, "attacked")));
});

hostile("symbolic links lead no writing out of the run", async () => {
  const outside = join(folder, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "thesis.txt"), "years of work");
  mkdirSync(join(outside, "folder/keep"), { recursive: true });
  const before = contents(outside);
  const links = { "metrics.jsonl": "thesis.txt", "timing.jsonl": "none.txt", "events.out.tfevents.9999999999.cnn": "thesis.txt", last: "thesis.txt", checkpoints: "folder", ".lock": "thesis.txt" };
  for (const [i, [name, target]] of Object.entries(links).entries()) {
    const path = unfinished(`linked-${i}`);
    rmSync(join(path, name), { recursive: true, force: true });
    symlinkSync(join(outside, target), join(path, name));
    const { diagnostics } = await resume(path, { backend: "wasm" });
    assert.match(diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"), `CNN8003 ${path} is no run: ${name} in it is a symbolic link`);
  }
  cpSync(run("done"), run("reported"), { recursive: true });
  rmSync(run("reported/report.html"));
  symlinkSync(join(outside, "thesis.txt"), run("reported/report.html"));
  assert.is(confined("eval reported --backend wasm --report").code, 0, "the link is replaced");
  symlinkSync(join(outside, "folder"), run("reported/inspect"));
  fails(confined("inspect reported --backend wasm"), /inspect in it is a symbolic link/);
  assert.equal(contents(outside), before);
});

hostile("metrics of any origin make a report, and no more", () => {
  cpSync(run("done"), run("metrics"), { recursive: true });
  writeFileSync(run("metrics/metrics.jsonl"), `{"epoch":1,"split":"train","loss":1e999,"</script><img onerror=alert(1)>":3}\n${"[".repeat(100_000)}\n{"__proto__":{"loss":1},"epoch":1e9,"split":"train"}\n`);
  assert.is(confined("eval metrics --backend wasm --report").code, 0);
  assert.not.match(readFileSync(run("metrics/report.html"), "utf8"), "<img onerror");
});

withData(hostile, "broken")("broken images", () => {
  for (const name of readdirSync(sharedData("broken"))) {
    const { code, stderr } = confined(`inspect done ${sharedData(`broken/${name}`)} --backend wasm`);
    // A JPEG by another name and one pixel can be read, and a part of a JPEG.
    if (code === 0) assert.match(name, /^(jpeg_named|one_pixel|truncated)/);
    else assert.match(stderr, /^[^\n]*error CNN7\d{3}: .*\n[^]*1 error\n$/, name);
  }
});

hostile.run();
