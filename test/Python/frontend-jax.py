"""mxc.jax.jit against jax.jit: train steps, ops that StableHLO leaves to us, pytrees, donation, errors, memory."""
# REQUIRES: jax
# RUN: env JAX_PLATFORMS=cpu %frameworks_python %s

import re
import sys

import jax
import jax.numpy as jnp
import mxc
import numpy as np
from checks import refused, resident
from jax import lax

key = jax.random.key(0)
x = jax.random.normal(key, (6, 8))
rows = jnp.array([1, 4, 1, 0, 5, 9])


def agree(fun, *args, rtol=1e-5, **options):
    """The same tree, shapes, dtypes and values as jax.jit's."""
    found, wanted = mxc.jax.jit(fun, **options)(*args), jax.jit(fun)(*args)
    assert jax.tree.structure(found) == jax.tree.structure(wanted), fun
    for ours, theirs in zip(jax.tree.leaves(found), jax.tree.leaves(wanted)):
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype), (fun, ours, theirs)
        if jnp.issubdtype(theirs.dtype, jax.dtypes.prng_key):
            ours, theirs = jax.random.key_data(ours), jax.random.key_data(theirs)
        np.testing.assert_allclose(np.float64(ours), np.float64(theirs), rtol, rtol, err_msg=str(fun))
    return found


# One program for many ops, which compiles sooner than many.
def ops(x, rows, key):
    table = x.at[rows].add(1.0)  # An index out of range is dropped.
    return {
        "scatter": (table, x.at[rows, 0].max(0.5), x.at[2].apply(jnp.exp), x.at[1:3].set(0)),
        "embedding": jax.grad(lambda x: (x[rows] ** 2).sum())(x),
        "sort": (jnp.sort(x), jnp.argsort(x, axis=0), lax.top_k(x, 3), jnp.median(x)),
        "running": (jnp.cumsum(x, 1), lax.cummax(x, reverse=True), jax.grad(lambda x: jnp.cumprod(x[0]).sum())(x)),
        "pad": (lax.pad(x, 0.0, ((-1, 2, 1), (0, -1, 0))), jax.grad(lambda x: (x[::2, 1::3] ** 2).sum())(x)),
        "loops": (
            lax.fori_loop(0, rows[1], lambda i, c: c * 1.1 + i, x),
            lax.scan(lambda c, r: (jnp.tanh(c + r), c * r), x[0], x, reverse=True),
            lax.while_loop(lambda c: c.sum() < 50, lambda c: c * c + 1, x),
        ),
        "branches": (lax.cond(x[0, 0] > 0, jnp.sin, jnp.cos, x), lax.switch(rows[0], [jnp.abs, jnp.exp, jnp.sin], x)),
        "random": (jax.random.split(key), jax.random.bernoulli(key, 0.3, (9,)), jax.random.randint(key, (4,), 0, 9)),
        "types": (x > 0, rows.astype(jnp.uint8), x.astype(jnp.bfloat16), None, x[:0].sum(), x[:, :0]),
    }


agree(ops, x, rows, key)
agree(ops, x, rows, key, target="reference")


# Two blocks under scan and checkpoint, cross entropy, AdamW.
WIDTH, TOKENS = 32, 48


def loss(params, tokens):
    def block(x, p):
        h = x * lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6)
        q, k, v = ((h @ w).reshape(*h.shape[:2], 2, -1) for w in p["qkv"])
        x = x + jax.nn.dot_product_attention(q, k, v, is_causal=True).reshape(x.shape) @ p["out"]
        return x + jax.nn.gelu(x @ p["up"]) @ p["down"], None

    x, _ = lax.scan(jax.checkpoint(block), params["embedding"][tokens[:, :-1]], params["blocks"])
    scores = jax.nn.log_softmax(x @ params["head"])
    return -jnp.take_along_axis(scores, tokens[:, 1:, None], -1).mean()


def step(state, tokens):
    params, m, v, t = state
    value, g = jax.value_and_grad(loss)(params, tokens)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, v, g)
    t = t + 1
    scale = jnp.sqrt(1 - 0.99**t) / (1 - 0.9**t)
    params = jax.tree.map(lambda p, m, v: 0.999 * p - 1e-3 * scale * m / (jnp.sqrt(v) + 1e-3), params, m, v)
    return (params, m, v, t), {"loss": value}


shapes = {"qkv": (2, 3, WIDTH, WIDTH), "out": (2, WIDTH, WIDTH), "up": (2, WIDTH, 64), "down": (2, 64, WIDTH)}
draws = iter(jax.random.split(key, 9))
weights = {name: jax.random.normal(next(draws), shape) * shape[-2] ** -0.5 for name, shape in shapes.items()}
params = {
    "blocks": weights,
    "embedding": jax.random.normal(next(draws), (TOKENS, WIDTH)),
    "head": jax.random.normal(next(draws), (WIDTH, TOKENS)) / 6,
}
zeros = jax.tree.map(jnp.zeros_like, params)
state = (params, zeros, zeros, jnp.int32(0))
tokens = jax.random.randint(next(draws), (2, 17), 0, TOKENS)
agree(step, state, tokens)

quantized = mxc.jax.jit(step, recipe="mxfp4_backward")
_, out = quantized(state, tokens)
np.testing.assert_allclose(out["loss"], jax.jit(step)(state, tokens)[1]["loss"], 1e-5)
lines = quantized.explain(state, tokens).splitlines()
products = [line for line in lines if " -> " in line]
left = [line for line in products if line.endswith("float")]
assert len(products) - len(left) >= 12, lines
assert len([line for line in lines if "remark: left as it is" in line]) >= len(left), lines
assert all(re.match(r".*\.py:\d+:\d+: ", line) for line in products), products
assert str(quantized(state, tokens, seed=3)) == str(quantized(state, tokens, seed=3))

# Calls: static arguments, keywords, numbers, donation, one compile for a kind of arguments.
scaled = mxc.jax.jit(lambda x, n, *, shift=0.0: x * n + shift, static_argnums=1)
assert float(scaled(2.0, 3, shift=jnp.float32(1))) == 7 and float(scaled(2.0, 4)) == 8
big = jnp.ones((256, 256))
place = big.unsafe_buffer_pointer()
after = mxc.jax.jit(lambda x: x + 1, donate_argnums=0)(big)
assert after.unsafe_buffer_pointer() == place and big.is_deleted() and float(after.sum()) == 2 * 256 * 256
stages = []
told = mxc.jax.jit(jnp.sin, progress=stages.append)
told(x), told(x + 1)
assert stages.count("code") == 1 and stages[0] == "traced", stages

# What has no lowering is named, with its place.
refused("frontend-jax.py:", "lapack", call=lambda: mxc.jax.jit(lambda x: jnp.linalg.cholesky(x @ x.T))(x), error=mxc.CompileError)
refused("stablehlo.fft", call=lambda: mxc.jax.jit(jnp.fft.fft)(x), error=mxc.CompileError)

again = mxc.jax.jit(step)
state, _ = again(state, tokens)
for _ in range(20):
    state, _ = again(state, tokens)
jax.block_until_ready(state)
before = resident()
for _ in range(100):
    state, _ = again(state, tokens)
jax.block_until_ready(state)
assert resident() - before < 2, resident() - before
sys.exit(0)
