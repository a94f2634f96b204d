/** A class as lines of Python: what it makes, and its forward pass with shapes and places of the program. */

import { printShape, type Model, type Port } from "@cnn-lang/shape-checker";
import { code, escapeHidden, type Code } from "../code.ts";
import { listed } from "../functions.ts";
import type { Origin } from "../source-map.ts";
import { placeOf } from "../statements.ts";
import type { TorchClass } from "./classes.ts";
import { leavesOf, write } from "./construction.ts";
import type { Statement } from "./forward.ts";
import { call, columns, dictionary, lay } from "./python.ts";

export interface Line {
  readonly text: string;
  readonly origin?: Origin;
}

const line = (text: string): Line => ({ text });

export const comment = (texts: readonly string[], indent = ""): readonly Line[] => texts.map((text) => line(`${indent}# ${escapeHidden(text)}`.trimEnd()));

/** The lines of a class; `ending` are the last statements of its constructor. */
export function classLines(written: TorchClass, model: Model, ending: readonly Code[]): readonly Line[] {
  const { name, base, parameters, forward } = written;
  const taken = parameters.map((parameter) => parameter.name);
  const tensors = forward.parameters.map((parameter) => code`${parameter}: torch.Tensor`);
  const result = forward.results && model.outputs.length > 1 ? code` -> dict` : code` -> torch.Tensor`;
  return [
    ...comment(about(written, model)),
    line(`class ${name.text}(${base.text}):`),
    ...signature(code`__init__`, [code`self`, ...taken], code``),
    line("        super().__init__()"),
    ...members(written),
    ...ending.map(({ text }) => line(`        ${text}`)),
    line(""),
    ...signature(code`forward`, [code`self`, ...tensors], result),
    ...forward.statements.flatMap((statement) => statementLines(statement, written)),
    ...(forward.results ? results(forward.results, model.outputs) : []),
  ];
}

const signature = (method: Code, parameters: readonly Code[], result: Code): readonly Line[] =>
  lay(code`def `, call(method, parameters), code`${result}:`, 4).map(line);

function members({ parameters, members: made }: TorchClass): readonly Line[] {
  let first = 0;
  return made.flatMap(({ target, construction }) => {
    const before = first;
    first += leavesOf(construction).length;
    const value = write(construction, (leaf) => parameters.find(({ leaves }) => leaves.has(before + leaf))?.name);
    return lay(code`${target} = `, value, code``, 8).map(line);
  });
}

/** A step with the shape of its output, where that is one, and the line of the program. */
function statementLines({ target, value, output, span }: Statement, { isFixed }: TorchClass): readonly Line[] {
  const lines = lay(target ? code`${target} = ` : code`return `, value, code``, 8);
  const shape = isFixed(output) ? `${printShape(output.outputShape)}  ` : "";
  const note = `# ${shape}${placeOf(span)}`;
  const origin = { path: output.path, span };
  const [only = ""] = lines;
  const fits = lines.length === 1 && only.length + 2 + note.length <= columns;
  return (fits ? [`${only}  ${note}`] : [`        ${note}`, ...lines]).map((text) => ({ text, origin }));
}

function results(values: readonly Code[], outputs: readonly Port[]): readonly Line[] {
  const [only = code`None`] = values;
  const value = outputs.length === 1 ? only : dictionary(outputs.map(({ name }, index) => [name, values[index] ?? only]));
  return lay(code`return `, value, code``, 8).map(line);
}

/** Of a scope's class what flows through it and which scopes it is for; of the model's what goes in and comes out. */
function about({ scopes, forward, isFixed }: TorchClass, { inputs, outputs }: Model): readonly string[] {
  const isModel = scopes.length === 1 && scopes[0]?.path === "";
  if (isModel) {
    const port = ({ name, shape }: Port): string => `${name}: [batch, ${[shape.channels, ...shape.axes].join(", ")}]`;
    return [...inputs.map(port), ...outputs.map((output) => `→ ${port(output)}`)];
  }
  const last = forward.statements.at(-1)?.output;
  const paths = listed(scopes.map(({ path }) => path));
  return [last && isFixed(last) ? `→ ${printShape(last.outputShape)}: ${paths}` : paths];
}
