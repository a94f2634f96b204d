/** The extension for Visual Studio Code: what is packed, that its server works by itself, and `cnn editor install`. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join, resolve } from "node:path";
import { inflateRawSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cnn, folderWith } from "../helpers/cli.ts";
import { openEditor } from "../helpers/lsp.ts";

const test = suite("the editor's extension");

const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/vsix.mjs"], { encoding: "utf8" });
if (status !== 0) throw new Error(`${stdout}${stderr}`);
const packed = resolve("packages/runtime/dist/cnn-lang.vsix");
const files = unzip(readFileSync(packed));
const text = (name: string): string => files.get(name)?.toString("utf8") ?? "";

/** The files of a zip archive, by name: what its directory lists. */
function unzip(archive: Buffer): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  const end = archive.lastIndexOf("PK\u0005\u0006");
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, nameLength] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28)];
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(start, start + size);
    found.set(archive.toString("utf8", at + 46, at + 46 + nameLength), method === 0 ? bytes : inflateRawSync(bytes));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return found;
}

test("holds client, server, grammar and the pages of the diagnostics, and no sources", () => {
  const pages = readdirSync("docs/diagnostics").map((name) => `extension/dist/diagnostics/${name}`);
  const expected = [
    "[Content_Types].xml", "extension.vsixmanifest", "extension/dist/LICENSE", "extension/package.json", "extension/readme.md",
    "extension/icons/extension.png", "extension/icons/file.svg",
    "extension/dist/cnn.tmLanguage.json", "extension/dist/language-configuration.json",
    "extension/dist/extension.cjs", "extension/dist/server.mjs", ...pages,
  ];
  assert.equal([...files.keys()].toSorted(), expected.toSorted());
  assert.is(text("extension/dist/cnn.tmLanguage.json"), readFileSync("grammar/cnn.tmLanguage.json", "utf8"));
});

test("all that its manifest names is there", () => {
  const { main, contributes, version } = JSON.parse(text("extension/package.json"));
  const named = [main, ...contributes.languages.map((each: { configuration: string }) => each.configuration), ...contributes.grammars.map((each: { path: string }) => each.path)];
  for (const name of named) assert.ok(files.has(join("extension", name)), name);
  assert.is(version, JSON.parse(readFileSync("packages/runtime/package.json", "utf8")).version);
  const commands: readonly { command: string }[] = contributes.commands;
  for (const { command } of commands) assert.ok(text("extension/dist/extension.cjs").includes(`"${command}"`), command);
});

test("a word of the editor is a name, a number or a size: suggestions open on a letter and on no brace", () => {
  // Without flags a \p{L} would mean the letters p, L and two braces, as it does where a pattern is written as a mere string.
  const { pattern, flags }: { pattern: string; flags: string } = JSON.parse(text("extension/dist/language-configuration.json")).wordPattern;
  const words = [..."block größe(3x3, c = 1_000) { conv c pad=1 }".matchAll(new RegExp(pattern, `g${flags}`))].map(([word]) => word);
  assert.equal(words, ["block", "größe", "3x3", "c", "1_000", "conv", "c", "pad", "1"]);
});

/** Unpacked far from the clone: nothing but its own files can be found. */
const folder = folderWith();
for (const [name, content] of files) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

test("its client loads with the editor's interface alone", () => {
  const asked: string[] = [];
  /** Stands for any part of the interface: classes to extend, functions to call, values to read. */
  const anything: object = new Proxy(function () {}, { get: (_, key) => (key === "prototype" ? {} : key === Symbol.toPrimitive ? () => 0 : anything), apply: () => anything });
  const load: (request: string, ...rest: unknown[]) => unknown = Reflect.get(Module, "_load");
  Reflect.set(Module, "_load", (request: string, ...rest: unknown[]) => {
    if (!request.startsWith("/")) asked.push(request);
    return request === "vscode" ? anything : load(request, ...rest);
  });
  try {
    const extension: unknown = createRequire(import.meta.url)(join(folder, "extension/dist/extension.cjs"));
    assert.equal(Object.keys(Object(extension)).toSorted(), ["activate", "deactivate"]);
  } finally {
    Reflect.set(Module, "_load", load);
  }
  const builtIn = new Set(Module.builtinModules);
  assert.equal([...new Set(asked)].filter((name) => !builtIn.has(name.replace(/^node:/, ""))), ["vscode"]);
});

test("its server checks a program, and its codes lead to the pages beside it", async () => {
  const editor = await openEditor({ server: join(folder, "extension/dist/server.mjs") });
  const { diagnostics } = await editor.open("net.cnn", "model M() {\n  input 1@28x28\n  cnov 6 5x5\n}\n");
  assert.equal(diagnostics.map(({ code }) => code), ["CNN2001"]);
  const page = new URL(diagnostics[0]?.codeDescription?.href ?? "");
  assert.ok(page.pathname.endsWith("/extension/dist/diagnostics/CNN2001.md"), page.href);
  assert.ok(existsSync(page));
  assert.equal(await editor.close(), { code: 0, said: "" });
});

/** A folder with fake editors, which write down the words they are started with. */
function fakeEditors(...names: readonly string[]): string {
  const place = folderWith(Object.fromEntries(names.map((name) => [name, `#!/bin/sh\nprintf '%s\\n' "$@" >> "$0.words"\n`])));
  for (const name of names) chmodSync(join(place, name), 0o755);
  return place;
}

test("cnn editor install asks every editor on PATH to install it", () => {
  const place = fakeEditors("code", "cursor");
  const outcome = cnn("editor install", place, { PATH: `/nowhere:${place}:/bin` });
  assert.equal(outcome, { stdout: `${place}/code: the extension is installed.\n${place}/cursor: the extension is installed.\n`, stderr: "", code: 0 });
  for (const name of ["code", "cursor"]) assert.is(readFileSync(join(place, `${name}.words`), "utf8"), `--install-extension\n${packed}\n--force\n`);
});

test("cnn editor install says what to do where there is no editor, or one that refuses", () => {
  const none = cnn("editor install", folderWith(), { PATH: folderWith({ code: "not executable" }) });
  assert.is(none.code, 3);
  assert.match(none.stderr, "None of the commands code, codium, cursor is on PATH.");
  assert.match(none.stderr, packed);
  const place = folderWith({ codium: "#!/bin/sh\necho 'no room left' >&2\nexit 7\n" });
  chmodSync(join(place, "codium"), 0o755);
  const refused = cnn("editor install", place, { PATH: place });
  assert.is(refused.code, 3);
  assert.match(refused.stderr, `${place}/codium did not install the extension:\nno room left`);
});

test.run();
