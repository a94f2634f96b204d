/** CNN2103: comments that silence a diagnostic. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: ignoreCodes, create: ignoreProblems } = defineCodes({
  unusedIgnore: {
    code: "CNN2103",
    severity: "warning",
    title: "A cnn-ignore silences nothing",
    message: (f: { code: string }) => `there is no ${f.code} here to ignore`,
  },
});
