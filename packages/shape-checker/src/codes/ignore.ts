/** CNN2103: comments that silence a diagnostic. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: ignoreCodes, create: ignoreProblems } = defineCodes({
  unusedIgnore: {
    code: "CNN2103",
    severity: "warning",
    title: "A cnn-ignore silences nothing",
    message: (f: { code: string; isError: boolean }) => (f.isError ? `${f.code} is an error, which no comment silences` : `there is no ${f.code} here to ignore`),
  },
});
