/** Models as graphs for Graphviz and Mermaid. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { foldedGraph, graph } from "@cnn-lang/shape-checker";
import { drawFoldedSvg, drawSvg } from "../../packages/runtime/src/graph/svg.ts";
import { around, modelOf } from "../helpers/program.ts";

const test = suite("graphs");

const residual = `block basic(channels) {
  skip {
    conv1: conv channels 3 pad=1
    relu
  }
}
model Net {
  input 3@8x8
  layer1: { frozen conv 4 3 stride=2 pad=1 -> basic 4 }
}`;

test("Graphviz: blocks and groups around their layers, shapes on the edges", () => {
  const lines = graph(modelOf(residual), "dot").split("\n");
  assert.is(lines[0], 'digraph "Net" {');
  assert.equal(lines.slice(4), [
    '  n0 [label="input" shape=oval]',
    "  subgraph cluster_0 {",
    '    label="layer1"',
    '    n1 [label="0\\nconv 3x3, stride 2, frozen" style="rounded,dashed"]',
    "    subgraph cluster_1 {",
    '      label="1: basic"',
    '      n2 [label="conv1\\nconv 3x3"]',
    '      n3 [label="relu_1\\nrelu"]',
    '      n4 [label="add_1\\nadd"]',
    "    }",
    "  }",
    '  n0 -> n1 [label="  3@8x8"]',
    '  n1 -> n2 [label="  4@4x4"]',
    '  n2 -> n3 [label="  4@4x4"]',
    '  n3 -> n4 [label="  4@4x4"]',
    '  n1 -> n4 [label="  4@4x4"]',
    '  o0 [label="output" shape=oval]',
    '  n4 -> o0 [label="  4@4x4"]',
    "}",
    "",
  ]);
});

test("Mermaid: the same", () => {
  assert.equal(graph(modelOf(residual), "mermaid").split("\n"), [
    "flowchart TD",
    '  n0(["input"])',
    '  subgraph g0["layer1"]',
    '    n1["0<br/>conv 3x3, stride 2, frozen"]',
    '    subgraph g1["1: basic"]',
    '      n2["conv1<br/>conv 3x3"]',
    '      n3["relu_1<br/>relu"]',
    '      n4["add_1<br/>add"]',
    "    end",
    "  end",
    '  n0 -->|"3@8x8"| n1',
    '  n1 -->|"4@4x4"| n2',
    '  n2 -->|"4@4x4"| n3',
    '  n3 -->|"4@4x4"| n4',
    '  n1 -->|"4@4x4"| n4',
    '  o0(["output"])',
    '  n4 -->|"4@4x4"| o0',
    "",
  ]);
});

test("a graph of few nodes: blocks and groups are folded, the innermost first", async () => {
  const model = modelOf(residual);
  const nodesOf = (most: number): readonly string[] => (foldedGraph(model, most) ?? "").split("\n").filter((line) => /^ *[gn]\d+ \[/.test(line)).map((line) => line.trim());
  assert.is(foldedGraph(model, 5), graph(model, "dot"));
  assert.equal(nodesOf(4), ['n0 [label="input" shape=oval]', 'n1 [label="0\\nconv 3x3, stride 2, frozen" style="rounded,dashed"]', 'g1 [label="1: basic\\n3 layers" peripheries=2]']);
  assert.equal(nodesOf(2), ['n0 [label="input" shape=oval]', 'g0 [label="layer1\\n4 layers" peripheries=2]']);
  assert.is(foldedGraph(model, 1), undefined);
  const edges = foldedGraph(model, 2)?.split("\n").filter((line) => line.includes("->")).map((line) => line.trim());
  assert.equal(edges, ['n0 -> g0 [label="  3@8x8"]', 'g0 -> o0 [label="  4@4x4"]']);
  const deep = modelOf(around("for i in range(200) { \"unit{i}\": { conv 3 1 -> relu } }"));
  assert.match((await drawFoldedSvg(deep, 250)) ?? "", /<svg[^]*unit199/);
});

test("shared weights are marked, and each use is a node", () => {
  const twins = "model Twins {\n  input a 1@8x8\n  input b 1@8x8\n  a -> net: conv 4 3 as x\n  b -> reuse net\n  add x\n}";
  const text = graph(modelOf(twins), "dot");
  assert.match(text, /n2 \[label="net\\nconv 3x3"\]/);
  assert.match(text, /n3 \[label="net\\nconv 3x3, shared weights"\]/);
});

/** Labels that a program may have, written to break out of each language. */
const hostile = ["\\N \\\\n", "</text><script>alert(1)</script>", "&lt; &amp;", "*bold* _x_ #quot;", "] --> n0", "한국어", "end", "x } digraph y {", "{a|b}<c>"];
const hostileNet = around(hostile.map((label) => `"${label.replaceAll("\\", "\\\\").replaceAll("{", "\\{").replaceAll("}", "\\}")}": conv 3 1`).join("\n  "));

test("labels are escaped, whatever they hold", () => {
  const dot = graph(modelOf(hostileNet), "dot");
  assert.ok(dot.includes('n1 [label="\\\\N \\\\\\\\n\\nconv 1x1"]'));
  assert.ok(dot.includes('n3 [label="&amp;lt; &amp;amp;\\nconv 1x1"]'));
  const mermaid = graph(modelOf(hostileNet), "mermaid");
  assert.ok(mermaid.includes('n4["#42;bold#42; #95;x#95; #35;quot#59;<br/>conv 1x1"]'));
  assert.ok(mermaid.includes('n6["한국어<br/>conv 1x1"]'));
  assert.not.match(mermaid.replaceAll("<br/>", ""), /[<>](?!\|)(?<!--.)/);
});

test("SVG: laid out by Graphviz, each label as it stands in the program", async () => {
  const svg = (await drawSvg(modelOf(hostileNet))) ?? "";
  assert.match(svg, /<svg [^]*<\/svg>\s*$/);
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => decode(text));
  for (const label of hostile) assert.ok(texts.includes(label), `${label} in ${texts.join(" ¦ ")}`);
  assert.not.match(svg, /<script/);
});

/** XML's own entities, and the blanks that Graphviz will not have broken. */
const decode = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([\da-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
    .replaceAll("\u00a0", " ");

test.run();
