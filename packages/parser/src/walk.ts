/** Ways through a syntax tree: a node's children, all nodes below it, and those at a place in the text. */

import type { AnyNode, Argument, File, Label } from "./ast.ts";

type ChildrenOf = { readonly [Kind in AnyNode["kind"]]: (node: Extract<AnyNode, { kind: Kind }>) => readonly (AnyNode | undefined)[] };

const none = (): readonly AnyNode[] => [];

const childrenOf: ChildrenOf = {
  file: (node) => node.declarations,
  import: (node) => [...node.names, node.from],
  imported: (node) => [node.name, node.alias],
  block: (node) => [node.name, ...node.parameters, node.body],
  model: (node) => [node.name, ...node.parameters, node.base, node.body],
  parameter: (node) => [node.name, node.default],
  base: (node) => [node.name, ...node.given],
  body: (node) => node.items,
  let: (node) => [node.name, node.value],
  assert: (node) => node.conditions,
  load: (node) => [node.path, ...node.except],
  freeze: (node) => [...(node.selectors === "all" ? [] : node.selectors), ...node.except],
  selector: none,
  step: (node) => [node.label, node.core, ...node.as],
  label: (node: Label) => node.parts.filter((part) => typeof part !== "string"),
  skip: (node) => [node.condition, node.body, node.project],
  projection: (node) => [node.label, node.body],
  repeat: (node) => [node.count, node.body],
  for: (node) => [...node.names, node.list, node.body],
  if: (node) => [node.condition, node.then, node.else],
  input: (node) => [node.name, node.shape],
  output: (node) => [node.name],
  reuse: (node) => [node.selector],
  shape: (node) => [node.channels, node.axes],
  call: (node) => [node.callee, ...node.arguments, ...(node.branches ?? [])],
  argument: (node: Argument) => [node.name, node.value],
  unary: (node) => [node.operand],
  binary: (node) => [node.left, node.right],
  conditional: (node) => [node.condition, node.then, node.else],
  member: (node) => [node.object, node.property],
  index: (node) => [node.object, node.index],
  "function-call": (node) => [node.callee, ...node.arguments],
  parenthesized: (node) => [node.inner],
  list: (node) => node.items,
  number: none,
  size: none,
  string: none,
  boolean: none,
  reference: none,
  name: none,
  unknown: none,
  comment: none,
  invalid: none,
};

/** The nodes directly below a node, in source order. Comments are not among them. */
export function children(node: AnyNode): readonly AnyNode[] {
  return listChildren(node).filter((child) => child !== undefined);
}

function listChildren<Kind extends AnyNode["kind"]>(node: Extract<AnyNode, { kind: Kind }>): readonly (AnyNode | undefined)[] {
  const list: ChildrenOf[Kind] = childrenOf[node.kind];
  return list(node);
}

/** Calls `visit` for a node and all below it, parents first, in source order. Where `visit` returns false, it goes no deeper. */
export function walk(node: AnyNode, visit: (node: AnyNode) => boolean | void): void {
  if (visit(node) === false) return;
  for (const child of children(node)) walk(child, visit);
}

/** The nodes around an offset, from the file down to the smallest; a node holds the offset at its end too. */
export function nodeAt(file: File, offset: number): readonly AnyNode[] {
  const path: AnyNode[] = [file];
  for (;;) {
    const around = children(path.at(-1) ?? file).filter(({ span }) => span.start.offset <= offset && offset <= span.end.offset);
    // Where two touch (`conv|(`), the one that begins here is meant.
    const next = around.at(-1);
    if (!next) return path;
    path.push(next);
  }
}
