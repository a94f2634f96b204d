/**
 * Writes `grammar/railroad.html`: the rules of `grammar/cnn.ebnf` as diagrams, in one page that needs nothing else.
 *
 *     node --import tsx scripts/railroad.ts
 */

import { readFileSync, writeFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

export const diagramsFile = "grammar/railroad.html";

/** A rule's right side. */
type Expression =
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Expression[] }
  | { readonly kind: "option" | "repetition"; readonly inner: Expression }
  | { readonly kind: "word" | "rule"; readonly text: string };

interface Rule {
  readonly name: string;
  readonly expression: Expression;
}

/** The rules of an EBNF text, in order. */
export function readRules(text: string): readonly Rule[] {
  const tokens = text.replaceAll(/\(\*[^]*?\*\)/g, " ").match(/"\\"|"[^"]*"|'[^']*'|[\w]+|[=;|[\]{}()]/g) ?? [];
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++] ?? "";
    if (expected !== undefined && token !== expected) throw new Error(`grammar/cnn.ebnf: ${expected} is expected, not ${token}, in the token ${at}`);
    return token;
  };
  function choice(): Expression {
    const parts = [sequence()];
    while (tokens[at] === "|") {
      take();
      parts.push(sequence());
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: "choice", parts };
  }
  function sequence(): Expression {
    const parts: Expression[] = [];
    while (at < tokens.length && !["|", ";", "]", "}", ")"].includes(tokens[at] ?? "")) parts.push(atom());
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: "sequence", parts };
  }
  function atom(): Expression {
    const token = take();
    const close = { "[": "]", "{": "}", "(": ")" }[token];
    if (close !== undefined) {
      const inner = choice();
      take(close);
      return token === "(" ? inner : { kind: token === "[" ? "option" : "repetition", inner };
    }
    return /^["']/.test(token) ? { kind: "word", text: token.slice(1, -1) } : { kind: "rule", text: token };
  }
  const rules: Rule[] = [];
  while (at < tokens.length) {
    const name = take();
    take("=");
    rules.push({ name, expression: choice() });
    take(";");
  }
  return rules;
}

/** The page. */
export function railroadPage(): string {
  const rules = readRules(readFileSync("grammar/cnn.ebnf", "utf8"));
  const draw = diagrams(new Set(rules.map(({ name }) => name)));
  const sections = rules.map(({ name, expression }) => `<h2 id="${name}">${name}</h2>\n${draw(expression)}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The grammar of .cnn files</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h2 { font: bold 1rem ui-monospace, monospace; margin: 1.5rem 0 0; }
svg { max-width: 100%; height: auto; }
path { stroke-width: 2; stroke: #444; fill: none; }
text { font: 14px ui-monospace, monospace; text-anchor: middle; }
rect { stroke-width: 2; stroke: #444; fill: #e8f0e4; }
.non-terminal rect { fill: #e3eaf7; }
a text { fill: #1a4fa0; }
</style>
<h1>The grammar of .cnn files</h1>
<p>Made by scripts/railroad.ts from <a href="cnn.ebnf">cnn.ebnf</a>. Round boxes are written as they stand; square ones lead to their rule.</p>
${sections.join("\n")}
</html>
`;
}

/** Tab Atkins' railroad diagrams, as Chevrotain brings them along: a script for pages that can draw to text as well. */
function diagrams(defined: ReadonlySet<string>): (expression: Expression) => string {
  const context = createContext({ exports: {} });
  runInContext(readFileSync("packages/parser/node_modules/chevrotain/diagrams/vendor/railroad-diagrams.js", "utf8"), context);
  runInContext("Object.assign(globalThis, exports)", context);
  const written = (expression: Expression): string => {
    switch (expression.kind) {
      case "word":
        return `Terminal(${JSON.stringify(expression.text)})`;
      case "rule":
        return defined.has(expression.text) ? `NonTerminal(${JSON.stringify(expression.text)}, ${JSON.stringify(`#${expression.text}`)})` : `NonTerminal(${JSON.stringify(expression.text)})`;
      case "sequence":
        return expression.parts.length === 0 ? "Skip()" : `Sequence(${expression.parts.map(written).join(", ")})`;
      case "choice":
        return `Choice(0, ${expression.parts.map(written).join(", ")})`;
      case "option":
        return `Optional(${written(expression.inner)})`;
      case "repetition":
        return `ZeroOrMore(${written(expression.inner)})`;
    }
  };
  // Chevrotain's attributes are for its own page's highlighting.
  return (expression) =>
    String(runInContext(`Diagram(${written(expression)}).format(10).toString()`, context)).replaceAll(/ (?:occurrenceIdx|topRuleName|ruleName)="[^"]*"/g, "").replaceAll("xlink:href", "href")
      .replaceAll(/<path d="M[\d. ]+h0"><\/path>\n/g, "");
}

if (import.meta.filename === process.argv[1]) writeFileSync(diagramsFile, railroadPage());
