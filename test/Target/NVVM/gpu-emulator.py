"""A GPU and its emulator give the same: the bits of quantised tensors and of exact products, and floats to the last bits
of the largest value, for each kernel family over shapes with tails. Prints how far apart floats are."""
# REQUIRES: gpu
# RUN: %python %s

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from tools import Counter, Folder, mxc_run, same_bits

import model

FLOATS = {"f32": np.float32, "f16": np.float16, "bf16": np.uint16}
STOCHASTIC = "rounding = stochastic, stream = 3, prescale = 0.75"
HADAMARD = "hadamard = {{size = {}, signs = seed}}, sign_stream = 9, pad_to_group"


def tensor(shape, kind):
    return f"tensor<{'x'.join(map(str, shape))}x{kind if kind in FLOATS else '!mx.' + kind}>"


def draw(rng, shape, kind, stem, spread):
    if kind in FLOATS:
        x = (rng.standard_normal(shape) * np.exp2(rng.integers(-4, 5, (shape[0], 1)))).astype(np.float32)
        return {stem: (x.view(np.uint32) >> 16).astype(np.uint16) if kind == "bf16" else x.astype(FLOATS[kind])}
    form = model.NAMED[kind]
    blocks = -(-shape[1] // form.block[1])
    arrays = {f"{stem}_codes": rng.choice(np.flatnonzero(np.isfinite(form.element.values)), shape).astype(np.uint8)}
    if form.tensor_scale:
        arrays[f"{stem}_tensor_scale"] = np.float32(0.37)
        arrays[f"{stem}_scale"] = rng.integers(1, 0x7F, (shape[0], blocks)).astype(np.uint8)
    else:
        middle = rng.integers(110, 130, (shape[0], 1))
        arrays[f"{stem}_scale"] = (middle + rng.integers(0, spread, (shape[0], blocks))).astype(np.uint8)
    return arrays


def quantizers():
    """Shape, type, format, options."""
    for i, form in enumerate(("mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2", "mxint8")):
        shape, kinds = ((64, 256), (33, 200), (128, 1024))[i % 3], ("f32", "bf16", "f16")
        yield shape, kinds[i % 3], form, "scale_rule floor"
        yield shape, kinds[(i + 1) % 3], form, f"scale_rule rceil {STOCHASTIC}"
    for size in (16, 32, 64):
        yield (96, 500), "bf16", "mxfp4", f"{STOCHASTIC}, {HADAMARD.format(size)}"


def products():
    """m, n, k, formats, how far scales spread, accumulate, result, whether bits are equal."""
    for m, n, k in ((1, 1, 32), (128, 256, 128), (129, 257, 100), (300, 77, 1056), (256, 512, 512), (64, 300, 4096)):
        yield m, n, k, "mxfp4", "mxfp4", 4, "exact", "f32", True
        yield m, n, k, "mxfp4", "mxfp4", 24, "default", "bf16", True
    pairs = (("mxfp8_e4m3", "mxfp8_e5m2"), ("bf16", "mxfp4"), ("nvfp4", "nvfp4"), ("f32", "mxfp6_e2m3"), ("mxint8", "bf16"), ("f16", "mxfp8_e4m3"))
    for a, b in pairs:
        for m, n, k in ((130, 70, 96), (257, 300, 1111)):
            yield m, n, k, a, b, 4, "default", "f32", False
    for m, n, k in ((1, 70, 256), (4, 261, 512), (8, 16, 32), (16, 1000, 1088), (64, 300, 256)):
        for b in ("mxfp4", "nvfp4"):
            yield m, n, k, "bf16", b, 4, "default", "f32", False


def run_both(folder, text, arrays):
    ir = folder.text("c.mlir", text)
    return [mxc_run(folder, ir, arrays, "nvvm", "--seed=77", *options) for options in ((), ("--emulate",))]


def quantize_text(shape, kind, form, options):
    if "hadamard" in options:
        size = int(options.split("size = ")[1].split(",")[0])
        options, shape_of_result = "scale_rule = floor, " + options, (shape[0], -(-shape[1] // size) * size)
    else:
        options, shape_of_result = options.replace("scale_rule ", "scale_rule = ").replace(" rounding", ", rounding"), shape
    block, bits = model.NAMED[form].block[1], {"mxfp4": 4, "mxfp6_e2m3": 6, "mxfp6_e3m2": 6}.get(form, 8)
    blocks = -(-shape_of_result[1] // block)
    types = [f"tensor<{shape[0]}x{blocks}x{block * bits // 8}xi8>", f"tensor<{shape[0]}x{blocks}xi8>"]
    seed = "seed %s " if "stochastic" in options else ""
    return (f"func.func @main(%x: {tensor(shape, kind)}, %s: i64 {{mx.seed}}) -> ({', '.join(types)}) {{\n"
            f"  %e0 = tensor.empty() : {types[0]}\n  %e1 = tensor.empty() : {types[1]}\n"
            f"  %r:2 = mx.packed.quantize ins(%x : {tensor(shape, kind)}) outs(%e0, %e1 : {', '.join(types)}) {seed}"
            f"{{quantizers = [#mx.quantizer<format = !mx.{form}, {options}>]}} -> {', '.join(types)}\n"
            f"  return %r#0, %r#1 : {', '.join(types)}\n}}\n")


def product_text(m, n, k, a, b, accumulate, result):
    types = tensor((m, k), a), tensor((n, k), b), tensor((m, n), result)
    return (f"func.func @main(%a: {types[0]}, %b: {types[1]}) -> {types[2]} {{\n"
            f"  %0 = mx.matmul %a, %b accumulate {accumulate} : {', '.join(types[:2])} -> {types[2]}\n  return %0 : {types[2]}\n}}\n")


def main():
    counter, folder, rng, farthest = Counter(), Folder(), np.random.default_rng(9), 0.0
    for shape, kind, form, options in quantizers():
        gpu, emulated = run_both(folder, quantize_text(shape, kind, form, options), draw(rng, shape, kind, "arg0", 1))
        good = all(same_bits(gpu[name], emulated[name]) for name in gpu)
        counter.check(good, f"quantize {shape} {kind} {form} {options}")
    for m, n, k, a, b, spread, accumulate, result, is_exact in products():
        arrays = {**draw(rng, (m, k), a, "arg0", spread), **draw(rng, (n, k), b, "arg1", spread)}
        gpu, emulated = (x["out0"] for x in run_both(folder, product_text(m, n, k, a, b, accumulate, result), arrays))
        what = f"{m}x{n}x{k} {a} x {b}"
        if is_exact:
            counter.check(same_bits(gpu, emulated), f"product {what}")
            continue
        apart = float(np.abs(gpu.astype(np.float64) - emulated).max() / np.abs(emulated).max())
        farthest = max(farthest, apart)
        print(f"{what}: {100 * np.mean(gpu != emulated):.1f} % of bits differ, by at most {apart:.1e} of the largest")
        counter.check(apart <= 1e-4, f"product {what}: {apart:.1e}")
    print(f"floats are at most {farthest:.1e} of the largest value apart")
    counter.finish("GPU and emulator")


main()
