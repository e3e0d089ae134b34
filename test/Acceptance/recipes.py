"""Every file of examples/inputs through every recipe on both targets, against a numpy execution of the same train
step whose products are quantised by the model, written from the papers' formulas. Recipe `none` is held to what JAX
and torch computed."""
# RUN: %python %s

import math

import model
import numpy as np
from tools import EXAMPLES, TARGETS, Counter, Folder, mxc_run, run

F32 = np.float32
SEED = 20250227
NAMED = model.NAMED


class Operand:
    def __init__(self, name, **options):
        self.format, self.options = NAMED[name], options

    def __call__(self, x, seed, stream, hadamard, sign_stream):
        options = dict(self.options)
        if options.get("rounding") == "stochastic":
            options.update(seed=seed, stream=stream)
        if hadamard:
            options.update(hadamard_size=hadamard, seed=seed, sign_stream=sign_stream)
        return model.quantize(x, self.format, **options)


def recipe(name):
    """role -> (left operand, right operand, Hadamard size, alpha). Backward operands are (gradient, other)."""
    base, *overrides = name.split(",")
    overrides = dict(item.split("=") for item in overrides)
    if base == "none":
        return {}
    if base == "saved":
        q = Operand("mxfp8_e4m3")
        return {"forward": (q, q, 0, 1), "wgrad": (Operand("mxfp8_e5m2"), q, 0, 1)}
    if base == "mxfp8":
        e4m3, e5m2 = Operand("mxfp8_e4m3", rule="rceil"), Operand("mxfp8_e5m2", rule="rceil")
        return {"forward": (e4m3, e4m3, 0, 1), "dgrad": (e5m2, e4m3, 0, 1), "wgrad": (e5m2, e4m3, 0, 1)}
    if base == "mxfp4_weights":
        return {"forward": (None, Operand("mxfp4"), 0, 1)}
    if base == "nvfp4":
        q = Operand("nvfp4")
        return {role: (q, q, 0, 1) for role in ("forward", "dgrad", "wgrad")}
    rounding = overrides.get("rounding", "stochastic")
    rht = overrides.get("rht", "64")
    stochastic = rounding == "stochastic"  # without it Algorithm 1: no room is needed
    q = Operand("mxfp4", rounding=rounding, prescale=0.75 if stochastic else 1.0)
    entry = (q, q, 0 if rht == "none" else int(rht), F32(16 / 9) if stochastic else 1)
    return {"dgrad": entry, "wgrad": entry}


class Products:
    """Numbers products in the order of the module and quantises them."""

    # The forward product and its operand that a backward product shares.
    SHARED = {"dW1": ("Y1", 0), "dX": ("Y1", 1), "dW2": ("Y2", 0), "dH": ("Y2", 1)}

    def __init__(self, name, order):
        self.recipe, self.order = recipe(name), order
        self.saved = {} if name == "saved" else None

    def __call__(self, label, role, a, b, gradient=0):
        """a [M, K] · b [N, K]ᵀ; `gradient` says which one is dY, for backward products."""
        number = self.order.index(label)
        if self.saved is not None and role != "forward":
            forward, side = self.SHARED[label]
            b = self.saved[forward][side].T.astype(F32)
        if role not in self.recipe:
            return (a.astype(np.float64) @ b.T.astype(np.float64)).astype(F32)
        first, second, g, alpha = self.recipe[role]
        left, right = (second, first) if role != "forward" and gradient == 1 else (first, second)
        values, scales = [], []
        for side, (x, operand) in enumerate(((a, left), (b, right))):
            if operand is None:
                values.append(x.astype(np.float64))
                continue
            q = operand(x, SEED, 2 * number + side, g, number)
            values.append(q.values)
            scales.append(q.tensor_scale)
        if self.saved is not None:
            self.saved[label] = values
        return model.matmul(*values, alpha, scales)


def gelu_tanh(x, constant=None):
    """GELU and its slope. `constant` replaces √(2/π) in the value alone, as one torch-mlir wheel prints it."""
    c, k = F32(math.sqrt(2 / math.pi)), F32(0.044715)
    cube = x + k * x**3
    t = np.tanh(c * cube).astype(F32)
    y = F32(0.5) * x * (1 + (np.tanh(F32(constant) * cube).astype(F32) if constant else t))
    slope = F32(0.5) * (1 + t) + F32(0.5) * x * (1 - t * t) * c * (1 + 3 * k * x * x)
    return y.astype(F32), slope.astype(F32)


def gelu_erf(x):
    erf = np.vectorize(math.erf)(x / math.sqrt(2))
    return (0.5 * x * (1 + erf)).astype(F32)


def train(products, x, target, w1, b1, w2, b2, constant=None):
    """One step of the two-layer MLP; w1 [in, hidden], w2 [hidden, out]. Both front ends form a weight's gradient as
    dYᵀ·X, rows dYᵀ and columns Xᵀ."""
    z = products("Y1", "forward", x, w1.T) + b1
    h, slope = gelu_tanh(z, constant)
    y = products("Y2", "forward", h, w2.T) + b2
    error = y - target
    loss = np.mean(error.astype(np.float64) ** 2).astype(F32)
    dy = (F32(2) * error * F32(1 / error.size)).astype(F32)
    dw2 = products("dW2", "wgrad", dy.T, h.T)  # [out, hidden]
    dh = products("dH", "dgrad", dy, w2)
    dz = (dh * slope).astype(F32)
    dw1 = products("dW1", "wgrad", dz.T, x.T)
    dx = products("dX", "dgrad", dz, w1)
    rate = F32(0.1)
    new = {"b1": b1 - rate * dz.sum(0), "b2": b2 - rate * dy.sum(0), "w1": w1 - rate * dw1.T, "w2": w2 - rate * dw2.T}
    return new, loss, dx


def jax_train(name, d):
    new, loss, dx = train(Products(name, ["Y1", "Y2", "dW2", "dH", "dW1", "dX"]), d["arg4"], d["arg5"], d["arg2"],
                          d["arg0"], d["arg3"], d["arg1"])
    return [new["b1"], new["b2"], new["w1"], new["w2"], loss, dx]


def torch_train(name, d, constant=None):
    new, loss, dx = train(Products(name, ["Y1", "Y2", "dH", "dW2", "dX", "dW1"]), d["arg0"], d["arg1"], d["arg2"].T,
                          d["arg3"], d["arg4"].T, d["arg5"], constant)
    return [new["w1"].T, new["b1"], new["w2"].T, new["b2"], loss, dx]


def torch_train_linalg(name, d):
    return torch_train(name, d, 0.797724)


def jax_forward(name, d):
    p = Products(name, ["Y1", "Y2"])
    h, _ = gelu_tanh(p("Y1", "forward", d["arg4"], d["arg2"].T) + d["arg0"])
    return [p("Y2", "forward", h, d["arg3"].T) + d["arg1"]]


def torch_forward(name, d):
    p = Products(name, ["Y1", "Y2"])
    h = gelu_erf(p("Y1", "forward", d["arg0"], d["arg1"]) + d["arg2"])
    return [p("Y2", "forward", h, d["arg3"]) + d["arg4"]]


def torch_mm(name, d):
    return [Products(name, ["Y"])("Y", "forward", d["arg0"], d["arg1"].T)]


FILES = {
    "jax_mlp_fwd": ("jax_mlp_fwd", jax_forward, 1e-5), "jax_iree_mlp_fwd": ("jax_mlp_fwd", jax_forward, 1e-5),
    "jax_mlp_train": ("jax_mlp_train", jax_train, 1e-5), "jax_mlp_train.loc": ("jax_mlp_train", jax_train, 1e-5),
    "jax_iree_mlp_train": ("jax_mlp_train", jax_train, 1e-5),
    "jax_iree_mlp_train.loc": ("jax_mlp_train", jax_train, 1e-5),
    "torch_mm.linalg": ("torch_mm", torch_mm, 1e-5), "torch_mm.tosa": ("torch_mm", torch_mm, 1e-5),
    "torch_mlp.linalg": ("torch_mlp", torch_forward, 1e-5), "torch_mlp.tosa": ("torch_mlp", torch_forward, 1e-5),
    "torch_mlp_train.linalg": ("torch_mlp_train", torch_train_linalg, 5e-5),
    "torch_mlp_train.tosa": ("torch_mlp_train", torch_train, 1e-5),
}
RECIPES = ["mxfp8", "mxfp4_weights", "nvfp4", "mxfp4_backward", "mxfp4_backward,rht=none",
           "mxfp4_backward,rounding=nearest_even", "mxfp4_backward,rht=32,rounding=toward_zero", "saved"]
# Backward products of what the forward ones quantised, dgrad in float.
SAVED = """module attributes {mx.recipe = #mx.recipe<name = "saved",
  forward = {activation = {format = !mx.mxfp8_e4m3}, weight = {format = !mx.mxfp8_e4m3}},
  wgrad = {gradient = {format = !mx.mxfp8_e5m2}, other = {format = !mx.mxfp8_e4m3}}, saved = packed>} {}
"""


def largest_error(found, expected):
    """Over the largest expected value."""
    return np.abs(found.astype(np.float64) - expected).max() / max(np.abs(expected).max(), 1e-30)


def main():
    counter = Counter()
    folder = Folder()
    with folder:
        for file, (arrays, step, bound) in FILES.items():
            ir = f"{EXAMPLES}/{file}.mlir"
            with np.load(f"{EXAMPLES}/{arrays}.npz") as data:
                d = {key: data[key] for key in data.files}
            inputs = {key: value for key, value in d.items() if key.startswith("arg")}
            for target in TARGETS:
                result = run("mxc", "run", ir, f"--target={target}", f"--inputs={EXAMPLES}/{arrays}.npz",
                             f"--expect={EXAMPLES}/{arrays}.npz", f"--rtol={bound}", check=False)
                counter.check(result.returncode == 0, f"{file} none {target}: {result.stdout}{result.stderr[-500:]}")
            for name in RECIPES:
                expected = step(name, d)
                option = folder.text("saved.mlir", SAVED) if name == "saved" else name
                for target in TARGETS:
                    out = mxc_run(folder, ir, inputs, target, f"--recipe={option}", f"--seed={SEED}")
                    for i, want in enumerate(expected):
                        error = largest_error(out[f"out{i}"], want)
                        counter.check(error < 1e-5, f"{file} {name} {target} out{i}: error {error:.2e}")
                if "train" not in file:
                    continue
                exact = [mxc_run(folder, ir, inputs, target, f"--recipe={option},accumulate=exact", f"--seed={SEED}")
                         for target in TARGETS]
                for target, other in zip(TARGETS[1:], exact[1:]):
                    same = all(np.array_equal(exact[0][key], other[key]) for key in other)
                    counter.check(same, f"{file} {name}: {TARGETS[0]} and {target} differ with exact sums")
    counter.finish("results equal to the numpy model of each recipe")


main()
