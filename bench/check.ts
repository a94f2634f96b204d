/**
 * How fast the compiler's core is: a check in process, its growth with the program, a keystroke in an editor, and the command
 * as a process.
 *
 *     npm run build && node --import tsx bench/check.ts
 *
 * The first column is a ratio, which one machine can compare with another: against the bar, against the cost of a layer in a
 * program a tenth as large, or against a Node process that does nothing.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check, createLanguageService, memoryProject, summarize } from "@cnn-lang/shape-checker";

/** Times in milliseconds, the fastest first. */
interface Measured {
  readonly what: string;
  readonly ratio: string;
  readonly times: readonly number[];
}

const zoo = (name: string): string => readFileSync(new URL(`../examples/zoo/${name}.cnn`, import.meta.url), "utf8");
const command = fileURLToPath(new URL("../packages/runtime/bin/cnn.cjs", import.meta.url));
const example = fileURLToPath(new URL("../examples/lenet.cnn", import.meta.url));

const sorted = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b);
const quantile = (times: readonly number[], share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
const times = (ratio: number): string => `${ratio.toFixed(2)} x`;

/** Milliseconds of each run of `work`, after some that warm it up. */
function measure(runs: number, work: (run: number) => void): readonly number[] {
  for (let run = 0; run < Math.min(runs, 40); run++) work(-1 - run);
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    work(run);
    found.push(performance.now() - start);
  }
  return sorted(found);
}

/** Each run checks a text of its own, from its characters on: nothing is kept from the one before. */
const checks = (text: string, runs: number, model?: string): readonly number[] =>
  measure(runs, (run) => {
    const { diagnostics } = check(memoryProject({ "model.cnn": `${text}// ${run}\n` }), "model.cnn", model === undefined ? {} : { model });
    const error = diagnostics.find(({ severity }) => severity === "error");
    if (error) throw new Error(error.message);
  });

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

function growth(): readonly Measured[] {
  return Object.entries(growing).flatMap(([what, program]) => {
    let before = 0;
    return [100, 1000, 10_000].map((layers) => {
      const found = checks(program(layers), Math.max(7, 20_000 / layers / 2));
      // The fastest tenth: a busy machine only adds.
      const each = quantile(found, 0.1) / layers;
      const ratio = before === 0 ? "" : times(each / before);
      before = each;
      return { what: `${layers.toLocaleString("en")} layers, ${what}`, ratio, times: found };
    });
  });
}

/** A digit is typed into a file of a thousand lines; an editor asks for its diagnostics. */
function keystrokes(): Measured {
  const lines = inModel(many(997, (i) => (i % 2 === 0 ? "  conv 16 3 pad=1 -> batchnorm\n" : "  relu\n"))).split("\n");
  const files: Record<string, string> = { "model.cnn": lines.join("\n") };
  const project = { ...memoryProject({}), read: (path: string) => files[path] ?? { reason: "missing" as const } };
  const service = createLanguageService(project);
  const found = measure(200, (run) => {
    const at = 3 + 2 * ((run + 1000) % 490);
    files["model.cnn"] = lines.map((line, i) => (i === at - 1 ? line.replace("16", `1${run % 10 === 0 ? 6 : Math.abs(run % 10)}`) : line)).join("\n");
    service.diagnostics("model.cnn");
  });
  return { what: "keystroke in 1,000 lines to diagnostics: p95 against 20 ms", ratio: times(quantile(found, 0.95) / 20), times: found };
}

/** Whole processes, in turn, so that a busy moment meets both. */
function processes(runs: number): readonly Measured[] {
  const run = (...args: string[]): number => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
    if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
    return performance.now() - start;
  };
  run(command, "check", example);
  const pairs = Array.from({ length: runs }, () => [run("-e", "0"), run(command, "check", example)] as const);
  const [empty, checked] = [sorted(pairs.map(([idle]) => idle)), sorted(pairs.map(([, own]) => own))];
  return [
    { what: "node -e 0", ratio: times(1), times: empty },
    { what: "cnn check lenet.cnn as a process", ratio: times(quantile(checked, 0.5) / quantile(empty, 0.5)), times: checked },
  ];
}

export function benchCheck(): readonly Measured[] {
  const resnet = checks(zoo("resnet"), 300, "ResNet152");
  const [large] = check(memoryProject({ "model.cnn": zoo("efficientnet") }), "model.cnn", { model: "EfficientNetB7" }).models;
  const summaries = measure(20, () => large && summarize(large));
  return [
    { what: "check of ResNet-152, warm: median against 5 ms", ratio: times(quantile(resnet, 0.5) / 5), times: resnet },
    { what: "summary of EfficientNet-B7 with its legal input sizes: against its check", ratio: times(quantile(summaries, 0.5) / quantile(checks(zoo("efficientnet"), 20, "EfficientNetB7"), 0.5)), times: summaries },
    keystrokes(),
    ...processes(25),
    ...growth(),
  ];
}

/** A line of the table: ratio, median, then the fastest and the slowest tenth. */
const row = ({ what, ratio, times: all }: Measured): string =>
  [ratio.padStart(8), ...[0.5, 0.1, 0.9].map((share) => quantile(all, share).toFixed(2).padStart(9)), `  ${what}`].join("");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${"ratio".padStart(8)}${"median ms".padStart(9)}${"10 %".padStart(9)}${"90 %".padStart(9)}`);
  for (const measured of benchCheck()) console.log(row(measured));
}
