/**
 * Whole programs and the code that they become, side by side in `test/programs`. `UPDATE=1` writes the code anew: read the
 * difference before it is committed. All of it must satisfy TypeScript, strictly.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "@cnn-lang/codegen";
import { memoryProject } from "@cnn-lang/shape-checker";
import * as prettier from "prettier";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("emitted programs");
const folder = new URL("../programs/", import.meta.url);
const programs = readdirSync(folder).filter((name) => name.endsWith(".cnn"));

const emitted = async (name: string, typescript: boolean, optimize = false) =>
  compile(memoryProject({ [name]: readFileSync(new URL(name, folder), "utf8") }), name, { typescript, optimize });

for (const name of programs) {
  test(`${name} becomes the code beside it`, async () => {
    const { code = "" } = await emitted(name, true);
    const file = new URL(name.replace(".cnn", ".ts"), folder);
    if (process.env.UPDATE) writeFileSync(file, code);
    assert.fixture(code, readFileSync(file, "utf8"));
  });

  test(`${name}: Prettier would change nothing, in TypeScript and JavaScript`, async () => {
    for (const [typescript, parser] of [[true, "typescript"], [false, "babel"]] as const) {
      const { code = "" } = await emitted(name, typescript);
      assert.is(await prettier.format(code, { parser, printWidth: 110, quoteProps: "consistent" }), code);
    }
  });

  test(`${name}: JavaScript is the TypeScript without its types`, async () => {
    const { code = "" } = await emitted(name, false);
    const statements = (text: string): readonly string[] => [...text.matchAll(/^\s*const (\w+)/gm)].map(([, constant = ""]) => constant);
    assert.equal(statements(code), statements((await emitted(name, true)).code ?? ""));
    assert.not.match(code, /: tf\.|as const|Weights/);
  });
}

test("simple-cnn.cnn for inference becomes simple-cnn.optimized.ts", async () => {
  const { code = "" } = await emitted("simple-cnn.cnn", true, true);
  const file = new URL("simple-cnn.optimized.ts", folder);
  if (process.env.UPDATE) writeFileSync(file, code);
  assert.fixture(code, readFileSync(file, "utf8"));
});

test("all of them satisfy TypeScript, strictly", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { status, stdout } = spawnSync("npx", ["--no-install", "tsc", "-p", "test/programs"], { cwd: root, encoding: "utf8" });
  assert.is(status, 0, stdout);
});

test.run();
