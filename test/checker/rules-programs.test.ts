/** The language's rules 35 to 47, programs: each clause by a program that obeys it and by one that breaks it. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compile } from "@cnn-lang/codegen";
import { check as checkProject, memoryProject, summarize, weightsOf } from "@cnn-lang/shape-checker";
import { textOfCommand } from "../helpers/cli-here.ts";
import { cnn, folderWith } from "../helpers/cli.ts";
import { shape } from "../helpers/infer.ts";
import { around, check, codes, mistakes, modelOf, outputs, weightedPaths } from "../helpers/program.ts";
import { built, marked, mended, wrong } from "../helpers/rules.ts";
import { weightFile } from "../helpers/weight-file.ts";

const test = suite("rules of programs");

const twoModels = around("conv 8 1") + around("conv 4 1").replace("Net", "Other");

test("rule 35: check treats all models, and one where it is named", () => {
  assert.equal(check(twoModels).models.map(({ name }) => name), ["Net", "Other"]);
  assert.equal(check(twoModels, { model: "Other" }).models.map(({ name }) => name), ["Other"]);
});

test("rule 35: what makes one thing of one model takes none of several by itself", async () => {
  const { diagnostics } = await compile(memoryProject({ "main.cnn": twoModels }), "main.cnn", {});
  assert.equal(diagnostics.map(({ code, message }) => `${code} ${message}`), ["CNN2201 main.cnn holds 2 models, and a module holds one: Net, Other"]);
  const folder = folderWith({ "two.cnn": twoModels });
  for (const command of ["build two.cnn", "train two.cnn --data digits"]) {
    const { stdout, stderr, code } = cnn(command, folder);
    assert.equal([stdout, stderr, code], ["", "two.cnn holds several models: Net, Other. Pick one: two.cnn#Net\n", 2], command);
  }
});

test("rule 35: with data, check holds each model against it", async () => {
  const classifier = (name: string, classes: number): string => `model ${name} {\n  input 1@28x28\n  flatten -> dense ${classes}\n}\n`;
  const folder = folderWith({ "two.cnn": classifier("Ten", 10) + classifier("Also", 10), "odd.cnn": classifier("Ten", 10) + classifier("Nine", 9) });
  assert.match(await textOfCommand(["check", "two.cnn", "--data", "digits"], folder), /^two\.cnn: Ten 1@28x28 → 10.*\ntwo\.cnn: Also 1@28x28 → 10.*\n$/);
  const odd = await textOfCommand(["check", "odd.cnn", "--data", "digits"], folder);
  assert.match(odd, /odd\.cnn:7:14: error CNN6103: the output of Nine has 9 class scores, but the data has 10 classes[^]*\n1 error\n$/);
});

test("rule 36: a model's parameters need defaults, a block's need none", () => {
  wrong("model Net(classes) {\n  input 3@8x8\n  flatten -> dense classes\n}\n", "CNN3021");
  assert.is(codes("block b(c) { conv c 1 }\n"), "");
});

test("rule 36: defaults see earlier parameters, and in a block what flows at the call", () => {
  assert.is(outputs("model Net(width = 4, classes = width * 2) {\n  input 3@8x8\n  flatten -> dense classes\n}\n"), "8");
  assert.is(built("block b(c = here.channels * 2) { conv c 1 }\n" + around("b -> b")), "b_1.conv_1 6@32x32, b_2.conv_1 12@32x32");
  wrong("model Net(classes = width * 2, width = 4) {\n  input 3@8x8\n  flatten -> dense classes -> relu -> dense width\n}\n", "CNN2002");
  wrong("model Net(classes = here.channels) {\n  input 3@8x8\n  flatten -> dense classes\n}\n", "CNN2002", "here");
});

test("rule 36: what --set gives is read as an expression", () => {
  const net = "model Net(depths = [1, 1]) {\n  input 3@8x8\n  for d in depths { repeat d { conv 3 1 } }\n}\n";
  assert.is(weightedPaths(net).length, 2);
  assert.is(modelOf(net, { arguments: { depths: "[3, 4, 6, 3]" } }).layers.length, 17);
  assert.is(codes(net, { arguments: { depths: "[3, 4" } }).split(" ")[0], "CNN3005");
});

const base = "model Base(classes = 10, width = 8) {\n  input 3@8x8\n  features: { conv width 3 -> relu }\n  flatten\n  fc: dense classes\n}\n";

test("rule 37: a model may be derived, with arguments, parameters of its own, and a body or none", () => {
  assert.is(outputs(`${base}model Net = Base(classes = 3)\n`, { model: "Net" }), "3");
  assert.is(outputs(`${base}model Net(n = 4) = Base(classes = n * 2) { freeze features }\n`, { model: "Net" }), "8");
  assert.is(outputs(`${base}model A(n = 4) = Base(classes = n)\nmodel Net = A(n = 6)\n`, { model: "Net" }), "6");
  wrong(`${base}model Net = Base(clases = 3)\n`, "CNN3001");
});

test("rule 37: its body holds load, freeze and assert only, and no chain is a circle", () => {
  assert.is(codes(`${base}model Net = Base() {\n  load "w.safetensors"\n  freeze features\n  assert parameters <= 5k\n}\n`), "");
  for (const item of ["relu", "let n = 3", "input 3@8x8", "output x"]) wrong(`${base}model Net = Base() { ${item} }\n`, "CNN2016");
  wrong("model A = B()\nmodel B = A()\n", "CNN2015");
});

/** The diagnostics of a model that loads a file with those tensors; the model's own by default, changed by some. */
function loading(statement: string, change: Readonly<Record<string, readonly number[] | undefined>> = {}) {
  const own = Object.fromEntries(weightsOf(modelOf(base)).map(({ name, shape: dimensions }) => [name, dimensions]));
  const tensors = Object.fromEntries(Object.entries({ ...own, ...change }).flatMap(([name, dimensions]) => (dimensions ? [[name, dimensions]] : [])));
  const text = `${base}model Net = Base() {\n  ${statement}\n}\n`;
  const { diagnostics } = checkProject(memoryProject({ "main.cnn": text, "w.safetensors": weightFile(tensors) }), "main.cnn", { model: "Net" });
  return diagnostics;
}

test("rule 38: load is strict: a tensor that lacks or differs is an error whose mend adds the except", () => {
  assert.equal(loading('load "w.safetensors"'), []);
  for (const [change, code] of [[{ "fc.bias": undefined, "fc.weight": undefined }, "CNN5003"], [{ "fc.weight": [5, 288] }, "CNN5004"]] as const) {
    const [found, another] = loading('load "w.safetensors"', change);
    assert.equal([found?.code, found?.severity, another], [code, "error", undefined]);
    assert.equal(found?.fixes.map(({ edits }) => edits.map(({ text }) => text)), [[" except fc"]]);
    assert.equal(loading('load "w.safetensors" except fc', change).filter(({ severity }) => severity !== "info"), []);
  }
});

test("rule 38: what only the file holds is a hint; a file that is not there is for training to find", () => {
  assert.equal(loading('load "w.safetensors"', { "extra.weight": [3] }).map(({ code, severity }) => `${code} ${severity}`), ["CNN5005 info"]);
  assert.equal(loading('load "later.safetensors"'), []);
});

test("rule 39: freeze selects whole segments by prefix, * is one segment", () => {
  const frozen = (statement: string): string =>
    modelOf(`${base}model Net = Base() { freeze ${statement} }\n`, { model: "Net" }).layers.filter((layer) => layer.frozen && layer.weights.length > 0).map(({ path }) => path).join(" ");
  assert.is(frozen("features"), "features.0");
  assert.is(frozen("*.0"), "features.0");
  assert.is(frozen("all except fc"), "features.0");
  assert.is(frozen("features.0, features except fc"), "features.0");
  wrong(`${base}model Net = Base() { freeze feature }\n`, "CNN5001", "did you mean features?");
  wrong(`${base}model Net = Base() { freeze all except f }\n`, "CNN5001", "did you mean fc?");
});

test("rule 39: order does not matter, frozen and freeze add up, numbers are split, other signs are quoted", () => {
  const frozen = (lines: string): string => modelOf(around(lines)).layers.filter((layer) => layer.frozen && layer.weights.length > 0).map(({ path }) => path).join(" ");
  assert.is(frozen("freeze a\n  a: conv 8 1 -> frozen b: conv 4 1 -> conv 2 1"), "a b");
  assert.is(frozen("g: { 0: { conv 3 1 -> 10: conv 3 1 } -> conv 3 1 }\n  conv 2 1\n  freeze g.0.10, g.0.0"), "g.0.0 g.0.10");
  assert.is(frozen('trunk: { "block1-0": conv 3 1 }\n  conv 2 1\n  freeze trunk."block1-0"'), "trunk.block1-0");
});

const library = "// === parts/lib.cnn ===\nblock stage(c) { conv c 3 pad=1 -> relu }\nmodel Tiny(classes = 2) {\n  input 3@8x8\n  globalavgpool -> dense classes\n}\n";

test("rule 40: imports take every block and model, by relative paths that end in .cnn", () => {
  assert.is(outputs(`import { stage as s } from "./parts/lib.cnn"\n${around("s 8")}${library}`), "8@32x32");
  assert.is(outputs(`import { Tiny } from "./parts/lib.cnn"\nmodel Net = Tiny(classes = 3)\n${library}`), "3");
  for (const path of ["parts/lib.cnn", "/parts/lib.cnn", "./parts/lib"]) wrong(`import { stage } from "${path}"\n${around("stage 8")}${library}`, "CNN2013");
  wrong(`import { stage } from "../lib.cnn"\n${around("stage 8")}${library}`, "CNN2010", "it lies outside the project");
});

test("rule 40: a circle shows its chain; a name that cannot be imported is told once", () => {
  const circle = 'import { a } from "./a.cnn"\nblock b { a }\n// === a.cnn ===\nimport { b } from "./main.cnn"\nblock a { b }\n';
  wrong(circle, "CNN2011", "main.cnn → a.cnn → main.cnn");
  wrong(`import { stag } from "./parts/lib.cnn"\n${around("stag 8 -> stag 9 3 x=2 -> conv 8 99")}${library}`, "CNN2012", "did you mean stage?");
});

test("rule 41: a let or loop name that is taken there is an error with both places", () => {
  for (const [text, first] of [
    ["model Net(n = 8) {\n  input 3@8x8\n  let n = 9\n  conv n 1\n}\n", 1],
    [around("let n = 8\n  let n = 9\n  conv n 1"), 3],
    [around("let n = 8\n  for n in [8, 9] { conv n 1 }"), 3],
    [around("for n in [8] { for n in [9] { conv n 1 } }"), 3],
  ] as const) {
    const found = wrong(text, "CNN2005");
    assert.is(marked(text, found), "n");
    assert.equal(found.related.map(({ span }) => span.start.line), [first]);
  }
  assert.is(codes(around("for n in [8] { conv n 1 }\n  for n in [9] { conv n 1 }")), "");
});

test("rule 41: blocks see nothing of their callers", () => {
  wrong(`block b { conv width 1 }\nmodel Net(width = 8) {\n  input 3@8x8\n  conv width 1 -> b\n}\n`, "CNN2002", "it is a parameter of Net");
  wrong(`block b { relu -> add e }\n${around("conv 3 1 as e -> relu -> add e -> b")}`, "CNN2002");
});

const wrap = "block wrap(body) { conv 8 1 -> body }\n";

test("rule 42: a layer is given by a bare name or in braces; parentheses always mean numbers", () => {
  assert.is(built(wrap + around("wrap relu")), "wrap_1.conv_1 8@32x32, wrap_1.body_1 8@32x32");
  assert.is(built(wrap + around("wrap { leaky_relu 0.1 }")), "wrap_1.conv_1 8@32x32, wrap_1.body_1.0 8@32x32");
  assert.is(built(wrap + "block unit { tanh }\n" + around("wrap body=unit")), "wrap_1.conv_1 8@32x32, wrap_1.body_1.tanh_1 8@32x32");
  wrong("block conv3(n) { conv n 3 }\n" + around("conv3 { relu }"), "CNN3005", "a group of layers");
  wrong("block wrap(body) { conv 8 1 -> body 3 }\n" + around("wrap (4)"), "CNN3023", "not a layer");
});

test("rule 42: a name may be given arguments where it is called, a group none", () => {
  const net = "block net(unit) { unit 8 stride=2 }\n";
  assert.is(built(net + around("net { identity }".replace("{ identity }", "block1")) + "block block1(c, stride) { conv c 1 stride=stride }\n"), "net_1.unit_1.conv_1 8@16x16");
  wrong(net + around("net { conv 8 1 }"), "CNN3022");
});

test("rule 42: every use builds new weights", () => {
  assert.equal(weightedPaths("block twice(unit) { unit -> unit }\n" + around("twice { conv 3 1 }")), ["twice_1.unit_1.0", "twice_1.unit_2.0"]);
});

test("rule 42: a group as an argument uses no names of points, and holds no reuse, input, output, load or freeze", () => {
  const found = check(wrap + around("conv 8 1 as e -> wrap { concat e }")).diagnostics.filter(({ severity }) => severity === "error");
  assert.equal(found.map(({ code }) => code), ["CNN2002"]);
  wrong(wrap + around("a: conv 3 1 -> wrap { reuse a }"), "CNN4115");
  for (const item of ["input 3@8x8", "output x", "freeze all", 'load "w.safetensors"']) {
    const codesOf = check(wrap + around(`wrap { relu\n ${item} }`)).diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
    assert.equal(codesOf, ["CNN2017"], item);
  }
});

test("rule 42: input, output, load and freeze stand directly in a model only", () => {
  for (const item of ["input 3@8x8", "output x", "freeze all", 'load "w.safetensors"']) {
    for (const text of [`block b { relu\n ${item} }\n${around("b")}`, around(`{ relu\n ${item} }`)]) {
      const codesOf = check(text).diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
      assert.equal(codesOf, ["CNN2017"], text);
    }
  }
});

test("rule 43: an input's size is concrete, or a parameter, or given from outside", () => {
  const found = wrong("model Net {\n  input 3@?x?\n  conv 8 3\n}\n", "CNN4110");
  assert.ok(found.help !== undefined || found.message.length > 40);
  const sized = "model Net(side = 224x224) {\n  input 3@side\n  conv 8 3\n}\n";
  assert.is(outputs(sized), "8@222x222");
  assert.is(outputs(sized, { arguments: { side: "64x48" } }), "8@62x46");
  assert.is(outputs(sized, { input: shape("3@32x32") }), "8@30x30");
});

test("rule 43: the checker infers all sizes that are legal", () => {
  const { inputConstraints } = summarize(modelOf(around("conv 8 5 -> maxpool 2 -> conv 8 5 -> globalavgpool")));
  // 5 → 1, 2 → 1, 5 → 1: 5 in the last, 10 before the pool, 14 before the first.
  assert.equal(inputConstraints.map(({ text }) => text), ["height and width must be at least 14 (conv_2, line 3)"]);
  assert.is(codes(around("conv 8 5 -> maxpool 2 -> conv 8 5 -> globalavgpool", "3@14x14")), "");
  wrong(around("conv 8 5 -> maxpool 2 -> conv 8 5 -> globalavgpool", "3@13x14"), "CNN4001");
});

test("rule 44: budgets in models, of the whole model", () => {
  // 3·8·9 + 8 = 224 weights; 216·30·30 multiply-adds.
  assert.is(codes(around("conv 8 3\n  assert parameters == 224, trainable == 224, macs == 194400, receptive_field == 3")), "");
  assert.is(codes(around("frozen conv 8 3 -> conv 2 1\n  assert parameters == 242, trainable == 18")), "");
  assert.is(codes(around("conv 8 1x3 -> conv 8 3x1\n  assert receptive_field == 3")), "");
  assert.is(codes(around("conv 8 1x5\n  assert receptive_field == 1")), "");
  wrong(around("assert parameters <= 200\n  conv 8 3"), "CNN3019", "parameters = 224");
  wrong(around("conv 8 3\n  assert macs <= 100k, \"too slow for a watch\""), "CNN3019", "too slow for a watch (macs = 194,400)");
});

test("rule 44: memory compares with bytes, and nothing else does", () => {
  assert.is(codes(around("conv 8 3\n  assert memory <= 1MiB, training_memory(16) <= 10MB, training_memory(1) < training_memory(2)")), "");
  wrong(around("conv 8 3\n  assert memory <= 1M"), "CNN3025");
  wrong(around("conv 8 3\n  assert parameters <= 1MB"), "CNN3025");
});

test("rule 44: in a block a condition is checked at each call", () => {
  const block = 'block grouped(c, groups) {\n  assert here.channels % groups == 0, "groups must divide the channels"\n  conv c 1\n}\n';
  assert.is(codes(block + around("conv 8 1 -> grouped 8 4")), "");
  wrong(block + around("conv 8 1 -> grouped 8 4 -> grouped 8 3"), "CNN3019", "groups must divide the channels (here.channels % groups = 2)");
  wrong(`block b { conv 8 1\n  assert macs < 5 }\n${around("b")}`, "CNN3024");
});

test("rule 45: an empty file is a warning; one of blocks only is a library", () => {
  assert.is(wrong("// words alone\n", "CNN2102").severity, "warning");
  assert.is(codes("block stage(c, unused = 1) { conv c 3 }\nblock idle { relu }\n".replace(", unused = 1", "")), "");
});

test("rule 46: cnn-ignore on its own line is for the next with code, at a line's end for that line", () => {
  assert.is(codes(around("// cnn-ignore CNN4203\n\n  // because\n  relu -> relu")), "");
  assert.is(codes(around("relu -> relu // cnn-ignore CNN4203")), "");
  assert.is(codes(around("// cnn-ignore CNN4203\n  conv 8 1\n  relu -> relu")), "CNN2103 CNN4203");
  assert.is(codes(around("relu -> relu // cnn-ignore CNN4002")), "CNN4203 CNN2103");
});

test("rule 47: hints are of severity info, are not printed without --hints, and count as no warnings", () => {
  const folder = folderWith({ "net.cnn": around("conv 8 3 stride=2 -> batchnorm -> conv 2 1") });
  assert.equal(check(around("conv 8 3 stride=2 -> batchnorm")).diagnostics.map(({ code, severity }) => `${code} ${severity}`), ["CNN4301 info", "CNN4303 info"]);
  const silent = cnn("check net.cnn --max-warnings 0", folder);
  assert.equal([silent.stdout.includes("CNN43"), silent.code], [false, 0]);
  const told = cnn("check net.cnn --max-warnings 0 --hints", folder);
  assert.match(told.stdout, /hint CNN4301[^]*hint CNN4303/);
  assert.is(told.code, 0);
  const warned = folderWith({ "net.cnn": around("conv 8 3 -> relu -> relu") });
  assert.equal([cnn("check net.cnn", warned).code, cnn("check net.cnn --max-warnings 0", warned).code], [0, 1]);
});

test("rule 36, 40: each mistake is told where it is", () => {
  assert.equal(mistakes("model Net(classes) {\n  input 3@8x8\n  flatten -> dense classes\n}\n").map((each) => each.slice(0, 13)), ["CNN3021 1:11 "]);
  assert.ok(mended(`import { stag } from "./parts/lib.cnn"\n${around("stag 8")}${library}`, "CNN2012").includes("stage"));
});

test("each of the 47 rules is under test by its number", () => {
  const files = ["text", "flow", "names", "programs"].map((part) => readFileSync(`test/checker/rules-${part}.test.ts`, "utf8"));
  const titles = files.flatMap((text) => [...text.matchAll(/^test\("rules? ([^:]*):/gm)].flatMap(([, numbers = ""]) => numbers.split(", ")));
  const expected = [...Array.from({ length: 47 }, (_, i) => `${i + 1}`), "31a"];
  assert.equal(expected.filter((number) => !titles.includes(number)), []);
});

test.run();
