/**
 * Brings docs/diagnostics up to date with the tables of codes and with what the compiler says:
 *
 *     node --import tsx --conditions=@cnn-lang/source scripts/docs.ts
 */

import { writeFileSync } from "node:fs";
import { allCodes, folder, pageCodes, readPage, renderIndex, renderPage } from "./diagnostic-pages.ts";

const written = new Set(pageCodes());
for (const code of allCodes) {
  if (written.has(code.code)) writeFileSync(`${folder}/${code.code}.md`, renderPage(code, readPage(code.code)));
  else console.error(`${code.code} (${code.title}) has no page: write docs/diagnostics/${code.code}.md`);
}
writeFileSync(`${folder}/README.md`, renderIndex());
