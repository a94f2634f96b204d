#!/usr/bin/env node
/** `cnn-server --stdio`: the language server as a program. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serve } from "./language-service/server.ts";

/** The pages that explain the codes: beside the server in the editor's extension, among the documents in a clone. */
const here = dirname(fileURLToPath(import.meta.url));
const pages = [join(here, "diagnostics"), join(here, "../../../docs/diagnostics")].find(existsSync);

const known = new Map<string, string | undefined>();

function pageOf(code: string): string | undefined {
  if (!known.has(code)) {
    const page = pages && join(pages, `${code}.md`);
    known.set(code, page !== undefined && existsSync(page) ? page : undefined);
  }
  return known.get(code);
}

serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout), pageOf);
