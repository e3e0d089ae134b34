"""mxc.torch.compile on train steps and ops as users write them: attention, recurrence, convolutions, sorts; places; errors."""
# REQUIRES: torch, torch_mlir
# RUN: %frameworks_python %s

import statistics  # noqa: F401 - torch's: the folder that checks brings in has another

import mxc
import torch
import torch.nn.functional as F
from checks import refused
from mxc import _torch_decompose
from torch import nn
from torch.utils import _pytree as pytree

torch.manual_seed(0)
WIDTH, HEADS, TOKENS = 32, 4, 40


def agree(fun, *arguments):
    found, wanted = mxc.torch.compile(fun)(*arguments), fun(*arguments)
    for ours, theirs in zip(pytree.tree_leaves(found), pytree.tree_leaves(wanted)):
        assert ours.shape == theirs.shape and ours.dtype == theirs.dtype, (ours, theirs)
        torch.testing.assert_close(ours, theirs.detach(), rtol=1e-5, atol=1e-5, equal_nan=True)


def step_of(model, loss):
    def step(params, *data):
        gradient, value = torch.func.grad_and_value(
            lambda params: loss(lambda *inputs: torch.func.functional_call(model, params, inputs), *data)
        )(params)
        return {name: params[name] - 0.1 * gradient[name] for name in params}, value

    return step, {name: value.detach().clone() for name, value in model.named_parameters()}


class Rms(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.gain


class Block(nn.Module):
    """Rotary embedding, grouped queries, PyTorch's attention, SwiGLU."""

    def __init__(self):
        super().__init__()
        self.first, self.second = Rms(), Rms()
        self.q, self.kv, self.out = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(3))
        self.gate, self.up = (nn.Linear(WIDTH, 2 * WIDTH, bias=False) for _ in range(2))
        self.down = nn.Linear(2 * WIDTH, WIDTH, bias=False)

    def rotate(self, x):
        size = x.shape[-1]
        angle = torch.arange(x.shape[-2])[:, None] * 10000 ** (-torch.arange(0, size, 2) / size)
        turned = torch.cat([-x[..., size // 2 :], x[..., : size // 2]], -1)
        return x * angle.cos().repeat(1, 2) + turned * angle.sin().repeat(1, 2)

    def forward(self, x):
        h = self.first(x)
        q = self.q(h).view(*x.shape[:2], HEADS, -1).transpose(1, 2)
        k, v = (y.transpose(1, 2).repeat_interleave(2, 1) for y in self.kv(h).view(*x.shape[:2], 2, HEADS // 2, -1).unbind(2))
        mixed = F.scaled_dot_product_attention(self.rotate(q), self.rotate(k), v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(x.shape))
        h = self.second(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


def language(model, tokens):
    return F.cross_entropy(model(tokens[:, :-1]).reshape(-1, TOKENS), tokens[:, 1:].reshape(-1), label_smoothing=0.1)


llama = nn.Sequential(nn.Embedding(TOKENS, WIDTH), Block(), Block(), Rms(), nn.Linear(WIDTH, TOKENS, bias=False))
step, params = step_of(llama, language)
tokens = torch.randint(0, TOKENS, (2, 17))
agree(step, params, tokens)

# Two blocks of six linear layers, and the head; two backward products each, and six of attention's twelve are backward.
lines = mxc.torch.compile(step, recipe="mxfp4_backward").explain(params, tokens).splitlines()
products = [line for line in lines if " -> " in line]
left = [line for line in products if line.endswith("float")]
assert (len(products) - len(left), len(left)) == (26, 13 + 12), lines
assert len([line for line in lines if "left as it is" in line]) >= len(left), lines
assert all(line.startswith(__file__) for line in products), products  # Places in the user's code.

encoder = nn.TransformerEncoderLayer(WIDTH, HEADS, 64, dropout=0.0, batch_first=True, norm_first=True, activation="gelu")
step, params = step_of(encoder, lambda model, x: (model(x) ** 2).mean())
agree(step, params, torch.randn(2, 9, WIDTH))

pictures = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, stride=2), nn.GroupNorm(4, 16), nn.Flatten(), nn.Linear(144, 5))  # fmt: skip
step, params = step_of(pictures, lambda model, x, t: F.cross_entropy(model(x), t))
agree(step, params, torch.randn(4, 3, 16, 16), torch.tensor([3, 1, 4, 1]))

lstm = nn.LSTM(8, 16)
step, params = step_of(lstm, lambda model, x: (model(x)[0] ** 2).mean())
agree(step, params, torch.randn(5, 3, 8))


def experts(params, x):
    def loss(params):
        weights, which = (x @ params["router"]).softmax(-1).topk(2)
        gate = (F.one_hot(which, 4) * (weights / weights.sum(-1, keepdim=True))[..., None]).sum(1)
        y = torch.einsum("end,ne->nd", torch.einsum("nd,edf->enf", x, params["up"]).relu(), gate)
        return ((y - x).cumsum(0) ** 2).mean()

    return torch.func.grad_and_value(loss)(params)


agree(experts, {"router": torch.randn(WIDTH, 4) / 6, "up": torch.randn(4, WIDTH, WIDTH) / 6}, torch.randn(10, WIDTH))

narrow = nn.Sequential(nn.Linear(64, 128), nn.GELU(), nn.Linear(128, 64)).bfloat16()
x = torch.randn(16, 64, dtype=torch.bfloat16)
assert (mxc.torch.compile(narrow)(x) - narrow(x)).abs().max() < 2**-7 * narrow(x).abs().max()

# Sorts and running sums, against PyTorch's.
for shape in ((7,), (5, 8), (3, 9, 4), (1,), (2, 1), ()):
    for dim in range(-len(shape), len(shape)) or [0]:
        for dtype in (torch.float32, torch.int64):
            x = (torch.randn(shape) * 2).to(dtype)
            if dtype.is_floating_point and x.numel() > 5:
                x.view(-1)[2], x.view(-1)[4] = float("nan"), float("-inf")
            for descending in (False, True):
                found = _torch_decompose._sort(x, dim, descending)
                wanted = torch.sort(x, dim=dim, descending=descending, stable=True)
                torch.testing.assert_close(found, tuple(wanted), rtol=0, atol=0, equal_nan=True)
            for combine, theirs in ((torch.add, torch.cumsum), (torch.mul, torch.cumprod)):
                torch.testing.assert_close(_torch_decompose._running(combine)(x, dim), theirs(x, dim), equal_nan=True)

drop = mxc.torch.compile(nn.Dropout(0.25).train())
first, second = drop(torch.ones(64, 64)), drop(torch.ones(64, 64))
assert not torch.equal(first, second) and set(first.unique().tolist()) == {0.0, (torch.ones(()) / 0.75).item()}
assert abs((first > 0).float().mean() - 0.75) < 0.03  # Four deviations.


# What cannot be compiled is named, with its place.
def depends(x):
    return x if x.sum() > 0 else -x


def classic(x):
    (x @ narrow[0].weight.float().T).sum().backward()
    return x


x = torch.randn(4, 64)
refused("frontend-torch-steps.py:", "torch.where", call=lambda: mxc.torch.compile(depends)(x), error=mxc.CompileError)
refused("frontend-torch-steps.py:", "grad_and_value", call=lambda: mxc.torch.compile(classic)(x), error=mxc.CompileError)
refused("num_classes", call=lambda: mxc.torch.compile(lambda x: F.one_hot(x))(torch.tensor([1, 2])))
refused("target nvvm needs a GPU", call=lambda: mxc.torch.compile(depends, target="cuda")(x)) if not torch.cuda.is_available() else None
