/** What the commands load only where data is meant: the readers of data sets, and what looks at and gets them. */

export { describeData, manifestOf } from "../../data/built-in.ts";
export { inspectData } from "../../data/inspect.ts";
export type { DataReport } from "../../data/inspect.ts";
export { getData } from "../../data/official.ts";
export { diagnosticOf, startOf } from "../../failure.ts";
