"""Goldens of whole networks: weights, logits, loss, gradients, and short trainings."""
import hashlib
import json
import math
import re
import numpy as np
import torch
from torch import nn
import safetensors as st

torch.set_num_threads(1)
EARLY = 3  # also compare after so few steps, before rounding errors have grown
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def seq(*pairs):
    """A Sequential whose children are named: the names are the layers' paths."""
    out = nn.Sequential()
    for name, module in pairs:
        out.add_module(name, module)
    return out


def randomise_norms(model, seed):
    """Give every batch norm other values than 1 and 0, or eval mode would test little."""
    g = torch.Generator().manual_seed(seed)
    for m in model.modules():
        if isinstance(m, NORMS):
            m.weight.data = torch.rand(m.weight.shape, generator=g) + 0.5
            m.bias.data = torch.randn(m.bias.shape, generator=g) * 0.2
            m.running_mean = torch.randn(m.running_mean.shape, generator=g) * 0.3
            m.running_var = torch.rand(m.running_var.shape, generator=g) + 0.5


def fresh(build, weights, dtype):
    model = build().to(dtype)
    model.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in weights.items()})
    for m in model.modules():
        if isinstance(m, nn.Dropout):
            m.p = 0.0
    return model


def digits(x):
    return float(f"{float(x):.9g}")


def write_net(folder, name, build, source, x, target, loss_fn, seed):
    """<name>.safetensors (weights), <name>_golden.safetensors and <name>.json; returns the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    model = build()
    randomise_norms(model, seed)
    weights = {k: v.numpy().copy() for k, v in model.state_dict().items()}
    st.save(folder / f"{name}.safetensors", weights)

    def run(dtype):
        m = fresh(build, weights, dtype)
        out = {"eval_logits": m.eval()(x.to(dtype)).detach()}
        m.train()
        inp = x.to(dtype).requires_grad_()
        logits = m(inp)
        loss = loss_fn(logits, target)
        loss.backward()
        out.update(train_logits=logits.detach(), loss=loss.detach(), grad_input=inp.grad)
        out.update({f"grad/{k}": p.grad for k, p in m.named_parameters()})
        out.update({f"after/{k}": b for k, b in m.named_buffers() if "running" in k})
        return out

    exact, single = run(torch.float64), run(torch.float32)
    target32 = target.int() if target.dtype == torch.int64 else target
    st.save(folder / f"{name}_golden.safetensors", {"input": x, "target": target32, **{k: v.float() for k, v in exact.items()}})
    err = {k: float(f"{(single[k].double() - exact[k]).abs().max():.2g}") for k in exact}
    grads = {k: v for k, v in err.items() if k.startswith("grad/")}
    kinds = {k: type(m).__name__ for k, m in model.named_modules()}
    info = {
        "source": source.strip().splitlines(),
        "input": list(x.shape[1:]), "batch": x.shape[0], "output": list(exact["eval_logits"].shape[1:]),
        "loss": loss_fn.__name__, "loss_value": digits(exact["loss"]),
        "params": sum(p.numel() for p in model.parameters()),
        "weights": [{"name": k, "shape": list(v.shape), "layer": kinds[k.rpartition(".")[0]]} for k, v in weights.items()],
        "torch_float32_error": {**{k: v for k, v in err.items() if "/" not in k}, "grad_worst": max(grads.values()),
                                "grad_worst_of": max(grads, key=grads.get)},
        "torch_float32_error_of_gradients": grads,
    }
    (folder / f"{name}.json").write_text(json.dumps(info, indent=1) + "\n")
    print(name, info["params"], "loss", info["loss_value"], info["torch_float32_error"])
    return weights


def tensors(model):
    """L2 norm and first eight values of every tensor (all values of running statistics)."""
    out = {}
    for k, v in model.state_dict().items():
        if v.is_floating_point():
            out[k] = {"l2": digits(v.double().norm()), "values": [digits(n) for n in v.flatten()[: None if "running" in k else 8]]}
        else:
            out[k] = {"value": int(v)}
    return out


def train(build, weights, batches, loss_fn, optimizer, schedule=None, freeze=(), clip=None, dtype=torch.float32):
    """optimizer: parameters -> optimizer; schedule: optimizer -> scheduler; freeze: path prefixes that stay still."""
    model = fresh(build, weights, dtype)
    model.train()
    frozen = lambda name: any(name == f or name.startswith(f + ".") for f in freeze)
    for name, p in model.named_parameters():
        p.requires_grad = not frozen(name)
    for name, m in model.named_modules():
        if isinstance(m, NORMS) and frozen(name):
            m.eval()
    opt = optimizer([p for p in model.parameters() if p.requires_grad])
    sched = schedule(opt) if schedule else None
    out = {"loss": [], "learning_rate": [], "gradient_norm": []}
    for x, target in batches:
        opt.zero_grad()
        loss = loss_fn(model(x.to(dtype)), target)
        loss.backward()
        ps = [p for p in model.parameters() if p.requires_grad]
        total = torch.nn.utils.clip_grad_norm_(ps, clip if clip else math.inf)
        group = opt.param_groups[0]
        out["loss"].append(digits(loss))
        out["learning_rate"].append(digits(group["lr"]))
        out["gradient_norm"].append(digits(total))
        if sched and "momentum" in group:
            out.setdefault("momentum", []).append(digits(group["momentum"]))
        opt.step()
        if sched:
            sched.step()
        if len(out["loss"]) == EARLY:
            out[f"after_{EARLY}_steps"] = tensors(model)
    out["final"] = tensors(model)
    if freeze and dtype == torch.float32:
        sha = lambda a: hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()
        after = model.state_dict()
        still = {k: sha(weights[k]) for k in weights if frozen(k)}
        assert all(sha(after[k].numpy()) == h for k, h in still.items()), "a frozen tensor moved"
        assert all(sha(after[k].numpy()) != sha(weights[k]) for k in weights if not frozen(k))
        out["frozen_unchanged_sha256"] = still
    return out


def one_ulp_away(weights, seed):
    """The weights with every value moved by about one unit in the last place: another float32 engine's fate."""
    g = np.random.default_rng(seed)
    return {k: (v * (1 + 1.2e-7 * g.standard_normal(v.shape))).astype(v.dtype) if v.dtype == np.float32 else v
            for k, v in weights.items()}


def write_training(folder, name, build, weights, batches, loss_fn, runs, about):
    """runs: dict run name -> (description dict, keyword arguments of train)."""
    result = {**about, "steps": len(batches), "runs": {}}
    for run, (described, kwargs) in runs.items():
        single = train(build, weights, batches, loss_fn, **kwargs)
        exact = train(build, weights, batches, loss_fn, **kwargs, dtype=torch.float64)
        others = [single, *(train(build, one_ulp_away(weights, s), batches, loss_fn, **kwargs) for s in range(4))]
        spread = lambda get: float(f"{max(abs(a - b) for other in others for a, b in zip(get(other), get(exact))):.2g}")
        exact["loss_spread"] = [spread(lambda r: [r["loss"][i]]) for i in range(len(batches))]
        for when in (f"after_{EARLY}_steps", "final"):
            for k, t in exact[when].items():
                if "l2" in t:
                    t["spread"] = {"l2": spread(lambda r: [r[when][k]["l2"]]), "values": spread(lambda r: r[when][k]["values"])}
        result["runs"][run] = {**described, **exact, "loss_float32": single["loss"]}
        if "frozen_unchanged_sha256" in single:
            result["runs"][run]["frozen_unchanged_sha256"] = single["frozen_unchanged_sha256"]
        grown = exact["loss_spread"]
        print(f"  {name} {run}: loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f},",
              "spread at steps 1, 5, 10, last:", *(f"{grown[i]:.1e}" for i in (0, 4, 9, -1) if i < len(grown)))
    text = json.dumps(result, indent=1)
    # the numbers of one list stand on one line
    text = re.sub(r"\[\s+([-\d.e+,\s]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m.group(1)) + "]", text)
    (folder / f"{name}_training.json").write_text(text + "\n")
