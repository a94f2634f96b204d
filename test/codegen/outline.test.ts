/** Which calls become functions: those that become equal code, with one value in and one out. */

import { emit } from "@cnn-lang/codegen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { modelOf } from "../helpers/program.ts";

const test = suite("outlining");

/** The functions before `forward`, each with its parameters, and the constants of `forward` that call one. */
async function outlined(text: string): Promise<{ readonly functions: readonly string[]; readonly calls: readonly string[]; readonly code: string }> {
  const { code } = await emit(modelOf(text));
  const [, body = ""] = code.split("export function forward");
  return {
    code,
    functions: [...code.matchAll(/^function (\w+\([^)]*\))/gm)].map(([, found = ""]) => found),
    calls: [...body.matchAll(/const (\w+) = (\w+)\(/g)].map(([, name, called]) => `${name} = ${called}`),
  };
}

const stage = "block stage(c, k = 3) { conv c k pad=1 -> batchnorm -> relu }\n";

test("calls that differ in sizes alone become one function", async () => {
  const { functions, calls } = await outlined(`${stage}model Net {\n  input 3@8x8\n  stage 4 -> stage 8 -> stage 8\n}\n`);
  assert.equal(functions, ["stage(weights, path, input, mode)"]);
  assert.equal(calls, ["stage_1 = stage", "stage_2 = stage", "stage_3 = stage"]);
});

test("another kernel with other padding is other code", async () => {
  const strided = "block stage(c, s) { conv c 3 pad=1 stride=s -> relu }\n";
  const { functions } = await outlined(`${strided}model Net {\n  input 3@16x16\n  stage 4 1 -> stage 4 1 -> stage 4 2 -> stage 4 2\n}\n`);
  assert.equal(functions, ["stage(weights, path, input)", "stage_2(weights, path, input)"]);
});

test("a call alone of its kind stays in place, under a heading", async () => {
  const { functions, code } = await outlined(`${stage}model Net {\n  input 3@8x8\n  stage 4\n}\n`);
  assert.equal(functions, []);
  assert.match(code, "// stage_1: stage  main.cnn:4\n");
});

test("a frozen call is other code, since its batch norm runs on stored statistics", async () => {
  const { functions, code } = await outlined(`${stage}model Net {\n  input 3@8x8\n  frozen stage 4\n  frozen stage 4\n  stage 4\n}\n`);
  assert.equal(functions, ["stage(weights, path, input)"]);
  assert.match(code, "{ training: false }");
  assert.match(code, "training: mode.training");
});

test("functions call functions, and take only what they use", async () => {
  const { functions } = await outlined(`
block act { relu -> maxpool 2 }
block pair(c) { conv c 1 -> act }
model Net {
  input 3@16x16
  pair 4 -> pair 8 -> act
}
`);
  assert.equal(functions, ["act(input)", "pair(weights, path, input)"]);
});

test("what stands only inside a function that is written once needs none of its own", async () => {
  const { functions } = await outlined(`
block inner { relu -> maxpool 2 }
block outer(c) { conv c 1 -> inner }
model Net {
  input 3@16x16
  outer 4 -> outer 8
}
`);
  assert.equal(functions, ["outer(weights, path, input)"]);
});

test("a call of which two values are used stays in place", async () => {
  const { functions } = await outlined(`
block stage(c) { conv c 1 -> relu }
model Net {
  input 3@4x4
  a: { conv 4 1 -> relu } as first
  stage 4 -> add first
  stage 4
  output sum
  first -> globalavgpool
  output mean
}
`);
  assert.equal(functions, ["stage(weights, path, input)"]);
});

test("shared weights are one path, called twice", async () => {
  const { functions, calls } = await outlined(`
block encoder(c) { conv c 3 -> relu -> flatten }
model Twin {
  input left 1@8x8
  input right 1@8x8
  left -> encoder: encoder 2 as a
  right -> reuse encoder as b
  concat { | a | b }
}
`);
  assert.equal(functions, ["encoder(weights, path, input)"]);
  assert.equal(calls.map((call) => call.split(" = ")[1]), ["encoder", "encoder"]);
});

test("layers that reach no output are not computed", async () => {
  const { code } = await outlined("model Net {\n  input 3@4x4\n  conv 2 1 as kept\n  conv 9 1\n  kept -> relu\n}\n");
  assert.match(code, "const conv_1");
  assert.not.match(code, "const conv_2");
});

test.run();
