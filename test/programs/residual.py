# Made by the .cnn compiler: change the program, not this file.
#
# Residual(classes = 10), from residual.cnn: 3@32x32 → 10
# 61,786 parameters, 22,987,072 multiply-accumulates an image

import torch
from torch import nn


# layer1.0, layer1.1, layer2.1, layer2.2
class Basic(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu_1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu_2 = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv1(x)  # residual.cnn:3
        y = self.bn1(y)  # residual.cnn:4
        y = self.relu_1(y)  # residual.cnn:5
        y = self.conv2(y)  # residual.cnn:6
        y = self.bn2(y)  # residual.cnn:7
        y = y + x  # residual.cnn:2
        return self.relu_2(y)  # residual.cnn:12


# → 32@16x16: layer2.0
class Basic_2(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(16, 32, kernel_size=3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.relu_1 = nn.ReLU()
        self.conv2 = nn.Conv2d(32, 32, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.downsample = nn.Sequential(
            nn.Conv2d(16, 32, kernel_size=1, stride=2, bias=False), nn.BatchNorm2d(32)
        )
        self.relu_2 = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv1(x)  # 32@16x16  residual.cnn:3
        y = self.bn1(y)  # 32@16x16  residual.cnn:4
        y = self.relu_1(y)  # 32@16x16  residual.cnn:5
        y = self.conv2(y)  # 32@16x16  residual.cnn:6
        bn2 = self.bn2(y)  # 32@16x16  residual.cnn:7
        y = self.downsample(x)  # 32@16x16  residual.cnn:8
        y = bn2 + y  # 32@16x16  residual.cnn:2
        return self.relu_2(y)  # 32@16x16  residual.cnn:12


# input: [batch, 3, 32, 32]
# → output: [batch, 10]
class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu_1 = nn.ReLU()
        self.layer1 = nn.Sequential(Basic(channels=16), Basic(channels=16))
        self.layer2 = nn.Sequential(Basic_2(), Basic(channels=32), Basic(channels=32))
        self.globalavgpool_1 = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.fc = nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv1(x)  # 16@32x32  residual.cnn:18
        x = self.bn1(x)  # 16@32x32  residual.cnn:19
        x = self.relu_1(x)  # 16@32x32  residual.cnn:20
        x = self.layer1(x)  # 16@32x32  residual.cnn:22
        x = self.layer2(x)  # 32@16x16  residual.cnn:23
        x = self.globalavgpool_1(x)  # 32  residual.cnn:25
        return self.fc(x)  # 10  residual.cnn:26
