/** What is frozen, as statements of the model's constructor: the largest modules whose parameters all are. */

import type { Weight } from "@cnn-lang/shape-checker";
import { code, type Code } from "../code.ts";
import { accessOf } from "./forward.ts";
import type { Scope } from "./scopes.ts";

/** `self.features.requires_grad_(False)`; parts of an `nn.Sequential`, which `chains` are, are told by their place. */
export function freezing(root: Scope, chains: ReadonlySet<Scope>): readonly Code[] {
  const statement = (target: Code): Code => code`${target}.requires_grad_(False)`;
  const visit = (scope: Scope, access: Code): readonly Code[] => {
    const parameters = parametersOf(scope);
    if (!parameters.some(({ trainable }) => !trainable)) return [];
    if (!parameters.some(({ trainable }) => trainable)) return [statement(access)];
    return [...scope.parts.values()].flatMap((part) => {
      const [own] = part.layers.flatMap(({ weights }) => weights).filter(({ name, trainable }) => name === part.path && !trainable);
      const inside = chains.has(scope) ? code`${access}[${Number(part.name)}]` : accessOf(access, part);
      return [...(own ? [statement(accessOf(access, part, "tensor"))] : []), ...visit(part, inside)];
    });
  };
  return visit(root, code`self`);
}

/** A scope's parameters, but for a tensor that it is itself. */
const parametersOf = (scope: Scope): readonly Weight[] => [
  ...(scope.layers[0]?.weights.filter(({ kind, name }) => kind === "parameter" && name !== scope.path) ?? []),
  ...[...scope.parts.values()].flatMap((part) => [...(part.layers[0]?.weights.filter(({ name }) => name === part.path) ?? []), ...parametersOf(part)]),
];
