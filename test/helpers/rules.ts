/** What the tests of the language's rules share: what an obedient program builds, and what is said of one that breaks a rule. */

import * as assert from "uvu/assert";
import type { CheckOptions } from "@cnn-lang/shape-checker";
import type { Diagnostic } from "@cnn-lang/parser";
import { applyFix } from "./carets.ts";
import { check, filesOf, modelOf } from "./program.ts";
import { print } from "./infer.ts";

/** The layers of a program that has no mistakes, its inputs left out: `conv_1 8@30x30, relu_1 8@30x30`. */
export const built = (text: string, options?: CheckOptions): string =>
  modelOf(text, options)
    .layers.filter(({ operator }) => operator !== "input")
    .map(({ path, outputShape }) => `${path} ${print(outputShape)}`)
    .join(", ");

/** What each layer reads, by path: `concat_1 ← relu_1 conv_1`. */
export function reads(text: string, path: string): string {
  const { layers } = modelOf(text);
  const layer = layers.find((each) => each.path === path);
  return (layer?.inputs ?? []).map((id) => layers[id]?.path).join(" ");
}

/** Checks that one thing is wrong with a program, with these words, and gives it. Hints are no mistakes. */
export function wrong(text: string, code: string, words = ""): Diagnostic {
  const found = check(text).diagnostics.filter(({ severity }) => severity !== "info");
  assert.equal(found.map((each) => each.code), [code], `${text}\n${found.map(({ message }) => message).join("\n")}`);
  const [only] = found;
  assert.ok(only?.message.includes(words), `${only?.message}\n${text}`);
  if (!only) throw new Error("asserted above");
  return only;
}

/** Checks a wrong program as `wrong` does, and gives it as its first fix leaves it, free of mistakes. */
export function mended(text: string, code: string, words = ""): string {
  const [fix] = wrong(text, code, words).fixes;
  assert.ok(fix, `no fix is offered for ${code} in\n${text}`);
  const after = applyFix(filesOf(text), fix);
  const left = check(joined(after)).diagnostics.filter(({ severity }) => severity !== "info");
  assert.equal(left.map(({ message }) => message), [], joined(after));
  return joined(after);
}

const joined = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files).map(([name, text], index) => (index === 0 ? text : `// === ${name} ===\n${text}`)).join("");

/** The text between the places of a diagnostic. */
export const marked = (text: string, { span }: Pick<Diagnostic, "span">): string => text.slice(span.start.offset, span.end.offset);
