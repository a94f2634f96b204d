/** What only a person at a terminal sees: colours, and lines that are redrawn. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StartEvent, TrainEvent } from "../../packages/runtime/src/index.ts";
import { bytes, duration, grouped } from "../../packages/runtime/src/numbers.ts";
import { createProgress } from "../../packages/runtime/src/cli/output/progress.ts";
import { drawTable, markdownTable } from "../../packages/runtime/src/cli/output/table.ts";
import { createTerminal } from "../../packages/runtime/src/cli/output/terminal.ts";

const test = suite("at a terminal");

const written = (isTTY: boolean, env: Record<string, string> = {}, columns = 120) => {
  const lines: string[] = [];
  return { lines, terminal: createTerminal({ write: (text) => lines.push(text), isTTY, columns }, env) };
};

test("colours are for terminals that want them", () => {
  assert.is(written(true).terminal.paint("red", "x"), "\u001b[31mx\u001b[39m");
  assert.is(written(false).terminal.paint("red", "x"), "x");
  assert.is(written(true, { NO_COLOR: "1" }).terminal.paint("red", "x"), "x");
  assert.is(written(true, { NO_COLOR: "" }).terminal.paint("red", "x"), "\u001b[31mx\u001b[39m");
  assert.is(written(true, { TERM: "dumb" }).terminal.paint("red", "x"), "x");
});

const started: StartEvent = {
  type: "start", run: "runs/Net-1", model: "Net", backend: "wasm", why: "it works", warnings: ["no GPU"], images: 1000, validationImages: 100, stepsPerEpoch: 10, epochs: 2, step: 0,
};
const stepped: TrainEvent = { type: "step", epoch: 1, step: 5, stepInEpoch: 5, loss: 0.25, accuracy: 0.5 };
const ended: TrainEvent = {
  type: "epoch", epoch: 1, step: 10, train: { loss: 0.2, accuracy: 0.75 }, validation: { loss: 0.1, accuracy: 0.8 }, isBest: true, seconds: 2, imagesPerSecond: 500,
};

test("progress at a terminal: a bar that is redrawn, then the epoch's line in its place", () => {
  const { lines, terminal } = written(true, { NO_COLOR: "1" });
  let time = 0;
  const show = createProgress(terminal, undefined, () => time);
  show(started);
  time = 1000;
  show(stepped);
  time = 1050;
  show({ ...stepped, step: 6, stepInEpoch: 6 });
  time = 2000;
  show(ended);
  assert.equal(lines, [
    "Net on 1,000 images, validated on 100, 2 epochs\nbackend wasm: it works\nrun runs/Net-1\n\n",
    "warning: no GPU\n",
    // 5 of 10 steps in a second: 5 × 100 images a second, and 15 steps are left.
    "\r\u001b[Kepoch 1/2 ━━━━━━━━━━━━┈┈┈┈┈┈┈┈┈┈┈┈   50 %  loss 0.2500  accuracy 50.0 %  500 images/s  3.0 s left",
    "\r\u001b[Kepoch 1/2  loss 0.2000  accuracy 75.0 %  validation loss 0.1000  accuracy 80.0 %  best  2.0 s  500 images/s\n",
  ]);
});

test("progress in a narrow terminal never fills a line", () => {
  const { lines, terminal } = written(true, { NO_COLOR: "1" }, 60);
  let time = 0;
  const show = createProgress(terminal, undefined, () => time);
  show(started);
  time = 1000;
  show(stepped);
  assert.ok((lines.at(-1)?.length ?? 0) - "\r\u001b[K".length < 60, lines.at(-1));
});

test("progress into a file: one line an epoch, and a sign of life in long ones", () => {
  const { lines, terminal } = written(false);
  let time = 0;
  const show = createProgress(terminal, undefined, () => time);
  show({ ...started, step: 20, epochs: 3, warnings: [] });
  time = 5000;
  show({ ...stepped, step: 23, epoch: 3 });
  time = 20_000;
  show({ ...stepped, step: 25, epoch: 3 });
  show({ ...ended, epoch: 3 });
  assert.equal(lines.slice(0, 1), ["Net on 1,000 images, validated on 100, 3 epochs, from step 20 of 30\nbackend wasm: it works\nrun runs/Net-1\n\n"]);
  assert.is(lines.length, 3);
  for (const line of lines) assert.not.ok(["\r", "\u001b"].some((sign) => line.includes(sign)));
});

test("images that are gone through before a training have a line until it begins", () => {
  const { lines, terminal } = written(true, { NO_COLOR: "1" });
  let time = 0;
  const show = createProgress(terminal, undefined, () => time);
  show({ type: "reading", images: 32, all: 5000 });
  time = 1000;
  show({ type: "reading", images: 3200, all: 5000 });
  show({ type: "reading", images: 5000, all: 5000 });
  show({ ...started, warnings: [] });
  assert.equal(lines.slice(0, 3), ["\r\u001b[Kreading images  3,200 of 5,000", "\r\u001b[K", "Net on 1,000 images, validated on 100, 2 epochs\nbackend wasm: it works\nrun runs/Net-1\n\n"]);
});

test("nothing is redrawn after an interruption", () => {
  const { lines, terminal } = written(true);
  let time = 0;
  const controller = new AbortController();
  const show = createProgress(terminal, controller.signal, () => time);
  show({ ...started, warnings: [] });
  controller.abort();
  time = 1000;
  show(stepped);
  assert.is(lines.length, 1);
});

test("numbers", () => {
  assert.equal([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
  assert.equal([0, 999, 1000, 9949, 12_345, 4_200_000, 2e9].map(bytes), ["0 B", "999 B", "1.0 kB", "9.9 kB", "12 kB", "4.2 MB", "2.0 GB"]);
  assert.equal([0, 0.44, 9.94, 9.96, 59.4, 61, 3600, 7800].map(duration), ["0.0 s", "0.4 s", "9.9 s", "10 s", "59 s", "1 min 01 s", "1 h 00 min", "2 h 10 min"]);
});

test("tables", () => {
  const columns = [{ title: "layer" }, { title: "weights", align: "right" as const }];
  assert.is(drawTable(columns, [["conv", "156"], ["relu", ""]]), "layer  weights\nconv       156\nrelu");
  assert.is(markdownTable(columns, [["a|b", "1"]]), "| layer | weights |\n| --- | ---: |\n| a\\|b | 1 |");
});

test.run();
