"""Target nvvm on a GPU, or with MX_TEST_EMULATE=1 on the emulator, gives the bits of target cpu: quantize over formats, rules, roundings, transforms, types and
shapes with tails; exact products of well-behaved and hostile operands; train steps under every recipe."""
# REQUIRES: gpu
# RUN: %python %s

import itertools
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from hostile import source
from tools import EXAMPLES, QUICK, Counter, Folder, mxc_run, run, same_bits

FORMATS = {"mxfp4": (32, 4), "mxfp6_e2m3": (32, 6), "mxfp6_e3m2": (32, 6), "mxfp8_e4m3": (32, 8), "mxfp8_e5m2": (32, 8),
           "mxint8": (32, 8), "nvfp4": (16, 4)}
SHAPES = [(1, 32), (3, 37), (64, 128), (33, 200), (2, 5, 96), (7, 1030)]


def quantizers():
    return list(all_quantizers())[3 * QUICK :: 7 if QUICK else 1]


def all_quantizers():
    for form in FORMATS:
        rules = ["floor", "ceil", "rceil"] + ["even"] * (form != "mxint8") if form != "nvfp4" else ["amax"]
        for rule, rounding in itertools.product(rules, ("nearest_even", "nearest_away", "toward_zero")):
            yield form, f"scale_rule = {rule}, rounding = {rounding}"
        for bits in (8, 16, 24):
            prescale = ", prescale = 0.75" if form != "nvfp4" else ""
            yield form, f"scale_rule = {rules[0]}, rounding = stochastic, random_bits = {bits}, stream = {bits}{prescale}"
    for size in (16, 32, 64, 128):
        for form, signs in (("mxfp4", "seed"), ("mxfp8_e4m3", "none"), ("mxfp4", "seed")):
            rounding = "rounding = stochastic, prescale = 0.75" if form == "mxfp4" else "scale_rule = rceil"
            yield form, (f"{rounding}, stream = 3, pad_to_group, hadamard = {{size = {size}, signs = {signs}}}, "
                         "sign_stream = 9")


def quantize_module(shape, dtype, transpose):
    """One function that quantises its argument in every way."""
    operand = shape[:-2] + (shape[-1], shape[-2]) if transpose else shape
    body, results, types = [], [], []
    for i, (form, text) in enumerate(quantizers()):
        block, bits = FORMATS[form]
        cols = operand[-1]
        if "hadamard" in text:
            group = int(text.split("size = ")[1].split(",")[0])
            cols = -(-cols // group) * group
        blocks = -(-cols // block)
        kinds = [operand[:-1] + (blocks, block * bits // 8), operand[:-1] + (blocks,)]
        kinds = ["tensor<" + "x".join(map(str, kind)) + "xi8>" for kind in kinds]
        if form == "nvfp4":
            kinds.append("tensor<f32>")
        for j, kind in enumerate(kinds):
            body.append(f"%o{i}_{j} = tensor.empty() : {kind}")
        outs = ", ".join(f"%o{i}_{j}" for j in range(len(kinds)))
        seed = "seed %s" if "stochastic" in text or "signs = seed" in text else ""
        flag = ", transpose" if transpose else ""
        body.append(f"%r{i}:{len(kinds)} = mx.packed.quantize ins(%x : tensor<{'x'.join(map(str, shape))}x{dtype}>) "
                    f"outs({outs} : {', '.join(kinds)}) {seed} "
                    f"{{quantizers = [#mx.quantizer<format = !mx.{form}, {text}{flag}>]}} -> {', '.join(kinds)}")
        results += [f"%r{i}#{j}" for j in range(len(kinds))]
        types += kinds
    lines = "\n  ".join(body)
    return (f"func.func @main(%x: tensor<{'x'.join(map(str, shape))}x{dtype}>, %s: i64 {{mx.seed}}) -> ({', '.join(types)}) {{\n"
            f"  {lines}\n  return {', '.join(results)} : {', '.join(types)}\n}}\n")


def check_quantize(counter, folder, rng):
    ways = quantizers()
    # A module has over a hundred kernels: every fifth combination meets each value of each axis.
    for shape, dtype, transpose in list(itertools.product(SHAPES, ("f32", "bf16", "f16"), (False, True)))[4 * QUICK :: 29 if QUICK else 5]:
        ir = folder.text("q.mlir", quantize_module(shape, dtype, transpose))
        arrays = {"arg0": source(rng, shape, dtype)}
        cpu, gpu = (mxc_run(folder, ir, arrays, target, "--seed=77") for target in ("cpu", "nvvm"))
        number = 0
        for form, text in ways:
            for _ in range(3 if form == "nvfp4" else 2):
                name = f"out{number}"
                number += 1
                counter.check(same_bits(cpu[name], gpu[name]), f"quantize {shape} {dtype} transpose={transpose} {form} {text} {name}")


def check_chips(counter, folder):
    """The kernels that the emulator runs are the same for chips with the same conversions, so that what one of them gives
    all give."""
    ir = folder.text("q.mlir", quantize_module((64, 128), "bf16", False))
    kernels = {run("mxc", "compile", ir, "--target=nvvm", f"--chip={chip}", "--stop-after=lowered", "-o", "-").stdout
               for chip in ("sm_100a", "sm_110a", "sm_120a")}
    counter.check(len(kernels) == 1, "quantisation differs between chips")


def operand(rng, rows, cols, kind):
    blocks = -(-cols // 32)
    codes = rng.integers(0, 16, (rows, cols), dtype=np.uint8)
    scale = rng.integers(100, 140, (rows, 1)) + rng.integers(0, 4, (rows, blocks))
    if kind == "banded":  # some rows of up to 8 bands of 4 steps, more of them than there is room for in short operands
        wide = rng.random(rows) < 0.3
        span = rng.integers(4, 32, (rows, 1))
        scale[wide] = (rng.integers(80, 130, (rows, 1)) + rng.integers(0, 1 << 30, (rows, blocks)) % span)[wide]
    if kind == "tokens":  # almost every row in bands, the others of which have numbers in a few places along K alone
        high = rng.integers(0, blocks, 2)
        scale[:, high] += 6
        codes[np.repeat(rng.random((rows, blocks)) < 0.1, 32, 1)[:, :cols]] = 0
    if kind == "mixed":  # a few rows of every scale, zero blocks with any scale
        wide = rng.random(rows) < 0.2
        scale[wide] = rng.integers(0, 256, (int(wide.sum()), blocks))
        zero = rng.random((rows, blocks)) < 0.2
        codes[np.repeat(zero, 32, 1)[:, :cols]] = 8
        scale[zero] = rng.integers(0, 255, int(zero.sum()))
    if kind == "extreme":
        scale = np.where(rng.random((rows, blocks)) < 0.5, rng.integers(0, 4, (rows, blocks)), rng.integers(250, 255, (rows, blocks)))
    return codes, scale.astype(np.uint8)


def check_products(counter, folder, rng):
    shapes = [(1, 1, 32), (1, 5, 64), (128, 256, 128), (129, 257, 100), (300, 77, 1056), (64, 512, 4096), (500, 300, 32), (700, 520, 160)]
    results = (("f32", "1.0"), ("bf16", "1.7777778"), ("f32", "-0.5"), ("f16", "0.0"))
    kinds = ("fitting", "banded", "mixed", "extreme")
    chosen = list(itertools.product(shapes, kinds, range(2)))[3 * QUICK :: 6 if QUICK else 1]
    chosen += [((300, 280, 1056), "tokens", 0), ((520, 77, 700), "tokens", 1)][QUICK:]
    for i, ((m, n, k), kind, j) in enumerate(chosen):
        result, alpha = results[(i + i // 8 + 2 * j) % len(results)]
        arrays = {}
        for i, rows in enumerate((m, n)):
            arrays[f"arg{i}_codes"], arrays[f"arg{i}_scale"] = operand(rng, rows, k, kind)
        a, b, out = (f"tensor<{s}>" for s in (f"{m}x{k}x!mx.mxfp4", f"{n}x{k}x!mx.mxfp4", f"{m}x{n}x{result}"))
        ir = folder.text("m.mlir", f"func.func @main(%a: {a}, %b: {b}) -> {out} {{\n"
                         f"  %0 = mx.matmul %a, %b accumulate exact {{alpha = {alpha} : f32}} : {a}, {b} -> {out}\n"
                         f"  return %0 : {out}\n}}\n")
        cpu, gpu = (mxc_run(folder, ir, arrays, target) for target in ("cpu", "nvvm"))
        counter.check(same_bits(cpu["out0"], gpu["out0"]), f"product {m}x{n}x{k} {kind} {result} alpha {alpha}")


def check_batches(counter, folder, rng):
    shape_a, shape_b = (3, 2, 70, 96), (3, 2, 40, 96)
    a, b, out = "tensor<3x2x70x96xf32>", "tensor<3x2x40x96xf32>", "tensor<3x2x70x40xf32>"
    qa, qb = a.replace("xf32", "x!mx.mxfp4"), b.replace("xf32", "x!mx.mxfp4")
    ir = folder.text("b.mlir", f"func.func @main(%a: {a}, %b: {b}) -> {out} {{\n"
                     f"  %0 = mx.quantize %a : {a} -> {qa}\n  %1 = mx.quantize %b : {b} -> {qb}\n"
                     f"  %2 = mx.matmul %0, %1 accumulate exact : {qa}, {qb} -> {out}\n  return %2 : {out}\n}}\n")
    arrays = {"arg0": rng.standard_normal(shape_a).astype(np.float32), "arg1": rng.standard_normal(shape_b).astype(np.float32)}
    cpu, gpu = (mxc_run(folder, ir, arrays, target) for target in ("cpu", "nvvm"))
    counter.check(same_bits(cpu["out0"], gpu["out0"]), "product of batches")


def check_train_steps(counter, folder):
    """Transcendental functions are not the CPU's libm bit for bit, and one quantised code can tip over."""
    for name, recipe in itertools.product(("jax_mlp_train", "torch_mlp_train.linalg"),
                                          ("none", "mxfp8", "nvfp4", "mxfp4_weights", "mxfp4_backward")):
        if QUICK and (name != "jax_mlp_train" or recipe not in ("none", "mxfp4_backward")):
            continue
        with np.load(os.path.join(EXAMPLES, name.split(".")[0] + ".npz")) as data:
            arrays = {key: data[key] for key in data.files if key.startswith("arg")}
        options = [f"--recipe={recipe}", "--seed=5"]
        cpu, gpu = (mxc_run(folder, os.path.join(EXAMPLES, name + ".mlir"), arrays, target, *options)
                    for target in ("cpu", "nvvm"))
        bound = 1e-5 if recipe == "none" else 2e-2
        for out in cpu:
            want, found = cpu[out].astype(np.float64), gpu[out].astype(np.float64)
            error = np.linalg.norm(found - want) / max(np.linalg.norm(want), 1e-30)
            counter.check(error <= bound, f"{name} {recipe} {out}: {error:.1e}")


def main():
    rng = np.random.default_rng(21)
    counter = Counter()
    folder = Folder()
    check_products(counter, folder, rng)
    check_batches(counter, folder, rng)
    check_quantize(counter, folder, rng)
    check_chips(counter, folder)
    check_train_steps(counter, folder)
    counter.finish("GPU bits")


main()
