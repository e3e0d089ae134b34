"""Runs the objects that examples/toy made of mlp.mlir against numpy: without a recipe, and with weights in MXFP4."""

import ctypes
import sys

import numpy as np

from Acceptance import model


def descriptor(rank):
    """MLIR's memref descriptor."""
    class MemRef(ctypes.Structure):
        _fields_ = [("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p), ("offset", ctypes.c_int64),
                    ("sizes", ctypes.c_int64 * rank), ("strides", ctypes.c_int64 * rank)]
    return MemRef


def pass_array(array):
    memref = descriptor(array.ndim)()
    memref.allocated = memref.aligned = array.ctypes.data
    memref.sizes[:] = array.shape
    memref.strides[:] = [stride // array.itemsize for stride in array.strides]
    return ctypes.byref(memref)


def call(library, arrays):
    result = descriptor(2)()
    ctypes.CDLL(library)._mlir_ciface_main(ctypes.byref(result), *map(pass_array, arrays))
    shape = tuple(result.sizes)
    buffer = ctypes.cast(result.aligned, ctypes.POINTER(ctypes.c_float * (shape[0] * shape[1])))
    return np.array(buffer.contents, dtype=np.float32).reshape(shape)


def mlp(x, w1, b1, w2, b2):
    x, w1, w2 = (a.astype(np.float64) for a in (x, w1, w2))
    return np.maximum(x @ w1.T + b1, 0) @ w2.T + b2


def main():
    rng = np.random.default_rng(3)
    shapes = {"x": (7, 64), "w1": (48, 64), "b1": (48,), "w2": (10, 48), "b2": (10,)}
    arrays = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    rounded = dict(arrays)
    for name in ("w1", "w2"):
        rounded[name] = model.quantize(arrays[name], model.NAMED["mxfp4"]).values
    assert np.any(rounded["w1"] != arrays["w1"])
    for library, inputs in zip(sys.argv[1:], (arrays, rounded)):
        found, expected = call(library, arrays.values()), mlp(**inputs)
        error = np.abs(found - expected).max() / np.abs(expected).max()
        assert found.shape == (7, 10) and error < 1e-6, (library, error)
        print(f"{library}: {error:.1e} of the largest value")


main()
