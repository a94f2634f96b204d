/** Texts that are no programs, with what must be said of them and nothing else, by parser and checker together. */

import { fileURLToPath } from "node:url";
import { wrongPrograms } from "../helpers/wrong-programs.ts";

wrongPrograms("texts that are no programs", fileURLToPath(new URL("errors", import.meta.url))).run();
