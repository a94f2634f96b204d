/** Every code block of the documents is run, and prints what the document says. */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { textOfPage, withChromium } from "../helpers/browser.ts";
import { assertShown, type Block, blocksOf, commandsIn, fileNameOf, folderOf, runCommand, runProgram, wordsOf, writeInto } from "../helpers/documents.ts";
import { runPython, withTorch } from "../helpers/pytorch.ts";

const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "grammar/README.md", ...readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));

/** What each kind of block is checked by. */
const checks: Readonly<Record<string, (block: Block, folder: string, next: Block | undefined) => void | Promise<void>>> = {
  cnn(block, folder) {
    const file = fileNameOf(block);
    writeInto(folder, file, block.text);
    const { text, code } = runCommand(["check", file], folder);
    assert.is(code, block.name.includes("wrong") ? 1 : 0, text);
    if (!block.name.includes("wrong")) assert.not.match(text, /warning/);
  },
  json(block, folder) {
    JSON.parse(block.text);
    writeInto(folder, fileNameOf(block), block.text);
  },
  console(block, folder) {
    for (const { command, output } of commandsIn(block.text)) {
      const [npx, cnn, ...words] = wordsOf(command);
      assert.equal([npx, cnn], ["npx", "cnn"], command);
      assertShown(runCommand(words, folder).text, output, command);
    }
  },
  ts(block, folder, next) {
    if (block.name.includes(".")) return writeInto(folder, fileNameOf(block), block.text);
    const { text, code } = runProgram(block.text, folder);
    assert.is(code, 0, text);
    assertShown(text, next?.language === "text" ? next.text : "", block.text);
  },
  python(block, folder, next) {
    const { text, code } = runPython(block.text, folder);
    assert.is(code, 0, text);
    assertShown(text, next?.language === "text" ? next.text : "", block.text);
  },
  async html(block, folder, next) {
    const beside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => [name, readFileSync(join(folder, name))] as const);
    const scripts = ["core", "backend-cpu"].map((part) => [`tf-${part}.min.js`, readFileSync(`node_modules/@tensorflow/tfjs-${part}/dist/tf-${part}.min.js`)] as const);
    const text = await textOfPage({ ...Object.fromEntries([...beside, ...scripts]), "index.html": block.text });
    assertShown(text, next?.language === "text" ? next.text : "", block.text);
  },
  lua: settingsOfAnEditor,
  vim: settingsOfAnEditor,
  elisp: settingsOfAnEditor,
  kak: settingsOfAnEditor,
  toml: settingsOfAnEditor,
  /** Belongs to the block above it. */
  text() {},
  sh(block, folder) {
    for (const command of block.text.split("\n").filter((line) => line !== "")) {
      const [program, word = "", ...rest] = wordsOf(command.replace(/ +#.*$/, ""));
      if (program === "npx" && word === "cnn") assert.is(runCommand([rest[0] ?? "", "--help"], folder).code, 0, command);
      else if (program === "npm" || program === "pnpm") assert.ok([word, rest[0] ?? ""].some((name) => name in scripts), command);
      else if (program === "node") assert.ok(existsSync(word), command);
      else assert.unreachable(`${command}: what is that?`);
    }
  },
};

/** Settings of programs that may not be here: what they start in the clone must be there. */
function settingsOfAnEditor({ text }: Block): void {
  for (const [, file = ""] of text.matchAll(/\/path\/to\/clone\/([^"'\s]+)/g)) assert.ok(existsSync(file), file);
}

for (const document of documents) {
  const test = suite(document);
  const folder = folderOf(document);
  const blocks = blocksOf(document);

  for (const [index, block] of blocks.entries()) {
    const able = block.language === "html" ? withChromium(test) : block.language === "python" ? withTorch(test) : test;
    able(`line ${block.line}: ${block.language} ${block.name}`, async () => {
      const check = checks[block.language];
      if (!check) assert.unreachable(`${document}:${block.line}: a block of ${block.language || "no language"} cannot be checked`);
      else await check(block, folder, blocks[index + 1]);
    });
  }

  test("links lead to something", () => {
    for (const [, target = ""] of readFileSync(document, "utf8").matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(dirname(document), target)), target);
    }
  });
  test.run();
}
