/**
 * What trains badly or is idle: each warning and hint on a program that deserves it and on one that nearly does, the comments
 * that silence them, and the silence on every example.
 */

import { readdirSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check as checkProject, diagnosticCodes, memoryProject } from "@cnn-lang/shape-checker";
import { around, check, codes } from "../helpers/program.ts";
import { zooFile, zooFiles } from "../helpers/zoo.ts";

const test = suite("lint");

/** How often a code is reported, at whatever severity. */
const count = (code: string, text: string): number => check(text).diagnostics.filter((found) => found.code === code).length;

interface Rule {
  readonly code: string;
  readonly about: string;
  readonly fires: readonly string[];
  /** Programs that differ from the above by what makes them right. */
  readonly silent: readonly string[];
}

const head = "flatten -> dense 10";
const small = "1@28x28";

const rules: readonly Rule[] = [
  {
    code: "CNN4201",
    about: "a softmax at the end",
    fires: [around(`${head} -> softmax`), around("conv 8 3 -> softmax"), around(`${head} -> softmax\n  output age`)],
    silent: [around(head), around("mul { | identity | conv 3 1 -> softmax } -> conv 8 1"), around(`${head} -> sigmoid`)],
  },
  {
    code: "CNN4202",
    about: "a dropout at the end",
    fires: [around(`${head} -> dropout 0.5`), around("conv 8 3 -> spatial_dropout 0.1"), around("conv 8 3 -> droppath 0.1")],
    silent: [around(`dropout 0.5 -> ${head}`), around("conv 8 3 -> spatial_dropout 0.1 -> conv 2 1")],
  },
  {
    code: "CNN4203",
    about: "an activation after an activation",
    fires: [
      around("conv 8 3 -> relu -> relu"),
      around("conv 8 3 -> relu -> dropout 0.1 -> tanh -> conv 8 1"),
      around("conv 8 3 -> relu -> flatten -> relu -> dense 4"),
      around("flatten -> dense 1 -> relu -> sigmoid"),
      around("conv 8 3 -> prelu -> relu -> conv 2 1"),
    ],
    silent: [
      around("conv 8 3 -> relu -> conv 8 3 -> relu"),
      around("conv 8 3 -> relu -> maxpool 2 -> tanh -> conv 8 1"),
      around("conv 8 3 -> relu -> batchnorm -> relu"),
      around("skip { conv 3 3 pad=1 -> relu } -> relu"),
    ],
  },
  {
    code: "CNN4204",
    about: "a dense layer after a dense layer",
    fires: [
      around("flatten -> dense 20 -> dense 10"),
      around("flatten -> dense 20 -> dropout 0.5 -> dense 10"),
      around("dense 8 over=channels -> dense 4 over=channels"),
    ],
    silent: [
      around("flatten -> dense 20 -> relu -> dense 10"),
      around("flatten -> dense 20 -> batchnorm -> dense 10"),
      around("dense 8 over=channels -> flatten -> dense 4"),
      // A bottleneck that something else reads is no idle layer.
      around("flatten -> dense 20 as code\n  dense 10\n  output label\n  code -> dense 4\n  output code"),
      around("flatten -> dense 20 as code\n  dense 10 -> concat code"),
    ],
  },
  {
    code: "CNN4205",
    about: "a vector that is flattened",
    fires: [around("flatten -> flatten -> dense 3"), around("globalavgpool -> flatten"), around("flatten -> dense 3", "12")],
    silent: [around("flatten"), around("adaptiveavgpool 1 -> flatten"), around("flatten -> dense 3", "4@12")],
  },
  {
    code: "CNN4206",
    about: "a stride larger than its kernel",
    fires: [around("conv 8 2 stride=3"), around("maxpool 2 stride=3", "3@33x33"), around("avgpool 2x3 stride=2x4"), around("depthwise 2 stride=3")],
    silent: [
      around("conv 8 3 stride=3"),
      // A kernel of 1 subsamples on purpose: He's option A, and the projections of ResNet.
      around("conv 8 1 stride=2"),
      around("maxpool 1 stride=2"),
      around("conv_transpose 8 2 stride=3"),
    ],
  },
  {
    code: "CNN4207",
    about: "a flow that reaches no output",
    fires: [
      around("conv 8 3 as a -> relu\n  a -> conv 4 1"),
      around("conv 8 3 as a -> conv 4 1 -> conv 2 1\n  a -> flatten -> dense 3"),
      "model Net {\n  input left 3@8x8\n  input right 3@8x8\n  conv 8 3\n}",
    ],
    silent: [
      around("conv 8 3 as a -> relu\n  add a"),
      around("flatten as a -> dense 3\n  output age\n  a -> dense 2\n  output sex"),
      "model Net {\n  input left 3@8x8\n  input right 3@8x8\n  concat left -> conv 8 3\n}",
    ],
  },
  {
    code: "CNN4208",
    about: "a norm over one value",
    fires: [
      around("layernorm -> conv 8 3", small),
      around("conv 8 32 -> groupnorm 8 -> flatten -> dense 3"),
      around("flatten -> dense 1 -> layernorm"),
    ],
    silent: [
      around("conv 2 3 -> layernorm -> conv 8 3", small),
      around("layernorm over=all -> conv 8 3", small),
      around("conv 8 32 -> groupnorm 4 -> flatten -> dense 3"),
      around("groupnorm 3 -> flatten -> dense 3"),
      // A batch norm takes its mean over the images of a batch as well.
      around("conv 8 32 bias=false -> batchnorm -> flatten -> dense 3"),
    ],
  },
  {
    code: "CNN4018",
    about: "an add that spreads one pixel over a map",
    fires: [around("add { | conv 8 1 | adaptiveavgpool 1 -> conv 8 1 }")],
    silent: [
      // The gates of squeeze-excite, and a vector's bias, are meant.
      around("mul { | conv 8 1 | adaptiveavgpool 1 -> conv 8 1 -> sigmoid }"),
      around("add { | conv 8 1 | globalavgpool -> dense 8 }"),
      around("adaptiveavgpool 1 -> add { | conv 8 1 | conv 8 1 }"),
    ],
  },
  {
    code: "CNN4112",
    about: "an input that is written as another program stores it",
    fires: [around("conv 8 3", "32@32x3"), around("conv 8 3", "128@3x32x32")],
    silent: [around("conv 8 3", "32@32x5"), around("conv 8 1", "3@32x32"), around("conv 8 3", "16@8x32x32"), around("conv 8 1", "1@3x32x32")],
  },
  {
    code: "CNN4116",
    about: "a convolution that begins with its input channels",
    fires: [around("conv 1 6 5", small), around("conv 3 64 3", "3@100x100")],
    silent: [around("conv 6 5 1", small), around("conv 3 3 2"), around("conv 4 6 5", small), around("conv 3 5x5 3")],
  },
  {
    code: "CNN2101",
    about: "a name that nobody uses",
    fires: [
      `block idle { relu }\n${around(head)}`,
      `block b(c, act = relu) { conv c 3 -> relu }\n${around("b 8")}`,
      "model Net(classes = 10) {\n  input 3@8x8\n  flatten -> dense 10\n}",
      around("let width = 16\n  conv 8 3"),
      around("conv 8 3 as a -> relu"),
      around("for i in range(2) { conv 8 3 }"),
      `import { b } from "./b.cnn"\n${around(head)}\n// === b.cnn ===\nblock b { relu }\n`,
    ],
    silent: [
      // A file of blocks only is a library.
      "block idle { relu }\n",
      `block b(c, act = relu) { conv c 3 -> act }\n${around("b 8")}`,
      "model Net(classes = 10) {\n  input 3@8x8\n  flatten -> dense classes\n}",
      around("let width = 16\n  conv width 3"),
      around("conv 8 3 as a -> relu\n  add a"),
      around("for _ in range(2) { conv 8 3 }"),
      "model Net(_reserved = 1) {\n  input 3@8x8\n  flatten -> dense 10\n}",
      `import { b } from "./b.cnn"\n${around("b")}\n// === b.cnn ===\nblock b { relu }\nblock other { relu }\n`,
      // Used where nothing of it is built.
      `block b { conv 8 3 }\n${around("if false { b }\n  conv 8 3")}`,
    ],
  },
  {
    code: "CNN2102",
    about: "an empty file",
    fires: ["", "// only words\n"],
    silent: ["block b { relu }\n"],
  },
  {
    code: "CNN5101",
    about: "freezing that leaves nothing to train",
    fires: [around(`fc: dense 10\n  freeze all`, "12"), around("frozen dense 10", "12"), around("frozen { dense 10 -> relu -> dense 3 }", "12")],
    silent: [around(`a: dense 10 -> relu -> fc: dense 3\n  freeze all except fc`, "12"), around("relu"), around("conv 8 3 -> frozen batchnorm")],
  },
  {
    code: "CNN5102",
    about: "a frozen layer above a trainable one",
    fires: [around("dense 10 -> relu -> frozen dense 3", "12"), around("a: dense 10 -> relu -> fc: dense 3\n  freeze fc", "12")],
    silent: [
      around("frozen dense 10 -> relu -> dense 3", "12"),
      // Statistics are frozen by themselves, for fine-tuning with small batches.
      around("conv 8 3 bias=false -> frozen batchnorm -> flatten -> dense 3"),
      // Two towers: the frozen one reads nothing that trains.
      "model Net {\n  input left 12\n  input right 12\n  left -> dense 4 as a\n  right -> frozen dense 4 as b\n  concat { | a | b } -> dense 2\n}",
      around("conv 8 3 -> frozen relu -> flatten -> dense 3"),
    ],
  },
  {
    code: "CNN4301",
    about: "pixels that a stride drops",
    fires: [around("conv 8 3 stride=2", small), around("maxpool 2", "3@33x33"), around("conv 8 3 stride=2", "3@32"), around("avgpool 3 -> flatten", "3@32x33")],
    silent: [
      around("conv 8 3 stride=2", "3@33x33"),
      around("conv 8 3 stride=2 pad=1", small),
      around("maxpool 2"),
      around("conv 8 3 stride=2 pad=same", small),
      around("maxpool 2 ceil=true", "3@33x33"),
      around("conv 8 1 stride=2", "3@33x33"),
    ],
  },
  {
    code: "CNN4302",
    about: "a receptive field larger than the input",
    fires: [around("conv 8 5 pad=2 -> relu -> conv 8 5 pad=2 -> relu -> conv 8 5 pad=2", "3@8x8")],
    silent: [
      around("conv 8 5 pad=2 -> relu -> conv 8 4 pad=2", "3@8x8"),
      // Layers that see all of the image by what they are.
      around("conv 8 3 pad=1 -> flatten -> dense 10", "3@4x4"),
      around("globalavgpool -> dense 10"),
    ],
  },
  {
    code: "CNN4303",
    about: "a bias before a batch norm",
    fires: [around("conv 8 3 -> batchnorm"), around("flatten -> dense 8 -> batchnorm"), around("depthwise 3 -> batchnorm"), around("conv_transpose 8 3 -> batchnorm")],
    silent: [
      around("conv 8 3 bias=false -> batchnorm"),
      around("conv 8 3 -> relu -> batchnorm"),
      around("conv 8 3 -> layernorm"),
      // Someone else reads the biased sums.
      around("conv 8 3 as a -> batchnorm -> add a"),
      // Stored statistics subtract a mean that the bias does not move.
      around("conv 8 3 -> frozen batchnorm -> flatten -> dense 3"),
    ],
  },
];

for (const { code, about, fires, silent } of rules) {
  test(`${code}: ${about}`, () => {
    for (const text of fires) assert.ok(count(code, text) > 0, `silent on\n${text}`);
    for (const text of silent) {
      assert.is(count(code, text), 0, `fires on\n${text}`);
      assert.equal(check(text).diagnostics.filter(({ severity }) => severity === "error"), [], text);
    }
  });
}

test("CNN2103: cnn-ignore silences one code on one line, and is itself reported where it silences nothing", () => {
  const softmax = `${head} -> softmax`;
  assert.is(codes(around(`${softmax} // cnn-ignore CNN4201`)), "");
  assert.is(codes(around(`// cnn-ignore CNN4201\n  ${softmax}`)), "");
  assert.is(codes(around(`// cnn-ignore CNN4201\n\n  // meant so\n  ${softmax}`)), "");
  assert.is(codes(around(`${softmax} // cnn-ignore CNN4202`)), "CNN4201 CNN2103");
  assert.is(codes(around(`flatten // cnn-ignore CNN4201\n  dense 10 -> softmax`)), "CNN2103 CNN4201");
  assert.is(codes(around(`${head} // cnn-ignore CNN4201`)), "CNN2103");
  // One comment for both warnings of a line; the second line has its own.
  const two = around("conv 8 3 -> relu -> relu -> flatten -> dense 10 -> softmax // cnn-ignore CNN4203 CNN4201");
  assert.is(codes(two), "");
  // Hints are silenced alike, and what is no code is no order.
  assert.equal(check(around("conv 8 3 -> batchnorm -> relu // cnn-ignore CNN4303")).diagnostics, []);
  assert.is(codes(around(`${softmax} // cnn-ignore softmax`)), "CNN4201");
});

test("every warning and hint of the checker is among these rules", () => {
  const tested = new Set([...rules.map(({ code }) => code), "CNN2103"]);
  const warned = [...warnings].filter((code) => !tested.has(code));
  assert.equal(warned, []);
});

/** Weight files and recipes have tests of their own: `test/analyze/load-plan.test.ts`, `test/recipe`. */
const isOfFiles = (code: string): boolean => code === "CNN5005" || code.startsWith("CNN6");
const warnings = diagnosticCodes.filter(({ code, severity }) => severity !== "error" && !isOfFiles(code)).map(({ code }) => code);

const examples = readdirSync("examples").filter((name) => name.endsWith(".cnn"));
const project = memoryProject(Object.fromEntries(examples.map((name) => [name, readFileSync(`examples/${name}`, "utf8")])));
const told = ({ diagnostics }: ReturnType<typeof checkProject>): readonly string[] =>
  diagnostics.filter(({ severity }) => severity !== "info").map(({ code, span, message }) => `${span.file}:${span.start.line} ${code} ${message}`);

test("the examples get no warning", () => {
  for (const name of examples) assert.equal(told(checkProject(project, name)), [], name);
});

for (const name of zooFiles) test(`zoo/${name} gets no warning`, () => assert.equal(told(zooFile(name)), []));

test.run();
