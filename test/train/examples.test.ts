/** The recipes of the examples are sound wherever their data is, and what the fine-tuning example promises comes true. */

import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { check as checkFormatted } from "prettier";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { folderWith } from "../helpers/cli.ts";
import { textOfCommand } from "../helpers/cli-here.ts";
import { blocksOf } from "../helpers/documents.ts";
import { sharedData, withData } from "../helpers/shared.ts";

const names = readdirSync("examples", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".train.json")).map((name) => `examples/${name}`);

const recipes = suite("the examples' recipes");

recipes("there are some", () => assert.ok(names.length > 0));

for (const name of names) {
  const text = readFileSync(name, "utf8");

  recipes(`${name} is checked without its data, and nothing is wrong`, async () => {
    assert.match(await textOfCommand(["check", name], process.cwd()), new RegExp(`^${name}: \\w+ \\S+ → \\d+, [^\\n]*\\n$`));
  });

  recipes(`${name} leads editors to the schema`, () => {
    assert.is(join(dirname(name), JSON.parse(text).$schema), "docs/schemas/recipe.schema.json");
  });

  recipes(`${name} is laid out as Prettier does`, async () => {
    assert.ok(await checkFormatted(text, { parser: "json" }), `npx prettier --write ${name}`);
  });
}

recipes("the programs of the fine-tuning example have the canonical layout", async () => {
  assert.is(await textOfCommand(["fmt", "--check", "digits.cnn", "tuned.cnn"], "examples/fine-tuning"), "");
});

recipes("the tutorial shows the examples as they are", () => {
  const shown = blocksOf("docs/training.md").filter(({ name }) => name.startsWith("examples/"));
  assert.ok(shown.length > 0);
  for (const { name, text } of shown) assert.is(text, readFileSync(name, "utf8"), name);
});

recipes.run();

const tuning = suite("fine-tuning");

withData(tuning, "mnist")("ten images of each of 5 to 9 go further where 0 to 4 were learned before", () => {
  const to = join(folderWith(), "fine-tuning");
  const words = ["--import", "tsx", "--conditions=@cnn-lang/source", "scripts/fine-tuning.ts", "--data", relative(".", sharedData("mnist")), "--to", to, "--seeds", "1", "--images", "1000"];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8", timeout: 300_000 });
  assert.is(status, 0, stderr);
  const [, before, tuned, scratch] = (/^\| 1 \| (\S+) % \| (\S+) % \| (\S+) % \|$/m.exec(stdout) ?? []).map(Number);
  assert.ok(before !== undefined && tuned !== undefined && scratch !== undefined, stdout);
  assert.ok(before > 97, `${before} % of 0 to 4`);
  assert.ok(tuned > scratch, `${tuned} % fine-tuned, ${scratch} % from scratch`);
});

tuning.run();
