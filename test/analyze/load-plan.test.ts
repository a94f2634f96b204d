/** `load` held against the header of its file. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { check, memoryProject, summarize, weightsOf, type Model, type Project } from "@cnn-lang/shape-checker";
import { modelOf } from "../helpers/program.ts";
import { weightFile } from "../helpers/weight-file.ts";

const test = suite("load");

const shapesOf = (model: Model): Record<string, readonly number[]> => Object.fromEntries(weightsOf(model).map(({ name, shape }) => [name, shape]));

const net = "model Net(classes = 10) {\n  input 3@8x8\n  conv1: conv 4 3 bias=false\n  bn1: batchnorm\n  relu -> flatten\n  fc: dense classes\n}\n";
const published = shapesOf(modelOf(net));

/** The program with a second model that loads a file of those tensors. */
function loading(statement: string, shapes: Readonly<Record<string, readonly number[]>> | Uint8Array | undefined, classes = 10) {
  const text = `${net}model Mine = Net(classes = ${classes}) {\n  ${statement}\n}\n`;
  const file = shapes instanceof Uint8Array ? shapes : shapes && weightFile(shapes);
  const project = memoryProject({ "nets/main.cnn": text, ...(file && { "nets/net.safetensors": file }) });
  const { models, diagnostics } = check(project, "nets/main.cnn", { model: "Mine" });
  const [model] = models;
  return {
    told: diagnostics.map(({ code, severity, span, message }) => `${code} ${severity} ${span.start.line}: ${message}`),
    related: diagnostics.flatMap(({ related }) => related.map(({ message, span }) => `${span.start.line}: ${message}`)),
    fixes: diagnostics.flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits.map(({ span, text }) => `${span.start.line}:${span.start.column} ${text}`))),
    plan: model && summarize(model).loads[0],
  };
}

test("a file with the model's tensors is taken whole, without a word", () => {
  const { told, plan } = loading('load "net.safetensors"', published);
  assert.equal(told, []);
  assert.equal(plan, { file: "nets/net.safetensors", isThere: true, mapped: Object.keys(published), anew: [], leftOver: [] });
});

test("what is excepted starts anew, whatever its shape in the file", () => {
  const { told, plan } = loading('load "net.safetensors" except fc', published, 5);
  assert.equal(told, []);
  assert.equal(plan?.anew, ["fc.weight", "fc.bias"]);
  assert.is(plan?.mapped.length, 6);
});

test("another shape: both shapes, both places, and the except that mends it", () => {
  const { told, related, fixes } = loading('load "net.safetensors"', published, 5);
  assert.equal(told, [
    'CNN5004 error 9: fc.weight is [10, 144] in "nets/net.safetensors", but [5, 144] in this model; so is one more of another shape',
  ]);
  assert.equal(related, ["6: fc.weight is [5, 144] here"]);
  assert.equal(fixes, ["9:25  except fc"]);
  assert.equal(loading('load "net.safetensors" except fc', published, 5).told, []);
});

test("missing tensors: the layers that lack them, and the except", () => {
  const { "conv1.weight": _, ...others } = published;
  const { told, fixes } = loading('load "net.safetensors" except fc', others);
  assert.equal(told, ['CNN5003 error 9: "nets/net.safetensors" does not hold conv1.weight']);
  assert.equal(fixes, ["9:35 , conv1"]);
});

test("a file of another network altogether: nothing would be left to load, so no except is offered", () => {
  const { told, fixes } = loading('load "net.safetensors"', { "a.weight": [1] });
  assert.equal(told, [
    'CNN5003 error 9: "nets/net.safetensors" does not hold conv1.weight, bn1.weight, bn1.bias and 4 more',
    'CNN5005 info 9: "nets/net.safetensors" also holds a.weight, which this model does not have',
  ]);
  assert.equal(fixes, []);
});

test("files of old PyTorch versions lack the counter of batches", () => {
  const { "bn1.num_batches_tracked": _, ...old } = published;
  const { told, plan } = loading('load "net.safetensors"', old);
  assert.equal(told, []);
  assert.equal(plan?.anew, ["bn1.num_batches_tracked"]);
});

test("tensors that the model does not have are a hint", () => {
  const { told, plan } = loading('load "net.safetensors"', { ...published, "aux.fc.weight": [10, 8] });
  assert.equal(told, ['CNN5005 info 9: "nets/net.safetensors" also holds aux.fc.weight, which this model does not have']);
  assert.equal(plan?.leftOver, ["aux.fc.weight"]);
});

test("a file that is not there is no mistake: weights may be fetched later", () => {
  const { told, plan } = loading('load "net.safetensors" except fc', undefined);
  assert.equal(told, []);
  assert.equal(plan, { file: "nets/net.safetensors", isThere: false, mapped: [], anew: ["fc.weight", "fc.bias"], leftOver: [] });
});

test("a file that is cut off, or no safetensors file", () => {
  const whole = weightFile(published);
  const told = (bytes: Uint8Array) => loading('load "net.safetensors"', bytes).told.join();
  const { length } = whole;
  assert.match(told(whole.subarray(0, length - 4)), /^CNN5006 error 9: "nets\/net\.safetensors" is no readable safetensors file: its tensors take \d+ bytes, but only \d+ follow the header; it is cut off$/);
  assert.match(told(whole.subarray(0, 100)), /but only 92 follow; it is cut off, or of another format/);
  assert.match(told(Uint8Array.of(1, 2, 3)), /it has 3 bytes/);
  assert.match(told(new TextEncoder().encode("PK\u0003\u0004 a zip file of torch.save, which is no safetensors")), /CNN5006/);
});

test("only the header is read, not the weights", () => {
  const text = `${net.trimEnd().slice(0, -1)}  load "net.safetensors"\n}\n`;
  const project = memoryProject({ "main.cnn": text, "net.safetensors": weightFile(published) });
  let read = 0;
  const counting: Project = {
    ...project,
    readBytes(path, start, length) {
      const bytes = project.readBytes(path, start, length);
      read += bytes?.length ?? 0;
      return bytes;
    },
  };
  assert.equal(check(counting, "main.cnn").diagnostics, []);
  assert.ok(read < 1000, `${read} bytes`);
});

test("a path outside the project", () => {
  for (const path of ["/etc/weights.safetensors", "../../weights.safetensors", "https://example.org/w.safetensors", "C:\\\\w.safetensors"]) {
    const { told } = loading(`load "${path}"`, published);
    assert.match(told.join(), /^CNN5007 error 9: "[^"]+" cannot be loaded: a weight file is named by a relative path inside the project$/, path);
  }
});

test("labels that are no words are quoted in the except", () => {
  const text = 'model Net {\n  input 3@8x8\n  "block-1": conv 4 3\n  fc: conv 4 1\n  load "net.safetensors"\n}\n';
  const project = memoryProject({ "main.cnn": text, "net.safetensors": weightFile({ "fc.weight": [4, 4, 1, 1], "fc.bias": [4] }) });
  const [missing] = check(project, "main.cnn").diagnostics;
  assert.is(missing?.fixes[0]?.edits[0]?.text, ' except "block-1"');
  const mended = text.replace('.safetensors"', '.safetensors" except "block-1"');
  const again = memoryProject({ "main.cnn": mended, "net.safetensors": weightFile({ "fc.weight": [4, 4, 1, 1], "fc.bias": [4] }) });
  assert.equal(check(again, "main.cnn").diagnostics, []);
});

test.run();
