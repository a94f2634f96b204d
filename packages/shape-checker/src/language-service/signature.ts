/** Signature help: the parameters of the operator or block that is being called, and which one the cursor is at. */

import { nodeAt, type Call } from "@cnn-lang/parser";
import { isOperatorName, operatorOf } from "../operators/index.ts";
import type { Analysis } from "./analysis.ts";
import { signatureText } from "./hover.ts";

export interface SignatureHelp {
  readonly label: string;
  readonly doc: string;
  readonly parameters: readonly { readonly name: string; readonly doc: string }[];
  /** The parameter at the cursor; past the last one none is. */
  readonly active: number;
}

export function signatureHelp({ program }: Analysis, offset: number): SignatureHelp | undefined {
  const { entry } = program;
  if (!entry) return undefined;
  // A blank after the last argument belongs to the call still.
  let end = offset;
  while (end > 0 && entry.text[end - 1] === " ") end -= 1;
  const call = nodeAt(entry.ast, end).findLast((node): node is Call => node.kind === "call");
  if (!call || offset <= call.callee.span.end.offset) return undefined;
  const found = signatureOf(call, entry);
  if (!found) return undefined;
  const before = call.arguments.filter(({ span }) => span.end.offset < offset);
  const at = call.arguments.find(({ span }) => span.start.offset <= offset && offset <= span.end.offset);
  const named = at?.name?.text;
  const active = named === undefined ? before.filter(({ name }) => !name).length : found.parameters.findIndex(({ name }) => name === named);
  return { ...found, active };
}

function signatureOf(call: Call, { names }: NonNullable<Analysis["program"]["entry"]>): Omit<SignatureHelp, "active"> | undefined {
  const name = call.callee.text;
  const declared = names.get(name);
  if (declared?.kind === "block") {
    const parameters = declared.declaration.parameters.map((parameter) => ({ name: parameter.name.text, doc: "" }));
    return { label: [name, ...parameters.map((parameter) => parameter.name)].join(" "), doc: `block ${name}`, parameters };
  }
  if (!isOperatorName(name)) return undefined;
  const { signature, doc } = operatorOf(name);
  return { label: signatureText(name), doc, parameters: Object.entries(signature).map(([parameter, { doc: text }]) => ({ name: parameter, doc: text })) };
}
