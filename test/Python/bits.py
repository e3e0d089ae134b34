"""Arrays quantised in Python against the independent model in numpy, ml_dtypes and gfloat, bit for bit."""
# RUN: %python %s

import gfloat.formats
import ml_dtypes
import mxc
import numpy as np
from checks import normal, same

import contract  # of test/Acceptance
import model

F32 = np.float32
NAMES = {"rule": "scale_rule", "r": "random_bits", "hadamard_size": "hadamard"}


def quantisation():
    """Formats, rules, roundings, random bits, transforms and hostile data."""
    for form, fmt, x, options, what in contract.cases():
        expected = model.quantize(x, fmt, **options)
        found = mxc.quantize(x, form, **{NAMES.get(key, key): value for key, value in options.items()})
        same(found.codes.astype(np.int64), expected.codes.astype(np.int64), f"{what}, codes")
        scale = expected.scale.astype(F32 if fmt.scale == "f32" else np.uint8)
        same(found.scale, scale, f"{what}, scales")
        if fmt.tensor_scale:
            same(found.tensor_scale, np.asarray(expected.tensor_scale, F32), f"{what}, tensor scale")
        else:
            with np.errstate(all="ignore"):
                values = expected.values.astype(F32)
            values[np.isnan(values)] = np.nan
            same(found.dequantize(), values, f"{what}, values")


def other_types():
    """bfloat16 and float16 go in and come out; batches are matrices of their own."""
    for dtype in (ml_dtypes.bfloat16, np.float16):
        x = normal((3, 5, 70), dtype)
        found = mxc.quantize(x, "mxfp6_e2m3", scale_rule="rceil")
        for item in range(3):
            expected = model.quantize(x[item].astype(F32), model.NAMED["mxfp6_e2m3"], rule="rceil")
            same(found.codes[item], expected.codes.astype(np.uint8), f"{dtype.__name__} batch {item}")
        values = found.dequantize()
        same(found.dequantize(np.dtype(dtype).name), values.astype(dtype), f"values as {dtype.__name__}")
    x = normal((40, 33))
    columns = mxc.quantize(x, "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>")
    expected = model.quantize(np.ascontiguousarray(x.T), model.NAMED["mxfp4"])
    same(columns.codes, expected.codes.T.astype(np.uint8), "blocks along the last but one axis")
    same(mxc.quantize(x, transpose=True).codes, expected.codes.astype(np.uint8), "transpose")


def tiles():
    """A tile draws the random bits of the whole array."""
    x = normal((12, 128))
    options = dict(rounding="stochastic", seed=3, stream=5)
    whole = mxc.quantize(x, **options).codes
    tile = mxc.quantize(x[4:8, 32:96], **options, origin=(4, 32), whole_shape=x.shape)
    same(tile.codes, whole[4:8, 32:96], "codes of a tile")


def elements():
    """`cast` against ml_dtypes and gfloat; `decode` is its inverse on every code."""
    x = np.concatenate([normal(4000) * F32(8), np.array([0.0, -0.0, 1e-30, 448, 464, 500], F32)])
    infos = {"f4E2M1FN": gfloat.formats.format_info_ocp_e2m1, "f6E2M3FN": gfloat.formats.format_info_ocp_e2m3,
             "f6E3M2FN": gfloat.formats.format_info_ocp_e3m2}
    for name, info in infos.items():
        rounded = gfloat.round_ndarray(info, x.astype(np.float64), sat=True)
        same(mxc.decode(mxc.cast(x, name), name), rounded.astype(F32), name)
    for name, dtype, top in (("f8E4M3FN", ml_dtypes.float8_e4m3fn, 448), ("f8E5M2", ml_dtypes.float8_e5m2, 57344)):
        same(mxc.cast(x, name), np.clip(x, -top, top).astype(dtype).view(np.uint8), name)
        codes = np.arange(256, dtype=np.uint8)
        expected = codes.view(dtype).astype(F32)
        expected[np.isnan(expected)] = np.nan
        same(mxc.decode(codes, name), expected, f"values of {name}")
    same(mxc.cast(x, "bf16"), x.astype(ml_dtypes.bfloat16), "bf16")
    same(mxc.cast(x, "f16"), x.astype(np.float16), "f16")
    assert mxc.amax(np.array([1, -7, np.inf, np.nan], F32)) == 7


def transforms():
    x = normal((3, 128))
    for size, signs in ((2, "none"), (64, "seed"), (4, (1, -1, 1, 1))):
        vector = {"none": None, "seed": model.sign_vector(size, 7, 2)}.get(signs) if isinstance(signs, str) else signs
        expected = model.hadamard(x, size, None if vector is None else np.asarray(vector, F32))
        found = mxc.hadamard(x, size, signs=signs, seed=7, sign_stream=2)
        same(found, expected.reshape(x.shape), f"Hadamard {size} {signs}")


def products():
    a, b = normal((5, 70)), normal((4, 70), seed=1)
    for left, right in (("mxfp4", "mxfp8_e4m3"), ("nvfp4", "nvfp4"), ("mxint8", None)):
        p = mxc.quantize(a, left)
        q = mxc.quantize(b, right) if right else b
        fractions = [model.quantize(a, model.NAMED[left]), model.quantize(b, model.NAMED[right]) if right else None]
        values = [part.values if part else b.astype(np.float64) for part in fractions]
        expected = np.array([[model.exact_dot(u, v) for v in values[1]] for u in values[0]], F32)
        for part in fractions:
            if part and part.tensor_scale is not None:
                expected = expected * F32(part.tensor_scale)
        same(mxc.matmul(p, q, accumulate="exact"), expected, f"{left} x {right}, exact")
        np.testing.assert_allclose(mxc.matmul(p, q), expected, rtol=1e-5, atol=1e-5)
        twice = mxc.matmul(p, q, alpha=2, accumulate="exact", dtype=ml_dtypes.bfloat16)
        same(twice, (expected * 2).astype(ml_dtypes.bfloat16), f"{left} x {right}, alpha and bf16")
        if "nvfp4" not in (left, right):
            same(mxc.matmul(p, q, expected, accumulate="exact"), expected + expected, "acc")
        bias, residual = normal((b.shape[0],)), normal((a.shape[0], 1))
        fused = mxc.matmul(p, q, accumulate="exact", bias=bias, activation="relu", residual=residual)
        same(fused, np.maximum(expected + bias, 0) + residual, "epilogue")
        silu = mxc.matmul(p, q, accumulate="exact", activation="silu")
        np.testing.assert_allclose(silu, expected / (1 + np.exp(-expected.astype(np.float64))), rtol=1e-6, atol=1e-30)
    batch = mxc.matmul(mxc.quantize(normal((2, 1, 5, 64))), mxc.quantize(normal((3, 4, 64))))
    assert batch.shape == (2, 3, 5, 4)


for test in (quantisation, other_types, tiles, elements, transforms, products):
    test()
