/** The language server as an editor runs it: what is pushed and pulled, what survives, and sessions at the keyboard. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import { openEditor, type Published } from "../helpers/lsp.ts";
import { afresh, replay } from "./session.ts";

const test = suite("cnn-server --stdio");

const codes = ({ diagnostics }: Published): readonly string[] => diagnostics.map(({ code }) => code);
const net = "model M() {\n  input 1@28x28\n  conv 6 5x5\n}\n";
const at = (line: number, from: number, to: number) => ({ start: { line, character: from }, end: { line, character: to } });

test("a mistake is told as it is typed, and taken back as it is mended", async () => {
  const editor = await openEditor();
  assert.equal(await editor.open("net.cnn", net), { uri: editor.uri("net.cnn"), version: 1, diagnostics: [] });
  const wrong = await editor.change("net.cnn", [{ range: at(2, 9, 12), text: "35x35" }]);
  assert.equal(wrong.diagnostics.map(({ code, range }) => [code, range]), [["CNN4001", at(2, 9, 14)]]);
  assert.ok(wrong.diagnostics[0]?.codeDescription?.href.endsWith("/docs/diagnostics/CNN4001.md"));
  const mended = await editor.change("net.cnn", [{ range: at(2, 9, 14), text: "3x3" }]);
  assert.equal(mended.diagnostics, []);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("a change of one file is told in the files and recipes that need it, those that are not open too", async () => {
  const recipe = '{ "model": "net.cnn#M", "data": { "format": "digits" } }';
  const editor = await openEditor({ files: { "sub/net.train.json": recipe.replace("net.cnn", "../net.cnn") } });
  const heard = new Map<string, readonly string[]>();
  editor.onPublished((news) => heard.set(news.uri, codes(news)));
  await editor.open("blocks.cnn", "block head(n) { flatten -> dense n }\n");
  await editor.open("net.cnn", 'import { head } from "./blocks.cnn"\nmodel M(n = 10) {\n  input 1@28x28\n  head n\n}\n');
  assert.equal(heard.get(editor.uri("net.cnn")), []);
  await editor.change("blocks.cnn", [{ range: at(0, 27, 32), text: "dens" }]);
  assert.equal(heard.get(editor.uri("blocks.cnn")), ["CNN2001"]);
  await editor.change("blocks.cnn", [{ range: at(0, 6, 10), text: "tail" }]);
  await editor.ask("textDocument/foldingRange", "net.cnn");
  assert.equal(heard.get(editor.uri("net.cnn")), ["CNN2001", "CNN2012"]);
  await editor.change("net.cnn", [{ text: "model N {\n  input 1@28x28\n  flatten -> dense 10\n}\n" }]);
  await editor.ask("textDocument/foldingRange", "net.cnn");
  assert.equal(heard.get(editor.uri("sub/net.train.json"))?.length, 1);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("a mistake that only another open file shows is told in both", async () => {
  const editor = await openEditor();
  const heard = new Map<string, readonly string[]>();
  editor.onPublished((news) => heard.set(news.uri, codes(news)));
  await editor.open("blocks.cnn", "block head(k) { conv 4 k }\n");
  assert.equal(codes(await editor.open("net.cnn", 'import { head } from "./blocks.cnn"\nmodel M {\n  input 1@28x28\n  head 35\n}\n')), ["CNN4001"]);
  assert.equal(heard.get(editor.uri("blocks.cnn")), ["CNN4001"]);
  await editor.change("net.cnn", [{ range: at(3, 7, 9), text: "5" }]);
  assert.equal([heard.get(editor.uri("net.cnn")), heard.get(editor.uri("blocks.cnn"))], [[], []]);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("an editor that pulls is pushed nothing, and gets closed recipes as related documents", async () => {
  const editor = await openEditor({
    files: { "net.train.json": '{ "model": "net.cnn#Other", "data": { "format": "digits" } }' },
    capabilities: { textDocument: { diagnostic: { relatedDocumentSupport: true } } },
  });
  let pushed = 0;
  editor.onPublished(() => (pushed += 1));
  editor.open("net.cnn", net.replace("5x5", "55x55")).catch(() => "nothing is said of it");
  const pulled = await editor.ask("textDocument/diagnostic", "net.cnn");
  const { kind, items, relatedDocuments } = Object(pulled);
  assert.equal([kind, items.length, items[0].code], ["full", 1, "CNN4001"]);
  assert.ok(items[0].relatedInformation.length > 0);
  assert.equal(Object.keys(relatedDocuments), [editor.uri("net.train.json")]);
  assert.is(relatedDocuments[editor.uri("net.train.json")].items.length, 1);
  assert.is(pushed, 0);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("files that appear on disk are seen once the editor tells of them", async () => {
  const editor = await openEditor({ capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } } });
  editor.connection.onRequest("client/registerCapability", () => null);
  const missing = await editor.open("net.cnn", 'import { b } from "./sub/b.cnn"\nmodel M {\n  input 4\n  b\n}\n');
  assert.equal(codes(missing), ["CNN2010"]);
  mkdirSync(join(editor.folder, "sub"));
  writeFileSync(join(editor.folder, "sub/b.cnn"), "block b { dense 2 }\n");
  const news = new Promise<Published>((found) => editor.onPublished(found));
  await editor.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: editor.uri("sub/b.cnn"), type: 1 }] });
  assert.equal(codes(await news), []);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("requests for what is not open, or no longer there, are answered with nothing", async () => {
  const editor = await openEditor();
  await editor.open("net.cnn", net);
  const elsewhere = { position: { line: 900, character: 900 } };
  assert.is(await editor.ask("textDocument/hover", "not-open.cnn", elsewhere), null);
  assert.equal(await editor.ask("textDocument/completion", "not-open.cnn", elsewhere), []);
  assert.is(await editor.ask("textDocument/hover", "net.cnn", elsewhere), null);
  await editor.connection.sendNotification("textDocument/didClose", { textDocument: { uri: editor.uri("net.cnn") } });
  assert.is(await editor.ask("textDocument/hover", "net.cnn", { position: { line: 2, character: 3 } }), null);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("a blank opens a list only where one of its entries must follow", async () => {
  const editor = await openEditor();
  const lines = ["conv 6 ", "relu -> ", "  ", "reuse ", "output "];
  await editor.open("net.cnn", `model M {\n  input 1@28x28\n  stem: conv 6 5x5\n${lines.map((line) => `${line}\n`).join("")}}\n`);
  const offered = async (line: number, context?: object): Promise<readonly unknown[]> =>
    [await editor.ask("textDocument/completion", "net.cnn", { position: { line: 3 + line, character: lines[line]?.length }, context })].flat();
  const blank = { triggerKind: 2, triggerCharacter: " " };
  for (const [line, text] of lines.entries()) {
    assert.ok((await offered(line)).length > 0, text);
    assert.is((await offered(line, blank)).length > 0, /reuse|output/.test(text), text);
  }
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("malformed, unknown and late messages do no harm", async () => {
  const editor = await openEditor();
  const { connection } = editor;
  await editor.open("net.cnn", net);
  const refused = (request: Promise<unknown>): Promise<string> => request.then(() => "answered", () => "refused");
  assert.is(await refused(connection.sendRequest("textDocument/hover")), "refused");
  assert.is(await connection.sendRequest("textDocument/hover", { textDocument: 7 }), null);
  assert.is(await refused(connection.sendRequest("textDocument/noSuchThing", {})), "refused");
  assert.is(await refused(connection.sendRequest("cnn/graphs")), "refused");
  await connection.sendNotification("textDocument/noSuchThing", {});
  for (const body of ["{ this is no JSON", "[1, 2]", "null", "7", '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","id":5}', '{"jsonrpc":"2.0","id":77,"result":3}']) editor.sendRaw(body);
  // A change of a document that was never opened, a version from the past, a range beyond the end.
  await connection.sendNotification("textDocument/didChange", { textDocument: { uri: editor.uri("ghost.cnn"), version: 4 }, contentChanges: [{ text: "x" }] });
  await connection.sendNotification("textDocument/didChange", { textDocument: { uri: editor.uri("net.cnn"), version: -3 }, contentChanges: [{ range: at(700, 0, 9), text: "// end\n" }] });
  await connection.sendNotification("textDocument/didClose", { textDocument: { uri: editor.uri("ghost.cnn") } });
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri: "untitled:Untitled-1", languageId: "cnn", version: 1, text: "model {" } });
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri: "file://%zz", languageId: "cnn", version: 1, text: net } });
  const mended = await editor.change("net.cnn", [{ text: net }]);
  assert.equal(mended.diagnostics, []);
  assert.is((await editor.close()).code, 0);
});

test("a cancelled request ends, and the next is answered", async () => {
  const editor = await openEditor();
  await editor.open("net.cnn", net);
  const source = new CancellationTokenSource();
  const textDocument = { uri: editor.uri("net.cnn") };
  const all = Array.from({ length: 20 }, () =>
    editor.connection.sendRequest("textDocument/semanticTokens/full", { textDocument }, source.token).then(() => "answered", () => "cancelled"),
  );
  source.cancel();
  const ends = await Promise.all(all);
  assert.equal(ends.filter((end) => end !== "answered" && end !== "cancelled"), []);
  assert.ok(await editor.ask("textDocument/semanticTokens/full", "net.cnn"));
  assert.equal(await editor.close(), { code: 0, said: "" });
});

const programs = readdirSync("examples").filter((name) => name.endsWith(".cnn")).map((name) => readFileSync(join("examples", name), "utf8"));

for (const seed of [1, 2]) {
  test(`a session at the keyboard leaves nothing stale (seed ${seed})`, async () => {
    const editor = await openEditor();
    const { stale } = await replay(editor, seed, programs, 500, 10);
    assert.equal(stale, []);
    assert.equal(await editor.close(), { code: 0, said: "" });
  });
}

test("texts of every kind of line end and of characters outside the first plane", async () => {
  const editor = await openEditor();
  const text = 'model M {\r\n  input 1@28x28 // 𝕏\r  conv 6 35x35\n  "𝕏": cnov 3\r\n}\r\n';
  const { diagnostics } = await editor.open("net.cnn", text);
  assert.equal(diagnostics.map(({ code, range: { start, end } }) => `${code} ${start.line}:${start.character}-${end.line}:${end.character}`), afresh(text));
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test.run();
