/** Recipes: their form, their defaults, and the contract between data, model and loss. */

import { check, checkRecipe, type DataManifest, knownData, memoryProject, type Project } from "@cnn-lang/shape-checker";
import type { Diagnostic } from "@cnn-lang/parser";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { digits as digitsSet } from "../../packages/runtime/src/data/digits.ts";
import { readRecipe } from "../../packages/shape-checker/src/recipe/read.ts";

const lenet = readFileSync("test/goldens/nets/lenet5.cnn", "utf8");

/** What a reader sees: the code, the text that is underlined, and the message. */
const seen = (project: Project, { code, span, message }: Diagnostic): string => {
  const text = project.read(span.file);
  return `${code} ${span.file} ‹${typeof text === "string" ? text.slice(span.start.offset, span.end.offset) : ""}›: ${message}`;
};

function problems(recipe: unknown, files: Record<string, string> = {}, manifest?: DataManifest): readonly string[] {
  const text = typeof recipe === "string" ? recipe : JSON.stringify(recipe, null, 2);
  const project: Project = { ...memoryProject({ "lenet.cnn": lenet, ...files, "net.train.json": text }), manifest: () => manifest };
  return check(project, "net.train.json").diagnostics.map((diagnostic) => seen(project, diagnostic));
}

/** The recipe's or program's text after the first fix of its only diagnostic. */
function mended(recipe: object, files: Record<string, string> = {}): string {
  const texts: Record<string, string> = { "lenet.cnn": lenet, ...files, "net.train.json": JSON.stringify(recipe, null, 2) };
  const { diagnostics } = check(memoryProject(texts), "net.train.json");
  assert.is(diagnostics.length, 1);
  const edits = diagnostics[0]?.fixes[0]?.edits ?? [];
  let { text, file } = { text: "", file: "" };
  for (const edit of edits.toSorted((a, b) => b.span.start.offset - a.span.start.offset)) {
    file = edit.span.file;
    text = texts[file] ?? "";
    text = text.slice(0, edit.span.start.offset) + edit.text + text.slice(edit.span.end.offset);
    texts[file] = text;
  }
  assert.equal(check(memoryProject(texts), "net.train.json").diagnostics.length, 0, "the fix mends it");
  return text;
}

const digits = { model: "lenet.cnn#LeNet5", data: { format: "digits" } };
const cifar = { format: "cifar10", path: "data/cifar10" };

const form = suite("recipe: form");

form("a recipe needs a model and data; all else has a default", () => {
  assert.equal(problems(digits), []);
  assert.equal(readRecipe("net.train.json", JSON.stringify(digits)).recipe, {
    model: "lenet.cnn#LeNet5",
    arguments: {},
    data: {
      format: "digits", path: null, validation: 0.1, resize: null, channels: null, augment: [], normalize: "auto", unreadable: "fail", limit: null, workers: null,
    },
    loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: null, weight: 1 },
    metrics: ["accuracy"],
    optimizer: { name: "adam", learningRate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0, decayNormsAndBiases: true, groups: [] },
    schedule: { name: "constant" },
    clipGradientNorm: null,
    clipGradientValue: null,
    batch: 64,
    epochs: 10,
    earlyStopping: null,
    seed: 1,
    shuffle: true,
    dropout: true,
    weights: null,
    checkpoint: { everySteps: null },
  });
});

form("a resolved recipe is a recipe, and resolves to itself", () => {
  const twice = (changes: object): void => {
    const { recipe } = readRecipe("a.json", JSON.stringify({ ...digits, ...changes }));
    assert.equal(readRecipe("b.json", JSON.stringify(recipe)).recipe, recipe);
  };
  for (const name of ["adam", "adamw", "sgd", "rmsprop"]) twice({ optimizer: { name, groups: [{ layers: ["fc"] }] } });
  for (const name of ["cross-entropy", "pixel-cross-entropy", "binary-cross-entropy", "mse", "l1", "huber"]) twice({ loss: { age: { name }, gender: { name: "l1" } } });
  twice({ earlyStopping: {}, metrics: ["top-5"] });
});

form("the defaults are those that the schema states", () => {
  const schema = JSON.parse(readFileSync("docs/schemas/recipe.schema.json", "utf8"));
  const { recipe } = readRecipe("a.json", JSON.stringify(digits));
  const stated = (properties: Record<string, { default?: unknown; $ref?: string }>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(properties).flatMap(([key, { default: value, $ref }]) => {
      const meant = value === undefined ? $ref && schema.definitions[$ref.split("/")[2] ?? ""].default : value;
      return meant === undefined ? [] : [[key, meant]];
    }));
  for (const [key, value] of Object.entries(stated(schema.definitions.data.properties))) assert.equal(recipe?.data[key as "limit"], value, key);
  const { checkpoint, optimizer, schedule, loss, ...flat } = stated(schema.properties);
  assert.equal([checkpoint, optimizer, schedule, loss], [{}, { name: "adam" }, { name: "constant" }, { name: "cross-entropy" }]);
  for (const [key, value] of Object.entries(flat)) assert.equal(recipe?.[key as "batch"], value, key);
  for (const option of schema.definitions.optimizer.oneOf) {
    const name = option.properties.name.const;
    const resolved = readRecipe("a.json", JSON.stringify({ ...digits, optimizer: { name } })).recipe?.optimizer;
    assert.equal(resolved, { name, ...stated(option.properties) }, name);
  }
  for (const option of schema.definitions.loss.oneOf) {
    const name = option.properties.name.const;
    assert.equal(readRecipe("a.json", JSON.stringify({ ...digits, loss: { name } })).recipe?.loss, { name, ...stated(option.properties) }, name);
  }
  assert.equal(readRecipe("a.json", JSON.stringify({ ...digits, earlyStopping: {} })).recipe?.earlyStopping, stated(schema.properties.earlyStopping.properties));
  const groups = [{ layers: ["fc"] }];
  assert.equal(readRecipe("a.json", JSON.stringify({ ...digits, optimizer: { name: "sgd", groups } })).recipe?.optimizer.groups, [{ layers: ["fc"], ...stated(schema.definitions.groups.items.properties) }]);
  const required: Record<string, unknown> = { every: 2, at: [1], epochs: 2, warmup: 1, from: 0.5, lowest: 0.001 };
  for (const option of schema.definitions.schedule.oneOf) {
    const name = option.properties.name.const;
    const given = Object.fromEntries((option.required ?? []).map((key: string) => [key, required[key]]));
    const resolved = readRecipe("a.json", JSON.stringify({ ...digits, schedule: { name, ...given } })).recipe?.schedule;
    assert.equal(resolved, { name, ...stated(option.properties), ...given }, name);
  }
});

form("all mistakes are found at once, each at its place", () => {
  const recipe = `{
  "model": "lenet.cnn",
  "data": { "format": "mnst", "path": 3, "validation": 2 },
  "epoch": 5,
  "batch": 0,
  "optimizer": { "name": "sgd", "lr": 0.1 }
}`;
  assert.equal(problems(recipe), [
    'CNN6003 net.train.json ‹"epoch"›: a recipe has no key "epoch"; did you mean epochs?',
    'CNN6008 net.train.json ‹"mnst"›: data.format is one of digits, mnist, idx, cifar10, cifar100, folder, masks, table, but this is "mnst"; did you mean mnist?',
    "CNN6006 net.train.json ‹3›: data.path must be a text or null, but this is 3",
    "CNN6007 net.train.json ‹2›: data.validation must be less than 1, but this is 2",
    'CNN6003 net.train.json ‹"lr"›: optimizer has no key "lr"; did you mean learningRate?',
    "CNN6007 net.train.json ‹0›: batch must be 1 or more, but this is 0",
  ]);
});

form("what is missing is said where it belongs", () => {
  assert.equal(problems({ model: "lenet.cnn", data: { format: "cifar10", normalize: { mean: [0.5] }, augment: [{ blur: 10 }, { crop: [28] }] }, loss: {} }), [
    'CNN6004 net.train.json ‹"data"›: data needs "path"',
    'CNN6008 net.train.json ‹{\n        "blur": 10\n      }›: data.augment[0] is one of flip, crop, centerCrop, rotate, jitter, erase, but this is blur',
    "CNN6006 net.train.json ‹[\n          28\n        ]›: data.augment[1].crop must be a list of 2, but this is [28]",
    'CNN6004 net.train.json ‹"normalize"›: data.normalize needs "std"',
    'CNN6004 net.train.json ‹{}›: loss needs "name"',
  ]);
});

form("text that is not JSON", () => {
  assert.equal(problems('{ "model": "lenet.cnn", }'), [
    'CNN6002 net.train.json ‹}›: this is not JSON: a key in double quotes is expected here (JSON has no comma before a closing "}")',
  ]);
  assert.equal(problems("// how to train\n{}"), ["CNN6002 net.train.json ‹// how to train›: this is not JSON: JSON has no comments"]);
  assert.equal(problems(""), ["CNN6002 net.train.json ‹›: this is not JSON: the file is empty"]);
  assert.equal(problems('{ "model": "lenet.cnn", "data": { "format": "digits" }, "seed": 1, "seed": 2 }'), [
    'CNN6005 net.train.json ‹"seed"›: "seed" stands twice here; only the last would count',
  ]);
});

form("nesterov without momentum", () => {
  assert.match(mended({ ...digits, optimizer: { name: "sgd", nesterov: true } }), '"momentum": 0.9');
});

form.run();

const model = suite("recipe: model");

model("the file, the name and the arguments must exist", () => {
  assert.equal(problems({ ...digits, model: "lenett.cnn" }), [
    'CNN6009 net.train.json ‹"lenett.cnn"›: the model lenett.cnn cannot be read: there is no such file',
  ]);
  assert.match(mended({ ...digits, model: "lenet.cnn#LeNet" }), "lenet.cnn#LeNet5");
  assert.equal(problems({ ...digits, arguments: { klasses: 10 } }), [
    'CNN6012 net.train.json ‹"klasses"›: LeNet5 has no parameter called klasses; did you mean classes?',
  ]);
  assert.equal(problems({ ...digits, model: "two.cnn" }, { "two.cnn": `${lenet}\nmodel Other = LeNet5` }), [
    'CNN6010 net.train.json ‹"two.cnn"›: two.cnn holds 2 models (LeNet5, Other); the recipe must say which',
  ]);
});

model("an argument of the wrong kind is reported in the recipe", () => {
  const [problem = "", ...more] = problems({ ...digits, arguments: { classes: 10.5 } });
  assert.match(problem, /^CNN3006 lenet.cnn/);
  assert.equal(more, []);
  const [unknown = ""] = problems({ ...digits, arguments: { classes: "10 +" } });
  assert.match(unknown, /^CNN3005 net.train.json/);
});

model("mistakes of the .cnn file come along", () => {
  const [problem = ""] = problems({ ...digits, model: "bad.cnn" }, { "bad.cnn": "model M {\n  input 1@28x28\n  conv 6 50\n}\n" });
  assert.match(problem, /^CNN4001 bad.cnn/);
});

model.run();

const contract = suite("recipe: contract");

contract("the data's channels and size are the input's", () => {
  const recipe = { ...digits, data: cifar };
  assert.equal(problems(recipe), ["CNN6101 lenet.cnn ‹input 1@28x28›: the model takes 1@28x28, but the data is 3@32x32"]);
  const small = { "net.cnn": "model Net {\n  input 1@32x32\n  flatten -> dense 10\n}\n" };
  assert.match(mended({ ...digits, model: "net.cnn" }, small), "input 1@28x28");
});

contract("a crop makes the size, and is blamed for it", () => {
  const small = { "net.cnn": "model Net {\n  input 1@32x32\n  flatten -> dense 10\n}\n" };
  const crop = (size: number[], padding = 0) => ({ model: "net.cnn", data: { format: "digits", augment: [{ crop: size, padding }] } });
  assert.equal(problems(crop([32, 32], 2), small), []);
  assert.equal(problems(crop([30, 30], 2), small), [
    "CNN6101 net.train.json ‹[\n          30,\n          30\n        ]›: the model takes 1@32x32, but the data is 1@28x28 and becomes 1@30x30",
  ]);
  assert.equal(problems(crop([32, 32], 1), small), [
    "CNN6108 net.train.json ‹[\n          32,\n          32\n        ]›: a piece of 32x32 cannot be cut out of 28x28 padded to 30x30",
  ]);
});

contract("an input in another order is named as such", () => {
  const net = (input: string) => ({ "net.cnn": `model Net {\n  input ${input}\n  flatten -> dense 10\n}\n` });
  const recipe = { model: "net.cnn", data: cifar };
  assert.equal(problems(recipe, net("32@32x3")), ["CNN6102 net.cnn ‹input 32@32x3›: the input 32@32x3 is written channels last, but the data is 3@32x32"]);
  assert.equal(problems(recipe, net("128@3x32x32")), ["CNN6102 net.cnn ‹input 128@3x32x32›: the input 128@3x32x32 is written batch first, but the data is 3@32x32"]);
  assert.match(mended(recipe, net("32@32x3")), "input 3@32x32");
});

contract("as many class scores as classes", () => {
  const recipe = { ...digits, arguments: { classes: 12 } };
  assert.equal(problems(recipe), ["CNN6103 net.train.json ‹12›: the output of LeNet5 has 12 class scores, but the data has 10 classes"]);
  assert.match(mended(recipe), '"classes": 10');

  const net = { "net.cnn": "model Net {\n  input 3@32x32\n  flatten -> dense 10\n}\n" };
  assert.equal(problems({ model: "net.cnn", data: { ...cifar, format: "cifar100" } }, net), [
    "CNN6103 net.cnn ‹dense 10›: the output of Net has 10 class scores, but the data has 100 classes",
  ]);
});

contract("no softmax before cross-entropy", () => {
  const recipe = { model: "net.cnn", data: { format: "digits" } };
  const net = (end: string) => ({ "net.cnn": `model Net {\n  input 1@28x28\n  flatten\n  ${end}\n}\n` });
  assert.equal(problems(recipe, net("dense 10 -> softmax")), [
    "CNN6104 net.cnn ‹softmax›: cross-entropy takes the softmax itself and needs plain scores (logits), but this softmax comes before it",
  ]);
  assert.is(mended(recipe, net("dense 10 -> softmax")), net("dense 10")["net.cnn"]);
  assert.is(mended(recipe, net("dense 10\n  sigmoid")), net("dense 10")["net.cnn"]);
});

contract("a vector of two scores or more", () => {
  const net = (end: string) => ({ "net.cnn": `model Net {\n  input 1@28x28\n  ${end}\n}\n` });
  const recipe = { model: "net.cnn", data: { format: "digits" } };
  assert.equal(problems(recipe, net("conv 10 3")), [
    "CNN6105 net.cnn ‹conv 10 3›: the output of Net is 10@26x26, but cross-entropy needs a vector with one score a class",
  ]);
  assert.equal(problems(recipe, net("flatten -> dense 1")), [
    "CNN6106 net.cnn ‹dense 1›: the output of Net has one score, but cross-entropy compares the scores of two classes or more",
  ]);
});

contract("one mean and one std a channel", () => {
  const normalize = { mean: [0.5], std: [0.5, 0.5, 0.5] };
  const net = { "net.cnn": "model Net {\n  input 3@32x32\n  flatten -> dense 10\n}\n" };
  assert.equal(problems({ model: "net.cnn", data: { ...cifar, normalize } }, net), [
    "CNN6107 net.train.json ‹[\n        0.5\n      ]›: mean has 1 number, but the images have 3 channels",
  ]);
});

contract("a loss for each output", () => {
  const net = {
    "net.cnn": "model Net {\n  input 1@28x28\n  flatten as x\n  dense 10\n  output main\n  x -> dense 10\n  output side\n}\n",
  };
  const loss = { name: "cross-entropy" };
  const recipe = { model: "net.cnn", data: { format: "digits" } };
  assert.equal(problems({ ...recipe, loss: { main: loss, side: loss } }, net), []);
  assert.equal(problems({ ...recipe, loss }, net), [
    'CNN6110 net.train.json ‹"loss"›: the model has the outputs main, side; the recipe gives no loss for main, side',
  ]);
  assert.equal(problems({ ...recipe, loss: { main: loss, sid: loss } }, net), [
    'CNN6111 net.train.json ‹"sid"›: the model has no output called sid; did you mean side?',
  ]);
});

contract("the data's own headers count, and what the recipe expects of them", () => {
  const manifest: DataManifest = { version: 1, format: "idx", shape: "1@32x32", classes: 5, labels: [], train: 100, test: 0 };
  const data = { format: "idx", path: "letters", validation: "test", expects: { shape: "1@28x28", classes: 5 } };
  assert.equal(problems({ ...digits, arguments: { classes: 5 }, data }, {}, manifest), [
    'CNN6113 net.train.json ‹"1@28x28"›: the recipe expects shape 1@28x28, but the data has 1@32x32',
    "CNN6101 lenet.cnn ‹input 1@28x28›: the model takes 1@28x28, but the data is 1@32x32",
    'CNN6112 net.train.json ‹"test"›: validation is "test", but letters has no test images',
  ]);
  assert.equal(problems({ ...digits, arguments: { classes: 5 }, data: { ...data, validation: 0.1 } }), []);
  assert.equal(problems({ ...digits, data: { format: "idx", path: "letters" } }), [
    'CNN6201 net.train.json ‹"letters"›: there is no data in letters, so input size and classes are not checked',
  ]);
});

contract("data of another format", () => {
  const manifest: DataManifest = { version: 1, format: "idx", shape: "1@28x28", classes: 10, labels: [], train: 100, test: 0 };
  const recipe = (format: string) => ({ ...digits, data: { format, path: "data" } });
  assert.equal(problems(recipe("mnist"), {}, manifest), []);
  assert.equal(problems(recipe("cifar10"), {}, manifest), [
    'CNN6114 net.train.json ‹"cifar10"›: the recipe calls data cifar10, but its files are idx',
  ]);
});

contract("damaged data is reported where the recipe names it", () => {
  const problem = { code: "CNN7005", severity: "error", message: "train-images is cut off" } as const;
  const text = JSON.stringify({ ...digits, data: { format: "idx", path: "letters" } });
  const project: Project = { ...memoryProject({ "lenet.cnn": lenet, "a.json": text }), manifest: () => ({ problem }) };
  const { diagnostics } = checkRecipe(project, "a.json", check);
  assert.equal(diagnostics.map((diagnostic) => seen(project, diagnostic)), ['CNN7005 a.json ‹"letters"›: train-images is cut off']);
});

contract("what digits holds is known without asking", () => {
  const { train, test } = digitsSet().manifest;
  const known = knownData.digits;
  assert.equal(known === "in its files" ? undefined : [known.train, known.test], [train, test]);
});

contract.run();
