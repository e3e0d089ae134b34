#===- bindings.py - The C ABI of libmx_runtime for Python -----------------===#
#
# What the comparisons with other people's code share: ctypes records, formats
# and counting. Not a binding for users.
#
#===-----------------------------------------------------------------------===#

import ctypes
import sys

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

    def quantize(self, element, bits, x, rounding=EVEN, seed=0, random_bits=16,
                 rule=0):
        rows, cols = x.shape
        blocks = -(-cols // 32)
        size = (32 * bits + 7) // 8 if bits in (4, 6) else 32
        codes = np.zeros((rows, blocks, size), np.uint8)
        scale = np.zeros((rows, blocks), np.uint8)
        spec = Spec(version=1, element=element, scale=E8M0, block_rows=1,
                    block_cols=32, scale_rule=rule, rounding=rounding,
                    random_bits=random_bits)
        self.call("mx_quantize", spec, self.tensor(x), None,
                  ctypes.c_uint64(seed), None, self.tensor(codes),
                  self.tensor(scale), None)
        flat = np.zeros((rows * blocks * 32,), np.uint8)
        self.call("mx_unpack_codes", ctypes.c_int64(element),
                  self.tensor(codes.reshape(-1)), self.tensor(flat))
        return flat.reshape(rows, blocks, 32), scale

    def quantize_nvfp4(self, x):
        rows, cols = x.shape
        codes = np.zeros((rows, cols // 16, 8), np.uint8)
        scale = np.zeros((rows, cols // 16), np.uint8)
        tensor = np.zeros((1,), np.float32)
        element = FORMATS["e2m1"][0]
        spec = Spec(version=1, element=element, scale=FORMATS["e4m3"][0],
                    block_rows=1, block_cols=16, has_tensor_scale=1,
                    scale_rule=4)
        self.call("mx_quantize", spec, self.tensor(x), None,
                  ctypes.c_uint64(0), None, self.tensor(codes),
                  self.tensor(scale), self.tensor(tensor))
        flat = np.zeros((rows * cols,), np.uint8)
        self.call("mx_unpack_codes", ctypes.c_int64(element),
                  self.tensor(codes.reshape(-1)), self.tensor(flat))
        return flat.reshape(rows, cols // 16, 16), scale, tensor[0]


class Counter:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, good):
        good = np.asarray(good)
        bad = int(good.size - np.count_nonzero(good))
        self.passed += good.size - bad
        self.failed += bad
        print(f"{name}: {good.size} compared, {bad} differ")

    def finish(self, name):
        print(f"{name}: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)


def corners():
    """Every exponent with mantissas around the ends and all tie positions."""
    exponents = np.arange(256, dtype=np.uint32) << 23
    low = [0, 1, 2, 0x7FFFFF, 0x7FFFFE]
    low += [k << 19 for k in range(16)]
    low += [(k << 19) + d for k in range(16) for d in (-1, 1)]
    mantissas = np.unique(np.array(low, np.int64) & 0x7FFFFF).astype(np.uint32)
    bits = (exponents[:, None] | mantissas[None, :]).reshape(-1)
    return np.concatenate([bits, bits | np.uint32(1 << 31)]).view(np.float32)
