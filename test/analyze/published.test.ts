/** Receptive fields and smallest inputs of torchvision's networks, against its published and the separately computed figures. */

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { summarize } from "@cnn-lang/shape-checker";
import { modelOf } from "../helpers/program.ts";
import { skeletons } from "./skeletons.ts";

const test = suite("published networks");

interface Reference {
  readonly name: string;
  readonly receptive_field_computed: number;
  readonly effective_stride_computed: number;
  readonly effective_padding_computed: number;
  /** Height and width. */
  readonly min_size_published: readonly [number, number];
}

const references: readonly Reference[] = JSON.parse(readFileSync("test/goldens/reference_models.json", "utf8"));

for (const [name, text] of Object.entries(skeletons)) {
  test(name, () => {
    const reference = references.find((each) => each.name === name);
    assert.ok(reference);
    const model = modelOf(text);
    const { cost } = model.layers.at(-1) ?? {};
    const { receptive_field_computed: field, effective_stride_computed: stride, effective_padding_computed: padding } = reference;
    assert.equal(cost?.receptiveField, [field, field]);
    assert.equal(cost?.effectiveStride, [stride, stride]);
    assert.equal(cost?.effectivePadding, [padding, padding]);

    const [smallest] = reference.min_size_published;
    const told = summarize(model).inputConstraints.map((constraint) => constraint.text);
    if (smallest === 1) assert.equal(told, []);
    else assert.match(told.join("; "), new RegExp(`^height and width must be at least ${smallest} \\([^;]*\\)$`));
  });
}

test.run();
