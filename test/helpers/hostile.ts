/** A program and names that would do harm where emitted code did not write them as text. */

import type { Model } from "@cnn-lang/shape-checker";
import { modelOf } from "./program.ts";

/** Names that become code, or break it, where they are not quoted as they should; `attack` is a statement of the emitted language. */
export const hostileNames = (attack: string): readonly string[] => [
  `";${attack};"`, `';${attack};'`, `\`;${attack};\``, `\${${attack}}`, `\`\${${attack}}\``, `"+(${attack})+"`, `\\";${attack};//`, `\\\\";${attack};//`,
  `*/ ${attack} /*`, `// ${attack}`, `\n${attack}\n`, `\r${attack}`, `\u2028${attack}\u2028`, `\u2029${attack}`, `x\u0000;${attack}`, `</script><script>${attack}</script>`,
  `"]; ${attack}; weights["`, `x = (${attack})`, `#0#`, `// #0#`, `\u202e${attack}`, `{${attack}}`, `[${attack}]`, `constructor.constructor("${attack}")()`,
  "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then",
  "class", "await", "yield", "let", "static", "arguments", "eval", "null", "undefined", "NaN", "type", "new", "import",
  "tf", "weights", "mode", "forward", "weightShapes", "Weights", "Mode", "conv", "batchNorm", "dropout", "inputs",
  "0", "-1", "a-b", "a b", "", " ", ".", "𝒳", "변수", "é", "ﬁ", "a\u200db", "$", "$$", "_", "\ud800",
];

/** Two inputs, two outputs, and operators that name their path in emitted code. */
export const hostileProgram = (): Model =>
  modelOf(`model Net(classes = 2) {
  input left 1@4x4
  input right 1@4x4
  left -> relu -> batchnorm as l
  right -> conv 1 1 -> spatial_dropout 0.5 -> scale as r
  concat { | l | r } -> flatten -> dense classes
  output sum
  l -> globalavgpool
  output mean
}
`);

/** The model with every name in it replaced by one made of `name`. */
export function renamed(model: Model, name: string): Model {
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
