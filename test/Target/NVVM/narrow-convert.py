"""Quantisation by cvt.rn.satfinite on the emulator in the bits of target cpu: in blocks whose scale one element fixes, all
bf16 and f16 that leave it so; in blocks with every scale that floor gives, the f32 at and beside all boundaries between codes, both
signs, and above the largest code. The chips that have the instructions, and no others, have kernels with them."""
# RUN: env MX_TEST_EMULATE=1 %python %s

import os
import sys

import ml_dtypes
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
import tools
from tools import Counter, Folder, mxc_run, run, same_bits

NARROW = {"f4E2M1FN": ("e2m1", ml_dtypes.float4_e2m1fn), "f6E2M3FN": ("e2m3", ml_dtypes.float6_e2m3fn), "f6E3M2FN": ("e3m2", ml_dtypes.float6_e3m2fn)}
FORMATS = {**NARROW, "f8E4M3FN": ("e4m3", ml_dtypes.float8_e4m3fn), "f8E5M2": ("e5m2", ml_dtypes.float8_e5m2)}
CHIPS = {"sm_90a": False, "sm_100a": True, "sm_103a": True, "sm_110a": True, "sm_120": False, "sm_120a": True, "sm_121a": True}
HALVES = {"bf16": ml_dtypes.bfloat16, "f16": np.float16}
BLOCK = 32


def make_blocks(values, anchor):
    """[blocks, BLOCK]: the values with an anchor before each BLOCK - 1 of them."""
    padded = np.resize(values, -(-len(values) // (BLOCK - 1)) * (BLOCK - 1)).reshape(-1, BLOCK - 1)
    return np.concatenate([np.full((len(padded), 1), anchor, values.dtype), padded], axis=1)


def all_halves(kind):
    """All in the order of their bits, so NaN and Inf too; then those up to each of some magnitudes."""
    every = np.arange(1 << 16, dtype=np.uint16).view(HALVES[kind])
    magnitudes = np.abs(every.astype(np.float32))
    parts = [every.reshape(-1, BLOCK)]
    largest = ml_dtypes.finfo(every.dtype).max
    for anchor in (np.float32(largest), np.float32(1.75), np.float32(6), np.float32(2**-13)):
        parts.append(make_blocks(every[magnitudes <= anchor], every.dtype.type(anchor)))
    return np.concatenate(parts)


def get_codes(dtype):
    """The magnitudes of a format, ascending."""
    codes = np.arange(1 << (ml_dtypes.finfo(dtype).bits - 1), dtype=np.uint8).view(dtype).astype(np.float64)
    return codes[np.isfinite(codes)]


def boundaries(dtype):
    """For each scale, under a largest element just below the next, f32 at and beside codes and what is half-way between."""
    codes = get_codes(dtype)
    top = 2.0 ** (np.floor(np.log2(codes[-1])) + 1)
    places = np.concatenate([codes[1:], (codes[1:] + codes[:-1]) / 2, [(codes[-1] + top) / 2]])
    blocks = []
    for exponent in range(-127, 128 - int(np.log2(top)) + 1):
        with np.errstate(over="ignore"):
            at, anchor = (np.asarray(x * 2.0**exponent).astype(np.float32) for x in (places, top))
        anchor = np.nextafter(anchor, np.float32(0))
        beside = np.concatenate([at, np.nextafter(at, np.float32(0)), np.nextafter(at, np.float32(np.inf))])
        beside = beside[np.isfinite(beside) & (beside <= anchor)]
        blocks.append(make_blocks(np.concatenate([beside, -beside]), anchor))
    return np.concatenate(blocks)


def write(sources):
    """A function that quantises each source, (elements, their type, the codes' type)."""
    body, types, results, arguments = [], [], [], []
    for i, (x, kind, element) in enumerate(sources):
        width = ml_dtypes.finfo(FORMATS[element][1]).bits * BLOCK // 8
        source = f"tensor<{x.shape[0]}x{BLOCK}x{kind}>"
        outs = f"tensor<{x.shape[0]}x1x{width}xi8>", f"tensor<{x.shape[0]}x1xi8>"
        form = f"#mx.quantizer<format = !mx.scaled<{element}, f8E8M0FNU, [{BLOCK}]>, scale_rule = floor>"
        arguments.append(f"%x{i}: {source}")
        body += [f"  %c{i} = tensor.empty() : {outs[0]}", f"  %s{i} = tensor.empty() : {outs[1]}",
                 f"  %r{i}:2 = mx.packed.quantize ins(%x{i} : {source}) outs(%c{i}, %s{i} : {', '.join(outs)}) {{quantizers = [{form}]}} -> {', '.join(outs)}"]  # fmt: skip
        results += [f"%r{i}#0", f"%r{i}#1"]
        types += outs
    return f"func.func @main({', '.join(arguments)}) -> ({', '.join(types)}) {{\n" + "\n".join(body) + f"\n  return {', '.join(results)} : {', '.join(types)}\n}}\n"


def check_chips(counter, folder):
    for element, (name, dtype) in FORMATS.items():
        ir = folder.text("chip.mlir", write([(np.zeros((64, BLOCK)), "bf16", element)]))
        for chip, has_narrow in CHIPS.items():
            ptx = run("mxc", "compile", ir, "--target=nvvm", f"--chip={chip}", "--emit=ptx", "-o", "-").stdout
            expected = has_narrow or element not in NARROW
            counter.check((f"cvt.rn.satfinite.{name}x2.f32" in ptx) == expected, f"{chip} {'has' if expected else 'lacks'} cvt to {name}")


def check_bits(counter, folder):
    halves = {kind: all_halves(kind) for kind in HALVES}
    sources = [(x, kind, element) for element in FORMATS for kind, x in halves.items()]
    sources += [(boundaries(dtype), "f32", element) for element, (_, dtype) in FORMATS.items()]
    ir = folder.text("q.mlir", write(sources))
    arrays = {f"arg{i}": x for i, (x, _, _) in enumerate(sources)}
    expected = mxc_run(folder, ir, arrays, "cpu")
    for chip in ("sm_100a", "sm_120a"):
        tools.CHIP = f"--chip={chip}"
        found = mxc_run(folder, ir, arrays, "nvvm")
        for i, (x, kind, element) in enumerate(sources):
            for j, what in enumerate(("codes", "scales")):
                name = f"out{2 * i + j}"
                counter.check(same_bits(expected[name], found[name]), f"{chip}: {what} of {len(x)} blocks of {kind} to {element}")


def main():
    counter, folder = Counter(), Folder()
    check_chips(counter, folder)
    check_bits(counter, folder)
    counter.finish("quantisation by cvt")


main()
