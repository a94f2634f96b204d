"""recipes.json: whole trainings as recipes say them, a few steps of tiny networks in float64: what each leaves in its weights, its
losses and metrics, epoch by epoch. `python3 recipes.py` with PyTorch 1.13 rewrites the file."""
import json
import re
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.optim import lr_scheduler as sched

OUT = Path(__file__).resolve().parent.parent / "recipes.json"
warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
torch.manual_seed(5)

COUNT, SIZE, BATCH, EPOCHS = 13, 6, 4, 3  # the last batch of an epoch has one image
MEAN, STD = 0.5, 0.25
STEPS = -(-COUNT // BATCH)

pixels = torch.randint(0, 256, (COUNT, 1, SIZE, SIZE))
classes = torch.arange(COUNT) % 7
masks = torch.randint(0, 3, (COUNT, SIZE, SIZE))
masks[:, 0, :2] = 255  # of no class
numbers = torch.randn(COUNT, 2).mul(2).round(decimals=3)
yes_no = torch.randint(0, 2, (COUNT, 3))
images = (pixels / 255 - MEAN) / STD


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3, bias=False)  # a bias would have no gradient but rounding
        self.norm = nn.BatchNorm2d(3)
        self.fc = nn.Linear(48, 7)

    def forward(self, x):
        return self.fc(torch.tanh(self.norm(self.conv(x))).flatten(1))


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)
        self.first = nn.Linear(48, 7)
        self.second = nn.Linear(48, 7)

    def forward(self, x):
        x = torch.tanh(self.conv(x)).flatten(1)
        return self.first(x), self.second(x)


class Columns(nn.Module):
    """An output for each column of the table."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)
        self.high = nn.Linear(48, 1)
        self.wide = nn.Linear(48, 1)

    def forward(self, x):
        x = torch.tanh(self.conv(x)).flatten(1)
        return self.high(x), self.wide(x)


class Segmenter(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.out = nn.Conv2d(4, 3, 1)

    def forward(self, x):
        return self.out(torch.tanh(self.conv(x)))


def vector(units):
    class Vector(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 3, 3)
            self.fc = nn.Linear(48, units)

        def forward(self, x):
            return self.fc(torch.tanh(self.conv(x)).flatten(1))

    return Vector


NETS = {"Classifier": Classifier, "Heads": Heads, "Columns": Columns, "Segmenter": Segmenter, "Numbers": vector(2), "Labels": vector(3)}
STARTS = {}
for net_name, net in NETS.items():
    # Float32 values, as a weight file holds them.
    STARTS[net_name] = {k: v.float().double() if v.is_floating_point() else v for k, v in net().state_dict().items()}


# What is counted in an epoch, batch by batch: sums of right ones and of all.
def accuracy(logits, target):
    return (logits.argmax(1) == target).sum(), target.numel()


def top5(logits, target):
    return (logits.topk(5).indices == target[:, None]).sum(), target.numel()


def pixel_accuracy(ignore):
    def count(logits, target):
        known = (target != 255) & (target != ignore)
        return ((logits.argmax(1) == target) & known).sum(), known.sum()
    return count


def intersections(ignore):
    def count(logits, target):
        known = (target != 255) & (target != ignore)
        seen = logits.argmax(1)
        both = torch.stack([((seen == c) & (target == c) & known).sum() for c in range(3)])
        either = torch.stack([(((seen == c) | (target == c)) & known).sum() for c in range(3)])
        return both, either
    return count


def right_labels(logits, target):
    return ((logits > 0) == (target == 1)).sum(), target.numel()


def distance(output, target):
    return (output - target).abs().sum(), target.numel()


def share(right, of):
    right, of = torch.as_tensor(right, dtype=torch.float64), torch.as_tensor(of, dtype=torch.float64)
    return (right[of > 0] / of[of > 0]).mean().item() if right.dim() else (right / of).item()


def ignoring(value):
    return lambda target: torch.where(target == value, torch.full_like(target, 255), target)


def pixel_loss(weights=None, smoothing=0.0, ignore=255):
    masked = ignoring(ignore)
    return lambda x, y: F.cross_entropy(x, masked(y), weight=weights and torch.tensor(weights), label_smoothing=smoothing, ignore_index=255)


def adam(p, lr=0.01, **more):
    return optim.Adam(p, lr=lr, **more)


def train(name, net="Classifier", recipe=None, optimizer=None, loss=F.cross_entropy, metrics=None, target=classes, schedule=None, clip=None, per_epoch=None):
    """`optimizer` makes one of a net, `schedule` a scheduler that steps after each step, `per_epoch` one that hears each epoch's loss."""
    model = NETS[net]()
    model.load_state_dict(STARTS[net])
    opt = (optimizer or (lambda m: adam(m.parameters())))(model)
    scheduler = schedule and schedule(opt)
    plateau = per_epoch and per_epoch(opt)
    metrics = {"accuracy": accuracy} if metrics is None else metrics
    lines = []
    for _ in range(EPOCHS):
        total, counts = 0.0, {m: [0, 0] for m in metrics}
        for start in range(0, COUNT, BATCH):
            x, y = images[start:start + BATCH], target[start:start + BATCH]
            model.train()
            out = model(x)
            value = loss(out, y)
            opt.zero_grad()
            value.backward()
            if clip:
                clip(model.parameters())
            rate = opt.param_groups[0]["lr"]
            opt.step()
            if scheduler:
                scheduler.step()
            total += value.item() * len(x)
            first = out[0] if isinstance(out, tuple) else out
            for m, count in metrics.items():
                right, of = count(first.detach(), y)
                counts[m] = [counts[m][0] + right, counts[m][1] + of]
        lines.append({"loss": total / COUNT, **{m: share(*c) for m, c in counts.items()}, "learningRate": rate})
        if plateau:
            plateau.step(total / COUNT)
    model.eval()
    out = model(images)
    final = {k: v.flatten().tolist() for k, v in model.state_dict().items()}
    cases[name] = {"net": net, "recipe": recipe or {}, "epochs": lines, "weights": final}
    if name in MEASURED:
        seen = out[0].detach()
        cases[name]["first"] = {  # what is said of the first image
            "Classifier": (seen.sigmoid() if name == "one_against_all" else seen.softmax(0)),
            "Segmenter": torch.stack([(out[0].argmax(0) == c).double().mean() for c in range(3)]) if net == "Segmenter" else None,
            "Numbers": seen,
            "Labels": seen.sigmoid(),
        }[net].tolist()
        cases[name]["eval"] = {"loss": loss(out, target).item()}
        if net in ("Classifier", "Segmenter"):
            scores = 7 if net == "Classifier" else 3
            seen = out.argmax(1)
            ignored = (recipe or {}).get("loss", {}).get("ignore")
            cases[name]["eval"]["confusion"] = [[0 if a == ignored else int(((target == a) & (seen == b)).sum()) for b in range(scores)] for a in range(scores)]


cases = {}
# One of each kind of output: what it says in the end is held against ours, too.
MEASURED = ["adam", "class_weights", "one_against_all", "masks_weighted", "huber", "yes_no"]
sgd = lambda lr=0.05, **more: lambda m: optim.SGD(m.parameters(), lr=lr, **more)
SGD = {"name": "sgd", "learningRate": 0.05}
ADAM = {"name": "adam", "learningRate": 0.01}

train("sgd", recipe={"optimizer": SGD}, optimizer=sgd())
train("sgd_nesterov_weight_decay", recipe={"optimizer": {**SGD, "momentum": 0.9, "nesterov": True, "weightDecay": 0.05}}, optimizer=sgd(momentum=0.9, nesterov=True, weight_decay=0.05))
train("adam", recipe={"optimizer": ADAM, "metrics": ["accuracy", "top-5"]}, metrics={"accuracy": accuracy, "top5": top5})
train("adam_weight_decay", recipe={"optimizer": {**ADAM, "betas": [0.8, 0.99], "epsilon": 1e-3, "weightDecay": 0.05}}, optimizer=lambda m: adam(m.parameters(), betas=(0.8, 0.99), eps=1e-3, weight_decay=0.05))
train("adamw", recipe={"optimizer": {**ADAM, "name": "adamw", "weightDecay": 0.1}}, optimizer=lambda m: optim.AdamW(m.parameters(), lr=0.01, weight_decay=0.1))
train("rmsprop", recipe={"optimizer": {"name": "rmsprop", "learningRate": 0.005, "momentum": 0.9, "centered": True, "alpha": 0.9, "weightDecay": 0.05}}, optimizer=lambda m: optim.RMSprop(m.parameters(), lr=0.005, momentum=0.9, centered=True, alpha=0.9, weight_decay=0.05))


def grouped(m):
    """fc twice as fast, the rest with decay, but norms and biases without."""
    return optim.SGD([
        {"params": [m.conv.weight]},
        {"params": [m.norm.weight, m.norm.bias], "weight_decay": 0},
        {"params": [m.fc.weight], "lr": 0.1, "weight_decay": 0.2},
        {"params": [m.fc.bias], "lr": 0.1, "weight_decay": 0},
    ], lr=0.05, weight_decay=0.05, momentum=0.9)


groups = {"optimizer": {**SGD, "momentum": 0.9, "weightDecay": 0.05, "decayNormsAndBiases": False, "groups": [{"layers": ["fc"], "learningRate": 0.1, "weightDecay": 0.2}]}}
train("groups", recipe=groups, optimizer=grouped)
train("groups_cosine", recipe={**groups, "schedule": {"name": "cosine", "minimum": 0.01}}, optimizer=grouped, schedule=lambda o: sched.CosineAnnealingLR(o, EPOCHS * STEPS, eta_min=0.01))

train("step", recipe={"optimizer": SGD, "schedule": {"name": "step", "every": 1, "factor": 0.5}}, optimizer=sgd(), schedule=lambda o: sched.StepLR(o, STEPS, 0.5))
train("multi_step", recipe={"optimizer": SGD, "schedule": {"name": "multi-step", "at": [0.5, 2], "factor": 0.5}}, optimizer=sgd(), schedule=lambda o: sched.MultiStepLR(o, [STEPS // 2, 2 * STEPS], 0.5))
train("exponential", recipe={"optimizer": SGD, "schedule": {"name": "exponential", "factor": 0.5}}, optimizer=sgd(), schedule=lambda o: sched.ExponentialLR(o, 0.5 ** (1 / STEPS)))
train("polynomial", recipe={"optimizer": SGD, "schedule": {"name": "polynomial", "power": 2}}, optimizer=sgd(), schedule=lambda o: sched.LambdaLR(o, lambda k: (1 - min(1, k / (EPOCHS * STEPS))) ** 2))
train("linear", recipe={"optimizer": SGD, "schedule": {"name": "linear", "from": 0.1, "epochs": 2}}, optimizer=sgd(), schedule=lambda o: sched.LinearLR(o, 0.1, 1, 2 * STEPS))
train("restarts", recipe={"optimizer": SGD, "schedule": {"name": "cosine-restarts", "epochs": 1, "growth": 2}}, optimizer=sgd(), schedule=lambda o: sched.CosineAnnealingWarmRestarts(o, STEPS, 2))
train("warmup_cosine", recipe={"optimizer": SGD, "schedule": {"name": "warmup-cosine", "warmup": 1, "from": 0.1}}, optimizer=sgd(), schedule=lambda o: sched.SequentialLR(o, [sched.LinearLR(o, 0.1, 1, STEPS), sched.CosineAnnealingLR(o, 2 * STEPS)], [STEPS]))
# PyTorch's SGD without momentum still moves by the momentum that the schedule sets.
train("one_cycle_sgd", recipe={"optimizer": SGD, "schedule": {"name": "one-cycle"}}, optimizer=sgd(), schedule=lambda o: sched.OneCycleLR(o, 0.05, total_steps=EPOCHS * STEPS))
train("one_cycle_adam", recipe={"optimizer": ADAM, "schedule": {"name": "one-cycle", "warmup": 0.25, "shape": "linear", "startDivisor": 10, "endDivisor": 100}}, schedule=lambda o: sched.OneCycleLR(o, 0.01, total_steps=EPOCHS * STEPS, pct_start=0.25, anneal_strategy="linear", div_factor=10, final_div_factor=100))
train("triangular", recipe={"optimizer": {**SGD, "momentum": 0.9}, "schedule": {"name": "triangular", "epochs": 1, "lowest": 0.01}}, optimizer=sgd(momentum=0.9), schedule=lambda o: sched.CyclicLR(o, 0.01, 0.05, step_size_up=STEPS, base_momentum=0.8, max_momentum=0.9))
train("plateau", recipe={"optimizer": SGD, "schedule": {"name": "plateau", "factor": 0.5, "patience": 0, "threshold": 0.9}}, optimizer=sgd(), per_epoch=lambda o: sched.ReduceLROnPlateau(o, factor=0.5, patience=0, threshold=0.9))

train("clip_value", recipe={"optimizer": SGD, "clipGradientValue": 0.05}, optimizer=sgd(), clip=lambda p: nn.utils.clip_grad_value_(p, 0.05))
train("clip_both", recipe={"optimizer": SGD, "clipGradientValue": 0.1, "clipGradientNorm": 0.5}, optimizer=sgd(), clip=lambda p: [nn.utils.clip_grad_value_(p := list(p), 0.1), nn.utils.clip_grad_norm_(p, 0.5)])

WEIGHTS = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0, 0.25]
train("class_weights", recipe={"optimizer": ADAM, "loss": {"name": "cross-entropy", "labelSmoothing": 0.1, "classWeights": WEIGHTS}}, loss=lambda x, y: F.cross_entropy(x, y, weight=torch.tensor(WEIGHTS), label_smoothing=0.1))
train("one_against_all", recipe={"optimizer": ADAM, "loss": {"name": "binary-cross-entropy"}}, loss=lambda x, y: F.binary_cross_entropy_with_logits(x, F.one_hot(y, 7).double()))
train("heads", net="Heads", recipe={"optimizer": ADAM, "loss": {"first": {"name": "cross-entropy"}, "second": {"name": "cross-entropy", "labelSmoothing": 0.1, "weight": 0.3}}}, loss=lambda o, y: F.cross_entropy(o[0], y) + 0.3 * F.cross_entropy(o[1], y, label_smoothing=0.1))

pixel = {"accuracy": pixel_accuracy(255), "iou": intersections(255)}
train("masks", net="Segmenter", recipe={"optimizer": ADAM, "loss": {"name": "pixel-cross-entropy"}}, loss=pixel_loss(), metrics=pixel, target=masks)
train("masks_weighted", net="Segmenter", recipe={"optimizer": ADAM, "loss": {"name": "pixel-cross-entropy", "ignore": 1, "labelSmoothing": 0.2, "classWeights": [1.0, 5.0, 0.5]}}, loss=pixel_loss([1.0, 5.0, 0.5], 0.2, 1), metrics={"accuracy": pixel_accuracy(1), "iou": intersections(1)}, target=masks)

mae = {"mae": distance}
train("mse", net="Numbers", recipe={"optimizer": ADAM, "loss": {"name": "mse"}}, loss=F.mse_loss, metrics=mae, target=numbers)
train("l1", net="Numbers", recipe={"optimizer": ADAM, "loss": {"name": "l1"}}, loss=F.l1_loss, metrics=mae, target=numbers)
train("huber", net="Numbers", recipe={"optimizer": ADAM, "loss": {"name": "huber", "delta": 0.7}}, loss=lambda x, y: F.huber_loss(x, y, delta=0.7), metrics=mae, target=numbers)

train("columns", net="Columns", recipe={"optimizer": ADAM, "loss": {"height": {"name": "huber"}, "width": {"name": "mse", "weight": 0.5}}}, loss=lambda o, y: F.huber_loss(o[0], y[:, 1:]) + 0.5 * F.mse_loss(o[1], y[:, :1]), metrics={"mae": lambda x, y: distance(x, y[:, 1:])}, target=numbers)

labels = {"accuracy": right_labels}
train("yes_no", net="Labels", recipe={"optimizer": ADAM, "loss": {"name": "binary-cross-entropy", "positiveWeights": [1.0, 3.0, 0.5]}}, loss=lambda x, y: F.binary_cross_entropy_with_logits(x, y.double(), pos_weight=torch.tensor([1.0, 3.0, 0.5])), metrics=labels, target=yes_no)


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def compact(value):
    text = json.dumps(value, indent=1)
    return re.sub(r"\[\s+([-\d.e+,\s]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m.group(1)) + "]", text) + "\n"


starts = {net: {k: {"shape": list(v.shape), "values": v.flatten().tolist()} for k, v in start.items()} for net, start in STARTS.items()}
data = {"size": SIZE, "pixels": pixels.flatten(1).tolist(), "classes": classes.tolist(), "masks": masks.flatten(1).tolist(), "numbers": numbers.tolist(), "yesNo": yes_no.tolist()}
shared = {"batch": BATCH, "epochs": EPOCHS, "mean": MEAN, "std": STD}
# The start stands in full: it is float32, which nine digits tell exactly.
OUT.write_text(compact(rounded({**shared, "data": data, "starts": starts, "cases": cases})))
