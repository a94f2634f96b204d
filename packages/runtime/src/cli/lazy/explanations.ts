/** What the commands load only to explain: the pages of all diagnostics. */

export { explain, explanations, nearestCode } from "@cnn-lang/shape-checker";
