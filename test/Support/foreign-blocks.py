# RUN: %python %s %mx_runtime
#===- foreign-blocks.py - Blocks against other people's formulas ----------===#
#
# FLOOR against gfloat; the four E8M0 rules in pytorch/ao's bit arithmetic and
# NVFP4 in TransformerEngine's order of f32 operations, both written in numpy.
#
#===-----------------------------------------------------------------------===#

import sys

import ml_dtypes
import numpy as np
from gfloat import BlockFormatInfo, compute_scale_amax, encode_block
from gfloat import formats as gf
from Inputs.bindings import FORMATS, Counter, Runtime, word


def check_floor(runtime, counter):
    rng = np.random.default_rng(2)
    for name, (element, bits, _, info, _, emax) in FORMATS.items():
        block = BlockFormatInfo("mx", info, 32, gf.format_info_ocp_e8m0)
        x = (rng.standard_normal((60, 96)) *
             2.0 ** rng.integers(-60, 60, (60, 1))).astype(np.float32)
        codes, scale = runtime.quantize(element, bits, x)
        same = []
        for row in range(60):
            for j in range(3):
                values = x[row, 32 * j:32 * j + 32].astype(np.float64)
                power = compute_scale_amax(emax, values)
                theirs = list(encode_block(block, power, values / power))
                same.append(theirs[0] == scale[row, j] and
                            theirs[1:] == list(codes[row, j]))
        counter.check(f"{name} FLOOR blocks, gfloat", same)


def scale_exponent(rule, amax, top, emax, mantissa_bits):
    """Exponents of a row of f32 amax by the bits of the floats."""
    def field(x):
        return (x.view(np.uint32) >> 23).astype(np.int64)

    def bump(x):
        mantissa = x.view(np.uint32) & 0x7FFFFF
        return mantissa > np.where(field(x) == 0, 0x400000, 0)

    if rule == 0:
        e = field(amax) - 127 - emax
    elif rule == 1:
        e = field(amax) + bump(amax) - 127 - emax
    elif rule == 2:
        d = amax / np.float32(top)
        e = field(d) + bump(d) - 127
    else:
        half = np.uint32(1 << (22 - mantissa_bits))
        e = ((amax.view(np.uint32) + half) >> 23).astype(np.int64) - 127 - emax
    return np.clip(e, -127, 127)


def check_rules(runtime, counter):
    rng = np.random.default_rng(6)
    for name, (element, bits, dtype, _, top, emax) in FORMATS.items():
        mantissa = element >> 8 & 0xFF
        x = (rng.standard_normal((3000, 96)) * 2.0 **
             rng.integers(-149, 127, (3000, 1))).astype(np.float32)
        blocks = x.reshape(3000, 3, 32)
        amax = np.abs(blocks).max(-1)
        for rule in range(4):
            codes, scale = runtime.quantize(element, bits, x, rule=rule)
            e = scale_exponent(rule, amax, top, emax, mantissa)
            counter.check(f"{name} rule {rule} scales", scale == e + 127)
            t = blocks * 2.0 ** -e.astype(np.float64)[..., None]  # exact in f64
            # ml_dtypes rounds f64 to the element once
            theirs = np.clip(t, -top, top).astype(dtype).view(np.uint8)
            counter.check(f"{name} rule {rule} codes", codes == theirs)


def check_nvfp4(runtime, counter):
    """reference_nvfp4's order of operations, in f32 one at a time."""
    rng = np.random.default_rng(7)
    f32 = np.float32
    largest = np.finfo(f32).max
    for power in (-40, -3, 0, 4, 30):
        x = (rng.standard_normal((512, 128)) *
             2.0 ** (power + rng.integers(-12, 1, (512, 1)))).astype(f32)
        codes, scale, tensor = runtime.quantize_nvfp4(x)
        blocks = x.reshape(512, 8, 16)
        with np.errstate(over="ignore", divide="ignore"):
            encode = min(f32(2688) / np.abs(x).max(), largest)
            decode = f32(1) / encode
            wanted = np.abs(blocks).max(-1) * (encode * (f32(1) / f32(6)))
            s = np.minimum(wanted, f32(448)).astype(ml_dtypes.float8_e4m3fn)
            inverse = np.minimum(f32(1) / (s.astype(f32) * decode), largest)
            y = np.clip(blocks * inverse[..., None], -6, 6)
        counter.check(f"nvfp4 2^{power} tensor scale", tensor == decode)
        counter.check(f"nvfp4 2^{power} scales", scale == s.view(np.uint8))
        counter.check(f"nvfp4 2^{power} codes", codes == y.astype(
            ml_dtypes.float4_e2m1fn).view(np.uint8))


runtime, counter = Runtime(sys.argv[1]), Counter()
check_floor(runtime, counter)
check_rules(runtime, counter)
check_nvfp4(runtime, counter)
counter.finish("foreign-blocks")
