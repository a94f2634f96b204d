/** Emitted code in Prettier's layout. */

import estree from "prettier/plugins/estree";
import babel from "prettier/plugins/babel";
import { format as prettier } from "prettier/standalone";
import type { Code } from "./code.ts";

/** The formatted text; throws where the code does not parse, which is a bug of ours. */
export const format = ({ text }: Code, typescript: boolean): Promise<string> =>
  prettier(text, { parser: typescript ? "babel-ts" : "babel", plugins: [babel, estree], printWidth: 110, quoteProps: "consistent" });
