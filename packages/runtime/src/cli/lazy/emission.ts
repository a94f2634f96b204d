/** What the commands load only to emit code: codegen, which formats with Prettier. */

export { emit } from "@cnn-lang/codegen";
export { inlinePrimitives } from "../standalone.ts";
