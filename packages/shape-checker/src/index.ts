export { check } from "./check.ts";
export type { Checked, CheckOptions } from "./check.ts";
export { memoryProject, resolvePath } from "./project.ts";
export type { Project, Unreadable } from "./project.ts";
export { summarize } from "./analyze/summary.ts";
export type { Summary, SummaryLayer } from "./analyze/summary.ts";
export { operators } from "./operators/index.ts";
export type { Attributes, OperatorName } from "./operators/index.ts";
export { printModel, weightsOf } from "./model/query.ts";
export type * from "./model/model.ts";
export { countElements, printShape, readShapeText } from "./shapes/shape.ts";
export type { Shape } from "./shapes/shape.ts";
export { headerLength, readHeader } from "./analyze/safetensors-header.ts";
export type { BadHeader, Dtype, SafetensorsHeader, TensorHeader } from "./analyze/safetensors-header.ts";
export { checkRecipe, relativeTo } from "./recipe/check-recipe.ts";
export type { CheckedRecipe } from "./recipe/check-recipe.ts";
export { augmentedShape } from "./recipe/contract.ts";
export { knownData } from "./recipe/manifest.ts";
export type { BadData, DataManifest } from "./recipe/manifest.ts";
export type { Places } from "./recipe/places.ts";
export { lossesByOutput, splitModelReference } from "./recipe/recipe.ts";
export type {
  Augmentation, DataFormat, DataSettings, LossSettings, Normalization, OptimizerSettings, Recipe, ScheduleChoice, WrittenRecipe,
} from "./recipe/recipe.ts";
