"""Training steps in PyTorch, one thread, channels last: the peer of bench/kernels.ts.

Reads lines `NETWORK BATCH STEPS` and answers each with the milliseconds of every step, as JSON.
Put OpenBLAS in front (LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-pthread): Debian's PyTorch is built on the
reference BLAS, whose dense layers are slow.
"""
import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)


def simplecnn():
    layers, channels = [], 3
    for filters in (32, 64, 128):
        layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU(), nn.MaxPool2d(2)]
        channels = filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10)), (3, 32, 32)


def lenet5():
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
                         nn.Linear(256, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)), (1, 28, 28)


NETWORKS = {"simplecnn": simplecnn, "lenet5": lenet5}
ready = {}


def prepare(name, batch):
    net, shape = NETWORKS[name]()
    net = net.to(memory_format=torch.channels_last)
    x = torch.randn(batch, *shape).to(memory_format=torch.channels_last)
    labels = torch.randint(0, 10, (batch,))
    optimizer, loss = torch.optim.Adam(net.parameters(), 1e-3), nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        value = loss(net(x), labels)
        value.backward()
        optimizer.step()
        return value.item()

    for _ in range(3):
        step()
    return step


for line in sys.stdin:
    name, batch, steps = line.split()
    step = ready.setdefault((name, batch), None) or prepare(name, int(batch))
    ready[name, batch] = step
    times = []
    for _ in range(int(steps)):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps(times), flush=True)
