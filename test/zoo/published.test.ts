/** The zoo against published figures: parameters, multiply-accumulates, receptive fields, smallest inputs. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { summarize, type Summary } from "@cnn-lang/shape-checker";
import { golden, zooFile, zooFiles, zooModel } from "../helpers/zoo.ts";

interface Published {
  readonly name: string;
  readonly family: string;
  readonly params: number;
  readonly trainable?: number;
  readonly macs?: number;
  readonly bn_running_stats?: number;
  readonly receptive_field_computed?: number;
  readonly effective_stride_computed?: number;
  readonly min_size_published?: readonly [number, number];
}

/** Where each published network is; `params` and `macs` of Inception v3 are of two forms of it (docs/zoo.md). */
const places: Readonly<Record<string, readonly [file: string, model: string, parametersOf?: string]>> = {
  alexnet: ["alexnet.cnn", "AlexNet"],
  vgg11: ["vgg.cnn", "VGG11"],
  vgg16: ["vgg.cnn", "VGG16"],
  vgg16_bn: ["vgg.cnn", "VGG16_BN"],
  vgg19: ["vgg.cnn", "VGG19"],
  resnet18: ["resnet.cnn", "ResNet18"],
  resnet34: ["resnet.cnn", "ResNet34"],
  resnet50: ["resnet.cnn", "ResNet50"],
  resnet101: ["resnet.cnn", "ResNet101"],
  resnext50_32x4d: ["resnet.cnn", "ResNeXt50_32x4d"],
  wide_resnet50_2: ["resnet.cnn", "WideResNet50_2"],
  squeezenet1_0: ["squeezenet.cnn", "SqueezeNet1_0"],
  squeezenet1_1: ["squeezenet.cnn", "SqueezeNet1_1"],
  densenet121: ["densenet.cnn", "DenseNet121"],
  densenet169: ["densenet.cnn", "DenseNet169"],
  googlenet: ["googlenet.cnn", "GoogLeNet"],
  inception_v3: ["inception-v3.cnn", "InceptionV3", "InceptionV3Aux"],
  mobilenet_v2: ["mobilenet-v2.cnn", "MobileNetV2"],
  mobilenet_v3_small: ["mobilenet-v3.cnn", "MobileNetV3Small"],
  mobilenet_v3_large: ["mobilenet-v3.cnn", "MobileNetV3Large"],
  shufflenet_v2_x1_0: ["shufflenet-v2.cnn", "ShuffleNetV2_x1_0"],
  efficientnet_b0: ["efficientnet.cnn", "EfficientNetB0"],
  efficientnet_b2: ["efficientnet.cnn", "EfficientNetB2"],
  convnext_tiny: ["convnext.cnn", "ConvNeXtTiny"],
  resnet18_head10_frozen_backbone: ["transfer.cnn", "ResNet18Transfer"],
  mobilenet_v2_head10_frozen_backbone: ["transfer.cnn", "MobileNetV2Transfer"],
  cifar_resnet20_optionA: ["cifar-resnet.cnn", "ResNet20"],
  cifar_resnet56_optionA: ["cifar-resnet.cnn", "ResNet56"],
  lenet5_modern_1x32x32: ["tutorials.cnn", "LeNet5Modern"],
  pytorch_cifar10_tutorial_net: ["tutorials.cnn", "PyTorchCifar10"],
  keras_mnist_convnet: ["tutorials.cnn", "KerasMnist"],
  pytorch_examples_mnist: ["tutorials.cnn", "PyTorchMnist"],
  unet_bn_same_3to2_256: ["unet.cnn", "UNetBN"],
  keras_VGG16: ["vgg.cnn", "VGG16"],
  keras_MobileNetV2: ["mobilenet-v2.cnn", "MobileNetV2"],
  keras_DenseNet121: ["densenet.cnn", "DenseNet121"],
};

const published: readonly Published[] = golden("reference_models.json");
const summaries = new Map<string, Summary>();

function summaryOf(file: string, name: string): Summary {
  const known = summaries.get(name) ?? summarize(zooModel(file, name));
  summaries.set(name, known);
  return known;
}

/** Running means and variances, without the counters of batches. */
const statistics = ({ layers }: Summary): number =>
  layers
    .flatMap(({ weights }) => weights)
    .filter(({ kind, name }) => kind === "buffer" && !name.endsWith("num_batches_tracked"))
    .reduce((sum, { shape }) => sum + shape.reduce((all, n) => all * n, 1), 0);

const test = suite("the zoo against published figures");

test("every published network is in the zoo", () => {
  assert.equal(published.map(({ name }) => name).filter((name) => !places[name]), []);
});

for (const figures of published) {
  test(figures.name, () => {
    const place = places[figures.name];
    if (!place) throw new Error(`${figures.name} is not in the zoo`);
    const [file, model, parametersOf = model] = place;
    const counted = summaryOf(file, parametersOf);
    const { totals, layers, inputConstraints } = summaryOf(file, model);
    const keras = figures.family === "keras_applications";
    // Keras counts running statistics among the parameters, PyTorch does not.
    assert.is(counted.totals.parameters + (keras ? statistics(counted) : 0), figures.params);
    if (figures.trainable !== undefined) assert.is(counted.totals.trainable, figures.trainable);
    if (figures.macs !== undefined) assert.is(totals.macs, figures.macs);
    if (figures.bn_running_stats !== undefined) assert.is(statistics(summaryOf(file, model)), figures.bn_running_stats);
    if (figures.receptive_field_computed !== undefined) {
      const field = figures.receptive_field_computed;
      assert.equal(totals.receptiveField, [field, field]);
      const stride = figures.effective_stride_computed;
      assert.equal(layers.at(-1)?.effectiveStride, [stride, stride]);
    }
    if (figures.min_size_published) {
      const [smallest] = figures.min_size_published;
      const told = inputConstraints.map(({ text }) => text).join("; ");
      if (smallest === 1) assert.is(told, "");
      else assert.match(told, new RegExp(`^height and width must be at least ${smallest} `));
    }
  });
}

test("figures known from elsewhere", () => {
  const parameters = (file: string, name: string): number => summaryOf(file, name).totals.parameters;
  assert.is(parameters("alexnet.cnn", "AlexNet2012"), 60_965_224); // Caffe's bvlc_alexnet
  assert.is(parameters("mobilenet-v1.cnn", "MobileNetV1"), 4_231_976); // the paper's 4.2 million; Keras, trainable
  assert.is(parameters("mobilenet-v1.cnn", "MobileNetV1_Half"), 1_331_592); // its 1.3 million
  assert.is(Math.round(summaryOf("mobilenet-v1.cnn", "MobileNetV1").totals.macs / 1e6), 569); // its table 4
  assert.is(Math.round(summaryOf("mobilenet-v1.cnn", "MobileNetV1_Half").totals.macs / 1e6), 149); // its table 6
  assert.is(parameters("cifar-resnet.cnn", "ResNet110"), 1_727_962); // the paper's 1.7 million
  assert.is(parameters("unet.cnn", "UNet"), 31_030_658); // 23 convolutions, one input channel, two classes
  assert.is(parameters("video.cnn", "C3D") - (487 - 101) * 4097, 78_409_573); // with UCF101's 101 classes
  // torchvision's num_params
  assert.equal(
    ["EfficientNetB1", "EfficientNetB3", "EfficientNetB4", "EfficientNetB5", "EfficientNetB6", "EfficientNetB7"].map((name) => parameters("efficientnet.cnn", name)),
    [7_794_184, 12_233_232, 19_341_616, 30_389_784, 43_040_704, 66_347_960],
  );
  assert.equal(
    ["ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge"].map((name) => parameters("convnext.cnn", name)),
    [50_223_688, 88_591_464, 197_767_336],
  );
});

test("counted by hand: a sequence network and FCN-8s", () => {
  const stage = (inputs: number, filters: number, kernel: number): number => inputs * filters * kernel + filters + 2 * filters;
  const m5 = stage(1, 128, 80) + stage(128, 128, 3) + stage(128, 256, 3) + stage(256, 512, 3) + 512 * 10 + 10;
  assert.is(summaryOf("sequence.cnn", "M5").totals.parameters, m5);
  const vgg = 14_714_688; // the convolutions of VGG-16
  const fully = (512 * 49 + 1) * 4096 + (4096 + 1) * 4096;
  const scores = (4096 + 1) * 21 + (512 + 1) * 21 + (256 + 1) * 21;
  assert.is(summaryOf("fcn.cnn", "FCN8s").totals.parameters, vgg + fully + scores + 21 * 21 * (16 + 16 + 256));
});

test("shared weights count once, work counts twice", () => {
  const { totals, layers } = summaryOf("two-inputs.cnn", "Siamese");
  const encoder = 64 * 100 + 64 + 128 * 64 * 49 + 128 + 128 * 128 * 16 + 128 + 256 * 128 * 16 + 256 + 9216 * 4096 + 4096;
  assert.is(totals.parameters, encoder + 8192 + 1);
  const first = layers.filter(({ path }) => path.startsWith("encoder"));
  assert.is(totals.macs - 8192, first.reduce((sum, { macs }) => sum + macs, 0));
});

test("no file of the zoo has an error or a warning", () => {
  for (const file of zooFiles) {
    const told = zooFile(file).diagnostics.filter(({ severity }) => severity !== "info");
    assert.equal(told.map(({ message }) => message), [], file);
  }
});

test.run();
