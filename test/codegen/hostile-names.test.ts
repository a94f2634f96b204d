/** No name of a program, or of a model that comes as JSON from elsewhere, is ever executed. */

import "@tensorflow/tfjs-backend-cpu";
import { emit } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { load, run, weightsFrom } from "../helpers/emitted.ts";
import { modelOf } from "../helpers/program.ts";

const test = suite("hostile names");
test.before(() => tf.setBackend("cpu").then(() => undefined));

const attack = "globalThis.attacked = true";
const hostile = [
  `";${attack};"`, `';${attack};'`, `\`;${attack};\``, `\${${attack}}`, `\`\${${attack}}\``, `"+(${attack})+"`, `\\";${attack};//`, `\\\\";${attack};//`,
  `*/ ${attack} /*`, `// ${attack}`, `\n${attack}\n`, `\r${attack}`, `\u2028${attack}\u2028`, `\u2029${attack}`, `x\u0000;${attack}`, `</script><script>${attack}</script>`,
  `"]; ${attack}; weights["`, `x = (${attack})`, `#0#`, `// #0#`, `\u202e${attack}`, `{${attack}}`, `[${attack}]`, `constructor.constructor("${attack}")()`,
  "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then",
  "class", "await", "yield", "let", "static", "arguments", "eval", "null", "undefined", "NaN", "type", "new", "import",
  "tf", "weights", "mode", "forward", "weightShapes", "Weights", "Mode", "conv", "batchNorm", "dropout", "inputs",
  "0", "-1", "a-b", "a b", "", " ", ".", "𝒳", "변수", "é", "ﬁ", "a\u200db", "$", "$$", "_", "\ud800",
];

const program = `model Net(classes = 2) {
  input left 1@4x4
  input right 1@4x4
  left -> relu -> batchnorm as l
  right -> conv 1 1 -> spatial_dropout 0.5 -> scale as r
  concat { | l | r } -> flatten -> dense classes
  output sum
  l -> globalavgpool
  output mean
}
`;

/** The model with every name in it replaced by one made of `name`. */
function renamed(model: Model, name: string): Model {
  const paths = new Map(model.layers.map(({ path }, index) => [path, index === 0 ? name : `${name}${".".repeat(index)}`]));
  const path = (old: string): string => paths.get(old) ?? old;
  const span = { ...model.span, file: name };
  return {
    ...model,
    name,
    arguments: Object.fromEntries([[name, name]]),
    span,
    layers: model.layers.map((layer) => ({
      ...layer,
      span: { ...layer.span, file: name },
      path: path(layer.path),
      weights: layer.weights.map((weight) => ({ ...weight, name: weight.name.replace(layer.path, () => path(layer.path)) })),
    })),
    inputs: model.inputs.map((port, index) => ({ ...port, name: index === 0 ? name : `${name}2` })),
    outputs: model.outputs.map((port, index) => ({ ...port, name: index === 0 ? name : `${name}2` })),
  };
}

const numbers = (shape: readonly number[], first: number) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, index) => ((first + index) % 5) - 2),
});

/** All outputs' values of one run with fixed weights and inputs. */
async function outputsOf(model: Model): Promise<readonly Float32Array[]> {
  const emitted = await load(model);
  const shapes = model.layers.flatMap(({ weights }) => weights.map(({ name, shape }) => [name, shape] as const));
  const order = new Map(shapes.map(([name, shape], index) => [name, numbers(shape, index)]));
  const weights = weightsFrom(model, (name) => order.get(name) ?? numbers([], 0));
  for (const [name, tensor] of Object.entries(weights)) if (name.endsWith("running_var")) weights[name] = tf.onesLike(tensor);
  const inputs = new Map(model.inputs.map(({ name, shape }, index) => [name, numbers([3, shape.channels, ...shape.axes], index)]));
  const { outputs } = await run(emitted, weights, inputs);
  return [...outputs.values()];
}

for (const name of hostile) {
  test(JSON.stringify(name), async () => {
    const model = modelOf(program);
    const expected = await outputsOf(model);
    assert.equal(await outputsOf(renamed(model, name)), expected);
    await emit(renamed(model, name), { typescript: true });
    assert.not("attacked" in globalThis, "the name was executed");
  });
}

test("labels of a program, which may hold nearly anything", async () => {
  const labels = ["${attacked = true}", "*/ attacked = true /*", "(attacked = true)", "</script>", "__proto__", "class"];
  const lines = labels.map((label) => `"${label.replaceAll("{", "\\{")}": scale`);
  const model = modelOf(`model Net {\n  input 2\n  ${lines.join("\n  ")}\n}\n`);
  assert.equal(model.layers.slice(1).map(({ path }) => path), labels);
  const [output] = await outputsOf(model);
  assert.is(output?.length, 6);
  assert.not("attacked" in globalThis);
});

test.run();
