/** What the commands load only where data is meant: the readers of data sets. */

export { describeData, manifestOf, openNamed } from "../../data/built-in.ts";
export { diagnosticOf, startOf } from "../../failure.ts";
