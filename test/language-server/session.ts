/** Sessions at the keyboard: whole files typed letter by letter, pasted, undone, halves deleted; the same for the same seed. */

import { check, memoryProject } from "@cnn-lang/shape-checker";
import type { Editor, Position, Published } from "../helpers/lsp.ts";
import { randomNumbers } from "../helpers/random.ts";

/** A change of a text: what stands from one offset to another is replaced. */
export interface Keystroke {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** `count` changes of a text that begins as nothing, each with the text that it leaves. */
export function* keystrokes(seed: number, programs: readonly string[], count: number): Generator<Keystroke & { readonly result: string }> {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const program = (): string => programs[below(programs.length)] ?? "";
  const undo: Keystroke[] = [];
  let text = "";
  /** What is still to be typed, letter by letter, and where. */
  let typing = program();
  let cursor = 0;
  for (let made = 0; made < count; made++) {
    const next = strike();
    const { from, to } = next;
    undo.push({ from, to: from + next.text.length, text: text.slice(from, to) });
    text = text.slice(0, from) + next.text + text.slice(to);
    cursor = from + next.text.length;
    yield { ...next, result: text };
  }

  function strike(): Keystroke {
    const chance = random();
    if (typing !== "" && chance < 0.96) {
      const [letter = ""] = typing;
      typing = typing.slice(letter.length);
      return { from: cursor, to: cursor, text: letter };
    }
    const back = undo.pop();
    if (back && chance < 0.98) return back;
    if (text.length > 20_000 || (chance < 0.985 && text.length > 0)) return half();
    if (chance < 0.99) return { from: cursor, to: cursor, text: program() };
    if (chance < 0.995 && cursor > 0) return { from: cursor - 1, to: cursor, text: "" };
    typing = program();
    cursor = below(text.length + 1);
    return { from: cursor, to: cursor, text: "\n" };
  }

  /** One half of the text goes; at times the lines that are left are of another system. */
  function half(): Keystroke {
    const middle = text.length >> 1;
    if (random() < 0.1) return { from: 0, to: text.length, text: text.replaceAll("\n", "\r\n") };
    return random() < 0.5 ? { from: 0, to: middle, text: "" } : { from: middle, to: text.length, text: "" };
  }
}

const positionIn = (text: string, offset: number): Position => {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
};

/** A diagnostic as both sides tell it: code and place. */
const told = ({ diagnostics }: Published): readonly string[] =>
  diagnostics.map(({ code, range: { start, end } }) => `${code} ${start.line}:${start.character}-${end.line}:${end.character}`);

/** What a check says that never saw the text before. */
export const afresh = (text: string): readonly string[] =>
  check(memoryProject({ "net.cnn": text }), "net.cnn").diagnostics.map(
    ({ code, span: { start, end } }) => `${code} ${start.line - 1}:${start.column - 1}-${end.line - 1}:${end.column - 1}`,
  );

export interface Replayed {
  readonly keystrokes: number;
  readonly published: number;
  /** Versions of which the server said other things than a fresh check. */
  readonly stale: readonly { readonly version: number; readonly text: string; readonly said: readonly string[]; readonly expected: readonly string[] }[];
}

/**
 * Plays a session, as fast as the server takes it, with other questions in between; holds what was published against fresh
 * checks: always the last, and of the others every `sample`th.
 */
export async function replay(editor: Editor, seed: number, programs: readonly string[], count: number, sample: number): Promise<Replayed> {
  const name = `session-${seed}.cnn`;
  await editor.open(name, "");
  const texts = new Map<number, string>([[1, ""]]);
  const published: Published[] = [];
  const listening = editor.onPublished((news) => news.uri === editor.uri(name) && published.push(news));
  let before = "";
  let version = 1;
  for (const { from, to, text, result } of keystrokes(seed, programs, count)) {
    // Between the two halves of a line's end is no place that a protocol of lines could name.
    const splits = [from, to].some((at) => before[at - 1] === "\r" && before[at] === "\n");
    const edit = splits ? { text: result } : { range: { start: positionIn(before, from), end: positionIn(before, to) }, text };
    version = await editor.send(name, [edit]);
    texts.set(version, result);
    before = result;
    if (version % 50 === 0) await Promise.all(questions(editor, name, positionIn(result, from)));
  }
  await editor.said(name, version);
  listening.dispose();
  const stale = published.flatMap((news, i) => {
    if (i % sample !== 0 && i !== published.length - 1) return [];
    const text = texts.get(news.version ?? 0) ?? "";
    const [said, expected] = [told(news), afresh(text)];
    return JSON.stringify(said) === JSON.stringify(expected) ? [] : [{ version: news.version ?? 0, text, said, expected }];
  });
  return { keystrokes: count, published: published.length, stale };
}

/** What an editor asks while one types. */
const questions = (editor: Editor, name: string, position: Position): readonly Promise<unknown>[] => [
  editor.ask("textDocument/completion", name, { position }),
  editor.ask("textDocument/hover", name, { position }),
  editor.ask("textDocument/signatureHelp", name, { position }),
  editor.ask("textDocument/inlayHint", name, { range: { start: { line: 0, character: 0 }, end: position } }),
  editor.ask("textDocument/semanticTokens/full", name),
  editor.ask("textDocument/foldingRange", name),
  editor.ask("textDocument/documentSymbol", name),
  editor.ask("textDocument/codeLens", name),
  editor.ask("textDocument/selectionRange", name, { positions: [position] }),
  editor.ask("textDocument/codeAction", name, { range: { start: position, end: position }, context: { diagnostics: [] } }),
  editor.ask("textDocument/references", name, { position, context: { includeDeclaration: true } }),
  editor.ask("textDocument/formatting", name, { options: { tabSize: 2, insertSpaces: true } }),
];
