"""state_dict names and shapes of torchvision's classification models; resnet18's safetensors header."""
import json
from pathlib import Path
import torch, torchvision
from torchvision import models
import safetensors as st

OUT = Path(__file__).resolve().parent.parent
NAMES = """alexnet vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn
resnet18 resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_32x8d resnext101_64x4d
wide_resnet50_2 wide_resnet101_2 densenet121 densenet161 densenet169 densenet201
squeezenet1_0 squeezenet1_1 mobilenet_v2 mobilenet_v3_small mobilenet_v3_large
shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0
mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3 googlenet googlenet_aux inception_v3 inception_v3_aux
efficientnet_b0 efficientnet_v2_s convnext_tiny regnet_y_400mf regnet_x_400mf regnet_y_800mf regnet_x_800mf""".split()

# Only names and shapes are wanted: skip the (slow) filling with random numbers.
for f in ("kaiming_normal_", "kaiming_uniform_", "normal_", "trunc_normal_", "uniform_", "xavier_uniform_"):
    setattr(torch.nn.init, f, lambda t, *a, **k: t)


def build(name):
    if name.startswith(("googlenet", "inception")):
        base = name.replace("_aux", "")
        return getattr(models, base)(weights=None, aux_logits=name.endswith("_aux"), init_weights=False)
    return getattr(models, name)(weights=None)


lines = []
for name in NAMES:
    model = build(name)
    entry = {
        "params": sum(p.numel() for p in model.parameters()),
        "buffers": sum(b.numel() for b in model.buffers()),
        "state_dict": [[k, list(v.shape)] for k, v in model.state_dict().items()],
    }
    lines.append(f'"{name}":' + json.dumps(entry, separators=(",", ":")))
    if name == "resnet18":
        text = json.dumps(st.header(model.state_dict()), separators=(",", ":"))
        (OUT / "resnet18_header.json").write_text(text + "\n")
    print(name, entry["params"], len(entry["state_dict"]))
made = json.dumps(f"torch {torch.__version__}, torchvision {torchvision.__version__}")
(OUT / "state_dicts.json").write_text('{"__made_with__":' + made + ",\n" + ",\n".join(lines) + "\n}\n")
