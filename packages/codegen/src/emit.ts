/** From a checked model to a module of TensorFlow.js code: header, imports, weights, and the function `forward`. */

import { printShape, type Model } from "@cnn-lang/shape-checker";
import { code, comment, identifier, join, type Code } from "./code.ts";
import type { Target } from "./emit/index.ts";
import { format } from "./format.ts";
import { emitForward } from "./forward.ts";
import { emitFunctions } from "./functions.ts";
import { createNames } from "./names.ts";
import { optimize } from "./passes/optimize.ts";
import { outline, reaching } from "./passes/outline.ts";
import { createSourceMap, type Origin, resolveMarks, type SourceMap } from "./source-map.ts";
import { expressionOf, type Module } from "./statements.ts";
import { emitFold, foldsOf, weightTable } from "./weights.ts";

export interface EmitOptions {
  /** `core`: functions of @tensorflow/tfjs-core. */
  readonly target?: Target;
  /** TypeScript with the ranks of all tensors, or plain JavaScript. */
  readonly typescript?: boolean;
  /** Code for inference alone: batch norms folded, activations fused, dropout gone; the weights are the same. */
  readonly optimize?: boolean;
  /** The emitted file's name, for its source map. */
  readonly file?: string;
  /** JavaScript in which each layer's inputs and output pass through an `Observer`, the last argument of `forward`; not formatted. */
  readonly observed?: boolean;
}

export interface EmitResult {
  readonly code: string;
  readonly map: SourceMap;
  /** For each line of the code, from the first: the layer or call that it comes from. */
  readonly origins: readonly (Origin | undefined)[];
}

/**
 * Emits a model as an ES module. It exports `forward(weights, input, mode)`, channels-last and batch first, and
 * `weightShapes`, the shapes of the weights that it wants; `mode` is there where some layer is another in training.
 */
export async function emit(model: Model, options: EmitOptions = {}): Promise<EmitResult> {
  const { target = "core", optimize: inference = false, file, observed = false } = options;
  const typescript = options.typescript === true && !observed;
  const computed = inference ? optimize(model) : model;
  const folds = foldsOf(computed);
  const module: Module = {
    target,
    typescript,
    observed,
    layers: computed.layers,
    inference,
    weights: identifier(folds.length > 0 ? "Folded" : "Weights"),
    primitives: new Set(folds.length > 0 ? ["foldBatchNorms"] : []),
    marks: [],
    functions: new Map(),
  };
  const body = reaching(computed);
  const expressions = new Map(body.map((layer) => [layer.id, expressionOf(layer, module)]));
  const names = createNames([...module.primitives, "tf", "weights", "weightShapes", "norms", "fold", "forward", "mode", "observer", "Weights", "Folded", "Mode"]);
  const { items, functions } = outline(computed, body, expressions);
  const parts = emitFunctions(functions, module, names);
  const forward = emitForward(computed, items, module, names);
  const tables = [weightTable(model, typescript), emitFold(model, folds, typescript)];
  const text = join([header(model, inference), imports(module, forward.usesMode), ...tables, parts, forward.code]);
  const { code: resolved, origins } = resolveMarks(observed ? text.text : await format(text, typescript), module.marks);
  return { code: resolved, map: createSourceMap(origins, file), origins };
}

/** `LeNet5(classes = 10), from lenet.cnn` and its figures. */
function header({ name, arguments: given, inputs, outputs, layers, span }: Model, inference: boolean): Code {
  const values = Object.entries(given).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const call = values.length > 0 ? `${name}(${values.join(", ")})` : name;
  const shapes = (ports: Model["inputs"]): string => ports.map(({ shape }) => printShape(shape)).join(", ");
  const total = (what: "parameters" | "macs"): string => layers.reduce((sum, { cost }) => sum + cost[what], 0).toLocaleString("en-US");
  return comment([
    `${call}, from ${span.file}: ${shapes(inputs)} → ${shapes(outputs)}`,
    `${total("parameters")} parameters, ${total("macs")} multiply-accumulates an image`,
    ...(inference ? ["For inference only: batch norms are part of the layers before them, dropout is gone."] : []),
    "Made by the .cnn compiler: change the program, not this file.",
  ]);
}

function imports({ typescript, primitives }: Module, usesMode: boolean): Code {
  const names = [...primitives].sort().map(identifier);
  const all = typescript && usesMode ? [...names, code`type ${identifier("Mode")}`] : names;
  const ours = code`import { ${join(all, ", ")} } from "@cnn-lang/runtime/nn";\n`;
  return code`\nimport * as tf from "@tensorflow/tfjs-core";\n${all.length > 0 ? ours : code``}\n`;
}
