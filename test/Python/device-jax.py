"""JAX arrays on a GPU: mxc.jax.jit runs on them as a part of XLA's program, operations give them."""
# REQUIRES: gpu, jax
# RUN: %python %s

import sys

import jax
import jax.numpy as jnp
import mxc
import numpy as np
from checks import bits_of, same

if jax.default_backend() != "gpu":
    print("JAX has no GPU here: nothing to check")
    sys.exit(0)


def loss(w, x, y):
    return jnp.mean((jnp.tanh(x @ w["first"]) @ w["second"] - y) ** 2)


def step(w, x, y):
    value, gradient = jax.value_and_grad(loss)(w, x, y)
    return value, jax.tree.map(lambda a, g: a - 0.1 * g, w, gradient)


def main():
    rng = np.random.default_rng(0)
    w = {"first": rng.standard_normal((64, 96)), "second": rng.standard_normal((96, 32))}
    w = {name: jnp.asarray(value / 8, jnp.float32) for name, value in w.items()}
    x, y = (jnp.asarray(rng.standard_normal((128, width)), jnp.float32) for width in (64, 32))
    with jax.default_matmul_precision("highest"):
        wanted = jax.jit(step)(w, x, y)
    found = mxc.jax.jit(step, recipe="none", target="cuda")(w, x, y)
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(wanted)):
        assert a.device.platform == "gpu"
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    print("step: passed")

    train = mxc.jax.jit(step, recipe="mxfp4_backward", target="cuda", donate_argnums=0)
    first = train(w, x, y, seed=3)
    losses = [float(first[0])]
    for turn in range(20):
        value, w = train(first[1] if turn == 0 else w, x, y)
        losses.append(float(value))
    assert losses[-1] < losses[0], losses
    print("train: passed", losses[0], losses[-1])

    cpu = jax.devices("cpu")[0]
    here = mxc.quantize(jax.device_put(x, cpu), "nvfp4")
    there = mxc.quantize(x, "nvfp4")
    assert there.is_on_device
    same(bits_of(there.cpu()), bits_of(here), "quantised")
    result = mxc.matmul(there, there, accumulate="exact")
    assert result.device.platform == "gpu"
    same(np.asarray(result), np.asarray(mxc.matmul(here, here, accumulate="exact")), "product")
    print("operations: passed")


main()
