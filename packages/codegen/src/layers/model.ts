/** The layers of a model as statements: one a layer, or a call of a function for blocks that become equal code. */

import { printShape, type Layer, type LayerId, type Model } from "@cnn-lang/shape-checker";
import type { Span } from "@cnn-lang/parser";
import { code, comment, identifier, join, literal, template, type Code, type Value } from "../code.ts";
import { listed } from "../functions.ts";
import { createNames, type Names } from "../names.ts";
import { outline, reaching, type Item, type Outlined } from "../passes/outline.ts";
import { tensorShape } from "../layout.ts";
import { markComment, type Mark } from "../source-map.ts";
import { placeOf } from "../statements.ts";
import type { CustomName } from "./custom.ts";
import { appliedLayer } from "./index.ts";
import type { Context } from "./layer.ts";
import { layerName, nameEnding } from "./names.ts";

/** What all statements share, and collect. */
export interface Module {
  readonly model: Model;
  readonly typescript: boolean;
  readonly names: Names;
  readonly custom: Set<CustomName>;
  readonly marks: Mark[];
}

/** One function of the module. */
interface Scope {
  readonly names: Names;
  readonly values: Map<LayerId, Code>;
  /** A layer's name, and what follows it. */
  readonly name: (path: string, ending: string) => Code;
  readonly within: (path: string) => string;
  readonly varying: ReadonlySet<LayerId>;
}

export interface Layers {
  /** For blocks that become equal code. */
  readonly functions: Code;
  /** From inputs to outputs. */
  readonly statements: Code;
  readonly inputs: readonly Code[];
  readonly outputs: readonly Code[];
}

/** The statements of a model. */
export function emitLayers(module: Module): Layers {
  const { model } = module;
  const body = reaching(model);
  const shared = new Set(model.layers.flatMap(({ reuses }) => reuses ?? []));
  // A layer that is used again is like no other: no function makes it twice.
  const expressions = new Map(body.map((layer) => [layer.id, `${textOf(layer, module)}${shared.has(layer.reuses ?? layer.id) ? layer.id : ""}`]));
  const { items, functions } = outline(model, body, expressions);
  const made = new Map<Outlined, Code>();
  const objects = new Map<LayerId, Code>();
  const written = functions.map((outlined) => {
    const name = module.names.fresh(outlined.calls[0]?.name ?? "part");
    const text = functionOf(outlined, name, module, (item, inner) => statementsOf([item], inner));
    made.set(outlined, name);
    return text;
  });

  const scope: Scope = {
    names: createNames(module.names.taken()),
    values: new Map(),
    name: (path, ending) => code`${layerName(path) + ending}`,
    within: (path) => path,
    varying: new Set(),
  };
  const declared = model.inputs.map(({ name, layer, shape }) => {
    const input = scope.names.fresh(name);
    scope.values.set(layer, input);
    return code`const ${input} = tfl.input({ name: ${layerName(name)}, shape: ${tensorShape(shape)} });\n`;
  });

  function statementsOf(all: readonly Item[], here: Scope): Code {
    return join(
      all.map((item, index) => {
        if (item.kind === "section") {
          const { name, path, kind, span } = item.call;
          const heading = comment([`${here.within(path)}${kind === "block" ? `: ${name}` : ""}  ${placeOf(span)}`]);
          return code`${index > 0 ? code`\n` : code``}${heading}${statementsOf(item.items, here)}\n`;
        }
        if (item.kind === "layer") return layerStatement(item.layer, here);
        const name = made.get(item.of);
        if (name === undefined) throw new Error(`The function of ${item.call.path} is used before it is written.`);
        const called = code`${name}(${here.name(item.call.path, "")}, ${value(item.input, here)})`;
        return definition(item.call.path, item.output, item.call.span, called, here, module);
      }),
    );
  }

  /** A layer that is used again is a constant of its own, and applied where it is used. */
  function layerStatement(layer: Layer, here: Scope): Code {
    const first = layer.reuses ?? layer.id;
    if (!shared.has(first) || layer.weights.length === 0) {
      return definition(layer.path, layer, layer.span, code`${appliedLayer(layer, contextOf(layer, module, here, undefined))}${symbolic(module)}`, here, module);
    }
    const known = objects.get(first);
    let made = known;
    let before = code``;
    const own = (object: Code): Code => {
      if (made) return made;
      made = here.names.fresh(`${here.within(layer.path)}_layer`);
      before = code`const ${made} = ${object};\n`;
      objects.set(first, made);
      return made;
    };
    const applied = appliedLayer(layer, contextOf(layer, module, here, own));
    return code`${before}${definition(layer.path, layer, layer.span, code`${applied}${symbolic(module)}`, here, module)}`;
  }

  const valuesOf = (ports: Model["inputs"]): readonly Code[] => ports.map(({ layer }) => value(layer, scope));
  const inputs = valuesOf(model.inputs);
  return { functions: join(written), statements: code`${join(declared)}${statementsOf(items, scope)}`, inputs, outputs: valuesOf(model.outputs) };
}

/** `function basic(path, input) { … }` */
function functionOf({ calls, input, output, items, varying }: Outlined, name: Code, module: Module, statement: (item: Item, scope: Scope) => Code): Code {
  const base = calls[0]?.path ?? "";
  const names = createNames([...module.names.taken(), "path"]);
  const given = names.fresh("input");
  const scope: Scope = {
    names,
    values: new Map([[input, given]]),
    name: (path, ending) => template(code`path`, nameEnding(path.slice(base.length)) + ending),
    within: (path) => path.slice(base.length + 1),
    varying,
  };
  const body = join(items.map((item) => statement(item, scope)));
  const typed = (type: Code): Code => (module.typescript ? code`: ${type}` : code``);
  const symbolic = typed(code`tfl.SymbolicTensor`);
  const paths = listed([...new Set(calls.map(({ path }) => path))]);
  return code`${comment([paths])}function ${name}(path${typed(code`string`)}, ${given}${symbolic})${symbolic} {\n${body}\nreturn ${value(output.id, scope)};\n}\n\n`;
}

/** `const conv_1 = …; // 6@24x24  lenet.cnn:5` */
function definition(path: string, { id, outputShape }: Layer, span: Span, applied: Code, here: Scope, module: Module): Code {
  const name = here.names.fresh(here.within(path));
  here.values.set(id, name);
  const shape = here.varying.has(id) ? "" : `${printShape(outputShape)}  `;
  const mark = markComment(module.marks.push({ comment: `// ${shape}${placeOf(span)}`, path: here.within(path), span }) - 1);
  return code`const ${name} = ${applied}; ${mark}`;
}

const symbolic = ({ typescript }: Module): Code => (typescript ? code` as tfl.SymbolicTensor` : code``);

function value(id: LayerId, { values }: Pick<Scope, "values">): Code {
  const found = values.get(id);
  if (found === undefined) throw new Error(`Layer ${id} is used before it is computed.`);
  return found;
}

/** A layer's expression without what differs from call to call. */
function textOf(layer: Layer, module: Module): string {
  const values = new Map(layer.inputs.map((id, index) => [id, identifier(`$${index}`)]));
  const scope = { values, name: (_: string, ending: string): Code => code`${ending}` };
  return appliedLayer(layer, contextOf(layer, module, scope, undefined)).text;
}

/** `own` makes the layer itself a constant, where that is needed. */
function contextOf(layer: Layer, module: Module, scope: Pick<Scope, "values" | "name">, own: ((object: Code) => Code) | undefined): Context {
  const { model: { layers }, custom } = module;
  const inputs = layer.inputs.map((id) => value(id, scope));
  const inputShapes = layer.inputs.map((id) => layers[id]?.outputShape ?? layer.outputShape);
  // A second use has the first one's path, and its layers without weights need names of their own.
  const use = layer.reuses === undefined ? "" : `/use_${layers.slice(0, layer.id).filter(({ reuses }) => reuses === layer.reuses).length + 2}`;
  const given = (ending: string, settings: { readonly [key: string]: Value }) => ({ name: scope.name(layer.path, ending), ...settings });
  const main = (callee: Code, settings: { readonly [key: string]: Value }): Code => {
    const trainable = layer.frozen && layer.weights.length > 0 ? { trainable: false } : {};
    const object = code`${callee}(${given(own ? "" : use, { ...settings, ...trainable })})`;
    return own ? own(object) : object;
  };
  const classOf = (name: CustomName): Code => {
    custom.add(name);
    return code`new ${identifier(name)}`;
  };
  const stockOf = (kind: string): Code => code`tfl.layers.${identifier(kind)}`;
  return {
    input: inputs[0] ?? literal(undefined),
    inputs,
    inputShape: inputShapes[0] ?? layer.outputShape,
    inputShapes,
    shared: own !== undefined,
    stock: (kind, settings = {}) => main(stockOf(kind), settings),
    custom: (name, settings = {}) => main(classOf(name), settings),
    helper: (purpose, kind, settings) => code`${stockOf(kind)}(${given(`${use}/${purpose}`, settings)})`,
    customHelper: (purpose, name, settings) => code`${classOf(name)}(${given(`${use}/${purpose}`, settings)})`,
    one: (applied) => (module.typescript ? code`(${applied}${symbolic(module)})` : applied),
  };
}
