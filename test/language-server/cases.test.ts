/** One table of questions, asked of the language service in process and of the built server over its standard streams. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openEditor } from "../helpers/lsp.ts";
import { filesOf } from "../helpers/program.ts";
import { cases } from "./cases.ts";
import { inProcess, overStreams, type Scene } from "./fronts.ts";

/** The files of a case; a recipe in front is called as recipes are. */
function sceneOf(program: string): Scene {
  const entries = Object.entries(filesOf(program)).map(([name, text]) => [name === "main.cnn" && text.startsWith("{") ? "main.train.json" : name, text] as const);
  const [file, marked] = entries.find(([, text]) => text.includes("┆")) ?? entries[0] ?? ["main.cnn", ""];
  const offset = Math.max(0, marked.indexOf("┆"));
  const last = marked.replace("┆", "").indexOf("┆");
  const files = Object.fromEntries(entries.map(([name, text]) => [name, text.replaceAll("┆", "")]));
  return { files, file, offset, end: last < 0 ? offset : last };
}

const process = suite("language service, in process");
for (const [name, program, check] of cases) process(name, () => check(inProcess(sceneOf(program))));
process.run();

const streams = suite("language service, over the server's streams");
let editor: Awaited<ReturnType<typeof openEditor>>;
streams.before(async () => void (editor = await openEditor()));
for (const [name, program, check] of cases) streams(name, async () => check(await overStreams(editor, sceneOf(program))));
streams("and ends as it is asked to", async () => assert.equal(await editor.close(), { code: 0, said: "" }));
streams.run();
