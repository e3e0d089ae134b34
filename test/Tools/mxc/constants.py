"""What the compiler makes of a constant is what the runtime makes of the same array, bit for bit."""
# RUN: %python %s %t

import os
import subprocess
import sys

import ml_dtypes
import numpy as np

E8M0 = ("floor", "ceil", "rceil", "even")
# Format, scale rule, then what else mx.quantize says.
CASES = [(f"!mx.{name}", rule, "") for name in ("mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2") for rule in E8M0]
CASES += [("!mx.mxint8", rule, "") for rule in E8M0[:3]]
CASES += [
    ("!mx.nvfp4", "amax", ""),
    ("!mx.nvfp4", "amax", "{scale_min_normal}"),
    ("!mx.mxfp4", "floor", "{prescale = 0.75 : f32}"),
    ("!mx.mxfp4", "even", "rounding nearest_away"),
    ("!mx.mxfp4", "floor", "rounding toward_zero"),
    ("!mx.mxfp4", "floor", "seed rounding stochastic {stream = 3 : i64, random_bits = 24 : i64}"),
    ("!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>", "floor", ""),
    ("!mx.scaled<f8E4M3FN, f8E8M0FNU, [32, 1]>", "rceil", ""),
    ("!mx.scaled<f4E2M1FN, f32, [full]>", "amax", ""),
    ("!mx.scaled<i8, f32, [full, full]>", "amax", ""),
    ("!mx.scaled<!mx.float<5, 6>, f8E8M0FNU, [32]>", "floor", ""),
    ("!mx.scaled<!mx.float<3, 1>, f8E8M0FNU, [7]>", "floor", ""),
]


def quantize(number, value, shape, element, transform):
    """The ops of one case on a value, their result and its type."""
    form, rule, rest = CASES[number]
    lines, seed = [], ""
    if rest.startswith("seed"):
        rest, seed = rest[4:], " seed %seed"
    if transform == "hadamard":
        # 64 divides the last extent.
        size = "x".join(map(str, shape))
        lines += [f"%h{number} = tensor.empty() : tensor<{size}xf32>",
                  f"%t{number} = mx.hadamard ins({value} : tensor<{size}x{element}>) outs(%h{number} : tensor<{size}xf32>) "
                  f"seed %seed transform <size = 64, signs = seed> {{sign_stream = {number} : i64}} -> tensor<{size}xf32>"]
        value, element = f"%t{number}", "f32"
    if transform == "transpose":
        rank = len(shape)
        order = [*range(rank - 2), rank - 1, rank - 2]
        swapped = "x".join(str(shape[axis]) for axis in order)
        lines += [f"%h{number} = tensor.empty() : tensor<{swapped}x{element}>",
                  f"%t{number} = linalg.transpose ins({value} : tensor<{'x'.join(map(str, shape))}x{element}>) "
                  f"outs(%h{number} : tensor<{swapped}x{element}>) permutation = {order}"]
        value, shape = f"%t{number}", [shape[axis] for axis in order]
    size = "x".join(map(str, shape))
    words, _, attributes = rest.partition("{")
    attributes = "{" + attributes if attributes else ""
    lines.append(f"%q{number} = mx.quantize {value}{seed}{' ' if words else ''}{words.strip()} scale_rule {rule} {attributes} : "
                 f"tensor<{size}x{element}> -> tensor<{size}x{form}>")
    return lines, f"tensor<{size}x{form}>"


def module(array, element, transform, constant):
    kind = f"tensor<{'x'.join(map(str, array.shape))}x{element}>"
    lines = ["%seed = arith.constant 81985529216486895 : i64"]
    if constant:
        lines.append(f'%x = arith.constant dense<"0x{array.tobytes().hex()}"> : {kind}')
    types = []
    for number in range(len(CASES)):
        more, of = quantize(number, "%x", list(array.shape), element, transform)
        lines += more
        types.append(of)
    values = ", ".join(f"%q{number}" for number in range(len(CASES)))
    argument = "" if constant else f"%x: {kind}"
    body = "\n  ".join(lines)
    return f"func.func @main({argument}) -> ({', '.join(types)}) {{\n  {body}\n  return {values} : {', '.join(types)}\n}}\n"


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[:2000]
    return result.stdout


def results(folder, text, name, array=None):
    source, inputs, outputs = (os.path.join(folder, name + suffix) for suffix in (".mlir", "-in.npz", "-out.npz"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    np.savez(inputs, **({} if array is None else {"arg0": array}))
    run("mxc", "run", source, "--target=cpu", f"--inputs={inputs}", f"--outputs={outputs}")
    packed = run("mxc", "compile", source, "--target=cpu", "--stop-after=packed", "-o", "-")
    return dict(np.load(outputs)), packed.count("mx.packed.quantize")


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(11)
    special = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, 6e4], np.float32)
    failed = 0
    for transform, shape, element in (("", (5, 70), "f32"), ("", (2, 3, 33, 17), "bf16"), ("transpose", (66, 40), "f16"),
                                      ("hadamard", (3, 128), "f32"), ("", (2, 64), "splat")):
        array = (random.standard_normal(shape) * np.exp2(random.integers(-20, 10, shape))).astype(np.float32)
        array.flat[random.integers(0, array.size, 6)] = special
        if element == "splat":
            array, element = np.full(shape, 0.7, np.float32), "f32"
        array = array.astype({"f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16}[element])
        given, of_runtime = results(folder, module(array, element, transform, False), "argument",
                                    array.view(np.uint16) if element == "bf16" else array)
        made, left = results(folder, module(array, element, transform, True), "constant")
        what = f"{transform} {shape} {element}"
        # A Hadamard transform across the blocks of [32, 1] is no part of the quantisation.
        if left != (transform == "hadamard") or not of_runtime:
            failed += 1
            print(f"{what}: {left} quantisations left of {of_runtime}")
        for name, expected in given.items():
            if made[name].tobytes() != expected.tobytes() or made[name].shape != expected.shape:
                failed += 1
                print(f"{what}: {name}, case {CASES[int(name.split('_')[0][3:])]}: differs")
    sys.exit(1 if failed else 0)


main()
