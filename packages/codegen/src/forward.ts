/** The function that a module is for: from weights and inputs to outputs. */

import { printShape, type LayerId, type Model, type Port } from "@cnn-lang/shape-checker";
import { code, comment, identifier, join, member, object, type Code } from "./code.ts";
import { tensorShape } from "./layout.ts";
import { createNames } from "./names.ts";
import { primitiveNames } from "./primitives.ts";
import { statement, tensorType, valueOf, type Module, type Scope } from "./statements.ts";

/** `export function forward(weights, input, mode) { … }`, and whether it takes a mode. */
export function emitForward(model: Model, module: Module): { readonly code: Code; readonly usesMode: boolean } {
  const names = createNames([...primitiveNames, "tf", "weights", "weightShapes", "forward", "inputs", "mode", "Weights", "Inputs", "Outputs", "Mode"]);
  const scope: Scope = { names, values: new Map(), path: (path) => code`${path}`, weight: (name) => member(identifier("weights"), name), usesMode: false };
  const input = inputParameter(model, module, scope);
  const statements = reaching(model).map((id) => {
    const layer = model.layers[id];
    return layer && layer.operator !== "input" ? statement(layer, module, scope) : code``;
  });
  const body = code`return tf.tidy(() => {\n${join(input.statements)}${join(statements)}\nreturn ${result(model, scope)};\n});`;
  const typed = (type: Code): Code => (module.typescript ? code`: ${type}` : code``);
  const mode = scope.usesMode ? code`, mode${typed(code`Mode`)} = { training: false }` : code``;
  const parameters = code`weights${typed(code`Weights`)}, ${input.parameter}${mode}`;
  return {
    code: code`${documentation(model)}export function forward(${parameters})${typed(resultType(model))} {\n${body}\n}\n`,
    usesMode: scope.usesMode,
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
  const statements = inputs.map((port) => {
    const name = names.fresh(port.name);
    values.set(port.layer, name);
    return code`const ${name} = ${member(identifier("inputs"), port.name)};\n`;
  });
  return { parameter: code`inputs${typed(portTypes(inputs))}`, statements };
}

/** The layers that some output is computed from, in order: the rest would be computed for nothing. */
function reaching({ layers, outputs }: Model): readonly LayerId[] {
  const wanted = new Set(outputs.map(({ layer }) => layer));
  for (const { id, inputs } of layers.toReversed()) {
    if (wanted.has(id)) for (const input of inputs) wanted.add(input);
  }
  return [...wanted].sort((a, b) => a - b);
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
  const line = ({ name, shape }: Port): string => `${name}: [batch, ${tensorShape(shape).join(", ")}], ${printShape(shape)} with the channels last`;
  return comment([...inputs.map(line), ...outputs.map((port) => `→ ${line(port)}`)]);
}
