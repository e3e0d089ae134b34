#!/usr/bin/env python3
"""Writes the train steps beside it: `python generate.py [NAME]...`, with jax 0.10 and, for those with a loop,
iree-base-compiler 3.13. NAME.mlir is what the front end prints (locations kept), NAME.npz the arguments and what JAX
computed. They are the shapes that break compilers: attention, loops, several reduction axes, odd sizes, a second
derivative, bf16, a tied embedding."""

import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax._src.interpreters import mlir as jax_mlir
from jaxlib.mlir import ir, passmanager
from jaxlib.mlir.dialects import stablehlo

HERE = os.path.dirname(os.path.abspath(__file__))
LINALG = ("builtin.module(inline,symbol-dce,canonicalize,cse,func.func(stablehlo-legalize-to-linalg),canonicalize,cse)")
rng = np.random.default_rng(11)


def array(*shape, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def weight(*shape):
    return array(*shape, scale=shape[-2] ** -0.5)


def layer_norm(x, gain):
    mean = x.mean(-1, keepdims=True)
    return gain * (x - mean) * jax.lax.rsqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-5)


def block(x, p, heads):
    batch, tokens, width = x.shape
    qkv = jnp.einsum("btd,dchk->cbthk", layer_norm(x, p["g1"]), p["qkv"].reshape(width, 3, heads, width // heads))
    scores = jnp.einsum("bqhk,bshk->bhqs", qkv[0], qkv[1]) * (width // heads) ** -0.5
    scores = jnp.where(jnp.tril(jnp.ones((tokens, tokens), bool)), scores, -1e9)
    mixed = jnp.einsum("bhqs,bshk->bqhk", jax.nn.softmax(scores), qkv[2]).reshape(batch, tokens, width)
    x = x + mixed @ p["out"]
    return x + jax.nn.gelu(layer_norm(x, p["g2"]) @ p["up"]) @ p["down"]


def block_parameters(width, hidden):
    return {"g1": array(width, scale=0.1) + 1, "qkv": weight(width, 3 * width), "out": weight(width, width),
            "g2": array(width, scale=0.1) + 1, "up": weight(width, hidden), "down": weight(hidden, width)}


def sgd(loss):
    def step(parameters, *data):
        value, gradient = jax.value_and_grad(loss)(parameters, *data)
        return jax.tree.map(lambda p, g: p - 0.1 * g, parameters, gradient), value
    return step


def transformer():
    """Two blocks with causal attention, two reduction axes in every weight gradient, a tied one-hot embedding."""
    vocabulary, width, tokens = 24, 32, 9
    parameters = {"embed": array(vocabulary, width), "blocks": [block_parameters(width, 80) for _ in range(2)]}
    one_hot = np.eye(vocabulary, dtype=np.float32)
    tokens = rng.integers(0, vocabulary, (3, tokens + 1))

    def loss(p, x, y):
        h = jnp.einsum("btv,vd->btd", x, p["embed"])
        for number, q in enumerate(p["blocks"]):
            with jax.named_scope(f"block{number}"):
                h = block(h, q, 4)
        with jax.named_scope("head"):
            logits = jnp.einsum("btd,vd->btv", h, p["embed"])
        return -(y * jax.nn.log_softmax(logits)).sum(-1).mean()

    return sgd(loss), (parameters, one_hot[tokens[:, :-1]], one_hot[tokens[:, 1:]])


def odd():
    """No size is a multiple of a block; three layers without a bias; a batch axis of 5."""
    parameters = [weight(37, 71), weight(71, 33), weight(33, 3)]

    def loss(p, x, y):
        for w in p[:-1]:
            x = jnp.tanh(x @ w)
        return jnp.mean((x @ p[-1] - y) ** 2)

    return sgd(loss), (parameters, array(5, 7, 37), array(5, 7, 3))


def double_backward():
    """The gradient of a gradient's norm."""
    def energy(p, x):
        return jnp.sum(jax.nn.softplus(x @ p["a"]) @ p["b"])

    def loss(p, x):
        return jnp.mean(jnp.sum(jax.grad(energy, argnums=1)(p, x) ** 2, -1))

    return sgd(loss), ({"a": weight(48, 40), "b": weight(40, 1)}, array(12, 48))


def bfloat():
    """Parameters and activations in bf16, sums in f32 as JAX asks for them."""
    parameters = jax.tree.map(lambda x: x.astype(jnp.bfloat16), [weight(64, 96), weight(96, 32)])

    def loss(p, x, y):
        h = jnp.matmul(x, p[0], preferred_element_type=jnp.float32)
        h = jnp.maximum(h, 0).astype(jnp.bfloat16)
        return jnp.mean((jnp.matmul(h, p[1], preferred_element_type=jnp.float32) - y) ** 2)

    def step(p, x, y):
        value, gradient = jax.value_and_grad(loss)(p, x, y)
        return jax.tree.map(lambda g: g.astype(jnp.float32), gradient), value

    return step, (parameters, jnp.asarray(array(40, 64), jnp.bfloat16), array(40, 32))


def scan():
    """Four equal layers under lax.scan, forward and backward: loops of the products."""
    parameters = {"layers": jnp.asarray(np.stack([weight(40, 40) for _ in range(4)])), "head": weight(40, 8)}

    def loss(p, x, y):
        h, _ = jax.lax.scan(lambda h, w: (jnp.tanh(h @ w) + h, None), x, p["layers"])
        return jnp.mean((h @ p["head"] - y) ** 2)

    return sgd(loss), (parameters, array(24, 40), array(24, 8))


def attention():
    """Inference: attention with permuted batch axes and grouped queries, no backward product."""
    def step(x, q, k, v):
        heads = jnp.einsum("btd,dghk->btghk", x, q)
        keys, values = jnp.einsum("btd,dgk->btgk", x, k), jnp.einsum("btd,dgk->btgk", x, v)
        scores = jax.nn.softmax(jnp.einsum("btghk,bsgk->bghts", heads, keys))
        return jnp.einsum("bghts,bsgk->btghk", scores, values)

    return step, (array(2, 11, 48), weight(48, 2 * 2 * 20).reshape(48, 2, 2, 20), weight(48, 40).reshape(48, 2, 20),
                  weight(48, 40).reshape(48, 2, 20))


STEPS = {step.__name__: step for step in (transformer, odd, double_backward, bfloat, scan, attention)}
LOOPS = ["scan"]


def lower_with_jaxlib(module):
    stablehlo.register_stablehlo_passes()
    with jax_mlir.make_ir_context():
        copy = ir.Module.parse(module)
        passmanager.PassManager.parse(LINALG).run(copy.operation)
        return copy.operation.get_asm(enable_debug_info=True)


def lower_with_iree(module):
    """IREE's own pipeline turns stablehlo.while into scf.for."""
    tool = os.path.join(os.path.dirname(sys.executable), "iree-opt")
    return subprocess.run([tool, "-", "--iree-stablehlo-input-transformation-pipeline", "--mlir-print-debuginfo"],
                          input=module, check=True, capture_output=True, text=True).stdout


def as_array(value):
    value = np.asarray(value)
    return value.view(np.uint16) if value.dtype.name == "bfloat16" else value


def main():
    for name in sys.argv[1:] or STEPS:
        step, arguments = STEPS[name]()
        compiled = jax.jit(step, keep_unused=True)
        module = compiled.lower(*arguments).compiler_ir("stablehlo")
        text = module.operation.get_asm(enable_debug_info=True, pretty_debug_info=False)
        lowered = lower_with_iree(text) if name in LOOPS else lower_with_jaxlib(text)
        with open(os.path.join(HERE, f"{name}.mlir"), "w", encoding="utf-8") as file:
            file.write(lowered.replace(HERE + os.sep, ""))
        flat, results = jax.tree.leaves(arguments), jax.tree.leaves(compiled(*arguments))
        arrays = {f"arg{i}": as_array(a) for i, a in enumerate(flat)}
        arrays |= {f"out{i}": as_array(a) for i, a in enumerate(results)}
        np.savez_compressed(os.path.join(HERE, f"{name}.npz"), **arrays)
        print(f"{name}: {len(flat)} arguments, {len(results)} results, {len(lowered.splitlines())} lines")


main()
