"""mxc.jax.jit on train steps as users write them: jax.jit's results with recipe none, products by role with a recipe."""
# REQUIRES: jax
# RUN: env JAX_PLATFORMS=cpu %frameworks_python %s

import sys

import jax
import jax.numpy as jnp
import jax_steps
import mxc
import numpy as np


def check(name):
    step, arguments = jax_steps.made(name)
    found, wanted = mxc.jax.jit(step)(*arguments), jax.jit(step)(*arguments)
    assert jax.tree.structure(found) == jax.tree.structure(wanted), name
    for (path, ours), theirs in zip(jax.tree_util.tree_leaves_with_path(found), jax.tree.leaves(wanted)):
        if jnp.issubdtype(theirs.dtype, jax.dtypes.prng_key):
            ours, theirs = jax.random.key_data(ours), jax.random.key_data(theirs)
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype), (name, path)
        np.testing.assert_allclose(np.float64(ours), np.float64(theirs), 1e-5, 1e-5, err_msg=f"{name}{jax.tree_util.keystr(path)}")


for name in jax_steps.STEPS:
    check(name)


def products(name, recipe="mxfp4_backward"):
    """How many products are rewritten, and how many are not; each of those has a reason."""
    step, arguments = jax_steps.made(name)
    lines = mxc.jax.jit(step, recipe=recipe).explain(*arguments).splitlines()
    found = [line for line in lines if " -> " in line]
    left = [line for line in found if line.endswith("float")]
    assert len([line for line in lines if "remark: left as it is" in line]) >= len(left), lines
    return len(found) - len(left), len(left)


# Linear layers: two blocks of four and the tied head; attention's products are excluded. Two backward products each.
assert products("gpt_with_dropout") == (18, 9 + 12), products("gpt_with_dropout")
# In the body of a scan: seven, and the head. What checkpoint computes again is forward, but for the last product.
assert products("llama_with_adamw") == (16, 1 + 9 + 8 + 4), products("llama_with_adamw")
# A cell's two and the head; the input needs no gradient.
assert products("lstm") == (5, 3), products("lstm")

# Sums of bf16 are in float32: as near to the gradients in float32 as JAX's op by op.
def narrow(dtype):
    return jax.grad(lambda p: jax_steps.llama(jax.tree.map(lambda x: x.astype(dtype), p), jax_steps.tokens))


params = jax_steps.llama_params()
exact = jax.jit(narrow(jnp.float32))(params)
ours = mxc.jax.jit(narrow(jnp.bfloat16))(params)
with jax.disable_jit():
    theirs = narrow(jnp.bfloat16)(params)


def error(gradient):
    return sum(float(jnp.sum((g - e) ** 2) / jnp.sum(e**2)) for g, e in zip(jax.tree.leaves(gradient), jax.tree.leaves(exact))) ** 0.5


assert error(ours) < 1.1 * error(theirs), (error(ours), error(theirs))
sys.exit(0)
