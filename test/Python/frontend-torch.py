"""mxc.torch.compile against PyTorch: a module, a train step, tensors updated in place, errors, memory."""
# REQUIRES: torch, torch_mlir
# RUN: %frameworks_python %s

import statistics  # noqa: F401 - torch's: the folder that checks brings in has another

import mxc
import torch
import torch.nn.functional as F
from checks import refused, resident
from torch import nn

torch.manual_seed(0)
WIDTH = 32


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.qkv, self.out = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 64), nn.Linear(64, WIDTH)

    def forward(self, x):
        q, k, v = (y.view(*x.shape[:2], 2, -1).transpose(1, 2) for y in self.qkv(self.norm(x)).chunk(3, -1))
        attention = (q @ k.transpose(-1, -2) / 4).softmax(-1) @ v
        x = x + self.out(attention.transpose(1, 2).reshape(x.shape))
        return x + self.down(F.gelu(self.up(x)))


def close(ours, theirs, tolerance=1e-5):
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype, (ours, theirs)
    error = (ours - theirs).abs().max() / theirs.abs().max()
    assert error <= tolerance, error


model = nn.Sequential(Block(), Block(), nn.Linear(WIDTH, 8))
x, t = torch.randn(2, 16, WIDTH), torch.randint(0, 8, (2, 16))
infer = mxc.torch.compile(model)
close(infer(x), model(x).detach())
with torch.no_grad():
    model[2].weight *= 2  # Parameters are read at each call.
close(infer(x), model(x).detach())


def step(state, x, t):
    params, momentum = state

    def loss(params):
        scores = torch.func.functional_call(model, params, (x,))
        return F.cross_entropy(scores.reshape(-1, 8), t.reshape(-1))

    gradient, value = torch.func.grad_and_value(loss)(params)
    momentum = {name: 0.9 * momentum[name] + gradient[name] for name in params}
    return ({name: params[name] - 0.1 * momentum[name] for name in params}, momentum), {"loss": value, "none": None}


params = {name: value.detach().clone() for name, value in model.named_parameters()}
state = (params, {name: torch.ones_like(value) for name, value in params.items()})
(found, _), outputs = mxc.torch.compile(step)(state, x, t)
(wanted, _), expected = step(state, x, t)
assert outputs["none"] is None
close(outputs["loss"], expected["loss"])
for name in params:
    close(found[name], wanted[name])


def update(state, x, t):
    """The same, in place."""
    (params, momentum), outputs = step(state, x, t)
    for name in params:
        state[0][name].copy_(params[name])
        state[1][name].copy_(momentum[name])
    return outputs["loss"]


train = mxc.torch.compile(update)
place = params["2.weight"].data_ptr()
close(train(state, x, t), expected["loss"])
assert params["2.weight"].data_ptr() == place
for name in params:
    close(params[name], wanted[name])

lines = mxc.torch.compile(step, recipe="mxfp4_backward").explain(state, x, t).splitlines()
products = [line for line in lines if " -> " in line]
left = [line for line in products if line.endswith("float")]
assert len(products) - len(left) >= 16, lines
assert len([line for line in lines if "left as it is" in line]) >= len(left), lines

refused("expected a module or a function", call=lambda: mxc.torch.compile(3))
for _ in range(10):
    train(state, x, t)
before = resident()
for _ in range(100):
    train(state, x, t)
assert resident() - before < 2, resident() - before
