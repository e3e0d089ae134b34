"""Arrays as people have them: a correct result, or a ValueError that says what was expected."""
# RUN: %python %s

import ctypes

import ml_dtypes
import mxc
import numpy as np
from checks import bits_of, normal, refused, same

F32 = np.float32


def layouts():
    """Every stride gives the bits of the contiguous copy."""
    x = normal((40, 70))
    unaligned = np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(F32).reshape(x.shape)
    wide = np.zeros((40, 70), [("value", "f4"), ("rest", "u1")])  # a stride that is no multiple of 4
    wide["value"] = x
    for what, y in {
        "transposed": x.T, "reversed rows": x[::-1], "reversed columns": x[:, ::-1], "both reversed": x[::-1, ::-1],
        "every third column": x[:, ::3], "Fortran": np.asfortranarray(x), "broadcast": np.broadcast_to(x[:1], (6, 70)),
        "unaligned": unaligned, "field": wide["value"], "batch moved": normal((3, 4, 64)).transpose(1, 0, 2),
        "row": x[0], "one": x[:1, :1], "read-only": np.frombuffer(x.tobytes(), F32),
    }.items():
        copy = np.ascontiguousarray(y)
        for form in ("mxfp4", "nvfp4", "mxfp6_e3m2"):
            assert bits_of(mxc.quantize(y, form)) == bits_of(mxc.quantize(copy, form)), f"{what} {form}"
        same(mxc.cast(y, "f8E4M3FN"), mxc.cast(copy, "f8E4M3FN"), f"cast, {what}")
        assert mxc.amax(y) == mxc.amax(copy), what
        if y.ndim == 2:
            same(mxc.matmul(y, y), mxc.matmul(copy, copy), f"product, {what}")
        if y.shape[-1] % 2 == 0:
            same(mxc.hadamard(y, 2), mxc.hadamard(copy, 2), f"hadamard, {what}")


def zero_sizes():
    for shape in ((0, 64), (4, 0), (0, 0), (0,), (2, 0, 64), (0, 3, 32)):
        x = np.empty(shape, F32)
        for form in ("mxfp4", "nvfp4", "!mx.scaled<f4E2M1FN, f8E8M0FNU, [full]>"):
            q = mxc.quantize(x, form)
            assert q.shape == shape and q.codes.shape == shape, (shape, form)
            same(q.dequantize(), x, f"{shape} {form}")
            assert repr(q) and q.plot().svg, shape
            if len(shape) == 2:
                same(mxc.matmul(q, q), np.zeros((shape[0], shape[0]), F32), f"product of {shape}")
        assert mxc.cast(x, "f4E2M1FN").shape == shape and mxc.amax(x) == 0
        if shape[-1] % 64 == 0:
            assert mxc.hadamard(x, 64).shape == shape


def results_in_place():
    """`out` takes any strides, and says what it needs."""
    x = normal((6, 64))
    q = mxc.quantize(x)
    values = q.dequantize()
    room = np.full((12, 128), np.nan, F32)
    for out in (room[::2, ::2], room[5::-1, 63::-1], np.empty((64, 6), F32).T):
        assert mxc.dequantize(q, out=out) is out
        same(np.ascontiguousarray(out), values, "out with strides")
    half = np.empty((6, 64), ml_dtypes.bfloat16)
    same(q.dequantize(out=half), values.astype(ml_dtypes.bfloat16), "out decides the dtype")
    product = np.empty((6, 6), F32)
    same(mxc.matmul(q, q, out=product), mxc.matmul(q, q), "product in place")
    same(mxc.hadamard(x, 64, out=values), mxc.hadamard(x, 64), "hadamard in place")
    frozen = np.empty((6, 64), F32)
    frozen.flags.writeable = False
    refused("out", "writable", call=lambda: q.dequantize(out=frozen))
    refused("out of shape (6, 64)", "(64, 6)", call=lambda: q.dequantize(out=np.empty((64, 6), F32)))
    refused("out of float32", "float64", call=lambda: q.dequantize(out=np.empty((6, 64))))
    refused("overlapping", call=lambda: q.dequantize(out=np.lib.stride_tricks.as_strided(frozen.copy(), (6, 64), (0, 4))))
    refused("expected out to be an array", call=lambda: q.dequantize(out=[1.0]))
    refused("dtype", "int8", call=lambda: q.dequantize("int8"))


def wrong_arguments():
    x = normal((4, 64))
    q = mxc.quantize(x)
    refused("x of float32", "float64", call=lambda: mxc.quantize(x.astype(np.float64)))
    refused("x of float32", "int32", call=lambda: mxc.quantize(x.astype(np.int32)))
    refused("x of float32", "complex64", call=lambda: mxc.quantize(x.astype(np.complex64)))
    refused("byte order", ">f4", call=lambda: mxc.quantize(x.astype(">f4")))
    refused("to be an array", "list", call=lambda: mxc.quantize([1.0, 2.0]))
    refused("to be an array", "NoneType", call=lambda: mxc.quantize(None))
    refused("shape ()", call=lambda: mxc.quantize(np.float32(1)))
    refused("shape (64,)", call=lambda: mxc.quantize(x[0], "!mx.scaled<f4E2M1FN, f8E8M0FNU, [4, 4]>"))
    refused("rank 0 to 8", call=lambda: mxc.quantize(np.ones((1,) * 9, F32)))
    refused("mxfp4", "'mxfp5'", call=lambda: mxc.quantize(x, "mxfp5"))
    refused("format", "None", call=lambda: mxc.quantize(x, None))
    refused("block", call=lambda: mxc.quantize(x, "!mx.scaled<f4E2M1FN, f8E8M0FNU, [0]>"))
    refused("scale", "f16", call=lambda: mxc.quantize(x, "!mx.scaled<f4E2M1FN, f16, [32]>"))
    refused("element", "f32", call=lambda: mxc.quantize(x, "!mx.scaled<f32, f8E8M0FNU, [32]>"))
    refused("tensor scale", call=lambda: mxc.quantize(x, "!mx.scaled<f4E2M1FN, f8E8M0FNU, [16], tensor_scale = f32>"))
    refused("scale_rule", "'up'", call=lambda: mxc.quantize(x, scale_rule="up"))
    refused("E8M0 takes floor", call=lambda: mxc.quantize(x, scale_rule="amax"))
    refused("rounding", "'up'", call=lambda: mxc.quantize(x, rounding="up"))
    refused("random_bits", call=lambda: mxc.quantize(x, random_bits=9))
    refused("stream", call=lambda: mxc.quantize(x, stream=-1))
    refused("stream", call=lambda: mxc.quantize(x, stream=2**32))
    refused("seed", "'one'", call=lambda: mxc.quantize(x, seed="one"))
    refused("seed", call=lambda: mxc.quantize(x, seed=2**64))
    refused("prescale", call=lambda: mxc.quantize(x, prescale="half"))
    refused("prescale", call=lambda: mxc.quantize(x, prescale=float("nan")))
    refused("tensor_amax", call=lambda: mxc.quantize(x, tensor_amax=1.0))
    refused("power of two", call=lambda: mxc.quantize(x, hadamard=48))
    refused("multiple of 32", call=lambda: mxc.hadamard(x[:, :40], 32))
    refused("4 times 1 or -1", call=lambda: mxc.hadamard(x, 4, signs=(1, 2, 1, 1)))
    refused("origin", call=lambda: mxc.quantize(x, origin=(0, 0)))
    refused("outside", call=lambda: mxc.quantize(x, rounding="stochastic", origin=(2, 0), whole_shape=(4, 64)))
    refused("mxc.Scaled", call=lambda: mxc.dequantize(x))
    refused("same last axis", call=lambda: mxc.matmul(q, x[:, :32]))
    refused("rank 2", call=lambda: mxc.matmul(q, x[0]))
    refused("broadcast", call=lambda: mxc.matmul(normal((2, 4, 8)), normal((3, 4, 8))))
    refused("alpha = 1", call=lambda: mxc.matmul(q, q, np.zeros((4, 4), F32), alpha=2))
    refused("bias that broadcasts", call=lambda: mxc.matmul(q, q, bias=np.zeros(3, F32)))
    refused("none, relu, gelu", call=lambda: mxc.matmul(q, q, activation="tanh"))
    refused("accumulate", call=lambda: mxc.matmul(q, q, accumulate="wide"))
    columns = mxc.quantize(x, "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>")
    refused("along its last axis", call=lambda: mxc.matmul(columns, columns))
    refused("threads", call=lambda: mxc.set_num_threads(-1))


class Exporter:
    """An array of another library, on a device of choice."""

    def __init__(self, array, device=(1, 0), modern=True):
        self.array, self.device, self.modern = array, device, modern

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, stream=None, **options):
        if options and not self.modern:
            raise TypeError("unexpected keyword argument 'max_version'")
        return self.array.__dlpack__(**options)


def dlpack():
    """Old and new capsules, read-only ones, and devices that are not the CPU."""
    x = normal((6, 70))
    for y in (x, x[::2, ::3], x.T, x.astype(np.float16)):
        for modern in (True, False):
            assert bits_of(mxc.quantize(Exporter(y, modern=modern))) == bits_of(mxc.quantize(y))
    for device, name in (((2, 0), "CUDA"), ((10, 1), "ROCm"), ((99, 0), "device type 99")):
        refused("the CPU", name, call=lambda: mxc.quantize(Exporter(x, device)))
    refused("float64", call=lambda: mxc.quantize(Exporter(x.astype(np.float64))))
    frozen = x.copy()
    frozen.flags.writeable = False
    try:
        frozen.__dlpack__(max_version=(1, 0))
    except (TypeError, BufferError):
        return  # A numpy that exports no read-only arrays.
    q = mxc.quantize(Exporter(frozen))
    refused("writable", call=lambda: q.dequantize(out=Exporter(frozen)))


def zero_copy():
    """Arguments are read where they lie: a huge array costs no memory of its own."""
    memory = (ctypes.c_float * 4).from_buffer(bytearray(16))
    x = np.frombuffer(memory, F32)
    huge = np.lib.stride_tricks.as_strided(x, (1 << 18, 1 << 18), (0, 0))  # 256 GiB, if it were copied
    assert mxc.amax(huge[:: 1 << 12, :: 1 << 12]) == 0


for test in (layouts, zero_sizes, results_in_place, wrong_arguments, dlpack, zero_copy):
    test()
