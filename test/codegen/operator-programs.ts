/** Lines that between them use every operator, and each of its forms that a target may write otherwise. */

interface OperatorProgram {
  readonly input: string;
  readonly line: string;
}

const lines: Readonly<Record<string, readonly string[]>> = {
  "4@9x8": [
    "conv 6 3 pad=1", "conv 6 3x2 stride=2x1 pad=[[1, 0], [0, 2]]", "conv 6 4 stride=2 pad=same", "conv 6 3 dilation=2 groups=2 bias=false",
    "conv 6 3 pad=2 mode=reflect", "conv 6 3 pad=1 mode=circular", "conv 4 3 pad=[[1, 0], [2, 1]] mode=replicate", "conv 4 2 pad=same mode=reflect",
    "depthwise 3 pad=1", "depthwise 3 multiplier=2 stride=2 pad=same bias=false", "depthwise 3 dilation=2",
    "separable 6 3 pad=1", "separable 6 3 stride=2 pad=same bias=false", "separable 6 3 dilation=2",
    "conv_transpose 6 3 stride=2", "conv_transpose 6 3 stride=2 pad=1 output_pad=1", "conv_transpose 6 4 stride=2 pad=[[1, 0], [0, 2]]",
    "conv_transpose 6 2 stride=3", "conv_transpose 6 3 groups=2 dilation=2 bias=false",
    "dense 5 over=channels", "flatten -> dense 5 bias=false", "flatten -> batchnorm -> prelu over=channels",
    "batchnorm", "batchnorm eps=0.001 momentum=0.3 affine=false", "frozen batchnorm", "layernorm", "layernorm over=all eps=1e-6", "layernorm affine=false",
    "groupnorm 2", "groupnorm 2 affine=false", "instancenorm", "instancenorm affine=true", "localresponsenorm 3 alpha=0.1 k=2", "localresponsenorm 4 beta=0.5",
    "relu", "relu6", "selu", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh", "softplus", "softplus beta=2", "mish", "leaky_relu 0.2", "elu", "elu 0.5",
    "gelu", "gelu approximate=tanh", "prelu", "prelu over=channels init=0.1", "softmax",
    "maxpool 2", "maxpool 3 stride=2 pad=1", "maxpool 3 stride=2 ceil=true", "maxpool 2 stride=1 pad=same", "maxpool 3 stride=2 pad=[[1, 0], [0, 1]] ceil=true",
    "maxpool 2 dilation=2 stride=1",
    "avgpool 2", "avgpool 3 stride=2 pad=1", "avgpool 3 stride=2 pad=1 count_padding=false", "avgpool 3 stride=2 ceil=true", "avgpool 2 stride=1 pad=same",
    "avgpool 4 stride=3 pad=[[1, 2], [2, 0]] ceil=true", "avgpool 4 stride=3 pad=[[1, 2], [2, 0]] ceil=true count_padding=false",
    "globalavgpool", "globalmaxpool", "adaptiveavgpool 3x4", "adaptiveavgpool 4x3", "adaptivemaxpool 4x3", "adaptivemaxpool 3x2",
    "dropout 0.5", "spatial_dropout 0.5", "droppath 0.5",
    "flatten", "reshape 8@6x6", "reshape 288 -> reshape 2@12x12", "permute [width, channels, height]",
    "upsample 2", "upsample 2x3", "upsample size=13x11", "upsample 2 mode=bilinear", "upsample size=13x11 mode=bilinear align_corners=true", "pixel_shuffle 2",
    "pad 1", "pad [[1, 0], [0, 2]]", "pad 2 mode=reflect", "pad 1x2 mode=replicate", "pad channels=8", "crop 4x5", "crop 4 at=[1, 3]",
    "split 2 as a, b\n  concat { | b | a }", "split [1, 3] as a, b\n  concat { | b | a }", "channel_shuffle 2", "scale", "scale init=0.1",
    "skip { conv 4 3 pad=1 }", "add { | identity | globalavgpool -> dense 4 }", "mul { | identity | adaptiveavgpool 1 -> sigmoid }", "mul { | globalavgpool | identity }",
    "add { | relu | tanh | identity }", "concat { | relu | conv 2 1 | identity }", "add broadcast=true { | conv 1 1 | identity }",
  ],
  "4@10": [
    "conv 6 3 pad=1", "conv 6 3 stride=2 pad=same", "depthwise 3 pad=1", "separable 6 3 pad=1", "conv_transpose 6 3 stride=2", "dense 5 over=channels", "batchnorm",
    "layernorm", "layernorm over=all", "groupnorm 2", "instancenorm affine=true", "localresponsenorm 3", "prelu over=channels", "softmax",
    "maxpool 2", "maxpool 3 stride=2 pad=1", "avgpool 2", "avgpool 3 pad=1", "globalavgpool", "globalmaxpool", "adaptiveavgpool 4", "adaptivemaxpool 5", "spatial_dropout 0.5", "flatten",
    "reshape 2@20", "permute [length, channels]", "upsample 2", "upsample 2 mode=linear", "pad [[1, 2]]", "pad 1 mode=reflect", "crop 4", "split 2 as a, b\n  add { | a | b }",
    "channel_shuffle 2", "scale", "add { | identity | globalavgpool }",
  ],
  "2@4x5x6": [
    "conv 3 2", "conv 3 3 pad=1", "conv 3 3 stride=2 pad=same", "depthwise 2", "separable 3 2", "conv_transpose 3 2 stride=2", "dense 5 over=channels", "batchnorm", "layernorm over=all",
    "groupnorm 2", "instancenorm", "localresponsenorm 2", "prelu over=channels", "maxpool 2", "maxpool 3 pad=1", "avgpool 2", "avgpool 3 pad=1", "globalavgpool", "globalmaxpool",
    "adaptiveavgpool 2x5x3", "adaptivemaxpool 3", "spatial_dropout 0.5", "flatten", "reshape 4@5x12", "permute [depth, channels, width, height]", "upsample 2", "upsample 2 mode=trilinear",
    "pad 1", "pad 1 mode=replicate", "crop 2", "scale", "add { | identity | globalavgpool }",
  ],
  "6": ["dense 4", "batchnorm", "layernorm", "groupnorm 2", "relu", "softmax", "prelu over=channels", "dropout 0.3", "droppath 0.3", "flatten", "reshape 2@3", "scale", "split 2 as a, b\n  mul { | a | b }", "skip { dense 6 }"],
};

export const operatorPrograms: readonly OperatorProgram[] = Object.entries(lines).flatMap(([input, each]) => each.map((line) => ({ input, line })));

/** Models, by what is odd about them, whose modules or values hang together in an unusual way. */
export const oddPrograms: Readonly<Record<string, string>> = {
  "nothing but an identity": "input 3@4x4\n  identity",
  "an input that is an output": "input 3@4x4 as x\n  output same\n  x -> conv 2 1\n  output other",
  "a join with a label": "input 3@4x4\n  sum: add { | a: conv 4 1 | conv 4 1 }\n  relu",
  "a value that is added to itself": "input 3@4x4 as x\n  conv 3 1 as y\n  add { | y | y | x }",
  "layers that no output needs, in a group": "input 3@4x4\n  g: { conv 4 1 as a\n unused: conv 5 1\n a -> b: conv 3 1 }\n  relu",
  "a loop with a label, and computed labels": 'input 3@4x4\n  body: for i in range(3) { "l{i}": { conv 3 1 -> relu } }\n  tail: repeat 2 { skip { conv 3 3 pad=1 } }',
  "a group in a group, and branches": "input 3@4x4\n  g: { concat { | a: { conv 2 1 -> relu } | b: { c: { conv 2 1 } -> 3: conv 2 1 } } -> conv 3 1 }\n  globalavgpool -> dense 2",
  "labels that Python reads as one": 'input 3\n  "é": dense 3\n  "e\\u{301}x": dense 3\n  "ﬁ": scale\n  "fi": scale\n  x: dense 2',
};
