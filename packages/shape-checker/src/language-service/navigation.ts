/** Ways through the text: definitions, references, renaming, symbols, folding, selection, token kinds. */

import { children, nodeAt, reservedWords, walk, type AnyNode, type Edit, type Span } from "@cnn-lang/parser";
import { isOperatorName } from "../operators/index.ts";
import { definitionOf, nameAt, type Analysis } from "./analysis.ts";
import { placeKey } from "./place.ts";

/** Where the name at an offset is defined. */
export function definition(analysis: Analysis, offset: number): Span | undefined {
  const use = nameAt(analysis, offset);
  return use && definitionOf(analysis, use);
}

/** All places of a name in the given analyses (of all open files), its definition included, each once. */
export function references(analysis: Analysis, offset: number, all: readonly Analysis[]): readonly Span[] {
  const target = definition(analysis, offset);
  if (!target) return [];
  const places = new Map<string, Span>();
  for (const each of all) {
    for (const { use } of each.links.values()) {
      const found = definitionOf(each, use);
      if (found && placeKey(found) === placeKey(target)) places.set(placeKey(use), use);
    }
  }
  return [...places.values()].sort((a, b) => (a.file === b.file ? a.start.offset - b.start.offset : a.file < b.file ? -1 : 1));
}

export type Renaming = { readonly edits: readonly Edit[] } | { readonly refusal: string };

const nameForm = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

/** The edits that give the name at an offset another name everywhere, or why that cannot be. */
export function rename(analysis: Analysis, offset: number, name: string, all: readonly Analysis[]): Renaming {
  const places = references(analysis, offset, all);
  const [first] = places;
  if (!first) return { refusal: "there is no name here that could be renamed" };
  if (!nameForm.test(name)) return { refusal: `"${name}" is not a name: letters, digits and _ only, and no digit first` };
  if (reservedWords.includes(name)) return { refusal: `${name} is a word of the language` };
  if (isOperatorName(name)) return { refusal: `${name} is the name of an operator` };
  const texts = new Map(all.flatMap(({ program }) => [...program.files]));
  const old = texts.get(first.file)?.text.slice(first.start.offset, first.end.offset);
  const clash = all.some(({ links }) =>
    [...links.values()].some(({ definition: { file, start, end } }) => texts.get(file)?.text.slice(start.offset, end.offset) === name && places.some((place) => place.file === file)),
  );
  if (clash && old !== name) return { refusal: `${name} is already used in this file` };
  return { edits: places.filter((span) => texts.get(span.file)?.text.slice(span.start.offset, span.end.offset) === old).map((span) => ({ span, text: name })) };
}

export interface DocumentSymbol {
  readonly name: string;
  readonly kind: "model" | "block" | "layer" | "input";
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly DocumentSymbol[];
}

/** Models and blocks, with their labelled layers and inputs. */
export function documentSymbols({ program }: Analysis): readonly DocumentSymbol[] {
  return (program.entry?.ast.declarations ?? []).flatMap((declaration) =>
    declaration.kind === "import"
      ? []
      : [{ name: declaration.name.text, kind: declaration.kind, span: declaration.span, nameSpan: declaration.name.span, children: declaration.body ? symbolsIn(declaration.body) : [] }],
  );
}

function symbolsIn(node: AnyNode): readonly DocumentSymbol[] {
  return children(node).flatMap((child): readonly DocumentSymbol[] => {
    if (child.kind === "input") return [{ name: child.name?.text ?? "input", kind: "input", span: child.span, nameSpan: child.name?.span ?? child.span, children: [] }];
    const below = symbolsIn(child);
    if (child.kind !== "step" || !child.label) return below;
    const name = child.label.parts.map((part) => (typeof part === "string" ? part : "{…}")).join("");
    return [{ name, kind: "layer", span: child.span, nameSpan: child.label.span, children: below }];
  });
}

/** What can be folded: everything in braces that runs over several lines, and block comments. */
export function foldingRanges({ program }: Analysis): readonly Span[] {
  const spans: Span[] = [];
  const ast = program.entry?.ast;
  if (!ast) return spans;
  walk(ast, (node) => {
    if (["body", "block", "model", "call"].includes(node.kind) && node.span.end.line > node.span.start.line) spans.push(node.span);
  });
  spans.push(...ast.comments.map(({ span }) => span).filter(({ start, end }) => end.line > start.line));
  const seen = new Set<number>();
  return spans.filter(({ start }) => !seen.has(start.line) && seen.add(start.line));
}

/** The spans around an offset, smallest first, each larger than the last. */
export function selectionRanges({ program }: Analysis, offset: number): readonly Span[] {
  const ast = program.entry?.ast;
  if (!ast) return [];
  const spans = nodeAt(ast, offset).map(({ span }) => span).toReversed();
  return spans.filter((span, i) => i === 0 || placeKey(span) !== placeKey(spans[i - 1] ?? span));
}

export type TokenKind = "operator" | "block" | "model" | "parameter" | "point" | "label" | "shape" | "number" | "function" | "word";

export interface SemanticToken {
  readonly span: Span;
  readonly kind: TokenKind;
}

/** What a grammar of regular expressions cannot know: which name is what. In source order. */
export function semanticTokens(analysis: Analysis): readonly SemanticToken[] {
  const tokens: SemanticToken[] = [];
  const entry = analysis.program.entry;
  if (!entry) return tokens;
  const add = (span: Span, kind: TokenKind): void => void tokens.push({ span, kind });
  const nameKind = (text: string): TokenKind => {
    const kind = entry.names.get(text)?.kind;
    return kind === "block" || kind === "model" ? kind : isOperatorName(text) ? "operator" : "point";
  };
  walk(entry.ast, (node) => {
    switch (node.kind) {
      case "imported": {
        const { name, alias = name } = node;
        const kind = nameKind(alias.text);
        if (kind !== "point") for (const each of new Set([name, alias])) add(each.span, kind);
        break;
      }
      case "block":
      case "model":
        add(node.name.span, node.kind);
        break;
      case "output":
        add(node.name.span, "point");
        break;
      case "selector":
        add(node.span, "label");
        break;
      case "parameter":
        add(node.name.span, "parameter");
        break;
      case "base":
        add(node.name.span, "model");
        break;
      case "call":
        add(node.callee.span, nameKind(node.callee.text));
        break;
      case "argument":
        if (node.name) add(node.name.span, "parameter");
        break;
      case "label":
        add(node.span, "label");
        return false;
      case "step":
        node.as.forEach(({ span }) => add(span, "point"));
        break;
      case "shape":
        add(node.span, "shape");
        return false;
      case "number":
      case "size":
        add(node.span, "number");
        break;
      case "function-call":
        add(node.callee.span, "function");
        break;
      case "reference":
        add(node.span, nameKind(node.text) === "point" ? "parameter" : nameKind(node.text));
        break;
      default:
    }
    return undefined;
  });
  return tokens.sort((a, b) => a.span.start.offset - b.span.start.offset);
}
