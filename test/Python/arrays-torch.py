"""torch tensors go in without a copy and come out as torch tensors, with the bits of numpy's."""
# REQUIRES: torch
# RUN: %frameworks_python %s

import mxc
import numpy as np
import torch
from checks import bits_of, normal, refused, resident, same

x = normal((6, 70))
for dtype in (torch.float32, torch.bfloat16, torch.float16):
    theirs = torch.from_numpy(x.copy()).to(dtype)
    name = str(dtype).removeprefix("torch.")
    ours = mxc.cast(x, "bf16") if name == "bfloat16" else x.astype(name)
    for form in ("mxfp4", "nvfp4", "mxfp6_e2m3"):
        q = mxc.quantize(theirs, form)
        assert q.library == "torch" and isinstance(q.codes, torch.Tensor) and q.scale.dtype == torch.uint8
        expected = mxc.quantize(ours, form)
        assert [part.numpy().tobytes() for part in (q.packed, q.scale)] == bits_of(expected)[:2], (dtype, form)
        values = q.dequantize(dtype)
        assert values.dtype == dtype
        same(values.float().numpy(), expected.dequantize(name).astype(np.float32), "values")
        again = mxc.Scaled.from_codes(q.codes, q.scale, q.tensor_scale, format=form)
        assert torch.equal(again.packed, q.packed)
    views = mxc.quantize(theirs.T[::2])
    assert views.packed.numpy().tobytes() == mxc.quantize(np.ascontiguousarray(ours.T[::2])).packed.tobytes()
product = torch.empty((6, 6), dtype=torch.bfloat16)
assert mxc.matmul(q, q, out=product) is product and product.abs().sum() > 0
refused("require gradient", call=lambda: mxc.quantize(torch.ones(2, 32, requires_grad=True)))
refused("float64", call=lambda: mxc.quantize(torch.ones(2, 32, dtype=torch.float64)))
refused("x", call=lambda: mxc.quantize(torch.ones(2, 32).to_sparse()))
refused("CPU", call=lambda: mxc.quantize(torch.ones(2, 32, device="meta")))
if torch.cuda.is_available():
    refused("a CUDA device", call=lambda: mxc.quantize(torch.ones(2, 32, device="cuda")))

text = """
func.func @main(%a: tensor<?x?xf32>, %b: tensor<4xbf16>) -> (tensor<?x?xf32>, tensor<4xbf16>) {
  %c = arith.addf %a, %a : tensor<?x?xf32>
  return %c, %b : tensor<?x?xf32>, tensor<4xbf16>
}
"""
add = mxc.compile(text)
first, half = torch.from_numpy(x.copy()), torch.ones(4, dtype=torch.bfloat16)
for given in (first, first.T, first[::2, ::3]):
    total, copy = add(given, half)
    assert torch.equal(total, given + given) and copy.dtype == torch.bfloat16 and torch.equal(copy, half)
donated = mxc.compile(text, donate=(0,))
expected = first + first
assert donated(first, half)[0] is first and torch.equal(first, expected)

big = torch.ones((4096, 4096))
mxc.amax(big)
before = resident()
for _ in range(20):
    mxc.amax(big)
assert resident() - before < 32, "64 MiB tensors are copied, or kept"
print("equal to numpy's")
