/** CNN1xxx: what can be wrong with a text before anyone asks what it means. */

import { defineCodes } from "./diagnostic.ts";

export const { table: syntaxCodes, create: syntax } = defineCodes({
  unexpected: {
    code: "CNN1001",
    severity: "error",
    title: "unexpected text",
    message: ({ expected, found }: { expected: string; found: string }) => `Expected ${expected}, but found ${found}.`,
  },
  more: {
    code: "CNN1099",
    severity: "error",
    title: "more mistakes",
    message: ({ count }: { count: number }) => `${count} more ${count === 1 ? "mistake is" : "mistakes are"} not shown.`,
  },
});
