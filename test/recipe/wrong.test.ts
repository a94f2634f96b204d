/**
 * Wrong recipes, one mistake each: its code, what is underlined, the words, and what is offered. Every fix is applied, and must take
 * the mistake away.
 */

import { check, type DataManifest, memoryProject, type Project } from "@cnn-lang/shape-checker";
import type { Diagnostic, Edit } from "@cnn-lang/parser";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { weightFile } from "../helpers/weight-file.ts";
import { wrongContracts } from "./wrong-contract.ts";
import { wrongForms } from "./wrong-form.ts";
import type { Wrong } from "./wrong.ts";

const recipeFile = "net.train.json";

const manifestOf = (data: Wrong["data"]): DataManifest => ({
  version: 1, format: "idx", shape: "1@28x28", classes: 10, train: 100, test: 0,
  labels: Array.from({ length: data?.classes ?? 10 }, (_, i) => `${i}`), ...data,
});

/** A project of the recipe, its programs, and what its data is said to be. */
function projectOf(texts: Readonly<Record<string, string>>, { data, weights }: Wrong): Project {
  const files = memoryProject(texts);
  const bytes = weights && weightFile(weights);
  return {
    ...files,
    manifest: () => manifestOf(data),
    readBytes: (path, start, length) => (path === "w.safetensors" && bytes ? bytes.subarray(start, start + length) : files.readBytes(path, start, length)),
  };
}

function textsOf({ recipe, program }: Wrong): Readonly<Record<string, string>> {
  const written = typeof recipe === "string" ? recipe : JSON.stringify({ model: "net.cnn", data: { format: "idx", path: "data" }, ...recipe }, null, 2);
  return { [recipeFile]: written, "net.cnn": program };
}

function edited(texts: Readonly<Record<string, string>>, edits: readonly Edit[]): Readonly<Record<string, string>> {
  const result: Record<string, string> = { ...texts };
  for (const { span, text } of edits.toSorted((a, b) => b.span.start.offset - a.span.start.offset)) {
    const before = result[span.file] ?? "";
    result[span.file] = before.slice(0, span.start.offset) + text + before.slice(span.end.offset);
  }
  return result;
}

/** What a reader sees of it, on one line. */
const seen = (texts: Readonly<Record<string, string>>, { code, span, message, fixes }: Diagnostic) => ({
  code,
  at: `${span.file === recipeFile ? "" : `${span.file}: `}${(texts[span.file] ?? "").slice(span.start.offset, span.end.offset).replaceAll(/\s+/g, " ")}`,
  says: message,
  fixes: fixes.map(({ title }) => title),
});

const test = suite("wrong recipes");

for (const wrong of [...wrongForms, ...wrongContracts]) {
  test(wrong.name, () => {
    const texts = textsOf(wrong);
    const { diagnostics } = check(projectOf(texts, wrong), recipeFile);
    const told = diagnostics.filter(({ severity }) => severity !== "info");
    assert.equal(told.map((diagnostic) => seen(texts, diagnostic)), [{ code: wrong.code, at: wrong.at, says: wrong.says, fixes: wrong.fixes ?? [] }]);
    for (const { title, edits } of told[0]?.fixes ?? []) {
      const mended = edited(texts, edits);
      const { diagnostics: left } = check(projectOf(mended, wrong), recipeFile);
      assert.equal(left.filter(({ severity }) => severity !== "info").map((diagnostic) => seen(mended, diagnostic)), [], `"${title}" mends it`);
    }
  });
}

test.run();
