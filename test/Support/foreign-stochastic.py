# RUN: %python %s %mx_runtime
#===- foreign-stochastic.py - Stochastic rounding from outside ------------===#
#
# Bit for bit against gfloat with a Philox written here, and frequencies to six
# sigma in every interval between two codes.
#
#===-----------------------------------------------------------------------===#

import sys

import gfloat
import numpy as np
from gfloat import RoundMode
from Inputs.bindings import FINITE, FORMATS, STOCHASTIC, Counter, Runtime, word


def philox(counter, seed):
    """Philox4x32-10 of arrays of four counter words, independent of ours."""
    c = [np.asarray(word, np.uint64) for word in counter]
    key = [seed & 0xFFFFFFFF, seed >> 32]
    mask = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        half = np.uint64(32)
        c = [(b >> half) ^ c[1] ^ np.uint64(key[0]), b & mask,
             (a >> half) ^ c[3] ^ np.uint64(key[1]), a & mask]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF,
               (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(c, -1).astype("<u4")


def rounding_bits(rows, cols, seed, random_bits):
    """Bits of every element: the words are a little-endian byte string."""
    draws = {8: 16, 16: 8, 24: 4}[random_bits]
    calls = -(-cols // draws)
    row, call = np.meshgrid(np.arange(rows), np.arange(calls), indexing="ij")
    words = philox((call, row, np.zeros_like(row), np.zeros_like(row)), seed)
    if random_bits == 24:
        bits = words >> np.uint32(8)
    else:
        bits = words.view("<u1" if random_bits == 8 else "<u2")
    return bits.reshape(rows, calls * draws)[:, :cols].astype(np.int64)


def check_stochastic_bits(runtime, counter):
    """Bit for bit against gfloat's "add R, truncate" with our own Philox."""
    rng = np.random.default_rng(5)
    seed = 0x0123456789ABCDEF
    for name, (element, _, _, info, top, _) in FORMATS.items():
        for random_bits in (8, 16):
            x = (rng.standard_normal((211, 77)) * top / 3).astype(np.float32)
            ours = runtime.decode(element, runtime.cast(
                element, x, STOCHASTIC, seed, random_bits))
            theirs = gfloat.round_ndarray(
                info, x.astype(np.float64), RoundMode.StochasticFastest,
                sat=True, srbits=rounding_bits(211, 77, seed, random_bits),
                srnumbits=random_bits)
            counter.check(f"{name} SR bits r={random_bits}, gfloat",
                          ours == theirs)


def check_frequencies(runtime, counter):
    """P(up) = floor(f·2^r)/2^r in every interval between codes, to 6 sigma."""
    rng = np.random.default_rng(3)
    shapes = ((4096, 96), (3001, 33), (1777, 61), (997, 127), (501, 200))
    formats = dict(FORMATS)
    formats["int8"] = (word(0, 7, FINITE, 1, 1), 8, None, None, 127 / 64, 0)
    for name, (element, bits, _, _, top, _) in formats.items():
        values = np.unique(np.abs(runtime.decode(
            element, np.arange(1 << bits, dtype=np.uint8))))
        values = values[np.isfinite(values) & (values <= top)]
        for index, (rows, cols) in enumerate(shapes):
            random_bits = (8, 16, 24)[index % 3]
            interval = rng.integers(0, len(values) - 1, (rows, cols))
            low, high = values[interval], values[interval + 1]
            part = np.float32(rng.integers(1, 256, (rows, cols)) / 256)
            x = (low + part * (high - low)).astype(np.float32)
            x *= np.where(rng.integers(0, 2, x.shape), -1, 1).astype(np.float32)
            got = np.abs(runtime.decode(element, runtime.cast(
                element, x, STOCHASTIC, 1000 + index, random_bits)))
            counter.check(f"{name} SR {rows}x{cols} r={random_bits} neighbours",
                          (got == low) | (got == high))
            up = (got == high).astype(np.float64)
            p = part.astype(np.float64)  # a multiple of 2^-8: floor is exact
            size = len(values) - 1
            excess = np.bincount(interval.reshape(-1), (up - p).reshape(-1),
                                 size)
            variance = np.bincount(interval.reshape(-1),
                                   (p * (1 - p)).reshape(-1), size)
            counter.check(f"{name} SR {rows}x{cols} r={random_bits} frequency",
                          np.abs(excess) <= 6 * np.sqrt(variance) + 1e-9)


runtime, counter = Runtime(sys.argv[1]), Counter()
check_stochastic_bits(runtime, counter)
check_frequencies(runtime, counter)
counter.finish("foreign-stochastic")
