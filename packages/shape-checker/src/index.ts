export { operators } from "./operators/index.ts"; export type { Attributes } from "./operators/index.ts"; export type * from "./model/model.ts";
