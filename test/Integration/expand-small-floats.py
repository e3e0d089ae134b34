"""mx-expand-small-floats against MLIR's APFloat library (--convert-arith-to-apfloat), exhaustively: every code of each
format to f32, all 2^16 bf16 values and 2^17 other f32 to each format, every pair of scaling_extf; and what
--arith-expand of 22.1 makes of the cases that it gets wrong."""
# RUN: %python %s %mlir_apfloat %mlir_lib

import sys
import tempfile

import numpy as np
from compiled import Library

FORMATS = {"f4E2M1FN": 4, "f6E2M3FN": 6, "f6E3M2FN": 6, "f8E4M3FN": 8, "f8E5M2": 8, "f8E8M0FNU": 8}
LOOP = """func.func @{name}(%in: memref<?x{a}>, %scale: memref<?xi8>, %out: memref<?x{b}>) attributes {{llvm.emit_c_interface}} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %in, %c0 : memref<?x{a}>
  scf.for %i = %c0 to %n step %c1 {{
    %x = memref.load %in[%i] : memref<?x{a}>
    %s = memref.load %scale[%i] : memref<?xi8>
    %y = func.call @{name}_one(%x, %s) : ({a}, i8) -> {b}
    memref.store %y, %out[%i] : memref<?x{b}>
  }}
  return
}}
"""


def functions():
    text = ""
    for name, bits in FORMATS.items():
        narrow = lambda value: f"  %n = arith.bitcast {value} : i8 to {name}\n" if bits == 8 else (
            f"  %c = arith.trunci {value} : i8 to i{bits}\n  %n = arith.bitcast %c : i{bits} to {name}\n")
        widen = f"  %b = arith.bitcast %t : {name} to i{bits}\n" + (
            "  return %b : i8\n" if bits == 8 else f"  %r = arith.extui %b : i{bits} to i8\n  return %r : i8\n")
        text += LOOP.format(name=f"ext_{name}", a="i8", b="f32")
        text += (f"func.func @ext_{name}_one(%x: i8, %s: i8) -> f32 {{\n{narrow('%x')}"
                 f"  %r = arith.extf %n : {name} to f32\n  return %r : f32\n}}\n")
        text += LOOP.format(name=f"trunc_{name}", a="f32", b="i8")
        text += f"func.func @trunc_{name}_one(%x: f32, %s: i8) -> i8 {{\n  %t = arith.truncf %x : f32 to {name}\n{widen}}}\n"
        if name != "f8E8M0FNU":
            text += LOOP.format(name=f"scale_{name}", a="i8", b="f32")
            text += (f"func.func @scale_{name}_one(%x: i8, %s: i8) -> f32 {{\n{narrow('%x')}"
                     "  %e = arith.bitcast %s : i8 to f8E8M0FNU\n"
                     f"  %r = arith.scaling_extf %n, %e : {name}, f8E8M0FNU to f32\n  return %r : f32\n}}\n")
    return text


def floats():
    bf16 = (np.arange(2**16, dtype=np.uint32) << 16).view(np.float32)
    rng = np.random.default_rng(0)
    random = rng.integers(0, 2**32, 2**16, dtype=np.uint32).view(np.float32)
    near = np.ldexp(rng.standard_normal(2**16), rng.integers(-20, 20, 2**16)).astype(np.float32)
    return np.concatenate([bf16, random, near])


def expected_truncation(name, x, apfloat):
    """APFloat's codes with the documented differences."""
    bits = x.view(np.uint32)
    magnitude, negative = bits & 0x7FFFFFFF, bits >> 31
    want = apfloat.copy()
    if name in ("f4E2M1FN", "f6E2M3FN", "f6E3M2FN"):
        largest = (1 << (FORMATS[name] - 1)) - 1
        sign = (negative << (FORMATS[name] - 1)).astype(np.uint8)
        want = np.where(magnitude == 0x7F800000, largest | sign, want)
        want = np.where(magnitude > 0x7F800000, largest, want)
    if name == "f8E8M0FNU":
        want = np.where((magnitude == 0) | (negative == 1), 0xFF, want)
    return want.astype(np.uint8)


def main():
    apfloat_library, mlir_lib = sys.argv[1:]
    counts, failed = [0, 0], []

    def check(good, what):
        counts[0] += int(good.sum()) if isinstance(good, np.ndarray) else int(good)
        bad = good.size - int(good.sum()) if isinstance(good, np.ndarray) else int(not good)
        counts[1] += bad
        if bad:
            failed.append(f"{what}: {bad} differ")

    with tempfile.TemporaryDirectory() as folder:
        text = functions()
        ours = Library(folder, "ours", ["--mx-expand-small-floats", "--lower-affine"], text, "mx-opt")
        plain = "".join(part for part in split_functions(text) if "scaling_extf" not in part and "@scale_" not in part)
        oracle = Library(folder, "oracle", ["--convert-arith-to-apfloat"], plain, "/usr/lib/llvm-22/bin/mlir-opt",
                         [apfloat_library, f"-Wl,-rpath,{mlir_lib}"])
        x = floats()
        for name, bits in FORMATS.items():
            codes, none = np.arange(1 << bits, dtype=np.uint8), np.zeros(1 << bits, np.uint8)
            got = ours.run(f"ext_{name}", codes, none, np.zeros(codes.size, np.float32)).view(np.uint32)
            want = oracle.run(f"ext_{name}", codes, none, np.zeros(codes.size, np.float32)).view(np.uint32).copy()
            if name == "f8E8M0FNU":
                want[255] = 0x7FC00000  # APFloat loses the NaN
            check(got == want, f"{name} to f32")
            none = np.zeros(x.size, np.uint8)
            got = ours.run(f"trunc_{name}", x, none, np.zeros(x.size, np.uint8))
            want = oracle.run(f"trunc_{name}", x, none, np.zeros(x.size, np.uint8))
            check(got == expected_truncation(name, x, want), f"f32 to {name}")
            if name != "f8E8M0FNU":
                scaling(ours, oracle, name, codes, check)
        upstream_is_wrong(folder, check)
    print(f"{counts[0]} passed, {counts[1]} failed", *failed, sep="\n")
    sys.exit(1 if counts[1] or not counts[0] else 0)


def split_functions(text):
    return ["func.func" + part for part in text.split("func.func")[1:]]


def scaling(ours, oracle, name, codes, check):
    """code · 2^(e-127) in float64 is exact; one rounding to f32."""
    pairs = np.repeat(codes, 256), np.tile(np.arange(256, dtype=np.uint8), codes.size)
    got = ours.run(f"scale_{name}", *pairs, np.zeros(pairs[0].size, np.float32))
    values = oracle.run(f"ext_{name}", codes, np.zeros(codes.size, np.uint8), np.zeros(codes.size, np.float32))
    with np.errstate(all="ignore"):
        want = np.ldexp(np.repeat(values, 256).astype(np.float64), pairs[1].astype(int) - 127).astype(np.float32)
    want[pairs[1] == 255] = np.nan
    same = (got.view(np.uint32) == want.view(np.uint32)) | (np.isnan(got) & np.isnan(want))
    check(same, f"scaling_extf {name}")


def upstream_is_wrong(folder, check):
    """Each case of the table in the pass's description: 22.1's --arith-expand against ours."""
    text = "".join(part for part in split_functions(functions())
                   if any(f"@{kind}_{name}" in part for kind, name in (("trunc", "f4E2M1FN"), ("ext", "f8E8M0FNU"), ("trunc", "f8E8M0FNU"))))
    expand = ["--arith-expand=include-f8e8m0=true include-f4e2m1=true"]
    theirs = Library(folder, "theirs", expand, text, "/usr/lib/llvm-22/bin/mlir-opt")
    ours = Library(folder, "ours2", ["--mx-expand-small-floats", "--lower-affine"], text, "mx-opt")
    truncations = [("f4E2M1FN", -0.3, 0x1, 0x9), ("f4E2M1FN", 1.25, 0x3, 0x2), ("f4E2M1FN", 2.5, 0x5, 0x4),
                   ("f4E2M1FN", 5.0, 0x7, 0x6), ("f4E2M1FN", -0.0, 0x0, 0x8), ("f8E8M0FNU", 1.5, 127, 128)]
    for name, value, wrong, right in truncations:
        x, none = np.array([value], np.float32), np.zeros(1, np.uint8)
        found = [int(library.run(f"trunc_{name}", x, none, np.zeros(1, np.uint8))[0]) for library in (theirs, ours)]
        check(found == [wrong, right], f"{value} to {name}: upstream {found[0]:#x}, ours {found[1]:#x}")
    zero, none = np.zeros(1, np.uint8), np.zeros(1, np.uint8)
    found = [float(library.run("ext_f8E8M0FNU", zero, none, np.zeros(1, np.float32))[0]) for library in (theirs, ours)]
    check(found == [0.0, 2.0**-127], f"E8M0 byte 0: upstream {found[0]}, ours {found[1]}")


main()
