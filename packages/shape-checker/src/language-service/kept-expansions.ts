/**
 * Expansions kept from keystroke to keystroke. A model is expanded anew only where its own declaration, or that of a block it
 * comes to, was read anew; where these have moved, the places in what is kept have moved with them.
 */

import { type Expand, expandModel, type Expansion } from "../elaborate/expand.ts";
import { type Declared, namesOf } from "../resolve/program.ts";

type Declaration = Exclude<Declared, { kind: "failed" }>;

interface Kept {
  readonly own: Declaration;
  readonly expansion: Expansion;
}

/** Expands like `expandModel`, for the models of one entry file that one session checks again and again. */
export function keepExpansions(): Expand {
  const kept = new Map<string, Kept>();

  return (scope, declaration, options, recursion) => {
    const name = declaration.name.text;
    const own = scope.names.get(name);
    // One of two models of a name is not to be told from the other.
    if (own?.kind !== "model" || own.declaration !== declaration) return expandModel(scope, declaration, options, recursion);
    const known = kept.get(name);
    if (known && isStillRight(known, own)) return known.expansion;
    const expansion = expandModel(scope, declaration, options, recursion);
    kept.set(name, { own, expansion });
    return expansion;
  };
}

function isStillRight({ own, expansion: { model, diagnostics } }: Kept, now: Declaration): boolean {
  // Whether a model without an input is told to lack one depends on the rest of its file.
  if (model === undefined || model.inputs.length === 0) return false;
  // In a file that cannot be read as a whole some errors are not told; where there are none it is all the same.
  const mayBeRead = diagnostics.every(({ severity }) => severity !== "error");
  const seen = new Set<Declaration>();

  /** All that a declaration comes to is as it was: the declarations, and what the names of their files are. */
  function isSame(before: Declaration, after: Declaration): boolean {
    if (before.declaration !== after.declaration || namesOf(before.scope) !== namesOf(after.scope)) return false;
    if (before.scope.isReadable !== after.scope.isReadable && !(mayBeRead && before.scope.isReadable)) return false;
    if (seen.has(after)) return true;
    seen.add(after);
    return wordsIn(after).every((word) => {
      const [one, other] = [before.scope.names.get(word), after.scope.names.get(word)];
      return !one || !other || one.kind === "failed" || other.kind === "failed" ? one?.kind === other?.kind : isSame(one, other);
    });
  }
  return isSame(own, now);
}

const words = new WeakMap<Declaration["declaration"], readonly string[]>();

/** The words of a declaration's text: every name in it that could mean another declaration is one of them. */
function wordsIn({ declaration, scope }: Declaration): readonly string[] {
  const known = words.get(declaration);
  if (known) return known;
  const text = scope.text.slice(declaration.span.start.offset, declaration.span.end.offset);
  const found = [...new Set(text.normalize("NFC").match(/[\p{L}_][\p{L}\p{M}\p{Nd}_]*/gu))];
  words.set(declaration, found);
  return found;
}
