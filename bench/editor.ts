/**
 * The language server under an editor's hands, as a process:
 *
 *     npm run build && node --import tsx bench/editor.ts [KEYSTROKES]
 *
 * First, how long it takes from a keystroke to its diagnostics in files of a thousand lines, each waited for. Then a session
 * of ten thousand keystrokes as fast as the server takes them, of which nothing stale may be left.
 */

import { readdirSync, readFileSync } from "node:fs";
import { openEditor } from "../test/helpers/lsp.ts";
import { replay } from "../test/language-server/session.ts";
import { quantile, type Row, spreadOf, tell } from "./row.ts";

const rows: Row[] = [];

const read = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.endsWith(".cnn")).map((name) => readFileSync(`${folder}/${name}`, "utf8"));

/** A network that is one long column, a layer a line. */
const column = (lines: number): string => {
  const layers = ["conv 16 3 pad=1 bias=false", "batchnorm", "relu", "dropout 0.1"];
  const body = Array.from({ length: lines - 4 }, (_, i) => `  ${layers[i % layers.length]}\n`);
  return `model Column {\n  input 3@32x32\n${body.join("")}  globalavgpool -> dense 10\n}\n`;
};

/** Many networks in one file, with blocks, skips and labels. */
function family(lines: number): string {
  const member = (i: number): string =>
    `block unit${i}(channels, stride = 1) {\n  skip {\n    conv1: conv channels 3x3 stride=stride pad=1 bias=false\n    bn1:   batchnorm\n    relu\n` +
    `    conv2: conv channels 3x3 pad=1 bias=false\n    bn2:   batchnorm\n  } project downsample {\n    conv channels 1x1 stride=stride bias=false\n    batchnorm\n  }\n  relu\n}\n\n` +
    `model Member${i}(classes = 10) {\n  input 3@32x32\n  conv1: conv 16 3x3 pad=1 bias=false\n  bn1: batchnorm -> relu -> 16@32x32\n` +
    `  layer1: { unit${i} 16 -> unit${i} 16 }\n  layer2: { unit${i} 32 stride=2 -> unit${i} 32 }\n  layer3: { unit${i} 64 stride=2 -> unit${i} 64 }\n  globalavgpool\n  fc: dense classes\n}\n\n`;
  let text = "";
  for (let i = 0; text.split("\n").length < lines - 25; i++) text += member(i);
  return text;
}

for (const [name, text, typed] of [
  ["one column", column(1000), "x"],
  ["a family of networks", family(1000), "x"],
  ["one column, a brace", column(1000), "{"],
] as const) {
  const editor = await openEditor();
  await editor.open("net.cnn", text);
  const lines = text.split("\n");
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const line = 3 + ((i * 379) % (lines.length - 8));
    const range = { start: { line, character: lines[line]?.length ?? 0 }, end: { line, character: lines[line]?.length ?? 0 } };
    // It is typed behind the line and taken away again.
    const start = performance.now();
    await editor.change("net.cnn", [{ range, text: typed }]);
    const middle = performance.now();
    await editor.change("net.cnn", [{ range: { start: range.start, end: { line, character: range.end.character + 1 } }, text: "" }]);
    times.push(middle - start, performance.now() - middle);
  }
  const settled = times.slice(100);
  rows.push({ what: `keystroke in ${lines.length} lines to diagnostics, the server as a process, p95, ${name}`, peer: "", unit: "ms", ours: quantile(settled, 0.95), spread: spreadOf(settled), judged: "ours", bar: 20, moonshot: 5 });
  await editor.close();
}
tell(rows);
if (process.argv.includes("--json")) process.exit();

const count = Number(process.argv[2] ?? 10_000);
const editor = await openEditor();
const start = performance.now();
const { keystrokes, published, stale } = await replay(editor, 7, [...read("examples"), ...read("examples/zoo")], count, 1);
const { code, said } = await editor.close();
console.log(`${keystrokes} keystrokes in ${((performance.now() - start) / 1000).toFixed(1)} s, ${published} answers, ${stale.length} of them stale; the server ended with ${code}${said && `, saying ${said}`}`);
if (stale.length > 0 || code !== 0) process.exitCode = 1;
