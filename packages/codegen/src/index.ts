/** TensorFlow.js code from checked models. */

export { emissionCodes } from "./codes.ts";
export { compile } from "./compile.ts";
export type { CompileResult } from "./compile.ts";
export { emit } from "./emit.ts";
export { graphModel } from "./graph-model/index.ts";
export type { GraphModel } from "./graph-model/index.ts";
export type { EmitOptions, EmitResult, Target } from "./emit.ts";
export { dataLayout, tensorShape, toTensorFlow, toTorch, weightLayout } from "./layout.ts";
export type { Layout } from "./layout.ts";
export { reaching } from "./passes/outline.ts";
export type { Mode, Observer, PrimitiveName, Primitives, WeightMap } from "./primitives.ts";
export type { Origin, SourceMap } from "./source-map.ts";
