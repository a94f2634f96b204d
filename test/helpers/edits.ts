/** A text as its author leaves it after each of many edits: within words and lines, at the borders of declarations, of whole halves. */

import { randomNumbers } from "./random.ts";

const pieces = [
  "x", "2", " ", "\n", "\r\n", "\r", "}", "{", "(", ")", "[", "]", "->", "|", "//", "/*", "*/", '"', ",", ":", "=", "-", ";", "#", "'", "\uFEFF",
  ".5", "1.", "3 x 3", "5abc", "&&", "my-name", "return ", "frozen ", "model", " as a", " a ", "a: ", "bias=a", "skip {", "3@8x8", "here", "if here.channels == 3 { relu }\n",
  "\n  let a = 2\n", "\n  conv a 3 pad=a\n", "\n  input 3@8x8\n", "\n  repeat 2 { conv 4 3 pad=1 }\n", "\n  reuse a\n", "output a\n", "freeze all\n", "// cnn-ignore CNN4301\n",
  "model a {\n", "\nblock a(c = 2) { conv c 3 }\n", "\nblock unit(c, pad = 0) { conv c 3 pad=pad }\n", 'import { a, unit } from "./parts.cnn"\n', 'import { unit as a } from "./parts.cnn"\n',
] as const;

/** `count` texts, each made of the one before by an edit; now and then the author takes one back, or begins with another program. */
export function* edits(seed: number, programs: readonly string[], count: number): Generator<string> {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const one = <T>(list: readonly T[], otherwise: T): T => list[below(list.length)] ?? otherwise;
  const past: string[] = [];
  let text = one(programs, "");

  function edited(): string {
    const at = below(text.length + 1);
    const chance = random();
    if (chance < 0.45) return text.slice(0, at) + one(pieces, "") + text.slice(at);
    if (chance < 0.6) return text.slice(0, at) + text.slice(at + 1 + below(4));
    if (chance < 0.78) return past[past.length - 1 - below(3)] ?? text;
    if (chance < 0.83) return text.slice(0, at) + text.slice(at + below(200));
    if (chance < 0.93) return inLines(text.split("\n"));
    if (chance < 0.95) return random() < 0.5 ? text.replaceAll("\n", "\r\n") : text.replaceAll("\r\n", "\n");
    return random() < 0.7 ? one(programs, "") : text.slice(0, at) + one(programs, "") + text.slice(at);
  }
  function inLines(lines: string[]): string {
    if (random() < 0.5) lines.splice(below(lines.length), 0, one(lines, ""));
    else lines.splice(below(lines.length), 1 + below(3));
    return lines.join("\n");
  }

  for (let made = 0; made < count; made++) {
    const next = edited();
    past.push(text);
    text = next.length > 8000 ? one(programs, "") : next;
    yield text;
  }
}
