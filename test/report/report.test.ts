/** The report of a training: what stands in it, that it shows text and never runs it, and that a training ends well without it. */

import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "@cnn-lang/shape-checker";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, inspect, train, type Evaluation, type WrittenRecipe } from "../../packages/runtime/src/index.ts";
import { disk } from "../../packages/runtime/src/run/files.ts";
import { curvesOf, timesOf } from "../../packages/runtime/src/report/curves.ts";
import { html, page } from "../../packages/runtime/src/report/html.ts";
import { collectMistakes } from "../../packages/runtime/src/report/mistakes.ts";
import { renderReport } from "../../packages/runtime/src/report/report.ts";
import { classFigures } from "../../packages/runtime/src/train/metrics.ts";
import { withChromium } from "../helpers/browser.ts";
import { hostileNames, hostileProgram, renamed } from "../helpers/hostile.ts";
import { lookAt } from "../helpers/look.ts";
import { startBackend } from "../helpers/backends.ts";

const folder = mkdtempSync(join(tmpdir(), "cnn-report-"));
writeFileSync(join(folder, "package.json"), "{}");
writeFileSync(join(folder, "net.cnn"), "model Net(classes = 10) {\n  input 1@28x28\n  conv 4 5 stride=2 -> relu\n  flatten -> dense classes\n}\n");
const recipe: WrittenRecipe = { model: join(folder, "net.cnn"), data: { format: "digits", limit: 400, validation: 0.25 }, batch: 50, epochs: 3, seed: 2 };

const test = suite("reports");

const run = join(folder, "run");
let text = "";
test.before(async () => {
  const { status, diagnostics } = await train(recipe, { out: run, backend: "wasm" });
  assert.equal([status, diagnostics], ["finished", []]);
  text = readFileSync(join(run, "report.html"), "utf8");
});

test("a training leaves one page with all of it, which asks for nothing else", () => {
  for (const title of ["Curves", "Classes", "Confusions", "Surest mistakes", "Model", "Recipe"]) assert.match(text, `<h2>${title}</h2>`);
  assert.match(text, "Measured on 100 validation images.");
  assert.match(text, "3 of 3");
  assert.match(text, /default-src &#39;none&#39;; img-src data:/);
  // The addresses that stand in it are namespaces.
  assert.not.match(text, /(?:src|href)="(?!data:)/);
  assert.not.match(text, /@import|url\(/);
});

test("the curves are those of metrics.jsonl", () => {
  const lines = readFileSync(join(run, "metrics.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const losses = (split: string) => lines.filter((line) => line.split === split).map(({ loss }) => loss);
  const [loss, accuracy, rate] = curvesOf(run);
  assert.equal(loss, { name: "loss", epochs: [1, 2, 3], series: [{ name: "training", values: losses("train") }, { name: "validation", values: losses("validation") }] });
  assert.equal([accuracy?.name, rate?.name, rate?.series], ["accuracy", "learning rate", [{ name: "learning rate", values: [0.001, 0.001, 0.001] }]]);
  const block = /<script type="application\/json" id="curves">(.*)<\/script>/.exec(text)?.[1] ?? "";
  assert.equal(JSON.parse(block), curvesOf(run));
});

test("what is no line of metrics is passed over", () => {
  const torn = mkdtempSync(join(tmpdir(), "cnn-torn-"));
  writeFileSync(join(torn, "metrics.jsonl"), '{"epoch":1,"split":"train","loss":2,"learningRate":0.1}\nnull\n[]\n{"epoch":"x"}\n{"epoch":2,"split":"train","loss":null,"learningRate":0.1}\n{"epoch":3,"spl');
  assert.equal(curvesOf(torn), [{ name: "loss", epochs: [1, 2], series: [{ name: "training", values: [2, null] }] }, { name: "learning rate", epochs: [1, 2], series: [{ name: "learning rate", values: [0.1, 0.1] }] }]);
  assert.equal([timesOf(torn), curvesOf(join(torn, "none"))], [undefined, []]);
});

test("eval --report measures all test images", async () => {
  const own = await evaluate(run, { backend: "wasm", report: true });
  assert.is(own.status, "ok");
  const after = readFileSync(join(run, "report.html"), "utf8");
  assert.match(after, "Measured on 2,000 test images.");
  assert.is([...after.matchAll(/<figure><img alt="image \d+: is \d, seen as \d"/g)].length, 24);
});

test("the surest mistakes come first, with the place of their image", async () => {
  await startBackend("cpu");
  const collector = collectMistakes({ output: "output", loss: { name: "cross-entropy", weight: 1, labelSmoothing: 0, classWeights: null }, task: "classes", width: 3, metrics: [] }, 2);
  for (const [scores, labels] of [[[[0, 0, 0.1], [9, 0, 0]], [0, 0]], [[[0, 5, 0], [3, 0, 0]], [2, 1]]] as const) {
    const probabilities = collector?.of(new Map([["output", tf.tensor2d(scores.map((row) => [...row]))]]));
    collector?.add((await probabilities?.data()) ?? [], { size: 2, shape: [2, 1, 1, 1], images: new Float32Array(2), labels: Int32Array.from(labels) });
  }
  const sure = (score: number): number => Math.exp(score) / (Math.exp(score) + 2);
  const [first, second, third] = collector?.mistakes() ?? [];
  assert.equal([first?.place, first?.is, first?.seen, second?.place, second?.is, second?.seen, third], [2, 2, 1, 3, 1, 0, undefined]);
  for (const [mistake, score] of [[first, 5], [second, 3]] as const) assert.ok(Math.abs((mistake?.confidence ?? 0) - sure(score)) < 1e-6, "float32 probabilities");
  await startBackend("wasm");
});

test("a report that cannot be written is a warning, and the training has ended well", async () => {
  const full = { ...disk, write: (path: string, bytes: Uint8Array) => (path.endsWith(".report.html.new") ? fail() : disk.write(path, bytes)) };
  const fail = (): never => {
    throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  };
  const out = join(folder, "full");
  const { status, diagnostics } = await train({ ...recipe, epochs: 1 }, { out, backend: "wasm", disk: full });
  assert.is(status, "finished");
  assert.equal(diagnostics.map(({ code, severity, message }) => `${severity} ${code} ${message.replaceAll(folder, "")}`), ["warning CNN8015 /full/report.html is not written: /full/report.html cannot be written: the disk is full"]);
});

test("a training that is interrupted has a report, too", async () => {
  const controller = new AbortController();
  const out = join(folder, "stopped");
  const { status } = await train(recipe, { out, backend: "wasm", signal: controller.signal, onEvent: ({ type }) => type === "epoch" && controller.abort() });
  assert.is(status, "interrupted");
  assert.match(readFileSync(join(out, "report.html"), "utf8"), "1 of 3");
});

const attack = "globalThis.attacked = 1";
const names = [...hostileNames(attack), `</script><img src=x onerror="${attack}">`, `"><svg onload=${attack}>`, `--><style>*{display:none}</style>`, `</style><script>${attack}</script>`];

/** A report in which everything that has a name is called so. */
function hostileReport(name: string): string {
  const model: Model = renamed(hostileProgram(), name);
  const confusion = [[3, 1], [0, 4]];
  const classes = classFigures(confusion).map((figures) => ({ label: name, ...figures }));
  const evaluation: Evaluation = { split: "test", samples: 8, loss: 0.5, accuracy: 0.875, labels: [name, name], confusion, classes, checkpoint: name };
  const mistakes = [{ place: 0, is: 0, seen: 1, confidence: 0.9, name, image: { height: 2, width: 2, channels: 1, data: Uint8Array.of(0, 80, 160, 255) } }];
  const resolved = JSON.parse(readFileSync(join(run, "recipe.json"), "utf8"));
  return renderReport({ run: name, model, recipe: { ...resolved, model: name, arguments: { [name]: name } }, evaluation, of: 8, mistakes }, { curves: [{ name, epochs: [1, 2], series: [{ name, values: [1, 2] }] }], times: undefined, picture: `<svg xmlns="http://www.w3.org/2000/svg"><script>${attack}</script></svg>` });
}

test("no name becomes a tag, an attribute or a script", () => {
  const plain = hostileReport("name");
  const tags = (page: string): readonly string[] => [...page.replace(/<script>[^]*?<\/script>|<style>[^]*?<\/style>/g, "").matchAll(/<\/?[a-z][^>]*>/gi)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
  for (const name of names) assert.equal(tags(hostileReport(name)), tags(plain), name);
});

test("html escapes what it is given", () => {
  assert.is(html`<a title="${`"'<&>`}">${[1, html`<b>`, undefined, "\u0000\ud800é"]}</a>`.text, '<a title="&quot;&#39;&lt;&amp;&gt;">1<b>\ufffd\ufffdé</a>');
  assert.match(page({ title: "</title>", style: "", body: html``, scripts: [] }), "<title>&lt;/title&gt;</title>");
});

const inBrowser = withChromium(test);

inBrowser("in a browser: no error, nothing wider than the screen, and no name that runs, on phones and desks, in light and dark", async () => {
  const inspected = await inspect(run, undefined, { backend: "wasm" });
  assert.is(inspected.status, "ok", JSON.stringify(inspected.diagnostics));
  const pages = {
    report: readFileSync(join(run, "report.html"), "utf8"),
    inspection: readFileSync(join(run, "inspect/index.html"), "utf8"),
    hostile: hostileReport(names.join(" ")),
    long: hostileReport("x".repeat(300)),
  };
  for (const [name, content] of Object.entries(pages)) {
    for (const seen of await lookAt(content)) {
      assert.equal(seen.errors, [], `${name} at ${seen.width}`);
      assert.is(seen.scrollWidth, seen.width, `${name} is wider than ${seen.width}`);
      assert.equal([seen.attacked, seen.withoutAlt, seen.faint], [false, 0, []], name);
      assert.is(seen.charts, name === "report" ? 3 : name === "inspection" ? 0 : 1, name);
    }
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
