# RUN: %python %s %mx_runtime
#===- foreign-elements.py - Elements against other people's code ----------===#
#
# Encoding and decoding against ml_dtypes, gfloat and numpy, through the C ABI.
#
#===-----------------------------------------------------------------------===#

import sys

import gfloat
import ml_dtypes
import numpy as np
from gfloat import RoundMode
from Inputs.bindings import (AWAY, E8M0, EVEN, FORMATS, IEEE, ZERO, Counter,
                             Runtime, corners, word)


def check_elements(runtime, counter):
    rng = np.random.default_rng(1)
    bf16 = np.arange(1 << 16, dtype=np.uint16).view(ml_dtypes.bfloat16)
    f16 = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    f32 = rng.integers(0, 1 << 32, 4_000_000, np.uint64).astype(
        np.uint32).view(np.float32)
    near = (rng.standard_normal(6_000_000) *
            2.0 ** rng.integers(-18, 18, 6_000_000)).astype(np.float32)
    for name, (element, bits, dtype, info, top, _) in FORMATS.items():
        codes = np.arange(1 << bits, dtype=np.uint8)
        ours = runtime.decode(element, codes)
        theirs = codes.view(dtype).astype(np.float32)
        counter.check(f"{name} decode, ml_dtypes",
                      (ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))
        theirs = np.array([gfloat.decode_float(info, int(c)).fval
                           for c in codes], np.float32)
        counter.check(f"{name} decode, gfloat",
                      (ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))
        for kind, x in (("bf16", bf16), ("f16", f16), ("f32", f32),
                        ("f32 near", near), ("f32 corners", corners())):
            wide = x.astype(np.float32)
            ours = runtime.cast(element, x)
            nan = np.isnan(wide)
            clipped = np.clip(np.where(nan, 0, wide), -top, top)
            theirs = clipped.astype(dtype).view(np.uint8)
            counter.check(f"{name} encode {kind}, ml_dtypes",
                          (ours == theirs)[~nan])
            # NaN: canonical, or +max where there is none
            expected = {"e4m3": 0x7F, "e5m2": 0x7E}.get(name, (1 << bits - 1) - 1)
            counter.check(f"{name} encode {kind}, NaN", ours[nan] == expected)


def check_wide(runtime, counter):
    """bf16, f16 and E8M0 against ml_dtypes and numpy: overflow is Inf here."""
    rng = np.random.default_rng(4)
    x = np.concatenate([corners(), rng.integers(
        0, 1 << 32, 2_000_000, np.uint64).astype(np.uint32).view(np.float32)])
    nan = np.isnan(x)
    for name, element, dtype, quiet in (
            ("bf16", word(8, 7, IEEE), ml_dtypes.bfloat16, 0x7FC0),
            ("f16", word(5, 10, IEEE), np.float16, 0x7E00)):
        ours = runtime.cast(element, x, out=np.uint16)
        with np.errstate(over="ignore"):
            theirs = np.where(nan, np.float32(0), x).astype(dtype)
        counter.check(f"{name} encode f32", (ours == theirs.view(np.uint16))[~nan])
        counter.check(f"{name} encode NaN", ours[nan] == quiet)
        codes = np.arange(1 << 16, dtype=np.uint16)
        ours = runtime.decode(element, codes)
        theirs = codes.view(dtype).astype(np.float32)
        counter.check(f"{name} decode",
                      (ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))
    codes = np.arange(256, dtype=np.uint8)
    ours = runtime.decode(E8M0, codes)
    theirs = codes.view(ml_dtypes.float8_e8m0fnu).astype(np.float32)
    counter.check("e8m0 decode",
                  (ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))


def check_gfloat_rounding(runtime, counter):
    """Other roundings, one value at a time in gfloat: fewer values."""
    modes = ((EVEN, RoundMode.TiesToEven), (AWAY, RoundMode.TiesToAway),
             (ZERO, RoundMode.TowardZero))
    x = corners()
    x = x[np.isfinite(x)]
    x = x[(np.abs(x) < 1e6) & (np.abs(x) > 1e-7)]
    for name, (element, _, _, info, _, _) in FORMATS.items():
        for ours, theirs in modes:
            codes = runtime.decode(element, runtime.cast(element, x, ours))
            expected = gfloat.round_ndarray(info, x.astype(np.float64), theirs,
                                            sat=True)
            counter.check(f"{name} round mode {ours}, gfloat",
                          codes == expected)


runtime, counter = Runtime(sys.argv[1]), Counter()
check_elements(runtime, counter)
check_wide(runtime, counter)
check_gfloat_rounding(runtime, counter)
counter.finish("foreign-elements")
