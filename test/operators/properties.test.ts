/** Whatever the arguments: an operator gives facts that are whole, positive and consistent, or says what is wrong. */

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { operators } from "@cnn-lang/shape-checker";
import { outputSize } from "../../packages/shape-checker/src/shapes/window.ts";
import type { Facts, Parameter } from "../../packages/shape-checker/src/operators/operator.ts";
import { infer, inferAll, print, shape, type Given, type OperatorName } from "../helpers/infer.ts";

/** Any legal value of a parameter, bound for `rank` axes. */
function anyValue(parameter: Parameter, rank: number): fc.Arbitrary<unknown> {
  const axes = (minimum: number) => fc.array(fc.integer({ min: minimum, max: 9 }), { minLength: rank, maxLength: rank });
  const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: rank, maxLength: rank });
  switch (parameter.kind) {
    case "count":
      return fc.oneof(fc.integer({ min: parameter.minimum, max: 64 }), fc.constant(2 ** 52));
    case "real":
      return fc.constant(0.25);
    case "boolean":
      return fc.boolean();
    case "size":
      return axes(parameter.minimum);
    case "padding":
      return parameter.same ? fc.oneof(pairs, fc.constant("same")) : pairs;
    case "word":
      return fc.constantFrom(...parameter.words);
    case "words":
      return fc.uniqueArray(fc.constantFrom(...parameter.words));
    case "counts":
      return parameter.single ? fc.oneof(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1 })) : axes(0);
    case "shape":
      return fc.constantFrom("64", "16@2x2", "8@8", "2@4x2x4").map(shape);
  }
}

const anyShape = fc
  .tuple(fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constant(2 ** 50)), fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }))
  .map(([channels, axes]) => ({ channels, axes }));

function anyUse(name: OperatorName): fc.Arbitrary<readonly [Given, ...string[]]> {
  return fc.tuple(anyShape, anyShape, fc.boolean()).chain(([flow, other, alike]) => {
    const parameters = Object.entries<Parameter>(operators[name].signature);
    const given = fc.record(Object.fromEntries(parameters.map(([key, parameter]) => [key, anyValue(parameter, flow.axes.length)])));
    const inputs = operators[name].arity === "many" ? [flow, alike ? flow : { ...other, axes: flow.axes }] : [flow];
    return given.map((args) => [args, ...inputs.map(print)] as const);
  });
}

const wholeAndPositive = (n: number): boolean => Number.isSafeInteger(n) && n >= 1;

function verify({ outputShape, weights, macs, window }: Facts<object>, input: string): void {
  const counts = [outputShape.channels, ...outputShape.axes, ...weights.flatMap((weight) => weight.shape)];
  assert.ok(counts.every(wholeAndPositive), `${print(outputShape)} from ${input}`);
  assert.ok(Number.isSafeInteger(macs) && macs >= 0);
  if (typeof window === "string") return;
  const sizes = window.map((axis, index) => outputSize(shape(input).axes[index] ?? 0, axis));
  assert.equal(sizes, outputShape.axes, "its windows give its output's size");
}

const test = suite("properties of operators");

const isOperator = (name: string): name is OperatorName => name !== "input" && Object.hasOwn(operators, name);

for (const name of Object.keys(operators).filter(isOperator)) {
  test(name, () => {
    fc.assert(
      fc.property(anyUse(name), ([given, ...inputs]) => {
        let facts: readonly Facts<object>[];
        try {
          facts = inferAll(name, given, ...inputs);
        } catch (refusal) {
          assert.ok(refusal instanceof Error && refusal.message.length > 10);
          return;
        }
        for (const one of facts) verify(one, inputs[0] ?? "");
      }),
      { numRuns: 150, seed: 1 },
    );
  });
}

test("every operator is documented, and so is each parameter", () => {
  for (const [name, { doc, signature }] of Object.entries(operators)) {
    assert.ok(doc.length > 30, name);
    for (const [parameter, { doc: text }] of Object.entries<Parameter>(signature)) assert.ok(text.length > 10, `${name} ${parameter}`);
  }
});

test("facts are plain data", () => {
  const facts = infer("conv", { filters: 6, kernel: 5 }, "1@28x28");
  assert.equal(JSON.parse(JSON.stringify(facts)), facts);
});

test.run();
