/**
 * The windows of published networks: torchvision's, without the norms, activations and heads that neither receptive fields
 * nor input sizes depend on. By the names of the reference figures.
 */

const vgg = (depths: string): string => `
model VGG {
  input 3@224x224
  for d in ${depths} { repeat d { conv 8 3 pad=1 } -> maxpool 2 }
}`;

const resnet = (block: "basic" | "bottleneck", depths: string): string => `
block basic(channels, stride = 1) {
  skip { conv channels 3 stride=stride pad=1 -> conv channels 3 pad=1 } project { conv channels 1 stride=stride }
}
block bottleneck(channels, stride = 1) {
  skip {
    conv channels 1 -> conv channels 3 stride=stride pad=1 -> conv (4 * channels) 1
  } project { conv (4 * channels) 1 stride=stride }
}
model ResNet {
  input 3@224x224
  conv 8 7 stride=2 pad=3 -> maxpool 3 stride=2 pad=1
  for depth, c, s in zip(${depths}, [8, 16, 32, 64], [1, 2, 2, 2]) {
    ${block} c stride=s
    repeat (depth - 1) { ${block} c }
  }
}`;

const fire = "block fire() { conv 8 1 -> concat { | conv 8 1 | conv 8 3 pad=1 } }";
const pool = "maxpool 3 stride=2 ceil=true";

const inverted = `
block inverted(channels, kernel = 3, stride = 1) {
  skip if stride == 1 and here.channels == channels {
    conv 32 1 -> depthwise kernel stride=stride pad=((kernel - 1) / 2) -> conv channels 1
  }
}`;

export const skeletons: Readonly<Record<string, string>> = {
  alexnet: `
model AlexNet {
  input 3@224x224
  conv 64 11 stride=4 pad=2 -> maxpool 3 stride=2 -> conv 192 5 pad=2 -> maxpool 3 stride=2
  repeat 3 { conv 256 3 pad=1 } -> maxpool 3 stride=2
}`,
  vgg11: vgg("[1, 1, 2, 2, 2]"),
  vgg16: vgg("[2, 2, 3, 3, 3]"),
  vgg19: vgg("[2, 2, 4, 4, 4]"),
  resnet18: resnet("basic", "[2, 2, 2, 2]"),
  resnet34: resnet("basic", "[3, 4, 6, 3]"),
  resnet50: resnet("bottleneck", "[3, 4, 6, 3]"),
  resnet101: resnet("bottleneck", "[3, 4, 23, 3]"),
  squeezenet1_0: `${fire}
model SqueezeNet {
  input 3@224x224
  conv 96 7 stride=2 -> ${pool} -> repeat 3 { fire } -> ${pool} -> repeat 4 { fire } -> ${pool} -> fire -> conv 1000 1
}`,
  squeezenet1_1: `${fire}
model SqueezeNet {
  input 3@224x224
  conv 64 3 stride=2 -> ${pool} -> repeat 2 { fire } -> ${pool} -> repeat 2 { fire } -> ${pool} -> repeat 4 { fire } -> conv 1000 1
}`,
  densenet121: `
model DenseNet {
  input 3@224x224
  conv 64 7 stride=2 pad=3 -> maxpool 3 stride=2 pad=1
  for stage, depth in enumerate([6, 12, 24, 16]) {
    if stage > 0 { conv (here.channels / 2) 1 -> avgpool 2 }
    repeat depth { concat { | identity | conv 128 1 -> conv 32 3 pad=1 } }
  }
}`,
  googlenet: `
block inception() {
  concat {
    | conv 8 1
    | conv 8 1 -> conv 8 3 pad=1
    | conv 8 1 -> conv 8 3 pad=1
    | maxpool 3 stride=1 pad=1 ceil=true -> conv 8 1
  }
}
model GoogLeNet {
  input 3@224x224
  conv 64 7 stride=2 pad=3 -> ${pool} -> conv 64 1 -> conv 192 3 pad=1 -> ${pool}
  repeat 2 { inception } -> ${pool} -> repeat 5 { inception } -> maxpool 2 ceil=true -> repeat 2 { inception }
}`,
  inception_v3: `
block pooled() { avgpool 3 stride=1 pad=1 -> conv 8 1 }
block a() {
  concat { | conv 8 1 | conv 8 1 -> conv 8 5 pad=2 | conv 8 1 -> conv 8 3 pad=1 -> conv 8 3 pad=1 | pooled }
}
block b() { concat { | conv 8 3 stride=2 | conv 8 1 -> conv 8 3 pad=1 -> conv 8 3 stride=2 | maxpool 3 stride=2 } }
block c() {
  concat {
    | conv 8 1
    | conv 8 1 -> conv 8 1x7 pad=0x3 -> conv 8 7x1 pad=3x0
    | conv 8 1 -> repeat 2 { conv 8 7x1 pad=3x0 -> conv 8 1x7 pad=0x3 }
    | pooled
  }
}
block d() {
  concat {
    | conv 8 1 -> conv 8 3 stride=2
    | conv 8 1 -> conv 8 1x7 pad=0x3 -> conv 8 7x1 pad=3x0 -> conv 8 3 stride=2
    | maxpool 3 stride=2
  }
}
block e() {
  concat {
    | conv 8 1
    | conv 8 1 -> concat { | conv 8 1x3 pad=0x1 | conv 8 3x1 pad=1x0 }
    | conv 8 1 -> conv 8 3 pad=1 -> concat { | conv 8 1x3 pad=0x1 | conv 8 3x1 pad=1x0 }
    | pooled
  }
}
model Inception {
  input 3@299x299
  conv 32 3 stride=2 -> conv 32 3 -> conv 64 3 pad=1 -> maxpool 3 stride=2 -> conv 80 1 -> conv 192 3 -> maxpool 3 stride=2
  repeat 3 { a } -> b -> repeat 4 { c } -> d -> repeat 2 { e }
}`,
  mobilenet_v2: `${inverted}
model MobileNet {
  input 3@224x224
  conv 32 3 stride=2 pad=1
  for c, n, s in [[16, 1, 1], [24, 2, 2], [32, 3, 2], [64, 4, 2], [96, 3, 1], [160, 3, 2], [320, 1, 1]] {
    inverted c stride=s
    repeat (n - 1) { inverted c }
  }
  conv 1280 1
}`,
  mobilenet_v3_large: `${inverted}
model MobileNet {
  input 3@224x224
  conv 16 3 stride=2 pad=1
  for k, c, n, s in [[3, 16, 1, 1], [3, 24, 2, 2], [5, 40, 3, 2], [3, 80, 4, 2], [3, 112, 2, 1], [5, 160, 3, 2]] {
    inverted c k stride=s
    repeat (n - 1) { inverted c k }
  }
  conv 960 1
}`,
  shufflenet_v2_x1_0: `
block halve(channels) {
  concat {
    | depthwise 3 stride=2 pad=1 -> conv channels 1
    | conv channels 1 -> depthwise 3 stride=2 pad=1 -> conv channels 1
  }
  channel_shuffle 2
}
block unit(channels) {
  split 2 as left, right
  concat { | left | right -> conv channels 1 -> depthwise 3 pad=1 -> conv channels 1 }
  channel_shuffle 2
}
model ShuffleNet {
  input 3@224x224
  conv 24 3 stride=2 pad=1 -> maxpool 3 stride=2 pad=1
  for n, c in zip([3, 7, 3], [58, 116, 232]) { halve c -> repeat n { unit c } }
  conv 1024 1
}`,
  efficientnet_b0: `${inverted}
model EfficientNet {
  input 3@224x224
  conv 32 3 stride=2 pad=1
  for k, s, c, n in [[3, 1, 16, 1], [3, 2, 24, 2], [5, 2, 40, 2], [3, 2, 80, 3], [5, 1, 112, 3], [5, 2, 192, 4], [3, 1, 320, 1]] {
    inverted c k stride=s
    repeat (n - 1) { inverted c k }
  }
  conv 1280 1
}`,
  convnext_tiny: `
model ConvNeXt {
  input 3@224x224
  conv 8 4 stride=4
  for stage, depth in enumerate([3, 3, 9, 3]) {
    if stage > 0 { conv 8 2 stride=2 }
    repeat depth { skip { depthwise 7 pad=3 -> dense 32 over=channels -> dense 8 over=channels } }
  }
}`,
};
