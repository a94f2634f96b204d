/**
 * The syntax tree: plain readonly data, every node with its own span. What a node means is settled by
 * the shape-checker; here stands only what was written.
 */

import type { Span } from "./source.ts";

interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly span: Span;
}

/** An identifier, in Unicode's composed form (NFC). */
export interface Name extends Node<"name"> {
  readonly text: string;
}

export interface Comment extends Node<"comment"> {
  /** With its `//`, or with both delimiters of a block comment. */
  readonly text: string;
}

export interface File extends Node<"file"> {
  readonly declarations: readonly Declaration[];
  /** In source order. */
  readonly comments: readonly Comment[];
}

export type Declaration = Import | BlockDeclaration | ModelDeclaration;

export interface Import extends Node<"import"> {
  readonly names: readonly ImportedName[];
  readonly from: StringLiteral | Invalid;
}

export interface ImportedName extends Node<"imported"> {
  readonly name: Name;
  readonly alias?: Name;
}

export interface BlockDeclaration extends Node<"block"> {
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
}

export interface ModelDeclaration extends Node<"model"> {
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  /** `model A = B(…)`. */
  readonly base?: BaseModel;
  /** Absent only in a derived model. */
  readonly body?: Body;
}

export interface Parameter extends Node<"parameter"> {
  readonly name: Name;
  readonly default?: Expression | Body;
}

export interface BaseModel extends Node<"base"> {
  readonly name: Name;
  readonly given: readonly Argument[];
}

/** `{ … }`: a group in the flow, a block's body, or a layer as an argument. */
export interface Body extends Node<"body"> {
  readonly items: readonly Item[];
}

export type Item = Let | Assert | Load | Freeze | Step;

export interface Let extends Node<"let"> {
  readonly name: Name;
  readonly value: Expression;
}

export interface Assert extends Node<"assert"> {
  /** At least one; a string as the last of several is the message. */
  readonly conditions: readonly Expression[];
}

export interface Load extends Node<"load"> {
  readonly path: StringLiteral;
  readonly except: readonly Selector[];
}

export interface Freeze extends Node<"freeze"> {
  readonly selectors: "all" | readonly Selector[];
  readonly except: readonly Selector[];
}

/** `layer1.0.*`: segments of a path; `*` stands for any one segment. */
export interface Selector extends Node<"selector"> {
  readonly segments: readonly string[];
}

export interface Step extends Node<"step"> {
  /** Where `frozen` stands, if it does. */
  readonly frozen?: Span;
  readonly label?: Label;
  readonly core: Core;
  readonly as: readonly Name[];
  /** True when `->` leads to this step, false at the start of a line or branch. */
  readonly afterArrow: boolean;
}

/** A word, an integer in plain digits, or a string that may hold `{expressions}`. */
export interface Label extends Node<"label"> {
  readonly form: "word" | "integer" | "string";
  /** Literal text and expressions in turn; one text alone for words and integers. */
  readonly parts: readonly (string | Expression)[];
}

export type Core = Body | Skip | Repeat | For | If | Input | Output | Reuse | ShapeLiteral | Call | Invalid;

/** What could not be read; its mistake is reported already. Nothing is known of the flow after it. */
export interface Invalid extends Node<"invalid"> {}

export interface Skip extends Node<"skip"> {
  readonly condition?: Expression;
  readonly body: Body;
  readonly project?: Projection;
}

export interface Projection extends Node<"projection"> {
  readonly label?: Label;
  readonly body: Body;
}

export interface Repeat extends Node<"repeat"> {
  readonly count: Expression;
  readonly body: Body;
}

export interface For extends Node<"for"> {
  readonly names: readonly Name[];
  readonly list: Expression;
  readonly body: Body;
}

export interface If extends Node<"if"> {
  readonly condition: Expression;
  readonly then: Body;
  readonly else?: Body | If;
}

export interface Input extends Node<"input"> {
  readonly name?: Name;
  readonly shape: ShapeLiteral;
}

export interface Output extends Node<"output"> {
  readonly name: Name;
}

export interface Reuse extends Node<"reuse"> {
  readonly selector: Selector;
}

/** `128@4x4`, `?@7x7`, `(2 * width)@side`, `10`. In step position it is an assertion. */
export interface ShapeLiteral extends Node<"shape"> {
  /** The channels, or a vector's length. */
  readonly channels: Expression | Unknown;
  /** What stands after `@`: a size, an integer (sequence), `?`, or an expression. Absent for a vector. */
  readonly axes?: Expression | Unknown;
}

/** `?` where a dimension may be any. */
export interface Unknown extends Node<"unknown"> {}

/**
 * `name argument…`, or `name { | … | … }`. A name alone, without arguments and branches, may also turn
 * out to be a value (`a -> dense 10`) or an asserted vector.
 */
export interface Call extends Node<"call"> {
  readonly callee: Name;
  readonly arguments: readonly Argument[];
  readonly branches?: readonly Body[];
}

export interface Argument extends Node<"argument"> {
  readonly name?: Name;
  readonly value: Expression | Body | ShapeLiteral;
}

export type Expression =
  | NumberLiteral
  | SizeLiteral
  | StringLiteral
  | BooleanLiteral
  | ListLiteral
  | NameReference
  | Unary
  | Binary
  | Conditional
  | Member
  | Index
  | FunctionCall
  | Parenthesized
  | Invalid;

export interface NumberLiteral extends Node<"number"> {
  /** The value with its suffix applied (`50k` is 50000, `1MiB` is 1048576). */
  readonly value: number;
  /** As written. */
  readonly text: string;
  /** Set by the byte suffixes (`B kB MB GB KiB MiB GiB`): such a number compares with memory only. */
  readonly bytes: boolean;
}

export interface SizeLiteral extends Node<"size"> {
  /** One entry an axis; "?" only in shapes. */
  readonly axes: readonly (number | "?")[];
}

export interface StringLiteral extends Node<"string"> {
  /** With its escapes resolved. */
  readonly value: string;
}

export interface BooleanLiteral extends Node<"boolean"> {
  readonly value: boolean;
}

export interface ListLiteral extends Node<"list"> {
  readonly items: readonly Expression[];
}

/** A bare word: a parameter, `let`, loop name, block, operator, enumerated word, or `here`. */
export interface NameReference extends Node<"reference"> {
  readonly text: string;
}

export interface Unary extends Node<"unary"> {
  readonly operator: "-" | "not";
  readonly operand: Expression;
}

export type BinaryOperator =
  | "+" | "-" | "*" | "/" | "%"
  | "==" | "!=" | "<" | "<=" | ">" | ">="
  | "and" | "or";

export interface Binary extends Node<"binary"> {
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `if c then a else b`. */
export interface Conditional extends Node<"conditional"> {
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

export interface Member extends Node<"member"> {
  readonly object: Expression;
  readonly property: Name;
}

export interface Index extends Node<"index"> {
  readonly object: Expression;
  readonly index: Expression;
}

export interface FunctionCall extends Node<"function-call"> {
  readonly callee: Name;
  readonly arguments: readonly Expression[];
}

/** Kept, since the formatter and the rule on arithmetic in arguments need it. */
export interface Parenthesized extends Node<"parenthesized"> {
  readonly inner: Expression;
}

export type AnyNode =
  | File | Comment | Declaration | ImportedName | Parameter | BaseModel | Body | Item | Selector | Label
  | Core | Projection | Argument | Unknown | Name | Expression;
