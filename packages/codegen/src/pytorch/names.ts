/** From the names of a program to those of Python: attributes where they can be, keys of the module's own tables where not. */

import { code, identifier, type Code } from "../code.ts";
import { createNames, type Names } from "../names.ts";
import { reservedWords } from "./python.ts";

/** What every `nn.Module` has already, in PyTorch 1.13 to 2.9. Names that begin with `_` are never attributes here. */
export const moduleAttributes: ReadonlySet<string> = new Set(`T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict
modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict
to to_empty train training type xpu zero_grad`.split(/\s+/));

const words = new Set(reservedWords);

/** Whether `self.name` can hold a part of the network. */
const isAttribute = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !words.has(name) && !moduleAttributes.has(name);

/**
 * A part of a module: `self.conv1`, else `self._modules["0"]`, which takes any name, and is where `state_dict` finds it.
 * A tensor of the module's own lies in `_parameters`. `inTable` keeps apart a tensor and a module of one name.
 */
export const memberOf = (owner: Code, name: string, kind: "module" | "tensor", inTable = false): Code =>
  isAttribute(name) && !inTable ? code`${owner}.${identifier(name)}` : code`${owner}.${kind === "module" ? code`_modules` : code`_parameters`}[${name}]`;

/** Names of one scope, in ASCII, since Python compares others after folding them (`ﬁ` is `fi`) and knows other letters than JavaScript. */
export function createPythonNames(taken: readonly string[]): Names {
  const names = createNames([...reservedWords, ...taken]);
  return { ...names, fresh: (path) => names.fresh(path.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(/[^A-Za-z0-9_]/g, "_")) };
}

/** `inverted_residual` → `InvertedResidual`, as classes are called. */
export function className(name: string): string {
  const capitalized = name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return /^[A-Za-z]/.test(capitalized) ? capitalized : `Part${capitalized}`;
}
