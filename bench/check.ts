/**
 * How fast the compiler's core is: a check in process, its growth with the program, a keystroke in an editor, and the command
 * as a process.
 *
 *     npm run build && node --import tsx bench/check.ts
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check, createLanguageService, memoryProject, summarize } from "@cnn-lang/shape-checker";
import { median, quantile, type Row, spreadOf, tell } from "./row.ts";

const zoo = (name: string): string => readFileSync(new URL(`../examples/zoo/${name}.cnn`, import.meta.url), "utf8");
const command = fileURLToPath(new URL("../packages/runtime/bin/cnn.cjs", import.meta.url));
const example = fileURLToPath(new URL("../examples/lenet.cnn", import.meta.url));

const sorted = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b);

/** Milliseconds, from any moment on. */
type Clock = () => number;

const wallTime: Clock = () => performance.now();

/** Of all threads of this process, those that collect garbage too; what other processes do does not count. */
const processorTime: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds of each run of `work`, after some that warm it up. */
function measure(runs: number, work: (run: number) => void, now = wallTime): readonly number[] {
  for (let run = 0; run < Math.min(runs, 40); run++) work(-1 - run);
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = now();
    work(run);
    found.push(now() - start);
  }
  return sorted(found);
}

/** Each run checks a text of its own, from its characters on: nothing is kept from the one before. */
const checks = (text: string, runs: number, model?: string, now?: Clock): readonly number[] =>
  measure(
    runs,
    (run) => {
      const { diagnostics } = check(memoryProject({ "model.cnn": `${text}// ${run}\n` }), "model.cnn", model === undefined ? {} : { model });
      const error = diagnostics.find(({ severity }) => severity === "error");
      if (error) throw new Error(error.message);
    },
    now,
  );

const inModel = (lines: string, before = ""): string => `${before}model Net {\n  input 3@32x32\n${lines}}\n`;
const many = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join("");

/** Programs of so many layers, in the shapes that programs have. */
const growing: Readonly<Record<string, (layers: number) => string>> = {
  "one line repeated": (layers) => inModel(`  repeat ${layers / 2} { conv 16 3 pad=1 -> relu }\n`),
  "a line for two layers": (layers) => inModel(many(layers / 2, () => "  conv 16 3 pad=1 -> relu\n")),
  "uses of a block": (layers) => inModel(many(layers / 2, () => "  unit 16\n"), "block unit(c) {\n  conv c 3 pad=1\n  relu\n}\n"),
  "a block for each use": (layers) => inModel(many(layers / 2, (i) => `  unit${i}\n`), many(layers / 2, (i) => `block unit${i} { conv 16 3 pad=1 -> relu }\n`)),
  "skip connections": (layers) => inModel(`  conv 16 3\n${many(Math.floor(layers / 3), () => "  skip { conv 16 3 pad=1 -> relu }\n")}`),
  "joins as in DenseNet": (layers) => inModel(many(Math.floor(layers / 3), () => "  concat { | identity | conv 4 1 }\n")),
  "many small models": (layers) => many(layers / 10, (i) => `model Net${i} {\n  input 3@32x32\n  repeat 4 { conv 8 3 -> relu }\n  conv 1 1\n}\n`),
  "labels and names": (layers) => inModel(many(layers / 2, (i) => `  layer${i}: conv 4 1 as at${i}\n  relu\n`)),
  "comments": (layers) => inModel(many(layers, (i) => `  gelu // line ${i}\n`)),
};

/** What a layer costs among ten thousand, beside what it costs among a thousand. */
function growth(): readonly Row[] {
  return Object.entries(growing).map(([what, program]) => {
    // A long check is interrupted more often than a short one, and garbage comes at its own times: the processor's time, averaged over as many layers.
    const [few = NaN, lots = NaN] = [1000, 10_000].map((layers) => {
      const times = checks(program(layers), 100_000 / layers, undefined, processorTime);
      return (1000 * times.reduce((sum, time) => sum + time, 0)) / times.length / layers;
    });
    return { what: `check, a layer of 10,000, processor time: ${what}`, peer: "a layer of 1,000", unit: "µs", ours: lots, theirs: few, judged: "ratio" };
  });
}

/** A digit is typed into a file of a thousand lines; an editor asks for its diagnostics. */
function keystrokes(): Row {
  const lines = inModel(many(997, (i) => (i % 2 === 0 ? "  conv 16 3 pad=1 -> batchnorm\n" : "  relu\n"))).split("\n");
  const files: Record<string, string> = { "model.cnn": lines.join("\n") };
  const project = { ...memoryProject({}), read: (path: string) => files[path] ?? { reason: "missing" as const } };
  const service = createLanguageService(project);
  const found = measure(200, (run) => {
    const at = 3 + 2 * ((run + 1000) % 490);
    files["model.cnn"] = lines.map((line, i) => (i === at - 1 ? line.replace("16", `1${run % 10 === 0 ? 6 : Math.abs(run % 10)}`) : line)).join("\n");
    service.diagnostics("model.cnn");
  });
  return { what: "keystroke in 1,000 lines to diagnostics, in process, p95", peer: "", unit: "ms", ours: quantile(found, 0.95), spread: spreadOf(found), judged: "ours", bar: 20, moonshot: 5 };
}

/** Whole processes, in turn, so that a busy moment meets both. */
function processes(runs: number): Row {
  const run = (...args: string[]): number => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
    if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
    return performance.now() - start;
  };
  run(command, "check", example);
  const pairs = Array.from({ length: runs }, () => [run("-e", "0"), run(command, "check", example)] as const);
  const shares = pairs.map(([idle, own]) => own / idle);
  return { what: "cnn check lenet.cnn as a process, in times of node -e 0", peer: "node -e 0", unit: "x", ours: median(shares), spread: spreadOf(shares), judged: "ours", bar: 2.5, moonshot: 1.3 };
}

function checkRows(): readonly Row[] {
  const resnet = checks(zoo("resnet"), 300, "ResNet152");
  const [large] = check(memoryProject({ "model.cnn": zoo("efficientnet") }), "model.cnn", { model: "EfficientNetB7" }).models;
  const summaries = measure(20, () => large && summarize(large));
  return [
    { what: "check of ResNet-152, warm", peer: "", unit: "ms", ours: median(resnet), spread: spreadOf(resnet), judged: "ours", bar: 5, moonshot: 1 },
    { what: "summary of EfficientNet-B7 with its legal input sizes", peer: "its check", unit: "ms", ours: median(summaries), theirs: median(checks(zoo("efficientnet"), 20, "EfficientNetB7")), spread: spreadOf(summaries), judged: "ratio" },
    processes(25),
    keystrokes(),
    ...growth(),
  ];
}

tell(checkRows());
