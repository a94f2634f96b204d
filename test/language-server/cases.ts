/**
 * What an editor asks and is answered: a program with a cursor `┆` in it (or a selection between two), and a question. Other
 * files follow behind lines `// === name ===`; the cursor tells which file is in front.
 */

import * as assert from "uvu/assert";
import type { Front } from "./fronts.ts";

export type Case = readonly [name: string, program: string, check: (front: Front) => Promise<void>];

const model = (lines: string, input = "1@28x28"): string => `model M {\n  input ${input}\n${lines.split("\n").map((line) => `  ${line}\n`).join("")}}\n`;
const main = (text: string): Readonly<Record<string, string>> => ({ "main.cnn": text });
const resnet = '// === blocks.cnn ===\nblock basic(width) {\n  conv width 3 pad=1\n}\n\nblock other { relu }\n';
const includes = (all: readonly string[], ...some: readonly string[]): void => assert.equal(some.filter((each) => !all.includes(each)), []);
const excludes = (all: readonly string[], ...some: readonly string[]): void => assert.equal(some.filter((each) => all.includes(each)), []);

export const cases: readonly Case[] = [
  // Diagnostics
  ["a right program has no mistakes", model("conv 6 5x5┆\nflatten\ndense 10"), async (front) => assert.equal(await front.diagnostics(), [])],
  ["a mistake has its place", model("conv 6 35x35┆"), async (front) => assert.equal(await front.diagnostics(), ["CNN4001 3:10-3:15 → 2:3-2:16"])],
  [
    "a mistake leads to what it has to do with",
    `${model("conv 6 5x5 as a\nconv 7 5x5 as a┆")}`,
    async (front) => includes(await front.diagnostics(), "CNN2005 4:17-4:18 → 3:17-3:18"),
  ],
  ["a mistake in an imported file is told at the import", `import { b } from "./b.cnn"\n${model("b┆")}// === b.cnn ===\nblock b { cnov 3 -> rellu }\n`, async (front) => assert.equal(await front.diagnostics(), ["CNN2001 1:19-1:28 → b.cnn 1:11-1:15"])],
  [
    "one in what that file imports, too",
    `import { b } from "./b.cnn"\n${model("b┆")}// === b.cnn ===\nimport { c } from "./c.cnn"\nblock b { c }\n// === c.cnn ===\nblock c { cnov 3 }\n`,
    async (front) => assert.equal(await front.diagnostics(), ["CNN2001 1:19-1:28 → c.cnn 1:11-1:15"]),
  ],
  [
    "a shape that does not fit an imported block is told where the block is used",
    `import { b } from "./b.cnn"\n${model("b 35┆")}// === b.cnn ===\nblock b(k) { inner k }\nblock inner(k) { conv 8 k }\n`,
    async (front) => assert.equal(await front.diagnostics(), ["CNN4001 4:5-4:7 → b.cnn 2:25-2:26 → 3:3-3:16 → b.cnn 1:14-1:21"]),
  ],
  [
    "and where blocks are used in each other, at the use in front",
    `import { b } from "./b.cnn"\n${model("b┆")}// === b.cnn ===\nblock b { inner }\nblock inner { conv 8 35 }\n`,
    async (front) => assert.equal(await front.diagnostics(), ["CNN4001 4:3-4:4 → b.cnn 2:22-2:24 → 3:3-3:16 → b.cnn 1:11-1:16"]),
  ],
  ["a warning of an imported file is its own", `import { b } from "./b.cnn"\n${model("b┆\nflatten")}// === b.cnn ===\nblock b(unused = 1) { relu }\n`, async (front) => assert.equal(await front.diagnostics(), [])],
  [
    "a program that shows a mistake of the file in front is no part of it while it is closed",
    `block b(k) {\n  conv 8 k┆\n}\n// === user.cnn ===\nimport { b } from "./main.cnn"\n${model("b 35")}`,
    async (front) => assert.equal(await front.diagnostics(), []),
  ],
  [
    "a mistake of a recipe's model is told where the recipe names it",
    `{ "model": "net.cnn#M",┆ "data": { "format": "digits" } }\n// === net.cnn ===\n${model("cnov 6 5x5\nflatten\ndense 10")}`,
    async (front) => assert.equal(await front.diagnostics(), ["CNN2001 1:12-1:23 → net.cnn 3:3-3:7"]),
  ],
  [
    "a recipe is checked with its model",
    `{ "model": "net.cnn#M",┆ "data": { "format": "digits" }, "epochs": 0 }\n// === net.cnn ===\n${model("flatten\ndense 10")}`,
    async (front) => assert.equal((await front.diagnostics()).map((each) => each.slice(0, 7)), ["CNN6007"]),
  ],
  [
    "what a recipe shows to be wrong with the program is told in the program",
    `${model("flatten\ndense 7┆", "1@28x28")}// === net.train.json ===\n{ "model": "main.cnn#M", "data": { "format": "digits" } }`,
    async (front) => assert.ok((await front.diagnostics()).some((each) => each.startsWith("CNN6")), String(await front.diagnostics())),
  ],

  // Shapes and costs beside the text
  ["shapes stand at the lines' ends, but not where they are written", model("conv 6 5x5 -> tanh // c\navgpool 2 -> 6@12x12\nflatten"), async (front) => assert.equal(await front.hints(), ["3:21 -> 6@24x24", "5:10 -> 864"])],
  ["a line in a block that is used twice shows that", "block b(c) {\n  conv c 3\n}\nmodel M {\n  input 1@9x9\n  b 2 -> b 4\n}\n", async (front) => assert.equal(await front.hints(), ["2:11 -> 2@7x7 …", "6:13 -> 4@5x5"])],
  [
    "a shape that is taken into the text is an assertion; one of several, or behind a brace that ends a model, is not taken",
    "block b(c) {\n  conv c 3\n}\nmodel M {\n  input 1@9x9\n  b 2 // two\n  b 4\n  group: { relu }\n}\nmodel N { input 4 -> dense 2 }\n",
    async (front) => assert.is(await front.take(), "block b(c) {\n  conv c 3\n}\nmodel M {\n  input 1@9x9\n  b 2 -> 2@7x7 // two\n  b 4 -> 4@5x5\n  group: { relu } -> 4@5x5\n}\nmodel N { input 4 -> dense 2 }\n"),
  ],
  [
    "parameters and cost stand above models and blocks",
    "block b(c) { conv c 3 }\nmodel M {\n  input 1@9x9\n  b 2 -> frozen b 4\n}\n",
    async (front) => assert.equal(await front.lenses(), ["1 first use: 20 parameters · 882 MACs", "2 96 parameters · 20 trainable · 2,682 MACs"]),
  ],

  // Hovers
  [
    "a layer's hover: its shapes, the formula in numbers, its cost, the operator's words",
    model("con┆v 6 5x5"),
    async (front) => {
      const hover = await front.hover();
      for (const part of ["**conv** 1@28x28 → 6@24x24", "(28 + 2·0 − 5) / 1 + 1 = 24", "156 parameters · 86,400 MACs · receptive field 5x5", "Convolution"]) assert.match(hover, part);
    },
  ],
  ["the formula rounds as the layer does", model("maxpo┆ol 3 stride=2 ceil=true", "1@8x8"), async (front) => assert.match(await front.hover(), "⌈(8 + 2·0 − 3) / 2⌉ + 1 = 4")],
  ["transposed convolution has its own formula", model("conv_trans┆pose 4 2 stride=2", "3@8x8"), async (front) => assert.match(await front.hover(), "(8 − 1)·2 − 2·0 + 2 + 0 = 16")],
  ["a block's hover", "block b(c) { conv c 3 -> relu }\nmodel M {\n  input 1@9x9\n  b┆ 2\n}\n", async (front) => assert.is(await front.hover(), "**block b** 1@9x9 → 2@7x7\n\n2 layers · 20 parameters · 882 MACs · receptive field 3x3")],
  ["an argument's hover", model("conv 6 5x5 str┆ide=2"), async (front) => assert.match(await front.hover(), /^\*\*stride\*\* — /)],
  ["a parameter's hover shows its declaration and value", "model M(classes = 10) {\n  input 4\n  dense cla┆sses\n}\n", async (front) => assert.is(await front.hover(), "```cnn\nmodel M(classes = 10)\n```\n\nhere: 10")],
  ["a recipe's key", '{ "opti┆mizer": { "name": "adam" } }\n// === net.cnn ===\n', async (front) => assert.is(await front.hover(), '**optimizer** — default {"name":"adam"}\n\nPyTorch\'s rules and defaults.')],
  ["nothing is said of a brace", model("┆"), async (front) => assert.is(await front.hover(), "")],

  // Completion
  ["a step begins with an operator, a block, a name or a statement", `block b(c) { conv c 3 }\n${model("relu as point\n┆")}`, async (front) => includes(await front.completions(), "conv", "batchnorm", "b", "point", "skip", "output", "freeze")],
  ["a word that is begun is replaced", model("con┆"), async (front) => assert.is(await front.complete("conv_transpose"), model("conv_transpose"))],
  [
    "behind a call stand the arguments that are not given yet, and values in scope",
    "model M(width = 8) {\n  input 1@28x28\n  conv 6 3 pad=1 ┆\n}\n",
    async (front) => {
      includes(await front.completions(), "stride=", "dilation=", "width");
      excludes(await front.completions(), "pad=", "filters=", "kernel=", "batchnorm");
    },
  ],
  ["a block's arguments", `block b(c, kernel = 3) { conv c kernel }\n${model("b 4 ┆")}`, async (front) => { includes(await front.completions(), "kernel="); excludes(await front.completions(), "c="); }],
  ["words that an argument lists", model("conv 6 3 mode=┆"), async (front) => assert.equal((await front.completions()).slice(0, 4), ["zeros", "reflect", "replicate", "circular"])],
  ["same, where padding may be that", model("conv 6 3 pad=┆"), async (front) => includes(await front.completions(), "same")],
  ["points for a join", model("relu as a -> relu as b\nconcat ┆"), async (front) => includes(await front.completions(), "a", "b")],
  ["what an assertion may be about", model("relu\nassert ┆"), async (front) => includes(await front.completions(), "here", "parameters", "receptive_field", "floor")],
  ["labels for reuse", model("enc: conv 1 1\nreuse ┆"), async (front) => assert.equal(await front.completions(), ["enc"])],
  ["paths behind freeze", model("stem: { conv 6 3 -> c: conv 6 3 }\nfreeze ┆"), async (front) => includes(await front.completions(), "all", "stem")],
  ["a path goes on behind its dot", model("stem: { conv 6 3 -> c: conv 6 3 }\nfreeze stem.┆"), async (front) => assert.is(await front.complete("stem.c"), model("stem: { conv 6 3 -> c: conv 6 3 }\nfreeze stem.c"))],
  ["files behind from", `import { basic } from "./bl┆"\n${model("relu")}${resnet}`, async (front) => assert.is(await front.complete("./blocks.cnn"), `import { basic } from "./blocks.cnn"\n${model("relu")}`)],
  ["names of an import", `import { basic, ┆ } from "./blocks.cnn"\n${model("basic 4")}${resnet}`, async (front) => assert.equal(await front.completions(), ["other"])],
  ["a model to derive from", `${model("relu")}model N = ┆`, async (front) => includes(await front.completions(), "M")],
  ["the arguments of a model that is derived from", `model M(classes = 10) { input 4 -> dense classes }\nmodel N = M(┆`, async (front) => assert.is(await front.complete("classes"), "model M(classes = 10) { input 4 -> dense classes }\nmodel N = M(classes = ")],
  ["a parameter's standard value", "block b(width, hidden = ┆) {\n}\n", async (front) => { includes(await front.completions(), "width", "max"); excludes(await front.completions(), "conv"); }],
  ...["block ┆", "model ┆", "block b(┆", "block b(width, ┆", "block b(width) ┆", "import ┆", 'import { a as ┆ } from "./a.cnn"'].map(
    (text): Case => [`nothing for a name that is new: ${text}`, text, async (front) => assert.equal(await front.completions(), [])],
  ),
  ...["relu as ┆", "let ┆", "for ┆", "for a, ┆", "input ┆", "load ┆"].map((text): Case => [`nothing for a name that is new: ${text}`, model(text), async (front) => assert.equal(await front.completions(), [])]),
  ["behind an operator without arguments only a name for the point", "model M(width = 8) {\n  input 1@28x28\n  relu ┆\n}\n", async (front) => assert.equal(await front.completions(), ["as"])],
  ["behind a skip its condition", model("skip ┆"), async (front) => assert.equal(await front.completions(), ["if"])],
  ["behind a body what belongs to it", model("skip { relu } ┆"), async (front) => assert.equal(await front.completions(), ["project", "else", "as"])],
  ["labels and points for an output", model("a: conv 1 1 as b\noutput ┆"), async (front) => assert.equal(await front.completions(), ["a", "b"])],
  ["behind the paths of freeze its exceptions", model("stem: conv 6 3\nfreeze all ┆"), async (front) => assert.equal(await front.completions(), ["except"])],
  ["declarations outside", "┆", async (front) => assert.equal(await front.completions(), ["block", "model", "import"])],
  ["nothing in comments", model("relu // con┆"), async (front) => assert.equal(await front.completions(), [])],
  ["a recipe's keys", '{ "model": "net.cnn", ┆ }\n// === net.cnn ===\n', async (front) => { includes(await front.completions(), '"data"', '"optimizer"'); excludes(await front.completions(), '"model"'); }],
  ["keys of the optimizer that is chosen", '{ "optimizer": { "name": "sgd", "┆" } }\n// === net.cnn ===\n', async (front) => { includes(await front.completions(), '"nesterov"'); excludes(await front.completions(), '"betas"'); }],
  ["values that the schema lists", '{ "data": { "format": "┆" } }\n// === net.cnn ===\n', async (front) => assert.is(await front.complete('"cifar10"'), '{ "data": { "format": "cifar10" } }\n')],
  ["models that a recipe can train", `{ "model": "┆" }\n// === net.cnn ===\n${model("relu")}`, async (front) => assert.is(await front.complete('"net.cnn#M"'), '{ "model": "net.cnn#M" }\n')],
  ["a model's parameters", '{ "model": "net.cnn", "arguments": { "┆" } }\n// === net.cnn ===\nmodel M(classes = 10) {\n  input 4\n  dense classes\n}\n', async (front) => assert.is(await front.complete('"classes"'), '{ "model": "net.cnn", "arguments": { "classes":  } }\n')],

  // Signatures
  ["the signature follows the cursor", model("conv 6 ┆3"), async (front) => assert.match(await front.signature(), /^conv filters \[kernel\] stride=1 /)],
  ["an argument by name", model("conv 6 3 pad=┆1"), async (front) => assert.match(await front.signature(), " [pad=0] ")],
  ["a block's signature", `block b(c, k = 3) { conv c k }\n${model("b 4 ┆5")}`, async (front) => assert.is(await front.signature(), "b c [k]")],

  // Actions
  ["a computed fix", model("cn┆ov 6 3"), async (front) => assert.equal(await front.act("write conv"), main(model("conv 6 3")))],
  ["a shape is asserted", model("conv 6 5┆x5 -> tanh"), async (front) => assert.equal(await front.act("add the shape assertion 6@24x24"), main(model("conv 6 5x5 -> 6@24x24 -> tanh")))],
  ["selected layers become a block", model("┆conv 6 5x5\ntanh┆\nflatten"), async (front) => assert.equal(await front.act("extract a block"), main(`block extracted() {\n  conv 6 5x5\n  tanh\n}\n\n${model("extracted\nflatten")}`))],
  ["layers that use a parameter are not taken away from it", "model M(c = 4) {\n  input 1@28x28\n  ┆conv c 5x5\n  tanh┆\n}\n", async (front) => excludes(await front.actions(), "extract a block")],
  ["a recipe's fix", `{ "model": "net.cnn#MM"┆, "data": { "format": "digits" } }\n// === net.cnn ===\n${model("flatten\ndense 10")}`, async (front) => includes(await front.actions(), "write M")],

  // Ways
  ["a parameter's definition", "block b(width) {\n  conv wi┆dth 3\n}\n", async (front) => assert.is(await front.definition(), "1:9-1:14")],
  ["a block in another file", `import { basic } from "./blocks.cnn"\n${model("ba┆sic 4")}${resnet}`, async (front) => assert.is(await front.definition(), "blocks.cnn 1:7-1:12")],
  ["a label that freeze names", model("fc: conv 1 1\nrelu\nfreeze f┆c"), async (front) => assert.is(await front.definition(), "3:3-3:5")],
  ["all uses of a block", `import { basic } from "./blocks.cnn"\n${model("basic 4\nbas┆ic 8")}${resnet}`, async (front) => assert.equal(await front.references(), ["blocks.cnn 1:7-1:12", "1:10-1:15", "4:3-4:8", "5:3-5:8"])],
  [
    "a block is renamed in all files, those that are not open too",
    `block ba┆sic(width) { conv width 3 }\n// === user.cnn ===\nimport { basic } from "./main.cnn"\n${model("basic 4")}`,
    async (front) => assert.equal(await front.rename("unit"), { "main.cnn": "block unit(width) { conv width 3 }\n", "user.cnn": `import { unit } from "./main.cnn"\n${model("unit 4")}` }),
  ],
  ["a parameter is renamed where it is given by name, too", `block b(wi┆dth = 3) { conv width 3 }\n${model("b width=4")}`, async (front) => assert.equal(await front.rename("c"), main(`block b(c = 3) { conv c 3 }\n${model("b c=4")}`))],
  ["a label is renamed where it is selected and used again", model("en┆c: conv 1 1\nreuse enc\nfreeze all except enc"), async (front) => assert.equal(await front.rename("stem"), main(model("stem: conv 1 1\nreuse stem\nfreeze all except stem")))],
  ["a point is renamed", model("relu as le┆ft -> tanh\nadd left"), async (front) => assert.equal(await front.rename("a"), main(model("relu as a -> tanh\nadd a")))],
  [
    "a model is renamed in the recipes that train it",
    `${model("flatten").replace("model M", "model M┆")}// === net.train.json ===\n{ "model": "main.cnn#M", "data": { "format": "digits" } }\n// === other.train.json ===\n{ "model": "main.cnn" }\n`,
    async (front) =>
      assert.equal(await front.rename("Net"), {
        "main.cnn": model("flatten").replace("model M", "model Net"),
        "net.train.json": '{ "model": "main.cnn#Net", "data": { "format": "digits" } }\n',
        "other.train.json": '{ "model": "main.cnn" }\n',
      }),
  ],
  ["no operator's name is given", "block b(wi┆dth) { conv width 3 }\n", async (front) => assert.is(await front.rename("conv"), "conv is the name of an operator")],
  ["nor one that is taken", "block b(wi┆dth, c) { conv width c }\n", async (front) => assert.is(await front.rename("c"), "c is already used in this file")],

  // Form
  ["symbols are models and blocks with inputs and labels", "block b(c) { a: conv c 3 }\nmodel M {\n  input 1@28x28\n  fc: b 3\n}\n", async (front) => assert.equal(await front.symbols(), [["b", ["a"]], ["M", ["input", "fc"]]])],
  ["braces and comments fold", "/* a\n b */\nmodel M {\n  input 1@28x28\n  skip {\n    relu\n  }\n}\n", async (front) => assert.equal((await front.folding()).toSorted(), ["1-2", "3-8", "5-7"])],
  ["a selection grows by the syntax", model("conv 6 (2 * ┆3)"), async (front) => assert.equal((await front.selection()).slice(0, 4), ["3", "2 * 3", "(2 * 3)", "conv 6 (2 * 3)"])],
  ["tokens know which name is what", "block b(c) { x: conv c 3 }\nmodel M { input 1@9x9 -> b 2 as p }\n", async (front) => assert.equal(await front.tokens(), ["b class", "c parameter", "x property", "conv function", "c parameter", "3 number", "M type", "1@9x9 number", "b class", "2 number", "p variable"])],
  [
    "so do they where names are imported, given out, or lead to layers",
    `import { basic as b } from "./blocks.cnn"\nmodel M {\n  input 4@9x9\n  stem: b 2 as p\n  output p\n  freeze stem┆\n}\n${resnet}`,
    async (front) => assert.equal(await front.tokens(), ["basic class", "b class", "M type", "4@9x9 number", "stem property", "b class", "2 number", "p variable", "p variable", "stem property"]),
  ],
  ["the text is laid out", "model M{\n input 4\n\n\n dense   2}", async (front) => assert.is(await front.format(), "model M {\n  input 4\n\n  dense 2\n}\n")],
  ["a text with mistakes stays", "model M{ conv 3 * }", async (front) => assert.is(await front.format(), "model M{ conv 3 * }")],
];
