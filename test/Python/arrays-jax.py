"""JAX arrays go in without a copy and come out as JAX arrays, with the bits of numpy's."""
# REQUIRES: jax
# RUN: env JAX_PLATFORMS=cpu %frameworks_python %s

import jax
import jax.numpy as jnp
import mxc
import numpy as np
from checks import bits_of, normal, refused, resident, same

x = normal((6, 70))
for dtype in (jnp.float32, jnp.bfloat16, jnp.float16):
    theirs = jnp.asarray(x, dtype)
    ours = np.asarray(theirs)
    for form in ("mxfp4", "nvfp4", "mxfp6_e2m3"):
        q = mxc.quantize(theirs, form)
        assert q.library == "jax" and isinstance(q.codes, jax.Array) and isinstance(q.scale, jax.Array), form
        assert bits_of(q) == bits_of(mxc.quantize(ours, form)), (dtype, form)
        same(q.dequantize(dtype), mxc.quantize(ours, form).dequantize(np.dtype(dtype).name), "values")
        again = mxc.Scaled.from_codes(q.codes, q.scale, q.tensor_scale, format=form)
        assert bits_of(again) == bits_of(q)
    product = mxc.matmul(q, mxc.quantize(theirs))
    assert isinstance(product, jax.Array) and product.shape == (6, 6)
    same(mxc.cast(theirs, "bf16"), mxc.cast(ours, "bf16"), "cast")
refused("out", "read-only", call=lambda: q.dequantize(out=jnp.zeros((6, 70))))
refused("int32", call=lambda: mxc.quantize(jnp.zeros((2, 32), jnp.int32)))

text = """
func.func @main(%a: tensor<?x?xf32>, %b: tensor<4xbf16>) -> (tensor<?x?xf32>, tensor<4xbf16>) {
  %c = arith.addf %a, %a : tensor<?x?xf32>
  return %c, %b : tensor<?x?xf32>, tensor<4xbf16>
}
"""
add = mxc.compile(text)
first, half = jnp.asarray(x), jnp.ones(4, jnp.bfloat16)
for given in (first, first.T, first[::2, ::3]):
    total, copy = add(given, half)
    assert isinstance(total, jax.Array) and (total == given + given).all()
    assert copy.dtype == jnp.bfloat16 and (copy == half).all()

big = jnp.ones((4096, 4096))
big.block_until_ready()
mxc.amax(big)
before = resident()
for _ in range(20):
    mxc.amax(big)
assert resident() - before < 32, "64 MiB arrays are copied, or kept"
print("equal to numpy's")
