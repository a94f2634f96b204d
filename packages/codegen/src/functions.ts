/** The functions that calls alike share: `function basic(weights, path, input, mode) { … }`. */

import { printShape } from "@cnn-lang/shape-checker";
import { code, comment, identifier, join, literal, template, type Code } from "./code.ts";
import { createNames, type Names } from "./names.ts";
import type { Outlined } from "./passes/outline.ts";
import { parameter, statements, tensorType, valueOf, type Module, type Parameter, type Scope } from "./statements.ts";

/** Writes the functions, inner ones first, and gives each a name of the module. */
export function emitFunctions(functions: readonly Outlined[], module: Module, names: Names): Code {
  const named = functions.map((outlined) => ({ outlined, name: names.fresh(outlined.calls[0]?.name ?? "part") }));
  return join(named.map(({ outlined, name }) => emitFunction(outlined, name, module, names)));
}

function emitFunction(outlined: Outlined, name: Code, module: Module, names: Names): Code {
  const { calls, input, output, items } = outlined;
  const base = calls[0]?.path ?? "";
  const paths = [...new Set(calls.map((call) => call.path))];
  const within = (path: string): string => path.slice(base.length + 1);
  const uses = new Set<Parameter>();
  const path = (whole: string): Code => template(parameter("path", { uses }), whole.slice(base.length));
  // To TypeScript a template is any string, unless it is constant: then it is one of the weights' names.
  const key = (whole: string): Code => (module.typescript && whole !== base ? code`${path(whole)} as const` : path(whole));
  const local = createNames([...names.taken(), "path"]);
  const value = local.fresh("input");
  const scope: Scope = {
    names: local,
    values: new Map([[input, value]]),
    path,
    key,
    within,
    varying: outlined.varying,
    weight: (weight) => code`${parameter("weights", { uses })}[${key(weight)}]`,
    uses,
  };
  const body = statements(items, module, scope);
  const typed = (type: () => Code): Code => (module.typescript ? code`: ${type()}` : code``);
  const inputShape = module.layers[input]?.outputShape ?? output.outputShape;
  const parameters = [
    ...(uses.has("weights") ? [code`weights${typed(() => module.weights)}`] : []),
    ...(uses.has("path") ? [code`path${typed(() => join(paths.map(literal), " | "))}`] : []),
    code`${value}${typed(() => tensorType(inputShape.axes.length + 2))}`,
    ...(uses.has("mode") ? [code`mode${typed(() => code`Mode`)}`] : []),
    ...(uses.has("observer") ? [identifier("observer")] : []),
  ];
  module.functions.set(outlined, { name, uses });
  const shapes = outlined.varying.size > 0 ? "" : `${printShape(inputShape)} → ${printShape(output.outputShape)}, `;
  const about = `${shapes}${listed(paths)}`;
  const result = typed(() => tensorType(output.outputShape.axes.length + 2));
  return code`${comment([about])}function ${name}(${join(parameters, ", ")})${result} {\n${body}\nreturn ${valueOf(output.id, scope)};\n}\n\n`;
}

/** The first of many, and how many more. */
export const listed = (paths: readonly string[]): string =>
  paths.length <= 6 ? paths.join(", ") : `${paths.slice(0, 5).join(", ")} and ${paths.length - 5} more`;
