"""mx.matmul with accumulate = "exact" against Python's fractions, bit for bit, on both targets: all pairs of
standard formats and float operands; random and hostile data (the whole exponent range, cancellation to the last
bit), tails, batch broadcasting, alpha, acc, narrow results and NaN."""
# RUN: %python %s

import itertools

import ml_dtypes
import model
import numpy as np
from tools import TARGETS, Counter, Folder, mxc_run, same_bits

F32 = np.float32
NAMES = ["mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2", "mxint8", "nvfp4"]
M, N, K = 3, 4, 70


def hostile(rng, shape):
    """Rows that cancel: the second half of each row repeats the first with the other sign and tiny changes."""
    x = np.ldexp(rng.standard_normal(shape), rng.integers(-60, 60, shape))
    half = shape[-1] // 2
    x[..., half : 2 * half] = -x[..., :half]
    x[..., 0] = np.ldexp(1.0, rng.integers(-140, 120, shape[:-1]))
    return x.astype(F32)


def operand(name, x, stem):
    """The IR that makes an operand of an f32 argument, and its exact values with its tensor scale."""
    shape = "x".join(map(str, x.shape))
    if name in ("f32", "bf16", "f16"):
        return f"tensor<{shape}x{name}>", "", x.astype(np.float64), None
    q = model.quantize(x, model.NAMED[name])
    ir = f"  %q{stem} = mx.quantize %{stem} : tensor<{shape}xf32> -> tensor<{shape}x!mx.{name}>\n"
    return f"tensor<{shape}x!mx.{name}>", ir, q.values, q.tensor_scale


def expected(a, b, scales, alpha=1.0, acc=None):
    with np.errstate(all="ignore"):
        r = np.array([[model.exact_dot(x, y) if np.isfinite(x).all() and np.isfinite(y).all() else F32("nan") for y in b]
                      for x in a])
        if acc is not None:
            r = r + acc
        for s in scales:
            if s is not None:
                r = r * F32(s)
        if alpha != 1.0:
            r = r * F32(alpha)
    r[np.isnan(r)] = np.array(0x7FC00000, np.uint32).view(F32)
    return r


def module(a_type, b_type, a_arg, b_arg, body, a, b, result="f32", extra="", acc="", attributes=""):
    out = f"tensor<{M}x{N}x{result}>"
    acc_type = f", {out}" if acc else ""
    return (f"func.func @main(%a: {a_arg}, %b: {b_arg}{extra}) -> {out} {{\n{body}"
            f"  %r = mx.matmul {a}, {b} {acc} accumulate exact {attributes} : {a_type}, {b_type}{acc_type} -> {out}\n"
            f"  return %r : {out}\n}}\n")


def main():
    counter, rng, folder = Counter(), np.random.default_rng(3), Folder()
    pairs = list(itertools.product(NAMES, NAMES)) + [(n, "f32") for n in NAMES] + [("f32", n) for n in NAMES[:2]]
    with folder:
        for a_name, b_name in pairs:
            for kind in ("normal", "hostile"):
                make = hostile if kind == "hostile" else lambda r, s: r.standard_normal(s).astype(F32)
                a, b = make(rng, (M, K)), make(rng, (N, K))
                if kind == "normal" and a_name != "f32":
                    a[0, 3] = np.nan
                a_type, a_ir, a_values, a_scale = operand(a_name, a, "a")
                b_type, b_ir, b_values, b_scale = operand(b_name, b, "b")
                ir = module(a_type, b_type, f"tensor<{M}x{K}xf32>", f"tensor<{N}x{K}xf32>", a_ir + b_ir,
                            "%qa" if a_ir else "%a", "%qb" if b_ir else "%b")
                want = expected(a_values, b_values, (a_scale, b_scale))
                for target in TARGETS:
                    out = mxc_run(folder, folder.text("m.mlir", ir), {"arg0": a, "arg1": b}, target)["out0"]
                    counter.check(same_bits(out, want), f"{target}: {a_name} x {b_name} {kind}")
        extras(counter, rng, folder)
    counter.finish("exact products equal to fractions")


def extras(counter, rng, folder):
    """alpha, acc and results of bf16 and f16."""
    a, b = rng.standard_normal((M, K)).astype(F32), rng.standard_normal((N, K)).astype(F32)
    acc = rng.standard_normal((M, N)).astype(F32)
    a_type, a_ir, a_values, a_scale = operand("mxfp4", a, "a")
    b_type, b_ir, b_values, b_scale = operand("nvfp4", b, "b")
    args = (a_type, b_type, f"tensor<{M}x{K}xf32>", f"tensor<{N}x{K}xf32>", a_ir + b_ir, "%qa", "%qb")
    scales = (a_scale, b_scale)
    tests = [("alpha", module(*args, attributes="{alpha = 1.7777778 : f32}"), {}, expected(a_values, b_values, scales, F32(16 / 9))),
             ("acc", module(*args, extra=f", %c: tensor<{M}x{N}xf32>", acc="acc %c"), {"arg2": acc},
              expected(a_values, b_values, scales, acc=acc))]
    plain = expected(a_values, b_values, scales)
    tests += [("bf16", module(*args, result="bf16"), {}, plain.astype(ml_dtypes.bfloat16).view(np.uint16)),
              ("f16", module(*args, result="f16"), {}, plain.astype(np.float16))]
    for what, ir, more, want in tests:
        for target in TARGETS:
            out = mxc_run(folder, folder.text("m.mlir", ir), {"arg0": a, "arg1": b, **more}, target)["out0"]
            out = out if out.dtype == want.dtype else out.view(want.dtype)
            counter.check(same_bits(out, want), f"{target}: {what}")
    x = rng.standard_normal((5, M, K)).astype(F32)
    ir = (f"func.func @main(%a: tensor<5x{M}x{K}xf32>, %b: tensor<{N}x{K}xf32>) -> tensor<5x{M}x{N}xf32> {{\n"
          f"  %qa = mx.quantize %a : tensor<5x{M}x{K}xf32> -> tensor<5x{M}x{K}x!mx.mxfp4>\n"
          f"  %qb = mx.quantize %b : tensor<{N}x{K}xf32> -> tensor<{N}x{K}x!mx.mxfp4>\n"
          f"  %r = mx.matmul %qa, %qb accumulate exact : tensor<5x{M}x{K}x!mx.mxfp4>, tensor<{N}x{K}x!mx.mxfp4> -> "
          f"tensor<5x{M}x{N}xf32>\n  return %r : tensor<5x{M}x{N}xf32>\n}}\n")
    values = model.quantize(b, model.NAMED["mxfp4"]).values
    want = np.stack([expected(model.quantize(item, model.NAMED["mxfp4"]).values, values, ()) for item in x])
    for target in TARGETS:
        out = mxc_run(folder, folder.text("m.mlir", ir), {"arg0": x, "arg1": b}, target)["out0"]
        counter.check(same_bits(out, want), f"{target}: batch broadcast")


main()
