/** The language server as an editor runs it: a process, JSON-RPC over its standard streams. */

import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

const test = suite("cnn-server --stdio");

interface Found {
  readonly uri: string;
  readonly diagnostics: readonly { readonly code: string; readonly range: { readonly start: { readonly line: number; readonly character: number } } }[];
}

/** A server with one open document, and what it says of it. */
async function open(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "cnn-lsp-"));
  const file = join(folder, "net.cnn");
  writeFileSync(file, text);
  const uri = pathToFileURL(file).href;
  const server = spawn(process.execPath, ["packages/shape-checker/dist/server.js", "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  server.stderr.on("data", (chunk) => (said += chunk));
  const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const waiting: ((found: Found) => void)[] = [];
  connection.onNotification("textDocument/publishDiagnostics", (found: Found) => waiting.shift()?.(found));
  const nextDiagnostics = (): Promise<Found> => new Promise((resolve) => waiting.push(resolve));
  connection.listen();
  await connection.sendRequest("initialize", { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities: {} });
  await connection.sendNotification("initialized", {});
  const first = nextDiagnostics();
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "cnn", version: 1, text } });
  return {
    uri,
    first: await first,
    /** Replaces a range, as a keystroke does. */
    async type(line: number, from: number, to: number, typed: string, version: number): Promise<Found> {
      const found = nextDiagnostics();
      const range = { start: { line, character: from }, end: { line, character: to } };
      await connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ range, text: typed }] });
      return found;
    },
    ask: (method: string, params: object): Promise<unknown> => connection.sendRequest(method, { textDocument: { uri }, ...params }),
    /** Ends the server politely; its exit code and what it wrote to standard error. */
    async close() {
      await connection.sendRequest("shutdown");
      const code = new Promise((resolve) => server.once("exit", resolve));
      await connection.sendNotification("exit");
      return { code: await code, said };
    },
  };
}

test("a mistake is told as it is typed, and taken back as it is mended", async () => {
  const editor = await open("model M() {\n  input 1@28x28\n  conv 6 5x5\n}\n");
  assert.equal(editor.first, { uri: editor.uri, version: 1, diagnostics: [] });
  const wrong = await editor.type(2, 9, 12, "35x35", 2);
  assert.equal(wrong.diagnostics.map(({ code, range }) => [code, range.start]), [["CNN4001", { line: 2, character: 9 }]]);
  const mended = await editor.type(2, 9, 14, "3x3", 3);
  assert.equal(mended.diagnostics, []);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("shapes stand beside the lines, a fix is offered as an edit, and the text can be laid out", async () => {
  const editor = await open("model M() {\n  input 1@28x28\n    cnov 6 5x5\n  flatten\n}\n");
  const whole = { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } };
  const actions = await editor.ask("textDocument/codeAction", { range: { start: { line: 2, character: 4 }, end: { line: 2, character: 8 } }, context: { diagnostics: [] } });
  const edits = Array.isArray(actions) ? actions.flatMap(({ edit }) => edit?.changes?.[editor.uri] ?? []) : [];
  assert.ok(edits.some(({ newText }) => newText === "conv"));
  await editor.type(2, 4, 8, "conv", 2);
  const hints = await editor.ask("textDocument/inlayHint", { range: whole });
  assert.equal(Array.isArray(hints) && hints.map(({ position, label }) => [position.line, label]), [[2, "6@24x24"], [3, "3456"]]);
  const [layout] = [await editor.ask("textDocument/formatting", { options: { tabSize: 2, insertSpaces: true } })].flat();
  assert.match(JSON.stringify(layout), "\\n  conv 6 5x5\\n");
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test("requests for documents that are not open are answered with nothing", async () => {
  const editor = await open("model M() {\n  input 4\n  dense 2\n}\n");
  const elsewhere = { textDocument: { uri: "file:///not-open.cnn" }, position: { line: 9, character: 9 } };
  assert.is(await editor.ask("textDocument/hover", elsewhere), null);
  assert.equal(await editor.ask("textDocument/completion", elsewhere), []);
  assert.equal(await editor.close(), { code: 0, said: "" });
});

test.run();
