/** What the recipe's schema says of a place in a recipe: which keys and values may stand there, and what they mean. */

import type { Node } from "jsonc-parser";
import { recipeSchema } from "../recipe/schema.generated.ts";

/** The part of JSON Schema that the recipe's schema uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly then?: Schema;
  readonly else?: Schema;
}

const definitions: Readonly<Record<string, Schema>> = recipeSchema.definitions;

/** The schemas that hold for the value at a path; several where it may have several forms. */
export function schemasAt(path: readonly (string | number)[], root: Node | undefined): readonly Schema[] {
  let schemas = forms(recipeSchema, root);
  let node = root;
  for (const key of path) {
    node = typeof key === "number" ? node?.children?.[key] : valueOf(node, key);
    schemas = schemas.flatMap((schema) => {
      const next = typeof key === "number" ? schema.items : (schema.properties?.[key] ?? (schema.additionalProperties || undefined));
      return next === undefined || next === true ? [] : forms(next, node);
    });
  }
  return schemas;
}

/** The value that a key has in an object. */
export const valueOf = (node: Node | undefined, key: string): Node | undefined =>
  node?.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1];

/** A schema and all that it leads to without a step into the value; of several forms those that have the value's name. */
function forms(schema: Schema, node: Node | undefined): readonly Schema[] {
  const name: unknown = valueOf(node, "name")?.value;
  const named = (schema.oneOf ?? []).filter(({ properties }) => properties?.["name"]?.const === name);
  const chosen = named.length > 0 ? named : (schema.oneOf ?? []);
  const meant = schema.$ref === undefined ? undefined : definitions[schema.$ref.replace("#/definitions/", "")];
  const others = [meant, schema.then, schema.else, ...chosen].flatMap((other) => (other ? forms(other, node) : []));
  return [schema, ...others];
}
