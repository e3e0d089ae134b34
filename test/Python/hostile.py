"""Whatever an outsider passes: a correct result, or a ValueError that says what was expected."""
# RUN: %python %s

import array
import ctypes

import ml_dtypes
import mxc
import numpy as np
from checks import bits_of, normal, refused, same

F32 = np.float32
X = normal((8, 64))
Q = mxc.quantize(X)
TWICE = mxc.compile("""
func.func @main(%a: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %b = arith.addf %a, %a : tensor<?x?xf32>
  return %b : tensor<?x?xf32>
}
""")
SCALAR = mxc.compile("func.func @main(%a: f32, %n: i32) -> f32 {\n  return %a : f32\n}\n")
EMPTY = "func.func @f() {\n  return\n}\n"
as_strided = np.lib.stride_tricks.as_strided


class Foreign:
    """An array of another library that does what it wants."""

    def __init__(self, capsule=None, device=(1, 0), error=None):
        self.capsule, self.device, self.error = capsule, device, error

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, **options):
        if self.error:
            raise self.error
        return self.capsule


def capsule(data, shape, *, code=2, bits=32, lanes=1, strides=None, offset=0, rank=None):
    """A DLPack capsule of the first kind, with memory that stays."""
    from mxc._arrays import _DLTensor

    extents = (ctypes.c_int64 * 8)(*shape)
    steps = (ctypes.c_int64 * 8)(*strides) if strides else None
    tensor = _DLTensor(data, 1, 0, len(shape) if rank is None else rank, code, bits, lanes, extents, steps, offset)
    make = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    kept.append((tensor, extents, steps))
    return Foreign(make(ctypes.addressof(tensor), b"dltensor", None))


kept = []

NOT_ARRAYS = {
    "a number of no array": 5, "None": None, "list": [[1.0, 2.0]], "dict": {}, "generator": iter("ab"), "class": np.ndarray,
    "array.array": array.array("f", [1, 2]), "ctypes": (ctypes.c_float * 4)(), "memoryview": memoryview(X), "text": "abc",
    "Scaled": Q, "object": np.array([[1, None]], object), "struct": np.zeros((2, 2), [("a", "f4"), ("b", "f4")]),
    "strings": np.array([["a"]]), "times": np.zeros((2, 2), "M8[s]"), "bool": np.ones((2, 2), bool),
    "complex": np.ones((2, 2), np.complex64), "long double": np.ones((2, 2), np.longdouble), "other bytes": X.astype(">f4"),
    "float8": X.astype(ml_dtypes.float8_e4m3fn), "masked": np.ma.masked_array(X, X > 0), "ten axes": np.ones((1,) * 10, F32),
    "record": np.rec.fromarrays([X[:, 0]], names="a"), "no capsule": Foreign(5), "nothing": Foreign(None),
    "KeyError": Foreign(error=KeyError("boom")), "AttributeError": Foreign(error=AttributeError("boom")),
    "no device": Foreign(device=None), "device of no numbers": Foreign(device=("cpu", 0)), "empty device": Foreign(device=()),
}
ANYTHING = [
    None, "a", "", "64", b"x", 1.5, -1, 2**70, float("nan"), float("inf"), 1 + 2j, [], (), {}, object(), [1, 2], F32(2),
    np.array([1, 2]), np.array(3), X,
]


def every_argument():
    """Each argument that takes an array refuses what is none."""
    form = Q.format
    takers = {
        "quantize": mxc.quantize, "transpose": lambda a: mxc.quantize(a, "nvfp4", transpose=True),
        "hadamard": lambda a: mxc.hadamard(a, 2), "cast": lambda a: mxc.cast(a, "f8E4M3FN"),
        "decode": lambda a: mxc.decode(a, "f8E4M3FN"), "amax": mxc.amax, "out": lambda a: Q.dequantize(out=a),
        "a": lambda a: mxc.matmul(a, X), "b": lambda a: mxc.matmul(X, a), "acc": lambda a: mxc.matmul(Q, Q, a),
        "product": lambda a: mxc.matmul(Q, Q, out=a), "call": TWICE, "scalar": lambda a: SCALAR(a, 1),
        "from_codes": lambda a: mxc.Scaled.from_codes(a, Q.scale, format="mxfp4"),
        "packed": lambda a: mxc.Scaled(a, Q.scale, None, form, (8, 64)),
        "scale": lambda a: mxc.Scaled(Q.packed, a, None, form, (8, 64)),
    }
    good = {
        ("out", "None"), ("acc", "None"), ("product", "None"), ("scalar", "a number of no array"), ("a", "Scaled"),
        ("b", "Scaled"),
    }
    for taker, call in takers.items():
        for name, value in NOT_ARRAYS.items():
            if (taker, name) not in good:
                try:
                    refused("expected", call=lambda: call(value))
                except AssertionError as problem:
                    raise AssertionError(f"{taker} of {name}: {problem}") from None


def every_option():
    """Each option refuses what is none of its values, and never anything but a ValueError."""
    options = {
        **{name: lambda v, name=name: mxc.quantize(X, rounding="stochastic", **{name: v}) for name in
           ("seed", "stream", "random_bits", "scale_rule", "prescale", "scale_min_normal", "transpose", "hadamard")},
        "rounding": lambda v: mxc.quantize(X, rounding=v), "tensor_amax": lambda v: mxc.quantize(X, "nvfp4", tensor_amax=v),
        "signs": lambda v: mxc.hadamard(X, 2, signs=v), "sign": lambda v: mxc.hadamard(X, 2, signs=[v, v]),
        "size": lambda v: mxc.hadamard(X, v), "origin": lambda v: mxc.quantize(X, origin=v, whole_shape=(8, 64)),
        "index": lambda v: mxc.quantize(X, rounding="stochastic", origin=(v, v), whole_shape=(v, v)),
        "whole_shape": lambda v: mxc.quantize(X, origin=(0, 0), whole_shape=v), "format": lambda v: mxc.quantize(X, v),
        "element": lambda v: mxc.cast(X, v), "dtype": lambda v: Q.dequantize(v), "alpha": lambda v: mxc.matmul(Q, Q, alpha=v),
        "accumulate": lambda v: mxc.matmul(Q, Q, accumulate=v), "Format": lambda v: mxc.Format(v, v, v, v),
        "shape": lambda v: mxc.Scaled(Q.packed, Q.scale, None, Q.format, v),
        "Scaled": lambda v: mxc.Scaled(Q.packed, Q.scale, None, v, (8, 64)), "call": lambda v: TWICE(X, seed=v),
        **{name: lambda v, name=name: mxc.compile(EMPTY, **{name: v}) for name in
           ("recipe", "target", "chip", "entry", "seed", "donate", "progress")},
        "ir": mxc.compile, "stage": TWICE.ir, "path": TWICE.save, "Recipe": mxc.Recipe,
        **{name: lambda v, name=name: str(mxc.Recipe("name", **{name: v})) for name in
           ("exclude", "saved", "forward", "dgrad", "wgrad")},
    }
    for name, call in options.items():
        count = 0
        for value in ANYTHING:
            try:
                call(value)
            except ValueError as error:
                count += 1
                text = str(error)
                clear = "expected" in text or "outside" in text or "do not go together" in text or "error: " in text
                assert clear, f"{name}={value!r}: {error}"
        assert count, f"{name}: nothing was refused"


def memory_of_others():
    """DLPack tensors that lie about their memory, or whose elements are not aligned."""
    x = np.ascontiguousarray(X)
    data = x.ctypes.data
    same(np.asarray(mxc.quantize(capsule(data, (8, 64))).packed), np.asarray(Q.packed), "a capsule")
    refused("vectors of 4", call=lambda: mxc.quantize(capsule(data, (8, 16), lanes=4)))
    refused("in memory", call=lambda: mxc.quantize(capsule(None, (8, 64))))
    refused("in memory", call=lambda: mxc.quantize(capsule(data, (8, -64))))
    refused("in memory", call=lambda: mxc.quantize(capsule(data, (), rank=-1)))
    refused("float64", call=lambda: mxc.quantize(capsule(data, (4, 32), bits=64)))
    refused("float8", call=lambda: mxc.quantize(capsule(data, (4, 32), bits=8)))
    refused("type 3", call=lambda: mxc.quantize(capsule(data, (4, 32), code=3)))
    assert mxc.quantize(capsule(None, (0, 64))).shape == (0, 64)
    moved = ctypes.create_string_buffer(b"\0" + x.tobytes())
    off = capsule(ctypes.addressof(moved), (8, 64), offset=1)
    assert bits_of(mxc.quantize(off)) == bits_of(Q)
    same(TWICE(off), x + x, "a call with elements that are not aligned")
    backward = capsule(data + x.nbytes - 4, (8, 64), strides=(-64, -1))
    assert bits_of(mxc.quantize(backward)) == bits_of(mxc.quantize(x[::-1, ::-1]))


def results_over_arguments():
    """`out` on the memory of an argument: the result that separate memory would have."""
    room = np.zeros((8, 200), F32)
    room[:, :64] = X
    wanted = mxc.hadamard(X, 64)
    for start in (0, 1, 32, 63):
        room[:, :64] = X
        mxc.hadamard(room[:, :64], 64, out=room[:, start : start + 64])
        same(np.ascontiguousarray(room[:, start : start + 64]), wanted, f"hadamard {start} columns on")
    square = normal((64, 64))
    for start in (0, 5):
        rows = np.zeros((70, 64), F32)
        rows[:64] = square
        product = mxc.matmul(square, square)
        mxc.matmul(rows[:64], rows[:64], out=rows[start : start + 64])
        same(rows[start : start + 64], product, "a product over its operands")
    memory = np.zeros(4096, np.uint8)
    packed = memory[100 : 100 + Q.packed.size].reshape(Q.packed.shape)
    packed[...] = Q.packed
    over = mxc.Scaled(packed, Q.scale, None, Q.format, Q.shape)
    values = Q.dequantize()
    out = memory[: values.nbytes].view(F32).reshape(values.shape)
    over.dequantize(out=out)
    same(out, values, "values over their codes")
    sums = np.ones((8, 8), F32)
    product = mxc.matmul(Q, Q) + 1
    mxc.matmul(Q, Q, sums, out=sums)
    np.testing.assert_allclose(sums, product, rtol=1e-5)
    for strides in ((4, 4), (0, 4), (252, 4), (-4, 4)):
        big = np.zeros(8 * 64 + 64, F32)[32:]
        refused("without overlapping", call=lambda: Q.dequantize(out=as_strided(big, (8, 64), strides)))
    refused("acc that broadcasts to shape (8, 8)", "(3, 8)", call=lambda: mxc.matmul(Q, Q, np.zeros((3, 8), F32)))


def odd_arrays():
    """Unusual, but arrays all the same."""
    for name, y in {"matrix": np.matrix(X), "0 bytes apart": np.broadcast_to(X[:1], (5, 64)), "backward": X[::-1, ::-1],
                    "no rows": X[:0], "no columns": X[:, :0], "read-only": np.frombuffer(X.tobytes(), F32).reshape(8, 64),
                    "huge and empty": as_strided(np.zeros(1, F32), (0, 2**40), (0, 0))}.items():
        copy = np.array(y, F32, order="C", subok=False)
        assert bits_of(mxc.quantize(y)) == bits_of(mxc.quantize(copy)), name
        same(np.asarray(TWICE(y)), copy + copy, name)


for test in (every_argument, every_option, memory_of_others, results_over_arguments, odd_arrays):
    test()
