/** The language service as an editor uses it: a program with a cursor `┆` in it, a question, an answer. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createLanguageService, memoryProject } from "@cnn-lang/shape-checker";

const test = suite("language service");

/** A service over one program, and the offset of its cursor. */
function open(marked: string) {
  const offset = Math.max(0, marked.indexOf("┆"));
  const text = marked.replace("┆", "");
  return { service: createLanguageService(memoryProject({ "net.cnn": text })), offset, text };
}

const labels = (marked: string): readonly string[] => {
  const { service, offset } = open(marked);
  return service.completions("net.cnn", offset).map(({ label }) => label);
};

test("the shape that flows stands at each line's end, but not where the author wrote it", () => {
  const { service } = open("model M() {\n  input 1@28x28\n  conv 6 5x5 -> tanh\n  avgpool 2 -> 6@12x12\n  flatten\n}\n");
  assert.equal(service.inlayHints("net.cnn").map(({ position, text }) => `${position.line}: ${text}`), ["3: 6@24x24", "5: 864"]);
});

test("a layer's hover shows its shapes, the formula with numbers and its cost", () => {
  const { service, offset } = open("model M() {\n  input 1@28x28\n  co┆nv 6 5x5\n}\n");
  const markdown = service.hover("net.cnn", offset)?.markdown ?? "";
  assert.match(markdown, "1@28x28 → 6@24x24");
  assert.match(markdown, "(28 + 2·0 − 5) / 1 + 1 = 24");
  assert.match(markdown, "156 parameters · 86,400 MACs");
});

test("layers are completed where a step begins, arguments not yet given behind a call", () => {
  const step = labels("block b(c) { conv c 3 }\nmodel M() {\n  input 1@28x28\n  b 4\n  ┆\n}\n");
  for (const name of ["conv", "b", "skip", "output"]) assert.ok(step.includes(name), name);
  const argument = labels("model M() {\n  input 1@28x28\n  conv 6 3 pad=1 ┆\n}\n");
  assert.ok(argument.includes("stride="));
  assert.not.ok(argument.includes("pad="));
  assert.equal(labels("model M() {\n  input 1@28x28\n  conv 6 3 mode=┆\n}\n").slice(0, 4), ["zeros", "reflect", "replicate", "circular"]);
});

test("paths are completed behind freeze", () => {
  assert.ok(labels("model M() {\n  input 1@28x28\n  stem: { conv 6 3 }\n  freeze ┆\n}\n").includes("stem"));
});

test("a parameter's definition is found and all its uses are renamed", () => {
  const { service, offset, text } = open("block b(wi┆dth) {\n  conv width 3\n  conv (width * 2) 3\n}\n");
  assert.equal(service.definition("net.cnn", offset)?.start.column, 9);
  const renaming = service.rename("net.cnn", offset, "filters");
  assert.ok("edits" in renaming);
  assert.equal("edits" in renaming && renaming.edits.map(({ span }) => text.slice(span.start.offset, span.end.offset)), ["width", "width", "width"]);
  assert.equal(service.rename("net.cnn", offset, "conv"), { refusal: "conv is the name of an operator" });
});

test("a computed fix is offered at its mistake", () => {
  const { service, offset } = open("model M() {\n  input 1@28x28\n  cnov┆ 6 3\n}\n");
  const [mistake] = service.diagnostics("net.cnn");
  assert.ok(mistake);
  const actions = service.codeActions("net.cnn", mistake.span);
  assert.ok(actions.some(({ kind, edits }) => kind === "fix" && edits[0]?.text === "conv"), `${offset}`);
});

test("signature help follows the cursor", () => {
  const { service, offset } = open("model M() {\n  input 1@28x28\n  conv 6 ┆3\n}\n");
  const help = service.signatureHelp("net.cnn", offset);
  assert.equal(help?.parameters[help.active]?.name, "kernel");
});

test("symbols are models and blocks with their labelled layers", () => {
  const { service } = open("block b(c) { a: conv c 3 }\nmodel M() {\n  input 1@28x28\n  fc: b 3\n}\n");
  const symbols = service.documentSymbols("net.cnn").map(({ name, children }) => [name, children.map((child) => child.name)]);
  assert.equal(symbols, [["b", ["a"]], ["M", ["input", "fc"]]]);
});

test.run();
