"""One golden case of an operator: run in float64 on float32 data, store rounded to float32.

The difference to the same computation in float32 is kept beside each case, to judge tolerances by.
"""
import json
import zlib
import numpy as np
import torch
import safetensors as st

torch.set_num_threads(1)


class Suite:
    def __init__(self, seed):
        self.seed, self.cases, self.tensors = seed, [], {}

    def gen(self, name):
        return torch.Generator().manual_seed(zlib.crc32(name.encode()) ^ self.seed)

    def add(self, name, op, args, fn, shapes, params=(), const=None, scale=1.0, given=None, state=(), note=None):
        """fn(dict of tensors) -> output. `shapes`: differentiated tensors by role (random normal, * scale for
        the inputs). `params`: the roles that are weights. `const`: tensors without gradient. `given`: values
        instead of random ones. `state`: roles of `const` that fn updates in place (new values stored)."""
        assert all(c["name"] != name for c in self.cases), name
        g = self.gen(name)
        base = {}
        for role, shape in shapes.items():
            t = torch.randn(shape, generator=g)
            base[role] = t / max(1, t[0].numel()) ** 0.5 if role == "weight" and t.dim() > 1 else t * scale
        for role, value in (given or {}).items():
            base[role] = value.clone()
        const = const(g) if callable(const) else dict(const or {})

        def run(dtype, up):
            leaf = {k: v.to(dtype).clone().requires_grad_() for k, v in base.items()}
            fixed = {k: (v.to(dtype) if v.is_floating_point() else v).clone() for k, v in const.items()}
            out = fn({**leaf, **fixed})
            up = torch.randn(out.shape, generator=g) if up is None else up
            grads = torch.autograd.grad(out, list(leaf.values()), up.to(dtype), allow_unused=True)
            res = {"output": out}
            res.update({f"grad_{k}": v for k, v in zip(leaf, grads) if v is not None})
            res.update({f"new_{k}": fixed[k] for k in state})
            return {k: v.detach() for k, v in res.items()}, up

        exact, up = run(torch.float64, None)
        single, _ = run(torch.float32, up)
        stored = {**base, **{k: v.int() if v.dtype == torch.int64 else v for k, v in const.items()}, "grad_output": up}
        stored.update({k: v.float() for k, v in exact.items()})
        for k, v in stored.items():
            assert torch.isfinite(v.float()).all(), (name, k)
            self.tensors[f"{name}/{k}"] = v
        err = {k: float(f"{(single[k].double() - exact[k]).abs().max():.2g}") for k in exact if exact[k].numel()}
        case = {"name": name, "op": op, "args": args,
                "inputs": [k for k in shapes if k not in params] + [k for k in (given or {}) if k not in shapes],
                "params": list(params), "constants": list(const), "results": list(exact),
                "output_shape": list(exact["output"].shape), "torch_float32_error": err}
        if note:
            case["note"] = note
        self.cases.append(case)

    def save(self, folder, stem):
        st.save(folder / f"{stem}.safetensors", self.tensors)
        lines = ",\n".join(json.dumps(c) for c in self.cases)
        made = json.dumps(f"torch {torch.__version__}, float64 arithmetic on float32 data, rounded to float32")
        (folder / f"{stem}.json").write_text('{"made_with": ' + made + ',\n"cases": [\n' + lines + "\n]}\n")
        print(stem, len(self.cases), "cases", len(self.tensors), "tensors",
              sum(np.asarray(t).nbytes for t in self.tensors.values()), "bytes")
