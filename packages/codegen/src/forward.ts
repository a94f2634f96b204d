/** The function that a module is for: from weights and inputs to outputs. */

import { printShape, type Model, type Port } from "@cnn-lang/shape-checker";
import { code, comment, identifier, join, member, object, type Code } from "./code.ts";
import { tensorShape } from "./layout.ts";
import { createNames, type Names } from "./names.ts";
import type { Item } from "./passes/outline.ts";
import { statements, tensorType, valueOf, type Module, type Scope } from "./statements.ts";

/** `export function forward(weights, input, mode) { … }`, and whether it takes a mode. */
export function emitForward(model: Model, items: readonly Item[], module: Module, names: Names): { readonly code: Code; readonly usesMode: boolean } {
  const scope: Scope = {
    names: createNames([...names.taken(), "inputs"]),
    values: new Map(),
    path: (path) => code`${path}`,
    key: (path) => code`${path}`,
    within: (path) => path,
    varying: new Set(),
    weight: (name) => member(identifier("weights"), name),
    uses: new Set(),
  };
  const input = inputParameter(model, module, scope);
  const body = code`return tf.tidy(() => {\n${join(input.statements)}${statements(items, module, scope)}\nreturn ${result(model, scope)};\n});`;
  const typed = (type: Code): Code => (module.typescript ? code`: ${type}` : code``);
  const mode = scope.uses.has("mode") || module.observed ? code`, mode${typed(code`Mode`)} = { training: false }` : code``;
  const observer = module.observed ? code`, observer` : code``;
  const parameters = code`weights${typed(module.weights)}, ${input.parameter}${mode}${observer}`;
  return {
    code: code`${documentation(model)}export function forward(${parameters})${typed(resultType(model))} {\n${body}\n}\n`,
    usesMode: scope.uses.has("mode"),
  };
}

/** One input is the tensor itself; several come as an object, by name. */
function inputParameter({ inputs }: Model, { typescript }: Module, { names, values }: Scope): { readonly parameter: Code; readonly statements: readonly Code[] } {
  const typed = (type: Code): Code => (typescript ? code`: ${type}` : code``);
  const [only] = inputs;
  if (inputs.length === 1 && only) {
    const name = names.fresh(only.name);
    values.set(only.layer, name);
    return { parameter: code`${name}${typed(portType(only))}`, statements: [] };
  }
  const definitions = inputs.map((port) => {
    const name = names.fresh(port.name);
    values.set(port.layer, name);
    return code`const ${name} = ${member(identifier("inputs"), port.name)};\n`;
  });
  return { parameter: code`inputs${typed(portTypes(inputs))}`, statements: definitions };
}

function result({ outputs }: Model, scope: Scope): Code {
  const [only] = outputs;
  if (outputs.length === 1 && only) return valueOf(only.layer, scope);
  return object(outputs.map(({ name, layer }) => [name, valueOf(layer, scope)]));
}

const portType = ({ shape }: Port): Code => tensorType(shape.axes.length + 2);

const portTypes = (ports: readonly Port[]): Code => object(ports.map((port) => [port.name, portType(port)]));

function resultType({ outputs }: Model): Code {
  const [only] = outputs;
  return outputs.length === 1 && only ? portType(only) : portTypes(outputs);
}

/** What goes in and comes out: `input: [batch, 28, 28, 1]`, which is `1@28x28`, channels last. */
function documentation({ inputs, outputs }: Model): Code {
  const line = ({ name, shape }: Port): string =>
    `${name}: [batch, ${tensorShape(shape).join(", ")}]${shape.axes.length > 0 ? `, which is ${printShape(shape)} with the channels last` : ""}`;
  return comment([...inputs.map(line), ...outputs.map((port) => `→ ${line(port)}`)]);
}
