"""
Runs emitted PyTorch modules for the tests: a list of cases as JSON on standard input, a list of answers on standard output.
A case is {module, weights?, inputs?, training?}, all of them files; its answer is described in pytorch.ts.
"""

import builtins
import importlib.util
import json
import math
import struct
import sys

import torch
from torch import nn


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    types = {"F32": torch.float32, "I64": torch.int64}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        count = math.prod(entry["shape"])
        flat = torch.frombuffer(data, dtype=types[entry["dtype"]], count=count, offset=entry["data_offsets"][0])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def module_of(path, index):
    spec = importlib.util.spec_from_file_location(f"emitted_{index}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    defined = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    return defined[-1]()


def outputs_of(net, inputs):
    with torch.no_grad():
        given = net(*inputs)
    return given if isinstance(given, dict) else {"output": given}


def answer(case, index):
    net = module_of(case["module"], index)
    result = {
        "state": [[name, list(tensor.shape)] for name, tensor in net.state_dict().items()],
        "trainable": [name for name, parameter in net.named_parameters() if parameter.requires_grad],
        "attacked": hasattr(builtins, "attacked"),
        "attributes": [name for name in dir(nn.Module()) if not name.startswith("_")],
    }
    if "weights" not in case:
        return result
    weights = read_safetensors(case["weights"])
    net.load_state_dict({name: weights[name] for name in net.state_dict()})
    net.train(case.get("training", False))
    tensors = read_safetensors(case["inputs"])
    inputs = [tensors[name] for name in case["names"]]
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    single = outputs_of(net, inputs)
    net.load_state_dict(before)
    net.double()
    double = outputs_of(net, [tensor.double() for tensor in inputs])
    result["outputs"] = {name: tensor.flatten().tolist() for name, tensor in double.items()}
    result["shapes"] = {name: list(tensor.shape) for name, tensor in double.items()}
    result["spread"] = max((single[name] - double[name]).abs().max().item() for name in double)
    result["after"] = {name: tensor.flatten().tolist() for name, tensor in net.named_buffers() if tensor.is_floating_point()}
    return result


def main():
    torch.set_num_threads(1)
    # What `state_dict` is called needs no random numbers.
    for name in ("kaiming_uniform_", "uniform_", "normal_"):
        setattr(nn.init, name, lambda tensor, *args, **options: tensor)
    cases = json.load(sys.stdin)
    json.dump([answer(case, index) for index, case in enumerate(cases)], sys.stdout)


main()
