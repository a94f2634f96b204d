/** Code for inference computes what the other code computes, on weights and statistics that are all different. */

import { readFileSync } from "node:fs";
import { emit } from "@cnn-lang/codegen";
import { check, memoryProject, readShapeText, type Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { loadModule } from "../../packages/runtime/src/load-module.ts";
import { setExact } from "../../packages/runtime/src/wasm.ts";
import { difference, randomWeights } from "../helpers/optimized.ts";
import { modelOf } from "../helpers/program.ts";

const test = suite("optimised code");

/**
 * One layer and its norm. A sum of n products is off by at most n · 2⁻²⁴ of the sum of their sizes, whatever the order
 * (Higham 2002, 3.1); folding rounds each filter and the bias three times more. The layers below sum at most 72 products of
 * size 1 or so, and values are below 10: (72 + 6) · 2 · 2⁻²⁴ · 72 is 7e-4; chance keeps it near the root of that.
 */
const oneLayer = 2e-5;

const layers = {
  "3x3, its own bias": ["conv 8 3 pad=1 -> batchnorm", "4@6x6"],
  "no bias, no scale, another eps": ["conv 8 3 bias=false -> batchnorm eps=0.1 affine=false", "4@6x6"],
  "stride and a border of zeros on two sides": ["conv 8 3 stride=2 pad=[[0, 1], [0, 1]] -> batchnorm -> relu", "4@6x6"],
  "groups": ["conv 8 3 groups=2 -> batchnorm -> relu", "4@6x6"],
  "dilation": ["conv 8 3 dilation=2 -> batchnorm -> relu", "4@6x6"],
  "a mirrored border": ["conv 8 3 pad=1 mode=reflect -> batchnorm", "4@6x6"],
  "a sequence": ["conv 8 3 pad=1 -> batchnorm -> relu", "4@9"],
  "a volume": ["conv 8 2 -> batchnorm -> relu", "4@3x4x4"],
  "depthwise": ["depthwise 3 pad=1 -> batchnorm -> relu6", "8@6x6"],
  "depthwise, two filters a channel, without bias": ["depthwise 3 multiplier=2 bias=false -> batchnorm -> relu6", "8@6x6"],
  "depthwise with dilation": ["depthwise 3 dilation=2 multiplier=2 -> batchnorm", "8@6x6"],
  "separable": ["separable 8 3 pad=1 -> batchnorm -> relu", "4@6x6"],
  "separable on a sequence": ["separable 8 3 -> batchnorm -> relu", "4@9"],
  "transposed": ["conv_transpose 8 3 stride=2 -> batchnorm -> relu", "4@5x5"],
  "transposed, in groups, without bias": ["conv_transpose 6 3 groups=2 bias=false -> batchnorm", "4@5x5"],
  "dense": ["dense 8 -> batchnorm -> relu", "16"],
  "dense at every position": ["dense 8 over=channels -> batchnorm -> sigmoid", "6@4x4"],
  "leaky relu": ["conv 8 3 -> batchnorm -> leaky_relu 0.2", "4@6x6"],
  "elu": ["conv 8 3 -> elu", "4@6x6"],
  "elu that is not stock": ["conv 8 3 -> elu alpha=0.5", "4@6x6"],
  "sigmoid": ["conv 8 3 -> sigmoid", "4@6x6"],
  "an activation that is not stock": ["conv 8 3 -> batchnorm -> silu", "4@6x6"],
  "dropout between": ["conv 8 3 -> dropout 0.5 -> batchnorm -> spatial_dropout 0.2 -> relu", "4@6x6"],
} as const;

/**
 * Whole networks: each layer rounds anew and multiplies the errors of those before it by about one, so errors grow like the
 * root of the number of layers. 2e-5 of the largest output is 340 roundings (2⁻²⁴) of it; measured are up to 90.
 */
const network = 2e-5;

/** Networks with every kind of convolution before a norm; smaller than published, to be quick. */
const networks: readonly (readonly [file: string, model?: string, input?: string])[] = [
  ["test/goldens/nets/lenet5.cnn"],
  ["test/goldens/nets/simplecnn.cnn"],
  ["test/goldens/nets/tinyresnet.cnn"],
  ["test/goldens/nets/unet.cnn"],
  ["examples/siamese.cnn"],
  ["examples/zoo/two-heads.cnn"],
  ["examples/zoo/sequence.cnn"],
  ["examples/zoo/mobilenet-v2.cnn", "MobileNetV2", "3@32x32"],
  ["examples/zoo/shufflenet-v2.cnn", "ShuffleNetV2_x0_5", "3@32x32"],
];
const larger: typeof networks = [
  ["examples/zoo/cifar-resnet.cnn", "ResNet20"],
  ["examples/zoo/densenet.cnn", "DenseNet121", "3@32x32"],
  ["examples/zoo/efficientnet.cnn", "EfficientNetB0", "3@64x64"],
  ["examples/zoo/mobilenet-v3.cnn", "MobileNetV3Small", "3@64x64"],
  ["examples/zoo/regnet.cnn", "RegNet_Y_400MF", "3@64x64"],
];

function load(file: string, model?: string, input?: string): Model {
  const shape = input === undefined ? undefined : readShapeText(input);
  const { models, diagnostics } = check(memoryProject({ [file]: readFileSync(file, "utf8") }), file, { ...(model && { model }), ...(shape && { input: shape }) });
  const [found] = models;
  if (!found || diagnostics.some(({ severity }) => severity === "error")) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return found;
}

test("weights that were not folded are refused, not computed with", async () => {
  assert.ok((await selectBackend("cpu")).ok);
  const { forward, weightShapes } = await loadModule((await emit(load("test/programs/simple-cnn.cnn"), { optimize: true })).code);
  assert.throws(() => forward(randomWeights(weightShapes), tf.zeros([1, 32, 32, 3])), /Argument 'filter' .* must be a Tensor/);
});

for (const backend of ["cpu", "wasm"] as const) {
  test(`${backend}: the backend is there`, async () => {
    const selection = await selectBackend(backend);
    assert.ok(selection.ok);
    // Winograd's errors are larger than the bounds above, which are those of plain sums.
    setExact(true);
  });
  for (const [title, [lines, input]] of Object.entries(layers)) {
    test(`${backend}: ${title}`, async () => {
      const { most } = await difference(modelOf(`model Net {\n  input ${input}\n  ${lines}\n}\n`));
      assert.ok(most <= oneLayer, `off by ${most}`);
    });
  }
  for (const [file, model, input] of backend === "wasm" ? [...networks, ...larger] : networks) {
    test(`${backend}: ${model ?? file}`, async () => {
      const { most, scale } = await difference(load(file, model, input), 1);
      assert.ok(most <= network * scale, `off by ${most}, where values go up to ${scale}`);
      assert.ok(scale > 0.1, "the outputs are not all nothing");
    });
  }
}

test.run();
