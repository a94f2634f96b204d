/**
 * The only way to make emitted text. A `code` template takes pieces that are code already, numbers, booleans and
 * strings; a string always becomes a string literal, so that no name of a program can ever be executed.
 */

/** Text that is known to be code. Made by `code`, `join` and `identifier` alone. */
export interface Code {
  readonly kind: "code";
  readonly text: string;
}

export type Value = Code | string | number | boolean | undefined | readonly Value[] | { readonly [key: string]: Value };

const make = (text: string): Code => ({ kind: "code", text });

const isCode = (value: Value): value is Code => typeof value === "object" && "kind" in value && value.kind === "code" && !Array.isArray(value);

/** A template of code; what it holds in `${}` becomes code as `literal` says. */
export const code = (strings: TemplateStringsArray, ...values: readonly Value[]): Code =>
  make(strings.reduce((text, part, index) => text + literal(values[index - 1]).text + part));

/**
 * A value as code: code as it is, a string quoted and escaped, lists and objects written out. Entries of an object
 * that are `undefined` are left out.
 */
export function literal(value: Value): Code {
  switch (typeof value) {
    case "string":
      return make(quote(value));
    case "number":
      if (Number.isNaN(value)) throw new Error("NaN has no place in emitted code.");
      return make(String(value));
    case "boolean":
    case "undefined":
      return make(String(value));
    case "object":
      if (isCode(value)) return value;
      if (isList(value)) return make(`[${value.map((item) => literal(item).text).join(", ")}]`);
      return object(Object.entries(value).filter(([, item]) => item !== undefined));
  }
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/**
 * An object literal (or an object's type) with keys of any spelling; `lines` keeps it on one line an entry.
 * `"__proto__": x` would set the prototype, `["__proto__"]: x` does not.
 */
export function object(entries: readonly (readonly [string, Value])[], layout?: "lines"): Code {
  const key = (name: string): string => (isPlainName(name) ? name : name === "__proto__" ? `[${quote(name)}]` : quote(name));
  const fields = entries.map(([name, value]) => `${key(name)}: ${literal(value).text}`);
  return make(`{${layout === "lines" ? "\n" : " "}${fields.join(", ")} }`);
}

/** Text that is code already, made by a compiler: nothing of a program's is ever in it. */
export const verbatim = (text: string): Code => make(text);

/** Pieces in a row. */
export const join = (pieces: readonly Code[], separator = ""): Code => make(pieces.map(({ text }) => text).join(separator));

/** `object.name` where the name can stand so, else `object["name"]`. */
export const member = (owner: Code, name: string): Code => make(isPlainName(name) ? `${owner.text}.${name}` : `${owner.text}[${quote(name)}]`);

/** A template literal: the text of `head`, and behind it `tail` as it is. */
export const template = (head: Code, tail: string): Code =>
  tail === "" ? head : make(`\`\${${head.text}}${escapeHidden(tail.replaceAll(/[\\`$]/g, (character) => `\\${character}`))}\``);

/** A name that `names.ts` has made safe; anything else is a bug of ours. */
export function identifier(name: string): Code {
  if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name)) throw new Error(`${quote(name)} is no identifier.`);
  return make(name);
}

/** A comment up to the end of its line. Whatever would end the line is written as an escape. */
export const lineComment = (text: string): Code => make(`// ${escapeHidden(text)}\n`);

/** Several lines of comment. */
export const comment = (lines: readonly string[]): Code => join(lines.map(lineComment));

const isPlainName = (name: string): boolean => /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) && name !== "__proto__";

/** Line separators end a comment; direction marks make code read otherwise than it runs. */
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text with everything in it that ends a line, or hides what it says, written as an escape. */
export const escapeHidden = (text: string): string =>
  text.replaceAll(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A double-quoted literal; JSON's escapes are JavaScript's. */
const quote = (text: string): string => escapeHidden(JSON.stringify(text));
