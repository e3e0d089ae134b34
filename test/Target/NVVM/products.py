"""Products of random operands on a GPU, or with MX_TEST_EMULATE=1 on the emulator, against exact sums and the bound of
docs/nvvm.md."""

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
import model
from tools import CHIP, mxc_run

NAMES = list(model.NAMED)
FLOATS = ["f32", "bf16", "f16"]
# Formats without a name of their own, as they are spelled.
UNNAMED = {
    "!mx.scaled<f4E2M1FN, f8E8M0FNU, [16]>": model.Format(model.E2M1, "e8m0", (1, 16)),
    "!mx.scaled<f4E2M1FN, f8E8M0FNU, [64]>": model.Format(model.E2M1, "e8m0", (1, 64)),
    "!mx.scaled<f4E2M1FN, f8E4M3FN, [32]>": model.Format(model.E2M1, model.E4M3, (1, 32)),
    "!mx.scaled<f8E4M3FN, f8E8M0FNU, [64]>": model.Format(model.E4M3, "e8m0", (1, 64)),
}
FORMATS = {**model.NAMED, **UNNAMED}
SHAPES = [(1, 1, 32), (130, 70, 96), (5, 261, 520), (257, 300, 1111)]


# Whether sums on the way stay in f32's range by factors of rows: not with block scales (docs/nvvm.md).
KEEPS_RANGE = CHIP is None or not CHIP.startswith(("--chip=sm_10", "--chip=sm_11", "--chip=sm_12"))


def draw_float(rng, shape, name, kind):
    x = rng.standard_normal(shape)
    if kind == "wild" and name != "f16":
        x = np.ldexp(x, rng.integers(-60, 60, shape[:-1] + (1,)) + rng.integers(-20, 20, shape))
    if name == "f16":
        x = x.astype(np.float16)
        return x, x.astype(np.float64)
    x = x.astype(np.float32)
    if name == "bf16":
        bits = (x.view(np.uint32) >> 16).astype(np.uint16)
        return bits, (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return x, x.astype(np.float64)


def draw_scaled(rng, shape, name, kind):
    """Codes, scales, the tensor scale and the values."""
    form = FORMATS[name]
    blocks = -(-shape[-1] // form.block[1])
    finite = np.flatnonzero(np.isfinite(form.element.values))
    codes = rng.choice(finite, shape).astype(np.uint8)
    codes[rng.random(shape) < 0.1] = 0
    arrays = {"codes": codes}
    if form.tensor_scale:
        arrays["tensor_scale"] = np.float32(0.37)
    if form.scale != "e8m0":
        scale = rng.integers(1, 0x7F, shape[:-1] + (blocks,))
        values = form.scale.values[scale]
    else:
        middle = rng.integers(67, 187, shape[:-1] + (1,)) if kind == "wild" else 127
        spread = 30 if kind == "wild" else 3
        scale = middle + rng.integers(-spread, spread + 1, shape[:-1] + (blocks,))
        if kind == "extreme":
            rows = rng.choice([[0, 1, 9, 100], [0, 110, 120, 127], [100, 127, 140, 154], [127, 240, 253, 254], [0, 0, 0, 1], [254, 254, 253, 0]], shape[:-1])
            scale = np.take_along_axis(rows, rng.integers(0, 4, shape[:-1] + (blocks,)), -1)
        values = np.ldexp(1.0, scale - 127)
    arrays["scale"] = scale.astype(np.uint8)
    wide = np.repeat(values, form.block[1], -1)[..., : shape[-1]]
    return arrays, form.element.values[codes] * wide


def draw(rng, shape, name, kind, stem):
    """Inputs by name, the values without the tensor scale, and the tensor scale."""
    if name in FLOATS:
        array, values = draw_float(rng, shape, name, kind)
        return {stem: array}, values, 1.0
    arrays, values = draw_scaled(rng, shape, name, kind)
    return {f"{stem}_{part}": array for part, array in arrays.items()}, values, float(arrays.get("tensor_scale", 1.0))


def tensor(shape, name):
    return f"tensor<{'x'.join(map(str, shape))}x{'!mx.' + name if name in NAMES else name}>"


def bound(a, b, exact, accumulate):
    """Of mx_matmul."""
    k = a.shape[-1]
    share = 1e-4 if accumulate == "fast" else (k + 32) * 2.0**-24
    largest = np.abs(a).max(-1)[..., :, None] * np.abs(b).max(-1)[..., None, :]
    return (2.0**-24 * np.abs(exact) + share * (np.abs(a) @ np.swapaxes(np.abs(b), -1, -2)) + k * 2.0**-100 * largest + 2.0**-149)


def check(counter, folder, rng, pair, shapes, kind, result="f32", alpha=1.0, acc=None, accumulate="default", options=(), keeps_range=KEEPS_RANGE, dynamic_rows=False):
    (shape_a, shape_b), (name_a, name_b) = shapes, pair
    spell = lambda shape: ("?", *shape[1:]) if dynamic_rows else shape
    arrays_a, a, scale_a = draw(rng, shape_a, name_a, kind, "arg0")
    arrays_b, b, scale_b = draw(rng, shape_b, name_b, kind, "arg1")
    exact = a @ np.swapaxes(b, -1, -2)
    limit = bound(a, b, exact, accumulate) + a.shape[-1] * 2.0**-149
    types = [tensor(spell(shape_a), name_a), tensor(shape_b, name_b)]
    arguments, operands, arrays = "%a: {}, %b: {}".format(*types), "%a, %b", {**arrays_a, **arrays_b}
    if acc:
        arrays["arg2"] = rng.standard_normal(acc).astype(np.float32)
        exact = exact + arrays["arg2"]
        types.append(tensor(spell(acc), "f32"))
        arguments, operands = f"{arguments}, %acc: {types[2]}", "%a, %b acc %acc"
    out = tensor(spell(exact.shape), result)
    ir = folder.text("m.mlir", f"func.func @main({arguments}) -> {out} {{\n"
                     f"  %0 = mx.matmul {operands} accumulate {accumulate} {{alpha = {alpha} : f32}} : {', '.join(types)} -> {out}\n"
                     f"  return %0 : {out}\n}}\n")
    found = mxc_run(folder, ir, arrays, "nvvm", *options)["out0"]
    if result == "bf16":
        found = (found.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    with np.errstate(all="ignore"):
        want, factor = exact * scale_a * scale_b * alpha, abs(scale_a * scale_b * alpha)
        step = {"f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}[result]
        limit = limit * factor + 4 * 2.0**-24 * np.abs(want) + step * np.abs(want) + 2.0**-149 + (2.0**-25 if result == "f16" else 0)
        error = np.abs(found.astype(np.float64) - want)
    inside = np.abs(want) < (3e38 if result != "f16" else 6.5e4)
    is_made_bf16 = name_a in FORMATS and name_b in FORMATS and FORMATS[name_b].element in (model.E2M1, model.E4M3, model.E5M2)
    if "bf16" in pair or is_made_bf16 or not keeps_range:  # sums on the way may leave f32's range
        inside &= np.abs(a) @ np.swapaxes(np.abs(b), -1, -2) < 2.0**127
    worst = float((error / limit)[inside].max(initial=0.0)) if np.isfinite(found[inside].astype(np.float64)).all() else float("nan")
    counter.check(worst <= 1, f"{name_a} x {name_b} {shapes} {kind} {result} {accumulate} alpha {alpha} acc {acc}{' dynamic rows' * dynamic_rows}: {worst:.3g} of the bound")
    return worst


def check_nan(counter, folder, rng, options=()):
    """A NaN element, a NaN scale and an infinity spoil their row and nothing else."""
    shape_a, shape_b = (70, 96), (40, 96)
    arrays, a, _ = draw(rng, shape_a, "mxfp8_e5m2", "ordinary", "arg0")
    arrays_b, b, _ = draw(rng, shape_b, "mxfp4", "ordinary", "arg1")
    arrays["arg0_codes"][3, 5] = 0x7F
    arrays["arg0_scale"][7, 2] = 0xFF
    arrays_b["arg1_scale"][11, 0] = 0xFF
    types = [tensor(shape_a, "mxfp8_e5m2"), tensor(shape_b, "mxfp4")]
    want = np.zeros((70, 40), bool)
    want[[3, 7]], want[:, 11] = True, True
    for kind, word, infinity, canonical in (("f32", np.uint32, 0x7F800000, 0x7FC00000), ("bf16", np.uint16, 0x7F80, 0x7FC0), ("f16", np.uint16, 0x7C00, 0x7E00)):
        ir = folder.text("n.mlir", "func.func @main(%a: {0}, %b: {1}) -> tensor<70x40x{2}> {{\n"
                         "  %0 = mx.matmul %a, %b : {0}, {1} -> tensor<70x40x{2}>\n  return %0 : tensor<70x40x{2}>\n}}\n".format(*types, kind))
        found = mxc_run(folder, ir, {**arrays, **arrays_b}, "nvvm", *options)["out0"].view(word)
        is_nan = (found & word(np.iinfo(word).max >> 1)) > infinity
        counter.check((is_nan == want).all(), f"NaN rows, {kind}")
        counter.check((found[want] == canonical).all(), f"NaN is canonical, {kind}")
