/** Where the real data sets and published schemas lie, which are too large for the repository: the variable CNN_SHARED, else ../shared beside it. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Test } from "uvu";

const shared = process.env["CNN_SHARED"] ?? resolve("../shared");

/** The path of shared data: `sharedData("mnist")`. */
export const sharedData = (name: string): string => resolve(shared, "data", name);

/** The suite's `test`, or its `skip` where the data is missing. */
export const withData = (test: Test, ...names: readonly string[]): Test["skip"] =>
  names.every((name) => existsSync(sharedData(name))) ? test : test.skip;

/** The path of a published schema: `sharedSchema("sarif-schema-2.1.0.json")`. */
export const sharedSchema = (name: string): string => resolve(shared, "schemas", name);

/** The suite's `test`, or its `skip` where the schemas are missing. */
export const withSchemas = (test: Test): Test["skip"] => (existsSync(resolve(shared, "schemas")) ? test : test.skip);
