/** `docs/recipes.md` has every key of the recipe's schema, with its default and an example that the schema takes. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readRecipe } from "../../packages/shape-checker/src/recipe/read.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly { readonly if: Schema; readonly then: Schema }[];
  readonly items?: Schema;
}
const schema: Schema & { readonly definitions: Readonly<Record<string, Schema>> } = JSON.parse(readFileSync("docs/schemas/recipe.schema.json", "utf8"));
const document = readFileSync("docs/recipes.md", "utf8");

interface Row {
  readonly defaults: string;
  readonly example: unknown;
}

/** The table of keys under a heading. */
function tableOf(heading: string): ReadonlyMap<string, Row> {
  const section = new RegExp(`^##+ ${heading}\\n([^]*?)(?=^##+ |$(?![^]))`, "m").exec(document)?.[1] ?? "";
  const [, table = ""] = section.split("| key | unit | default | example | what it says |\n");
  const rows = [...table.matchAll(/^\| `(\S+)` \|([^|]*)\|([^|]*)\| `([^|]*)` \| [^|]+ \|$/gm)];
  return new Map(rows.map(([, key = "", , defaults = "", example = ""]) => [key, { defaults, example: JSON.parse(example) }]));
}

const resolve = ({ $ref, ...own }: Schema): Schema => ($ref === undefined ? own : { ...schema.definitions[$ref.split("/")[2] ?? ""], ...own });
const part = (name: string): Schema => schema.definitions[name] ?? {};
const property = (of: Schema, name: string): Schema => resolve(of.properties?.[name] ?? {});

/** Every object of a recipe: its heading, the forms that it may have, and a recipe that has it so. */
const digits = { model: "net.cnn", data: { format: "digits" } };
const onDisk = { format: "idx", path: "data" };
const jitter = (part("augmentation").allOf ?? []).map(({ then }) => property(then, "jitter")).find(({ properties }) => properties) ?? {};
const objects: readonly { readonly heading: string; readonly forms: readonly Schema[]; readonly recipe: (object: object) => object }[] = [
  { heading: "The recipe", forms: [schema], recipe: (object) => object },
  { heading: "Data", forms: [part("data")], recipe: (data) => ({ ...digits, data }) },
  { heading: "Normalize", forms: [property(part("data"), "normalize")], recipe: (normalize) => ({ ...digits, data: { ...onDisk, normalize } }) },
  { heading: "Expects", forms: [property(part("data"), "expects")], recipe: (expects) => ({ ...digits, data: { ...onDisk, expects } }) },
  {
    heading: "Augment",
    forms: (part("augmentation").allOf ?? []).map(({ if: { required = [] }, then }) => ({ ...then, required })),
    recipe: (step) => ({ ...digits, data: { format: "digits", augment: [step] } }),
  },
  { heading: "Jitter", forms: [jitter], recipe: (object) => ({ ...digits, data: { format: "digits", augment: [{ jitter: object }] } }) },
  { heading: "Loss", forms: part("loss").oneOf ?? [], recipe: (loss) => ({ ...digits, loss }) },
  { heading: "Optimizer", forms: part("optimizer").oneOf ?? [], recipe: (optimizer) => ({ ...digits, optimizer }) },
  { heading: "Groups", forms: [resolve(part("groups").items ?? {})], recipe: (group) => ({ ...digits, optimizer: { name: "sgd", groups: [group] } }) },
  { heading: "Schedule", forms: part("schedule").oneOf ?? [], recipe: (schedule) => ({ ...digits, schedule }) },
  { heading: "Early stopping", forms: [property(schema, "earlyStopping")], recipe: (earlyStopping) => ({ ...digits, earlyStopping }) },
  { heading: "Checkpoint", forms: [property(schema, "checkpoint")], recipe: (checkpoint) => ({ ...digits, checkpoint }) },
];

const test = suite("recipes.md and the schema");

for (const { heading, forms, recipe } of objects) {
  const table = tableOf(heading);

  test(`${heading}: every key, and no other`, () => {
    const keys = new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)));
    assert.ok(keys.size > 0);
    assert.equal([...table.keys()].toSorted(), [...keys].toSorted());
  });

  test(`${heading}: the schema's defaults`, () => {
    for (const { properties = {}, required = [] } of forms) {
      for (const [key, written] of Object.entries(properties)) {
        const { default: value } = resolve(written);
        const { defaults = "" } = table.get(key) ?? {};
        if (value !== undefined) assert.ok(defaults.includes(`\`${JSON.stringify(value)}\``), `${key}: ${JSON.stringify(value)} is its default, but the page says ${defaults}`);
        else if (forms.length === 1) assert.is(/`/.test(defaults), false, `${key} has no default; ${required.includes(key) ? "it is required" : "it may be left out"}`);
      }
    }
  });

  test(`${heading}: the examples are taken`, () => {
    for (const { properties = {} } of forms) {
      const object = Object.fromEntries(Object.entries(properties).map(([key, { const: name }]) => [key, name ?? table.get(key)?.example]));
      const { diagnostics } = readRecipe("a.train.json", JSON.stringify(recipe(object)));
      assert.equal(diagnostics.map(({ message }) => message), []);
    }
  });
}

test.run();
