# RUN: %python %s %mx_runtime
#===- foreign.py - The contract against other people's code ---------------===#
#
# Element encoding and decoding against ml_dtypes and gfloat, FLOOR quantisation
# against gfloat, and the frequencies of stochastic rounding, all through the C
# ABI of libmx_runtime. Usage: foreign.py <path of libmx_runtime.so>
#
#===-----------------------------------------------------------------------===#

import ctypes
import sys

import gfloat
import ml_dtypes
import numpy as np
from gfloat import formats as gf

DTYPES = {np.dtype(np.float32): 0, np.dtype(ml_dtypes.bfloat16): 1,
          np.dtype(np.float16): 2, np.dtype(np.uint8): 3,
          np.dtype(np.uint16): 4}
IEEE, FN, FINITE = 0, 1, 2
EVEN, AWAY, ZERO, STOCHASTIC = 0, 1, 2, 3


def word(e, m, kind, signed=1, integer=0, e8m0=0):
    return e | m << 8 | kind << 16 | signed << 20 | integer << 21 | e8m0 << 22


E8M0 = word(8, 0, FN, 0, 0, 1)
# name: (format word, bits, ml_dtypes type, gfloat format, max, emax)
FORMATS = {
    "e2m1": (word(2, 1, FINITE), 4, ml_dtypes.float4_e2m1fn,
             gf.format_info_ocp_e2m1, 6.0, 2),
    "e2m3": (word(2, 3, FINITE), 6, ml_dtypes.float6_e2m3fn,
             gf.format_info_ocp_e2m3, 7.5, 2),
    "e3m2": (word(3, 2, FINITE), 6, ml_dtypes.float6_e3m2fn,
             gf.format_info_ocp_e3m2, 28.0, 4),
    "e4m3": (word(4, 3, FN), 8, ml_dtypes.float8_e4m3fn,
             gf.format_info_ocp_e4m3, 448.0, 8),
    "e5m2": (word(5, 2, IEEE), 8, ml_dtypes.float8_e5m2,
             gf.format_info_ocp_e5m2, 57344.0, 15),
}


class Tensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("dtype", ctypes.c_int64),
                ("rank", ctypes.c_int64),
                ("sizes", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64))]


class Spec(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in
                "version element scale block_rows block_cols has_tensor_scale "
                "scale_rule rounding random_bits prescale stream "
                "scale_min_normal transpose pad_cols pad_multiple "
                "hadamard_size signs sign_stream".split()]
    _fields_ += [("sign_words", ctypes.c_int64 * 16)]


class Runtime:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.mx_last_error.restype = ctypes.c_char_p

    def tensor(self, array):
        sizes = (ctypes.c_int64 * max(array.ndim, 1))(*array.shape)
        result = Tensor(array.ctypes.data, DTYPES[array.dtype], array.ndim,
                        sizes, None)
        result.keep = (array, sizes)
        return result

    def call(self, name, *arguments):
        passed = [ctypes.byref(a) if isinstance(a, ctypes.Structure) else a
                  for a in arguments]
        if getattr(self.library, name)(*passed) != 0:
            raise RuntimeError(self.library.mx_last_error().decode())

    def cast(self, element, x, rounding=EVEN, seed=0, random_bits=16,
             out=np.uint8):
        codes = np.zeros(x.shape, out)
        spec = Spec(version=1, element=element, rounding=rounding,
                    random_bits=random_bits)
        self.call("mx_cast", spec, self.tensor(x), ctypes.c_uint64(seed), None,
                  self.tensor(codes))
        return codes

    def decode(self, element, codes):
        out = np.zeros(codes.shape, np.float32)
        self.call("mx_decode", ctypes.c_int64(element), self.tensor(codes),
                  self.tensor(out))
        return out

    def quantize(self, element, bits, x, rounding=EVEN, seed=0, random_bits=16):
        rows, cols = x.shape
        blocks = -(-cols // 32)
        size = (32 * bits + 7) // 8 if bits in (4, 6) else 32
        codes = np.zeros((rows, blocks, size), np.uint8)
        scale = np.zeros((rows, blocks), np.uint8)
        spec = Spec(version=1, element=element, scale=E8M0, block_rows=1,
                    block_cols=32, rounding=rounding, random_bits=random_bits)
        self.call("mx_quantize", spec, self.tensor(x), None,
                  ctypes.c_uint64(seed), None, self.tensor(codes),
                  self.tensor(scale), None)
        flat = np.zeros((rows * blocks * 32,), np.uint8)
        self.call("mx_unpack_codes", ctypes.c_int64(element),
                  self.tensor(codes.reshape(-1)), self.tensor(flat))
        return flat.reshape(rows, blocks, 32), scale


class Counter:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, good):
        good = np.asarray(good)
        bad = int(good.size - np.count_nonzero(good))
        self.passed += good.size - bad
        self.failed += bad
        print(f"{name}: {good.size} compared, {bad} differ")


def corners():
    """Every exponent with mantissas around the ends and all tie positions."""
    exponents = np.arange(256, dtype=np.uint32) << 23
    low = [0, 1, 2, 0x7FFFFF, 0x7FFFFE]
    low += [k << 19 for k in range(16)]
    low += [(k << 19) + d for k in range(16) for d in (-1, 1)]
    mantissas = np.unique(np.array(low, np.int64) & 0x7FFFFF).astype(np.uint32)
    bits = (exponents[:, None] | mantissas[None, :]).reshape(-1)
    return np.concatenate([bits, bits | np.uint32(1 << 31)]).view(np.float32)


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
    from gfloat import RoundMode
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


def check_gfloat_rounding(runtime, counter):
    """Other roundings, one value at a time in gfloat: fewer values."""
    from gfloat import RoundMode
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


def check_floor(runtime, counter):
    from gfloat import BlockFormatInfo, compute_scale_amax, encode_block
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


def main():
    runtime = Runtime(sys.argv[1])
    counter = Counter()
    check_elements(runtime, counter)
    check_wide(runtime, counter)
    check_gfloat_rounding(runtime, counter)
    check_stochastic_bits(runtime, counter)
    check_floor(runtime, counter)
    check_frequencies(runtime, counter)
    print(f"foreign: {counter.passed} passed, {counter.failed} failed")
    return 1 if counter.failed or not counter.passed else 0


if __name__ == "__main__":
    sys.exit(main())
