"""LeNet-5, SimpleCNN, a small residual net, a small U-Net: goldens and trainings, in ../nets."""
import gzip
from pathlib import Path
import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.optim import lr_scheduler as sched
import safetensors as st
from golden import seq, write_net, write_training

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "nets"
DATA = HERE.parents[2] / "data"  # the clone's: MNIST's four files, and of CIFAR-10 data_batch_1.bin.gz and test_batch.bin
STEPS, BATCH = 20, 16

LENET = """
model LeNet5(classes = 10) {
  input 1@28x28

  conv 6 5x5 -> tanh -> avgpool 2
  conv 16 5x5 -> tanh -> avgpool 2 -> 16@4x4
  flatten
  dense 120 -> tanh
  dense 84 -> tanh
  dense classes
}
"""

SIMPLE = """
block stage(filters, kernel = 3x3) {
  conv filters kernel pad=1
  batchnorm
  relu
  maxpool 2
}

model SimpleCNN(classes = 10) {
  input 3@32x32

  stage 32   -> 32@16x16
  stage 64   -> 64@8x8
  stage 128  -> 128@4x4

  flatten
  dense 256 -> relu -> dropout 0.5
  dense classes
}
"""

RESNET = """
block basic(channels, stride = 1) {
  skip {
    conv1: conv channels 3x3 stride=stride pad=1 bias=false
    bn1:   batchnorm
    relu
    conv2: conv channels 3x3 pad=1 bias=false
    bn2:   batchnorm
  } project downsample {
    conv channels 1x1 stride=stride bias=false
    batchnorm
  }
  relu
}

model TinyResNet(classes = 10) {
  input 3@32x32

  conv1: conv 16 3x3 pad=1 bias=false
  bn1:   batchnorm
  relu

  layer1: { basic 16 }
  layer2: { basic 32 stride=2 }   -> 32@16x16

  globalavgpool
  fc: dense classes
}
"""

UNET = """
block double(c) { conv c 3 pad=1 -> batchnorm -> relu -> conv c 3 pad=1 -> batchnorm -> relu }

model UNet(classes = 2, width = 4) {
  input 3@32x32
  double width      as e1  -> maxpool 2
  double (width*2)  as e2  -> maxpool 2
  double (width*4)
  upsample 2 -> concat e2 -> double (width*2)
  upsample 2 -> concat e1 -> double width
  conv classes 1x1  -> 2@32x32
}
"""


def lenet():
    return seq(("conv_1", nn.Conv2d(1, 6, 5)), ("tanh_1", nn.Tanh()), ("avgpool_1", nn.AvgPool2d(2)),
               ("conv_2", nn.Conv2d(6, 16, 5)), ("tanh_2", nn.Tanh()), ("avgpool_2", nn.AvgPool2d(2)),
               ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(256, 120)), ("tanh_3", nn.Tanh()),
               ("dense_2", nn.Linear(120, 84)), ("tanh_4", nn.Tanh()), ("dense_3", nn.Linear(84, 10)))


def simple():
    def stage(a, b):
        return seq(("conv_1", nn.Conv2d(a, b, 3, padding=1)), ("batchnorm_1", nn.BatchNorm2d(b)), ("relu_1", nn.ReLU()),
                   ("maxpool_1", nn.MaxPool2d(2)))
    return seq(("stage_1", stage(3, 32)), ("stage_2", stage(32, 64)), ("stage_3", stage(64, 128)), ("flatten_1", nn.Flatten()),
               ("dense_1", nn.Linear(2048, 256)), ("relu_1", nn.ReLU()), ("dropout_1", nn.Dropout(0.5)),
               ("dense_2", nn.Linear(256, 10)))


class Basic(nn.Module):
    def __init__(self, a, b, stride=1):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b)
        self.conv2, self.bn2 = nn.Conv2d(b, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b)
        if stride != 1 or a != b:
            self.downsample = nn.Sequential(nn.Conv2d(a, b, 1, stride, bias=False), nn.BatchNorm2d(b))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


def resnet():
    return seq(("conv1", nn.Conv2d(3, 16, 3, padding=1, bias=False)), ("bn1", nn.BatchNorm2d(16)), ("relu", nn.ReLU()),
               ("layer1", nn.Sequential(Basic(16, 16))), ("layer2", nn.Sequential(Basic(16, 32, 2))),
               ("pool", nn.AdaptiveAvgPool2d(1)), ("flat", nn.Flatten()), ("fc", nn.Linear(32, 10)))


class UNet(nn.Module):
    def __init__(self, width=4, classes=2):
        super().__init__()
        def double(a, b):
            return seq(("conv_1", nn.Conv2d(a, b, 3, padding=1)), ("batchnorm_1", nn.BatchNorm2d(b)), ("relu_1", nn.ReLU()),
                       ("conv_2", nn.Conv2d(b, b, 3, padding=1)), ("batchnorm_2", nn.BatchNorm2d(b)), ("relu_2", nn.ReLU()))
        w = width
        self.double_1, self.double_2, self.double_3 = double(3, w), double(w, 2 * w), double(2 * w, 4 * w)
        self.double_4, self.double_5 = double(6 * w, 2 * w), double(3 * w, w)
        self.conv_1 = nn.Conv2d(w, classes, 1)

    def forward(self, x):
        e1 = self.double_1(x)
        e2 = self.double_2(F.max_pool2d(e1, 2))
        y = self.double_3(F.max_pool2d(e2, 2))
        y = self.double_4(torch.cat([F.interpolate(y, scale_factor=2), e2], 1))
        y = self.double_5(torch.cat([F.interpolate(y, scale_factor=2), e1], 1))
        return self.conv_1(y)


def read_mnist(n):
    raw = gzip.open(DATA / "mnist/train-images-idx3-ubyte.gz").read(16 + n * 784)
    lab = gzip.open(DATA / "mnist/train-labels-idx1-ubyte.gz").read(8 + n)
    return np.frombuffer(raw, np.uint8, offset=16).reshape(n, 1, 28, 28), np.frombuffer(lab, np.uint8, offset=8)


def read_cifar(n):
    raw = np.frombuffer(gzip.open(DATA / "cifar10/data_batch_1.bin.gz").read(n * 3073), np.uint8).reshape(n, 3073)
    return raw[:, 1:].reshape(n, 3, 32, 32), raw[:, 0]


def normalise(images, mean, std):
    shape = (1, -1, 1, 1)
    return (torch.from_numpy(images.copy()).float() / 255 - torch.tensor(mean).view(shape)) / torch.tensor(std).view(shape)


MNIST_MEAN, MNIST_STD = [0.1307], [0.3081]
CIFAR_MEAN, CIFAR_STD = [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]


def batches_of(x, y):
    return [(x[i : i + BATCH], y[i : i + BATCH]) for i in range(0, STEPS * BATCH, BATCH)]


def sgd(ps):
    return optim.SGD(ps, lr=0.05, momentum=0.9, nesterov=True)


def warmup_cosine(o):
    return sched.SequentialLR(o, [sched.LinearLR(o, start_factor=0.1, total_iters=5), sched.CosineAnnealingLR(o, T_max=15)], milestones=[5])


ADAM = {"optimizer": "Adam", "learning_rate": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8}
SGD = {"optimizer": "SGD", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True}
OPTIMIZERS = {
    "sgd": (SGD, dict(optimizer=sgd)),
    "sgd_weight_decay": ({**SGD, "weight_decay": 5e-4}, dict(optimizer=lambda ps: optim.SGD(ps, lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4))),
    "adam": (ADAM, dict(optimizer=lambda ps: optim.Adam(ps, lr=1e-3))),
    "adamw": ({**ADAM, "optimizer": "AdamW", "weight_decay": 0.01}, dict(optimizer=lambda ps: optim.AdamW(ps, lr=1e-3, weight_decay=0.01))),
    "rmsprop": ({"optimizer": "RMSprop", "learning_rate": 1e-3, "alpha": 0.99, "eps": 1e-8}, dict(optimizer=lambda ps: optim.RMSprop(ps, lr=1e-3))),
}
SCHEDULES = {
    "step_lr": ({**SGD, "schedule": {"name": "StepLR", "step_size": 5, "gamma": 0.5}}, dict(optimizer=sgd, schedule=lambda o: sched.StepLR(o, 5, 0.5))),
    "cosine": ({**SGD, "schedule": {"name": "CosineAnnealingLR", "T_max": 20}}, dict(optimizer=sgd, schedule=lambda o: sched.CosineAnnealingLR(o, 20))),
    "one_cycle": ({**SGD, "schedule": {"name": "OneCycleLR", "max_lr": 0.1, "total_steps": 20, "pct_start": 0.3, "div_factor": 25, "final_div_factor": 1e4, "base_momentum": 0.85, "max_momentum": 0.95, "note": "momentum runs the other way"}},
                  dict(optimizer=sgd, schedule=lambda o: sched.OneCycleLR(o, 0.1, total_steps=20))),
    "warmup_linear": ({**SGD, "schedule": {"name": "LinearLR", "start_factor": 0.1, "end_factor": 1.0, "total_iters": 5}}, dict(optimizer=sgd, schedule=lambda o: sched.LinearLR(o, 0.1, 1.0, 5))),
    "warmup_then_cosine": ({**SGD, "schedule": {"name": "SequentialLR", "first": "LinearLR start_factor 0.1 total_iters 5", "then": "CosineAnnealingLR T_max 15", "milestone": 5}}, dict(optimizer=sgd, schedule=warmup_cosine)),
    "clip_gradient_norm": ({**SGD, "clip_gradient_norm": 1.0, "note": "gradient_norm is the norm before clipping"}, dict(optimizer=sgd, clip=1.0)),
}


def frozen(names):
    return {**ADAM, "frozen": names}, dict(optimizer=lambda ps: optim.Adam(ps, lr=1e-3), freeze=names)


def main():
    OUT.mkdir(exist_ok=True)
    n = STEPS * BATCH
    mnist, mnist_y = read_mnist(n)
    cifar, cifar_y = read_cifar(n)
    mask = (cifar.astype(np.int32).sum(1) >= 384).astype(np.int32)
    st.save(OUT / "batches_mnist.safetensors", {"images": mnist, "labels": mnist_y.astype(np.int32)})
    st.save(OUT / "batches_cifar10.safetensors", {"images": cifar, "labels": cifar_y.astype(np.int32)})
    xm, xc = normalise(mnist, MNIST_MEAN, MNIST_STD), normalise(cifar, CIFAR_MEAN, CIFAR_STD)
    ym, yc, mask = (torch.from_numpy(a.astype(np.int64)) for a in (mnist_y, cifar_y, mask))
    mnist_about = {"data": "batches_mnist.safetensors", "batch": BATCH, "input": "(image / 255 - mean) / std", "mean": MNIST_MEAN, "std": MNIST_STD}
    cifar_about = {"data": "batches_cifar10.safetensors", "batch": BATCH, "input": "(image / 255 - mean) / std", "mean": CIFAR_MEAN, "std": CIFAR_STD}
    ce = F.cross_entropy
    backbone = ["conv1", "bn1", "layer1", "layer2"]
    work = [
        ("lenet5", lenet, LENET, xm, ym, mnist_about, {**OPTIMIZERS, **SCHEDULES}, 11),
        ("simplecnn", simple, SIMPLE, xc, yc, cifar_about, {**OPTIMIZERS, "frozen_stage_1": frozen(["stage_1"]), "frozen_stage_2": frozen(["stage_2"])}, 12),
        ("tinyresnet", resnet, RESNET, xc, yc, cifar_about, {**OPTIMIZERS, "frozen_backbone": frozen(backbone)}, 13),
        ("unet", UNet, UNET, xc, mask, {**cifar_about, "target": "per pixel: 1 where R + G + B >= 384 (8-bit values), else 0"}, OPTIMIZERS, 14),
    ]
    for name, build, source, x, y, about, runs, seed in work:
        (OUT / f"{name}.cnn").write_text(source.lstrip())
        weights = write_net(OUT, name, build, source, x[:8], y[:8], ce, seed)
        write_training(OUT, name, build, weights, batches_of(x, y), ce, runs, about)


if __name__ == "__main__":
    main()
