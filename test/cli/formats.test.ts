/** The formats for programs: JSON after its schemas, SARIF, annotations of GitHub. */

import Ajv from "ajv-draft-04";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith } from "../helpers/cli.ts";
import { documentOf } from "../helpers/schema.ts";
import { sharedSchema, withSchemas } from "../helpers/shared.ts";

const test = suite("formats for programs");

const folder = folderWith({
  "net.cnn": "model Net(unused = 1) {\n  input 1@4x4\n  conv 8 7x7 -> tanh\n}\n",
  "good.cnn": "model Good { input 4 -> frozen dense 3 -> relu -> dense 2 }\n",
  "two.cnn": "model A { input 1@8x8 -> conv 4 3 -> batchnorm }\nmodel B { input 4 -> dense 3 }\n",
  "odd, name%.cnn": "model Net { input 4 -> dnse 3 }\n",
});

test("check --format json: every file given is listed, as given", () => {
  const { stdout, stderr, code } = cnn("check ./net.cnn good.cnn missing.cnn --format json", folder);
  const { errors, warnings, files } = documentOf("check", stdout);
  assert.equal(files.map(({ file }: { file: string }) => file), ["./net.cnn", "good.cnn", "missing.cnn"]);
  assert.equal([errors, warnings], [2, 1]);
  const [, mistake] = files[0].diagnostics;
  assert.is(mistake.code, "CNN4001");
  assert.equal(mistake.span, { file: "net.cnn", start: { line: 3, column: 10, offset: 47 }, end: { line: 3, column: 13, offset: 50 } });
  assert.equal([stderr, code], ["", 1]);
});

test("check --format json: hints are always there", () => {
  const { files } = documentOf("check", cnn("check good.cnn two.cnn net.cnn --format json", folder).stdout);
  const severities = files.flatMap(({ diagnostics }: { diagnostics: { severity: string }[] }) => diagnostics.map(({ severity }) => severity));
  for (const severity of severities) assert.ok(["error", "warning", "info"].includes(severity));
});

test("summary --format json: one model, or all of a file", () => {
  const one = documentOf("summary", cnn("summary good.cnn --format json", folder).stdout);
  assert.is(one.model, "Good");
  assert.equal(one.totals.parameters, 23);
  assert.equal([one.totals.trainable, one.totals.frozen], [8, 15]);
  const all = documentOf("summary", cnn("summary two.cnn --format json", folder).stdout);
  assert.equal(all.models.map(({ model }: { model: string }) => model), ["A", "B"]);
  assert.is(documentOf("summary", cnn("summary two.cnn#B --format json", folder).stdout).model, "B");
});

test("summary of a file with mistakes: they go to standard error, nothing to standard output", () => {
  const { stdout, stderr, code } = cnn("summary net.cnn --format json", folder);
  assert.is(stdout, "");
  assert.match(stderr, /net\.cnn:3:10: error CNN4001/);
  assert.is(code, 1);
});

test("check --format sarif: results with places, other places and fixes", () => {
  const { stdout, code } = cnn("check net.cnn --format sarif", folder);
  const { version, runs } = JSON.parse(stdout);
  assert.is(version, "2.1.0");
  const [{ tool, results, columnKind }] = runs;
  assert.is(tool.driver.name, "cnn");
  assert.is(columnKind, "utf16CodeUnits");
  const mistake = results.find(({ ruleId }: { ruleId: string }) => ruleId === "CNN4001");
  assert.is(tool.driver.rules[mistake.ruleIndex].id, "CNN4001");
  assert.is(mistake.level, "error");
  const { artifactLocation, region } = mistake.locations[0].physicalLocation;
  assert.equal(artifactLocation, { uri: "net.cnn" });
  assert.equal(region, { startLine: 3, startColumn: 10, endLine: 3, endColumn: 13, charOffset: 47, charLength: 3 });
  assert.ok(mistake.fixes.length > 0);
  assert.is(code, 1);
});

withSchemas(test)("check --format sarif: valid by the schema of OASIS", () => {
  const ajv = new Ajv.default({ strict: false, allErrors: true, formats: { uri: true, "uri-reference": true, "date-time": true } });
  const validate = ajv.compile(JSON.parse(readFileSync(sharedSchema("sarif-schema-2.1.0.json"), "utf8")));
  for (const files of [["net.cnn"], ["good.cnn"], ["odd, name%.cnn", "missing.cnn", "two.cnn"]]) {
    assert.ok(validate(JSON.parse(cnn(["check", ...files, "--format", "sarif"], folder).stdout)), ajv.errorsText(validate.errors));
  }
});

test("check --format github: a command a line, with its characters escaped", () => {
  const { stdout } = cnn(["check", "odd, name%.cnn", "--format", "github"], folder);
  assert.match(stdout, /^::error file=odd%2C name%25\.cnn,line=1,col=24,endLine=1,endColumn=28,title=CNN2001::there is no operator or block called dnse; did you mean dense\?.*\n$/);
  assert.match(cnn("check net.cnn --format github", folder).stdout, /^::warning file=net\.cnn,line=1,/);
});

test.run();
