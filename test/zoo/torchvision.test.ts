/** The zoo against torchvision: every tensor's name and shape, in the order of its `state_dict`. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { weightsOf, type Weight } from "@cnn-lang/shape-checker";
import { golden, zooModel } from "../helpers/zoo.ts";

interface StateDict {
  readonly params: number;
  readonly buffers: number;
  readonly state_dict: readonly (readonly [name: string, shape: readonly number[]])[];
}

/** Each file of the zoo: its models, by torchvision's names. */
const models: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "alexnet.cnn": { alexnet: "AlexNet" },
  "vgg.cnn": {
    vgg11: "VGG11", vgg13: "VGG13", vgg16: "VGG16", vgg19: "VGG19",
    vgg11_bn: "VGG11_BN", vgg13_bn: "VGG13_BN", vgg16_bn: "VGG16_BN", vgg19_bn: "VGG19_BN",
  },
  "resnet.cnn": {
    resnet18: "ResNet18", resnet34: "ResNet34", resnet50: "ResNet50", resnet101: "ResNet101", resnet152: "ResNet152",
    resnext50_32x4d: "ResNeXt50_32x4d", resnext101_32x8d: "ResNeXt101_32x8d", resnext101_64x4d: "ResNeXt101_64x4d",
    wide_resnet50_2: "WideResNet50_2", wide_resnet101_2: "WideResNet101_2",
  },
  "densenet.cnn": { densenet121: "DenseNet121", densenet161: "DenseNet161", densenet169: "DenseNet169", densenet201: "DenseNet201" },
  "squeezenet.cnn": { squeezenet1_0: "SqueezeNet1_0", squeezenet1_1: "SqueezeNet1_1" },
  "googlenet.cnn": { googlenet: "GoogLeNet", googlenet_aux: "GoogLeNetAux" },
  "inception-v3.cnn": { inception_v3: "InceptionV3", inception_v3_aux: "InceptionV3Aux" },
  "mobilenet-v2.cnn": { mobilenet_v2: "MobileNetV2" },
  "mobilenet-v3.cnn": { mobilenet_v3_small: "MobileNetV3Small", mobilenet_v3_large: "MobileNetV3Large" },
  "shufflenet-v2.cnn": {
    shufflenet_v2_x0_5: "ShuffleNetV2_x0_5", shufflenet_v2_x1_0: "ShuffleNetV2_x1_0",
    shufflenet_v2_x1_5: "ShuffleNetV2_x1_5", shufflenet_v2_x2_0: "ShuffleNetV2_x2_0",
  },
  "mnasnet.cnn": { mnasnet0_5: "MNASNet0_5", mnasnet0_75: "MNASNet0_75", mnasnet1_0: "MNASNet1_0", mnasnet1_3: "MNASNet1_3" },
  "efficientnet.cnn": { efficientnet_b0: "EfficientNetB0", efficientnet_v2_s: "EfficientNetV2_S" },
  "convnext.cnn": { convnext_tiny: "ConvNeXtTiny" },
  "regnet.cnn": {
    regnet_y_400mf: "RegNet_Y_400MF", regnet_x_400mf: "RegNet_X_400MF",
    regnet_y_800mf: "RegNet_Y_800MF", regnet_x_800mf: "RegNet_X_800MF",
  },
};

const { __made_with__: _, ...dicts }: Readonly<Record<string, StateDict>> = golden("state_dicts.json");

/**
 * PyTorch lists a module's own parameters before those of its parts, wherever they are used. We list weights in the order of
 * their layers, so ConvNeXt's `layer_scale`, which comes after its block, is moved in front of it for the comparison.
 */
function ownFirst(weights: readonly Weight[]): readonly Weight[] {
  return weights.reduce<readonly Weight[]>((ordered, weight) => {
    if (!weight.name.endsWith(".layer_scale")) return [...ordered, weight];
    const scope = weight.name.slice(0, -"layer_scale".length);
    const first = ordered.findIndex(({ name }) => name.startsWith(scope));
    return ordered.toSpliced(first, 0, weight);
  }, []);
}

const test = suite("the zoo against torchvision's state_dicts");

for (const [file, named] of Object.entries(models)) {
  for (const [torch, name] of Object.entries(named)) {
    test(torch, () => {
      const weights = ownFirst(weightsOf(zooModel(file, name)));
      assert.equal(weights.map((weight) => [weight.name, weight.shape]), dicts[torch]?.state_dict);
      const count = (kind: "parameter" | "buffer") =>
        weights.filter((weight) => weight.kind === kind).reduce((sum, { shape }) => sum + shape.reduce((all, n) => all * n, 1), 0);
      assert.is(count("parameter"), dicts[torch]?.params);
      assert.is(count("buffer"), dicts[torch]?.buffers);
    });
  }
}

test("none of the state_dicts is left out", () => {
  assert.equal(Object.values(models).flatMap((named) => Object.keys(named)).sort(), Object.keys(dicts).sort());
});

test.run();
