# Made by the .cnn compiler: change the program, not this file.
#
# LeNet5(classes = 10), from lenet5.cnn: 1@28x28 → 10
# 44,426 parameters, 281,640 multiply-accumulates an image

import torch
from torch import nn


# input: [batch, 1, 28, 28]
# → output: [batch, 10]
class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1 = nn.Conv2d(1, 6, kernel_size=5)
        self.tanh_1 = nn.Tanh()
        self.avgpool_1 = nn.AvgPool2d(2)
        self.conv_2 = nn.Conv2d(6, 16, kernel_size=5)
        self.tanh_2 = nn.Tanh()
        self.avgpool_2 = nn.AvgPool2d(2)
        self.flatten_1 = nn.Flatten()
        self.dense_1 = nn.Linear(256, 120)
        self.tanh_3 = nn.Tanh()
        self.dense_2 = nn.Linear(120, 84)
        self.tanh_4 = nn.Tanh()
        self.dense_3 = nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv_1(x)  # 6@24x24  lenet5.cnn:4
        x = self.tanh_1(x)  # 6@24x24  lenet5.cnn:4
        x = self.avgpool_1(x)  # 6@12x12  lenet5.cnn:4
        x = self.conv_2(x)  # 16@8x8  lenet5.cnn:5
        x = self.tanh_2(x)  # 16@8x8  lenet5.cnn:5
        x = self.avgpool_2(x)  # 16@4x4  lenet5.cnn:5
        x = self.flatten_1(x)  # 256  lenet5.cnn:6
        x = self.dense_1(x)  # 120  lenet5.cnn:7
        x = self.tanh_3(x)  # 120  lenet5.cnn:7
        x = self.dense_2(x)  # 84  lenet5.cnn:8
        x = self.tanh_4(x)  # 84  lenet5.cnn:8
        return self.dense_3(x)  # 10  lenet5.cnn:9
