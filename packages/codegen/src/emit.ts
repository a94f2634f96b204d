/** From a checked model to a module of TensorFlow.js code: header, imports, weights, and the function `forward`. */

import type { Model } from "@cnn-lang/shape-checker";
import { code, comment, identifier, join, verbatim, type Code } from "./code.ts";
import { format } from "./format.ts";
import { emitForward } from "./forward.ts";
import { emitFunctions } from "./functions.ts";
import { figures, madeBy } from "./header.ts";
import { emitLayersModel } from "./layers/emit.ts";
import { createNames } from "./names.ts";
import { fuseRelus } from "./passes/fuse-activation.ts";
import { optimize } from "./passes/optimize.ts";
import { outline, reaching } from "./passes/outline.ts";
import type { PrimitiveName } from "./primitives.ts";
import { emitPytorch } from "./pytorch/emit.ts";
import { createSourceMap, type Origin, resolveMarks, type SourceMap } from "./source-map.ts";
import { expressionOf, type Module } from "./statements.ts";
import { emitFold, emitLoad, foldsOf, weightTable } from "./weights.ts";

/** `core`: functions of @tensorflow/tfjs-core. `layers`: a model of @tensorflow/tfjs-layers. `pytorch`: an `nn.Module`. */
export type Target = "core" | "layers" | "pytorch";

/** `typescript` is for `core` and `layers`, `file` for all; the others for `core` alone. */
export interface EmitOptions {
  readonly target?: Target;
  /** TypeScript with the ranks of all tensors, or plain JavaScript. */
  readonly typescript?: boolean;
  /** Code for inference alone: batch norms folded, activations fused, dropout gone; the weights are the same. */
  readonly optimize?: boolean;
  /**
   * For JavaScript that stands alone, with a function `load`: the body of a function that returns these primitives, in which
   * `tf` is TensorFlow.js.
   */
  readonly inline?: (primitives: readonly PrimitiveName[]) => Promise<string>;
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

const targets: { readonly [T in Target]: (model: Model, options: EmitOptions) => EmitResult | Promise<EmitResult> } = {
  core: emitCore,
  layers: (model, { typescript = false, file }) => emitLayersModel(model, typescript, file),
  pytorch: (model, { file }) => emitPytorch(model, file),
};

/** Emits a model in the form that `target` says, `core` unless it is given. */
export const emit = async (model: Model, options: EmitOptions = {}): Promise<EmitResult> => targets[options.target ?? "core"](model, options);

/**
 * Emits a model as an ES module. It exports `forward(weights, input, mode)`, channels-last and batch first, and
 * `weightShapes`, the shapes of the weights that it wants; `mode` is there where some layer is another in training.
 */
async function emitCore(model: Model, options: EmitOptions): Promise<EmitResult> {
  const { optimize: inference = false, file, observed = false, inline } = options;
  const typescript = options.typescript === true && !observed && inline === undefined;
  // An observer sees every layer on its own.
  const computed = inference ? optimize(model) : observed ? model : fuseRelus(model);
  const folds = foldsOf(computed);
  const module: Module = {
    typescript,
    observed,
    layers: computed.layers,
    inference,
    weights: identifier(folds.length > 0 ? "Folded" : "Weights"),
    primitives: new Set([...(folds.length > 0 ? ["foldBatchNorms" as const] : []), ...(inline ? ["loadWeights" as const] : [])]),
    marks: [],
    functions: new Map(),
  };
  const body = reaching(computed);
  const expressions = new Map(body.map((layer) => [layer.id, expressionOf(layer, module)]));
  const names = createNames([...module.primitives, "tf", "weights", "weightShapes", "weightAxes", "load", "norms", "fold", "forward", "mode", "observer", "Weights", "Folded", "Mode"]);
  const { items, functions } = outline(computed, body, expressions);
  const parts = emitFunctions(functions, module, names);
  const forward = emitForward(computed, items, module, names);
  // What a reader comes for stands first; tables are long.
  const tables = [...(inline ? [emitLoad(model, folds)] : []), emitFold(model, folds, typescript), weightTable(model, typescript)];
  const [before, after] = inline ? [ownTensorFlow, await inlined(module, inline)] : [imports(module, forward.usesMode), code``];
  const text = join([header(model, inference), before, parts, forward.code, code`\n`, ...tables, after]);
  const { code: resolved, origins } = resolveMarks(observed ? text.text : await format(text, typescript), module.marks);
  return { code: resolved, map: createSourceMap(origins, file), origins };
}

const header = (model: Model, inference: boolean): Code =>
  comment([...figures(model), ...(inference ? ["For inference only: batch norms are part of the layers before them, dropout is gone."] : []), madeBy]);

function imports({ typescript, primitives }: Module, usesMode: boolean): Code {
  const names = [...primitives].sort().map(identifier);
  const all = typescript && usesMode ? [...names, code`type ${identifier("Mode")}`] : names;
  const ours = code`import { ${join(all, ", ")} } from "@cnn-lang/runtime/nn";\n`;
  return code`\nimport * as tf from "@tensorflow/tfjs-core";\n${all.length > 0 ? ours : code``}\n`;
}

/** For code that stands alone: in a page TensorFlow.js is usually a script of its own, which leaves `tf`. */
const ownTensorFlow = code`\n${comment(["TensorFlow.js: where a page has loaded it as a script, that one."])}const tf = globalThis.tf ?? (await import("@tensorflow/tfjs-core"));\n\n`;

async function inlined({ primitives }: Module, inline: NonNullable<EmitOptions["inline"]>): Promise<Code> {
  const names = [...primitives].sort();
  const about = comment(["What the code above calls besides TensorFlow.js, from @cnn-lang/runtime/nn."]);
  return code`\n${about}const { ${join(names.map(identifier), ", ")} } = (() => {\n${verbatim(await inline(names))}\n})();\n`;
}
