"""Makes torchao-0.18.npz: what torchao 0.18.0 makes of one tensor, for check.py.

By hand, with torch 2.11.0 and torchao 0.18.0 from PyPI:  python3 make_torchao_dumps.py torchao-0.18.npz

`x` is bf16 numbers as f32 with blocks around powers of two; `edges` has zeros of both signs, a zero block, tiny and huge
blocks. Arrays are called CASE_codes, CASE_scale and CASE_tensor_scale, as torchao lays them out.
"""

import sys

import numpy as np
import torch
from torchao.prototype.mx_formats.config import ScaleCalculationMode
from torchao.prototype.mx_formats.constants import DTYPE_FP6_E2M3, DTYPE_FP6_E3M2
from torchao.prototype.mx_formats.mx_tensor import to_mx
from torchao.prototype.mx_formats.nvfp4_tensor import nvfp4_quantize, per_tensor_amax_to_scale

ELEMENTS = {"e2m1": torch.float4_e2m1fn_x2, "e2m3": DTYPE_FP6_E2M3, "e3m2": DTYPE_FP6_E3M2,
            "e4m3": torch.float8_e4m3fn, "e5m2": torch.float8_e5m2}


def make_sources():
    random = np.random.default_rng(18)
    x = random.standard_normal((32, 64)) * np.exp2(random.integers(-6, 6, (32, 1)))
    x[:8] = np.exp2(random.integers(-3, 4, (8, 64))) * random.choice([1, -1, 1.75, 1.5, 0.9375], (8, 64))
    x = torch.tensor(x, dtype=torch.float32).bfloat16().float()
    edges = x.clone()
    edges[0, :32] = 0
    edges[1, 32:] = -0.0
    edges[2, :7] = -0.0
    edges[3] *= 2.0**-130
    edges[4] *= 2.0**-120
    edges[5] *= 2.0**118
    return {"x": x, "edges": edges}


def as_bytes(tensor):
    return tensor.contiguous().view(torch.uint8).numpy()


def main():
    arrays = {}
    for source, x in make_sources().items():
        arrays[source] = x.numpy()
        for element, dtype in ELEMENTS.items():
            for mode in ScaleCalculationMode:
                scale, codes = to_mx(x, dtype, 32, mode)
                case = f"{source}_{element}_{mode.value}"
                arrays[f"{case}_codes"], arrays[f"{case}_scale"] = as_bytes(codes), as_bytes(scale)
        for levels in (1, 2):
            tensor_scale = per_tensor_amax_to_scale(x.abs().max()) if levels == 2 else None
            scale, codes = nvfp4_quantize(x, 16, tensor_scale)
            case = f"{source}_nvfp4_{levels}"
            arrays[f"{case}_codes"], arrays[f"{case}_scale"] = as_bytes(codes), as_bytes(scale)
            if levels == 2:
                arrays[f"{case}_tensor_scale"] = tensor_scale.numpy()
    x = make_sources()["x"]
    scale, codes = to_mx(x, ELEMENTS["e2m1"], 32, ScaleCalculationMode.FLOOR, is_swizzled_scales=True)
    arrays["x_swizzled_codes"], arrays["x_swizzled_scale"] = as_bytes(codes), as_bytes(scale)
    np.savez_compressed(sys.argv[1], **arrays)


if __name__ == "__main__":
    main()
