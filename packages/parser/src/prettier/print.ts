/**
 * Declarations and flows → documents for Prettier, in the one canonical layout.
 *
 * The author chooses which braces span lines (a line break behind the brace says so) and where a layer follows
 * by `->` rather than in a new line; everything else follows from the width. A body in one line is never broken by
 * Prettier: where it does not fit, it is printed again with its braces expanded, so that a second run finds the
 * same choice in the text.
 */

import type { Doc } from "prettier";
import { builders, printer, utils } from "prettier/doc";
import type {
  Argument, Body, Call, Comment, Core, Declaration, File, Freeze, If, Import, Item, Label, Name, Parameter, Selector, Skip, Step,
} from "../ast.ts";
import { textWidth } from "../text-width.ts";
import { alignLabels, readChoices } from "./author-choices.ts";
import { printBracketed, printCommaSeparated, printSelector, printValue } from "./print-values.ts";
import type { TokenCursor } from "./token-cursor.ts";

const { align, group, indent } = builders;
const indentation = 2;
const arrow = "-> ".length;

/** How the braces of a part are printed: all in one line, all expanded, or each as the author or the width has it. */
type Braces = "flat" | "expanded" | "chosen";

export interface PrintContext {
  readonly text: string;
  readonly cursor: TokenCursor;
  readonly comments: readonly Comment[];
  /** Columns of a line. */
  readonly width: number;
}

/** Prints a file that was read without mistakes. */
export function printFile({ text, cursor, comments, width }: PrintContext, file: File): Doc {
  const author = readChoices(text, comments, cursor);

  const fits = (doc: Doc, column: number): boolean =>
    utils.willBreak(doc) || column + textWidth(printer.printDocToString(doc, { printWidth: Infinity, tabWidth: indentation }).formatted) <= width;

  /** Prints a part that begins in a column; if it is too wide for its line, with its braces expanded. */
  function fitted(print: (braces: Braces) => Doc, braces: Braces, column: number): Doc {
    if (braces !== "chosen") return print(braces);
    const mark = cursor.mark();
    const doc = print("chosen");
    if (fits(doc, column)) return doc;
    cursor.reset(mark);
    return print("expanded");
  }

  const word = (expected: string): Doc => [cursor.gap("space"), cursor.take(expected)];

  // Declarations

  const declaration = (node: Declaration): Doc =>
    node.kind === "import" ? importDeclaration(node) : fitted((braces) => blockOrModel(node, braces), "chosen", 0);

  function importDeclaration(node: Import): Doc {
    const names = node.names.map(({ alias }) => () => [cursor.take(), alias ? [word("as"), cursor.gap("space"), cursor.take()] : ""]);
    const list = [cursor.take("import"), cursor.gap("space"), printBracketed(cursor, names, { trailingComma: true, spaced: true })];
    return [list, word("from"), cursor.gap("space"), cursor.take()];
  }

  function blockOrModel(node: Exclude<Declaration, Import>, braces: Braces): Doc {
    const parts: Doc[] = [cursor.take(), cursor.gap("space"), cursor.take()];
    parts.push(inParentheses(node.parameters.map((one) => () => parameter(one))));
    if (node.kind === "model" && node.base) {
      parts.push(word("="), cursor.gap("space"), cursor.take());
      parts.push(inParentheses(node.base.given.map((one) => () => argument(one, "space", indentation, "chosen"))));
    }
    if (node.body) parts.push(cursor.gap("space"), body(node.body, 0, braces));
    return parts;
  }

  const inParentheses = (items: readonly (() => Doc)[]): Doc =>
    cursor.peek()?.image === "(" ? [cursor.gap("nothing"), printBracketed(cursor, items, { trailingComma: true })] : "";

  function parameter(node: Parameter): Doc {
    const name = cursor.take();
    return node.default ? [name, word("="), cursor.gap("space"), argumentValue(node.default, indentation, "chosen")] : name;
  }

  // Flows

  function body(node: Body, column: number, braces: Braces): Doc {
    if (braces === "chosen" && !author.expands(node)) {
      const mark = cursor.mark();
      const doc = inBraces(node, column, false);
      if (!utils.willBreak(doc)) return doc;
      cursor.reset(mark);
    }
    return inBraces(node, column, braces !== "flat" || author.expands(node));
  }

  function inBraces(node: Body, column: number, isExpanded: boolean): Doc {
    const separator = isExpanded && node.items.length > 0 ? "newline" : "space";
    const open = cursor.take("{");
    const first = node.items.length > 0 ? cursor.gap(separator) : "";
    const inside = isExpanded ? flow(node.items, column + indentation, "chosen") : flow(node.items, column, "flat");
    const end = cursor.gapParts(separator);
    return [open, indent([first, inside, end.comments]), end.separator, cursor.take("}")];
  }

  /** Lines of layers; `column` is where they begin. */
  function flow(items: readonly Item[], column: number, braces: Braces): Doc {
    const lines = author.lines(items);
    const pads = alignLabels(text, lines);
    return lines.map((chain, index) => [index === 0 ? "" : cursor.gap("newline"), line(chain, column, braces, pads[index] ?? 1)]);
  }

  /** Layers joined by arrows: in one line, or each arrow in a line of its own, but for those beside an expanded brace. */
  function line(chain: readonly Item[], column: number, braces: Braces, pad: number): Doc {
    const parts: Doc[] = [];
    let run: Doc[] = [];
    let wasExpanded = false;
    for (const [index, node] of chain.entries()) {
      const isFirst = index === 0;
      const [flat, broken] = isFirst ? ["", ""] : [cursor.gap("space"), cursor.gap("line")];
      const sign = isFirst ? "" : [cursor.take("->"), cursor.gap("space")];
      const start = isFirst ? column : column + indentation + arrow;
      const doc = fitted((how) => item(node, column, how, isFirst ? pad : 1), braces, start);
      const isExpanded = utils.willBreak(doc);
      if (isFirst) {
        run.push(doc);
      } else if (isExpanded || wasExpanded) {
        parts.push(group(run), indent([flat, sign]));
        run = [doc];
      } else {
        run.push(indent([broken, sign, doc]));
      }
      wasExpanded = isExpanded;
    }
    return [...parts, group(run)];
  }

  function item(node: Item, column: number, braces: Braces, pad: number): Doc {
    switch (node.kind) {
      case "let":
        return [cursor.take("let"), cursor.gap("space"), cursor.take(), word("="), cursor.gap("space"), printValue(cursor, node.value)];
      case "assert":
        return [cursor.take("assert"), cursor.gap("space"), printCommaSeparated(cursor, node.conditions.map((one) => () => printValue(cursor, one)))];
      case "load":
        return [cursor.take("load"), cursor.gap("space"), cursor.take(), exceptions(node.except)];
      case "freeze":
        return [cursor.take("freeze"), cursor.gap("space"), frozen(node), exceptions(node.except)];
      case "step":
        return stepNode(node, column, braces, pad);
    }
  }

  const frozen = ({ selectors: chosen }: Freeze): Doc => (chosen === "all" ? cursor.take("all") : selectors(chosen));

  const selectors = (nodes: readonly Selector[]): Doc => printCommaSeparated(cursor, nodes.map((one) => () => printSelector(cursor, one)));

  const exceptions = (nodes: readonly Selector[]): Doc => (nodes.length === 0 ? "" : [word("except"), cursor.gap("space"), selectors(nodes)]);

  function stepNode(node: Step, column: number, braces: Braces, pad: number): Doc {
    const parts: Doc[] = [];
    if (node.frozen) parts.push(cursor.take("frozen"), cursor.gap("space"));
    if (node.label) {
      parts.push(label(node.label), cursor.gap("nothing"), cursor.take(":"));
      const gap = cursor.gapParts("space");
      parts.push(gap.comments, gap.separator === " " ? " ".repeat(pad) : gap.separator);
    }
    parts.push(core(node.core, column, braces));
    if (node.as.length > 0) parts.push(word("as"), names(node.as));
    return parts;
  }

  const names = (nodes: readonly Name[]): Doc =>
    nodes.map((_, index) => [index === 0 ? "" : [cursor.gap("nothing"), cursor.take(",")], cursor.gap("space"), cursor.take()]);

  /** A label is printed as it stands, with the expressions in it. */
  function label(node: Label): Doc {
    for (let token = cursor.peek(); token && token.startOffset < node.span.end.offset; token = cursor.peek()) cursor.take();
    return text.slice(node.span.start.offset, node.span.end.offset);
  }

  function core(node: Core, column: number, braces: Braces): Doc {
    switch (node.kind) {
      case "body":
        return body(node, column, braces);
      case "call":
        return call(node, column, braces);
      case "skip":
        return node.project ? alike((all) => skip(node, column, all), braces) : skip(node, column, braces);
      case "repeat":
        return [cursor.take("repeat"), cursor.gap("space"), printValue(cursor, node.count), cursor.gap("space"), body(node.body, column, braces)];
      case "for": {
        const head = [cursor.take("for"), names(node.names), word("in"), cursor.gap("space"), printValue(cursor, node.list)];
        return [head, cursor.gap("space"), body(node.body, column, braces)];
      }
      case "if":
        return node.else ? alike((all) => choice(node, column, all), braces) : choice(node, column, braces);
      case "input":
        return [cursor.take("input"), cursor.gap("space"), node.name ? [cursor.take(), cursor.gap("space")] : "", printValue(cursor, node.shape)];
      case "output":
        return [cursor.take("output"), cursor.gap("space"), cursor.take()];
      case "reuse":
        return [cursor.take("reuse"), cursor.gap("space"), printSelector(cursor, node.selector)];
      case "shape":
      case "invalid":
        return printValue(cursor, node);
    }
  }

  /** Bodies that belong together: all in one line, or where one of them needs lines, all expanded. */
  function alike(print: (braces: Braces) => Doc, braces: Braces): Doc {
    if (braces !== "chosen") return print(braces);
    const mark = cursor.mark();
    const doc = print("flat");
    if (!utils.willBreak(doc)) return doc;
    cursor.reset(mark);
    return print("expanded");
  }

  function skip(node: Skip, column: number, braces: Braces): Doc {
    const head: Doc[] = [cursor.take("skip"), cursor.gap("space")];
    if (node.condition) head.push(cursor.take("if"), cursor.gap("space"), printValue(cursor, node.condition), cursor.gap("space"));
    head.push(body(node.body, column, braces));
    if (!node.project) return head;
    head.push(word("project"), cursor.gap("space"));
    if (node.project.label) head.push(label(node.project.label), cursor.gap("space"));
    return [...head, body(node.project.body, column, braces)];
  }

  function choice(node: If, column: number, braces: Braces): Doc {
    const head = [cursor.take("if"), cursor.gap("space"), printValue(cursor, node.condition), cursor.gap("space"), body(node.then, column, braces)];
    if (!node.else) return head;
    const rest = [word("else"), cursor.gap("space")];
    return [head, rest, node.else.kind === "if" ? choice(node.else, column, braces) : body(node.else, column, braces)];
  }

  // Calls

  function call(node: Call, column: number, braces: Braces): Doc {
    const parts: Doc[] = [cursor.take()];
    for (const one of node.arguments) {
      parts.push(cursor.gap("space"));
      // The parentheses of `dense(120)` are no part of its argument: they go.
      const open = cursor.peek();
      const isGlued = open?.image === "(" && open.startOffset < one.span.start.offset;
      if (isGlued) parts.push(dropped("("));
      parts.push(argument(one, "nothing", column, braces));
      if (isGlued) parts.push(cursor.gap("nothing"), dropped(")"));
    }
    if (node.branches) parts.push(cursor.gap("space"), branches(node.branches, node, column, braces));
    return parts;
  }

  /** Comments behind a token that is not printed stay. */
  function dropped(bracket: "(" | ")"): Doc {
    cursor.take(bracket);
    return bracket === "(" ? cursor.gap("nothing") : "";
  }

  function argument(node: Argument, around: "nothing" | "space", column: number, braces: Braces): Doc {
    if (!node.name) return argumentValue(node.value, column, braces);
    return [cursor.take(), cursor.gap(around), cursor.take("="), cursor.gap(around), argumentValue(node.value, column, braces)];
  }

  const argumentValue = (value: Argument["value"], column: number, braces: Braces): Doc =>
    value.kind === "body" ? body(value, column, braces) : printValue(cursor, value);

  function branches(nodes: readonly Body[], parent: Call, column: number, braces: Braces): Doc {
    const open = cursor.peek()?.startOffset ?? 0;
    const isExpanded = braces === "expanded" || author.expandsBranches(nodes, open, parent.span.end.offset);
    if (braces === "chosen" && !isExpanded) {
      const mark = cursor.mark();
      const doc = inBars(nodes, column, false);
      if (!utils.willBreak(doc)) return doc;
      cursor.reset(mark);
    }
    return inBars(nodes, column, isExpanded || braces === "chosen");
  }

  function inBars(nodes: readonly Body[], column: number, isExpanded: boolean): Doc {
    const separator = isExpanded ? "newline" : "space";
    const open = cursor.take("{");
    const parts = nodes.map((node) => {
      const bar = [cursor.gap(separator), cursor.take("|"), cursor.gap("space")];
      return [bar, align(indentation, flow(node.items, column + 2 * indentation, isExpanded ? "chosen" : "flat"))];
    });
    const end = cursor.gapParts(separator);
    return [open, indent([parts, end.comments]), end.separator, cursor.take("}")];
  }

  const declarations = file.declarations.map((node, index) => [index === 0 ? cursor.gap("nothing") : cursor.gap("newline"), declaration(node)]);
  const end = cursor.gap("newline");
  const isEmpty = file.declarations.length === 0 && comments.length === 0;
  return isEmpty ? "" : [declarations, end];
}
