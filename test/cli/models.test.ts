/** `cnn summary`, `graph` and `diff`: a model for people to look at. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith, start } from "../helpers/cli.ts";
import { documentOf } from "../helpers/schema.ts";

const test = suite("looking at models");

const net = "model Net(width = 4) {\n  input 3@8x8\n  frozen conv width 3x3 bias=false\n  batchnorm -> relu -> flatten\n  dense 10\n}\n";
const folder = folderWith({ "net.cnn": net, "wide.cnn": net.replace("width = 4", "width = 6").replace("relu", "tanh") });

test("summary: layers with shapes and costs, then the totals", () => {
  // 4·3·3·3 = 108 weights at 6 × 6 places; 2·4 of the batch norm; 144·10 + 10 of the dense layer.
  const { stdout, stderr, code } = cnn("summary net.cnn", folder);
  assert.equal(stdout.split("\n").slice(0, 8), [
    "Net(width = 4): 3@8x8 → 10",
    "",
    "layer        operator       output  parameters  multiply-adds  sees",
    "conv_1       conv (frozen)  4@6x6          108          3,888   3x3",
    "batchnorm_1  batchnorm      4@6x6            8                  3x3",
    "relu_1       relu           4@6x6                               3x3",
    "flatten_1    flatten        144                                 3x3",
    "dense_1      dense          10           1,450          1,440   3x3",
  ]);
  assert.match(stdout, /\nparameters +1,566: 1,458 trainable, 108 frozen\n/);
  assert.match(stdout, /\nrunning statistics +8 \(with them: 1,574\)\n/);
  assert.equal([stderr, code], ["", 0]);
});

test("summary --format markdown", () => {
  const { stdout } = cnn("summary net.cnn --format markdown", folder);
  assert.match(stdout, /^### Net\(width = 4\): 3@8x8 → 10\n\n\| layer \| operator \|[^\n]*\n\| --- \| --- \| --- \| ---: \|/);
  assert.match(stdout, /\n- parameters: 1,566: 1,458 trainable, 108 frozen\n/);
});

test("graph: Graphviz on standard output, Mermaid into a file of that kind", () => {
  assert.match(cnn("graph net.cnn", folder).stdout, /^digraph "Net" \{\n[^]*label=" *3@8x8"[^]*\}\n$/);
  const { stdout, code } = cnn("graph net.cnn -o net.mmd", folder);
  assert.equal([stdout, code], ["", 0]);
  assert.match(readFileSync(join(folder, "net.mmd"), "utf8"), /^flowchart TD\n/);
});

test("graph: a picture for each model of a file", () => {
  const two = folderWith({ "two.cnn": `${net}${net.replace("Net", "Other")}` });
  const { stderr, code } = cnn("graph two.cnn -o two.svg", two);
  assert.equal([stderr, code], ["two-Net.svg is written.\ntwo-Other.svg is written.\n", 0]);
  assert.match(readFileSync(join(two, "two-Other.svg"), "utf8"), /<svg [^]*>conv_1<[^]*<\/svg>/);
  assert.is(cnn("graph net.cnn -o net.png", folder).stderr.trim(), "net.png is no name for a picture: it ends in .svg, .dot, .gv, .mmd.");
});

test("diff: layers, costs, and what becomes of a weight file", () => {
  const { stdout, code } = cnn("diff net.cnn wide.cnn", folder);
  assert.match(stdout, /^Net\n\n~ conv_1 {2}filters 4 → 6, output 4@6x6 → 6@6x6\n/);
  assert.match(stdout, /\n\+ tanh_1 {2}tanh 6@6x6\n/);
  assert.match(stdout, /\n- relu_1 {2}relu 4@6x6\n/);
  assert.match(stdout, /\n {2}parameters +1,566 → 2,344\n/);
  assert.match(stdout, /conv_1\.weight \[4, 3, 3, 3\] → \[6, 3, 3, 3\]/);
  assert.is(code, 0);
  assert.match(cnn("diff net.cnn net.cnn", folder).stdout, /\n {2}no layer changed\n/);
});

test("diff --format json, with other arguments and inputs", () => {
  const { stdout } = cnn("diff net.cnn wide.cnn --set width=8 --input 3@16x16 --format json", folder);
  const { before, layers, weights } = documentOf("diff", stdout);
  assert.equal(before.outputs, [{ name: "output", shape: "10" }]);
  assert.equal(layers.map(({ path, change }: { path: string; change: string }) => `${change} ${path}`), ["added tanh_1", "changed flatten_1", "removed relu_1"]);
  assert.equal(weights.fitting.length, 1 + 5 + 2);
});

test("a reader that goes away ends the command without a word", async () => {
  const deep = `model Deep { input 3@64x64\n repeat 300 { conv 3 3 pad=1 -> batchnorm -> relu }\n}\n`;
  const running = start("summary deep.cnn --format json", folderWith({ "deep.cnn": deep }));
  running.process.stdout?.destroy();
  const { stderr, code } = await running.ended;
  assert.equal([stderr, code], ["", 0]);
});

test.run();
