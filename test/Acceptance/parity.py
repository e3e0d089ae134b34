"""mx.cast, mx.hadamard and mx.dequantize: reference against cpu bit for bit, over formats, roundings, shapes with
tails and hostile data; the transform against the model too."""
# RUN: %python %s

import model
import numpy as np
from tools import TARGETS, Counter, Folder, mxc_run, same_bits

F32 = np.float32
CASTS = ["f4E2M1FN", "f6E2M3FN", "f6E3M2FN", "f8E4M3FN", "f8E5M2", "f8E8M0FNU", "bf16", "f16", "!mx.float<3, 4, ieee>",
         "!mx.float<4, 5, fn>", "!mx.float<5, 3, fn, unsigned>", "!mx.float<2, 9>"]
SHAPES = [(1, 1), (3, 37), (2, 5, 16)]


def data(rng, shape):
    x = np.ldexp(rng.standard_normal(shape), rng.integers(-140, 127, shape)).astype(F32)
    special = np.array([0, -0.0, np.nan, np.inf, -np.inf, 448, 464, 57344, 61440, 1e-45, 6, 7, 0.25], F32)
    flat = x.reshape(-1)
    flat[: min(flat.size, special.size)] = special[: flat.size]
    return x


def both(counter, folder, what, ir, arrays, *options):
    found = [mxc_run(folder, folder.text("p.mlir", ir), arrays, target, *options) for target in TARGETS]
    counter.check(all(same_bits(found[0][name], found[1][name]) for name in found[0]), what)
    return found[0]


def casts(counter, folder, rng):
    for form in CASTS:
        # A generic float travels as its codes.
        generic = form.startswith("!")
        stored = form if not generic else "i8" if form in ("!mx.float<3, 4, ieee>", "!mx.float<5, 3, fn, unsigned>") else "i16"
        attributes = f" {{format = {form}}}" if generic else ""
        for shape in SHAPES:
            for rounding in ("nearest_even", "nearest_away", "toward_zero", "stochastic"):
                t = "x".join(map(str, shape))
                seed = " seed %s" if rounding == "stochastic" else ""
                ir = (f"func.func @main(%x: tensor<{t}xf32>, %s: i64 {{mx.seed}}) -> tensor<{t}x{stored}> {{\n"
                      f"  %o = tensor.empty() : tensor<{t}x{stored}>\n"
                      f"  %r = mx.cast ins(%x : tensor<{t}xf32>) outs(%o : tensor<{t}x{stored}>){seed} rounding {rounding}{attributes}"
                      f" -> tensor<{t}x{stored}>\n  return %r : tensor<{t}x{stored}>\n}}\n")
                both(counter, folder, f"cast to {form}, {rounding}, {t}", ir, {"arg0": data(rng, shape)}, "--seed=5")


def transforms(counter, folder, rng):
    for g in (2, 8, 64, 1024):
        for signs in ("none", "seed"):
            x = rng.standard_normal((3, 1024)).astype(F32)
            x[0, 5], x[1, 7] = np.nan, 3e38
            seed = " seed %s" if signs == "seed" else ""
            ir = ("func.func @main(%x: tensor<3x1024xf32>, %s: i64 {mx.seed}) -> tensor<3x1024xf32> {\n"
                  "  %o = tensor.empty() : tensor<3x1024xf32>\n"
                  f"  %r = mx.hadamard ins(%x : tensor<3x1024xf32>) outs(%o : tensor<3x1024xf32>){seed} transform <size = {g}, signs = {signs}>"
                  " {sign_stream = 4 : i64} -> tensor<3x1024xf32>\n  return %r : tensor<3x1024xf32>\n}\n")
            found = both(counter, folder, f"Hadamard {g}, signs {signs}", ir, {"arg0": x}, "--seed=5")["out0"]
            want = model.hadamard(x, g, model.sign_vector(g, 5, 4) if signs == "seed" else None)
            want[np.isnan(want)] = np.array(0x7FC00000, np.uint32).view(F32)
            counter.check(same_bits(found, want), f"Hadamard {g}, signs {signs}: the model")


def dequantise(counter, folder, rng):
    for form in model.NAMED:
        for result in ("f32", "bf16", "f16"):
            x = data(rng, (4, 70))
            ir = (f"func.func @main(%x: tensor<4x70xf32>) -> tensor<4x70x{result}> {{\n"
                  f"  %q = mx.quantize %x : tensor<4x70xf32> -> tensor<4x70x!mx.{form}>\n"
                  f"  %d = mx.dequantize %q : tensor<4x70x!mx.{form}> -> tensor<4x70x{result}>\n"
                  f"  return %d : tensor<4x70x{result}>\n}}\n")
            both(counter, folder, f"dequantize {form} to {result}", ir, {"arg0": x})


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(4)
    with folder:
        casts(counter, folder, rng)
        transforms(counter, folder, rng)
        dequantise(counter, folder, rng)
    counter.finish("reference equal to cpu")


main()
