/** Each line of emitted code leads back to the line of the program that it comes from. */

import { emit } from "@cnn-lang/codegen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { modelOf } from "../helpers/program.ts";

const test = suite("source maps");

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base 64 digits of five bits each, the lowest first, the sign in the lowest bit (ECMA-426). */
function decode(segment: string): readonly number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

/** `emitted line → file:line:column`, for every line that has a place. */
async function places(text: string) {
  const { code, map } = await emit(modelOf(text), { file: "net.js" });
  let [source, line, column] = [0, 0, 0];
  const found = map.mappings.split(";").map((segment) => {
    if (segment === "") return undefined;
    const [, bySource = 0, byLine = 0, byColumn = 0] = decode(segment);
    [source, line, column] = [source + bySource, line + byLine, column + byColumn];
    return `${map.sources[source]}:${line + 1}:${column + 1}`;
  });
  return { map, lines: code.split("\n").map((emitted, index) => ({ emitted: emitted.trim(), place: found[index] })) };
}

const program = `import { act } from "./act.cnn"
model Net {
  input 3@8x8
  conv 4 3
  act
  flatten -> dense 2
}
// === act.cnn ===
block act {

  relu
  maxpool 2
}
`;

test("a statement leads to its layer, over all of its lines and through imports", async () => {
  const { map, lines } = await places(program);
  assert.equal([map.version, map.file, map.sources], [3, "net.js", ["main.cnn", "act.cnn"]]);
  const of = (start: string): string | undefined => lines.find(({ emitted }) => emitted.startsWith(start))?.place;
  assert.is(of("const conv_1"), "main.cnn:4:3");
  assert.is(of("const act_1_relu_1"), "act.cnn:3:3");
  assert.is(of("const flatten_1"), "main.cnn:6:3");
  const dense = lines.findIndex(({ emitted }) => emitted.startsWith("const dense_1"));
  const end = lines.findIndex(({ emitted }, index) => index >= dense && emitted.endsWith("main.cnn:6"));
  assert.equal([...new Set(lines.slice(dense, end + 1).map(({ place }) => place))], ["main.cnn:6:14"]);
});

test("imports, weights, comments and blank lines lead nowhere", async () => {
  const { lines } = await places(program);
  const mapped = lines.filter(({ place }) => place !== undefined).map(({ emitted }) => emitted);
  assert.not.ok(mapped.some((line) => line === "" || line.startsWith("//") || line.startsWith("import") || line.startsWith("export")));
});

test("the comment behind each statement says the place that its mapping says", async () => {
  const { lines } = await places(program);
  const commented = lines.filter(({ emitted }) => /\S.*\/\/ .*\.cnn:\d+$/.test(emitted));
  assert.is(commented.length, 5);
  for (const { emitted, place } of commented) assert.ok(place?.startsWith(`${/(\w+\.cnn:\d+)$/.exec(emitted)?.[1]}:`), emitted);
});

test.run();
