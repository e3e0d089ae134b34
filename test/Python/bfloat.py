"""Compiled code rounds to bf16 as IEEE 754 says, denormals too, whatever the CPU has for it: from f32 and f64, and where
bf16 is computed with."""
# RUN: %python %s

import ml_dtypes
import mxc
import numpy as np
from checks import same

BF16 = ml_dtypes.bfloat16
IR = """
func.func @main(%x: tensor<?xf32>, %d: tensor<?xf64>, %a: tensor<?xbf16>) -> (tensor<?xbf16>, tensor<?xbf16>, tensor<?xbf16>) {
  %0 = arith.truncf %x : tensor<?xf32> to tensor<?xbf16>
  %1 = arith.truncf %d : tensor<?xf64> to tensor<?xbf16>
  %2 = arith.mulf %a, %a : tensor<?xbf16>
  return %0, %1, %2 : tensor<?xbf16>, tensor<?xbf16>, tensor<?xbf16>
}
"""


def nearest(x):
    """Doubles to the nearest bf16, ties to even."""
    bits = np.arange(0x7F81, dtype=np.uint16)  # 0 to Inf; Inf stands for 2^128 while rounding
    values = bits.view(BF16).astype(np.float64)
    values[-1] = 2.0**128
    above = np.minimum(np.searchsorted(values, np.abs(x)), 0x7F80)
    below = np.maximum(above - 1, 0)
    down, up = np.abs(x) - values[below], values[above] - np.abs(x)
    chosen = np.where((down < up) | ((down == up) & (below % 2 == 0)), below, above).astype(np.uint16)
    return (chosen | np.where(np.signbit(x), 0x8000, 0).astype(np.uint16)).view(BF16)


def main():
    high = np.arange(1 << 16, dtype=np.uint32) << 16
    x = np.concatenate([high + low for low in (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF)]).astype(np.uint32).view(np.float32)
    numbers = x[np.isfinite(x)].astype(np.float64)
    d = np.concatenate([numbers * factor for factor in (1, 1 + 2.0**-40, 1 - 2.0**-40)])
    a = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16).view(BF16)
    with np.errstate(all="ignore"):
        square = (a.astype(np.float32) ** 2).astype(BF16)
        wanted = (x.astype(BF16), nearest(d), square)
    keep = ~np.isnan(x)
    for target in ("reference", "cpu"):
        found = mxc.compile(IR, target=target)(x, d, a)
        same(found[0][keep], wanted[0][keep], f"f32 on {target}")
        assert np.isnan(found[0][~keep].astype(np.float32)).all()
        same(found[1], wanted[1], f"f64 on {target}")
        real = ~np.isnan(square.astype(np.float32))
        same(found[2][real], square[real], f"squares on {target}")
    print(f"{x.size + d.size + a.size} numbers: passed")


main()
