/** Writes `grammar/operators.md` from the operator table. */

import { writeFileSync } from "node:fs";
import { operatorReference } from "../test/docs/operator-reference.ts";

writeFileSync("grammar/operators.md", operatorReference());
