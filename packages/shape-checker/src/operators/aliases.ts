/** What other frameworks and habits call our operators: used for "did you mean" alone. */

import type { OperatorName } from "./index.ts";

export const aliases: Readonly<Record<string, OperatorName>> = {
  linear: "dense", fc: "dense", fully_connected: "dense", Linear: "dense", Dense: "dense", lazylinear: "dense",
  conv1d: "conv", conv2d: "conv", conv3d: "conv", Conv2d: "conv", Conv2D: "conv", LazyConv2d: "conv", convolution: "conv",
  depthwise_conv: "depthwise", dwconv: "depthwise", separable_conv: "separable", sepconv: "separable",
  deconv: "conv_transpose", upconv: "conv_transpose", conv2d_transpose: "conv_transpose", convtranspose: "conv_transpose",
  ConvTranspose2d: "conv_transpose", transposed_conv: "conv_transpose",
  bn: "batchnorm", batch_norm: "batchnorm", batch_normalization: "batchnorm", batchnormalization: "batchnorm", BatchNorm2d: "batchnorm", batchnorm2d: "batchnorm", norm: "batchnorm",
  layer_norm: "layernorm", ln: "layernorm", LayerNorm: "layernorm", group_norm: "groupnorm", GroupNorm: "groupnorm",
  instance_norm: "instancenorm", lrn: "localresponsenorm", local_response_norm: "localresponsenorm",
  ReLU: "relu", lrelu: "leaky_relu", leakyrelu: "leaky_relu", LeakyReLU: "leaky_relu", swish: "silu", SiLU: "silu",
  hswish: "hardswish", hard_swish: "hardswish", hsigmoid: "hardsigmoid", hard_sigmoid: "hardsigmoid", GELU: "gelu", Tanh: "tanh",
  logistic: "sigmoid", Softmax: "softmax",
  max_pool: "maxpool", max_pooling: "maxpool", maxpooling: "maxpool", pool: "maxpool", maxpool2d: "maxpool", MaxPool2d: "maxpool", max_pool2d: "maxpool",
  avg_pool: "avgpool", average_pooling: "avgpool", averagepooling: "avgpool", averagepool: "avgpool", avgpool2d: "avgpool", AvgPool2d: "avgpool", average_pool: "avgpool", meanpool: "avgpool",
  gap: "globalavgpool", global_avg_pool: "globalavgpool", global_average_pool: "globalavgpool", globalaveragepooling: "globalavgpool", globalpool: "globalavgpool", global_pool: "globalavgpool",
  gmp: "globalmaxpool", globalmaxpooling: "globalmaxpool", global_max_pool: "globalmaxpool",
  adaptive_avg_pool: "adaptiveavgpool", AdaptiveAvgPool2d: "adaptiveavgpool", adaptive_max_pool: "adaptivemaxpool",
  drop: "dropout", drop_out: "dropout", Dropout: "dropout", dropout2d: "spatial_dropout", drop_path: "droppath", stochastic_depth: "droppath",
  Flatten: "flatten", view: "reshape", transpose: "permute", upsampling: "upsample", interpolate: "upsample", resize: "upsample",
  zero_pad: "pad", padding: "pad", chunk: "split", shuffle: "channel_shuffle", depth_to_space: "pixel_shuffle",
  sum: "add", plus: "add", multiply: "mul", cat: "concat", concatenate: "concat", Identity: "identity", nothing: "identity",
};
