/** `cnn-server --stdio`: the language server as a program. */

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serve } from "./language-service/server.ts";

serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
