/** Lines and columns count from 1 in UTF-16 units, offsets from 0; a byte order mark takes no column. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse, walk, type AnyNode } from "@cnn-lang/parser";

const test = suite("positions");

/** Line, column and offset where the name `x` stands. */
function placeOf(text: string): readonly number[] {
  const found: AnyNode[] = [];
  walk(parse(text, { file: "a.cnn" }).ast, (node) => {
    if (node.kind === "name" && node.text === "x") found.push(node);
  });
  const { line = 0, column = 0, offset = 0 } = found[0]?.span.start ?? {};
  return [line, column, offset];
}

for (const [name, text, place] of [
  ["plain", "block x { relu }", [1, 7, 6]],
  ["byte order mark", "\uFEFFblock x { relu }", [1, 7, 7]],
  ["after a byte order mark's line", "\uFEFF\nblock x { relu }", [2, 7, 8]],
  ["CR LF", "// a\r\nblock x { relu }", [2, 7, 12]],
  ["lone CR", "// a\rblock x { relu }", [2, 7, 11]],
  ["tabs count one", "\t\tblock\tx { relu }", [1, 9, 8]],
  ["UTF-16 units", "/* \u{1F600}합 */ block x { relu }", [1, 17, 16]],
] as const) {
  test(name, () => assert.equal(placeOf(text), place));
}

test("expressions in a label stand where they are written", () => {
  const text = 'block a(n) { "b{ n }-{n + 10}": relu }';
  const spans: string[] = [];
  walk(parse(text, { file: "" }).ast, ({ kind, span }) => {
    if (kind === "reference" || kind === "number" || kind === "binary") spans.push(text.slice(span.start.offset, span.end.offset));
  });
  assert.equal(spans, ["n", "n + 10", "n", "10"]);
});

test("every node lies within its parent", () => {
  const text = "model A(a = [1, 2]) {\n  input 3@8x8\n  frozen x: conv a[0] (3 + 1) pad=same -> concat { | relu | identity } as y\n}";
  const stack: AnyNode[] = [];
  walk(parse(text, { file: "" }).ast, (node) => {
    while (stack.length > 0 && (stack.at(-1)?.span.end.offset ?? 0) < node.span.end.offset) stack.pop();
    const parent = stack.at(-1);
    if (parent) assert.ok(parent.span.start.offset <= node.span.start.offset, node.kind);
    stack.push(node);
  });
});

test.run();
