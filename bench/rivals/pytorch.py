"""Training steps in PyTorch, one thread, channels last: the peer of bench/training.ts.

Reads JSON lines {"code", "name", "shape", "batch", "steps"}: a module's source, the class in it, the shape of an image. Answers
each with the milliseconds of every step, as JSON.
"""
import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
ready = {}


def prepare(code, name, shape, batch):
    space = {}
    exec(code, space)
    net = space[name]().to(memory_format=torch.channels_last)
    x = torch.randn(batch, *shape).to(memory_format=torch.channels_last)
    labels = torch.randint(0, 10, (batch,))
    optimizer, loss = torch.optim.Adam(net.parameters(), 1e-3), nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        value = loss(net(x), labels)
        value.backward()
        optimizer.step()
        return value.item()

    return step


for line in sys.stdin:
    task = json.loads(line)
    key = task["code"], task["batch"]
    if key not in ready:
        ready[key] = prepare(task["code"], task["name"], task["shape"], task["batch"])
    times = []
    for _ in range(task["steps"]):
        start = time.perf_counter()
        ready[key]()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
