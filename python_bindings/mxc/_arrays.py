"""Arrays of other libraries as strided buffers, and new ones of the same library.

An argument is read where it lies: numpy arrays through their own interface, everything else
(torch, JAX, CuPy …) through DLPack. Only an array whose elements are not aligned is copied.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, Structure, c_char_p, c_int32, c_int64, c_uint8, c_uint16, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from typing import Any, Optional, Sequence

import ml_dtypes
import numpy as np

from . import _abi
from ._errors import Error

#: Anything with elements in memory: numpy, torch, JAX, or whatever has `__dlpack__`.
Array = Any

FLOATS = ("float32", "bfloat16", "float16")


@dataclass
class View:
    """A strided buffer; `strides` counts elements and `owner` keeps the memory alive."""

    pointer: int
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    readonly: bool
    owner: Any
    device: str = "CPU"

    @property
    def itemsize(self) -> int:
        return numpy_dtype(self.dtype).itemsize

    def tensor(self) -> _abi.Tensor:
        """As the kernels take it; sizes and strides live as long as the result."""
        rank = len(self.shape)
        sizes, strides = (c_int64 * rank)(*self.shape), (c_int64 * rank)(*self.strides)
        dtype = _abi.DTYPES[self.dtype]
        result = _abi.Tensor(self.pointer, dtype, rank, sizes, strides)
        result.owner = self
        return result


# --- DLPack --------------------------------------------------------------------------------------


class _DLTensor(Structure):
    _fields_ = [
        ("data", c_void_p),
        ("device_type", c_int32),
        ("device_id", c_int32),
        ("ndim", c_int32),
        ("code", c_uint8),
        ("bits", c_uint8),
        ("lanes", c_uint16),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("byte_offset", c_uint64),
    ]


class _DLManagedTensorVersioned(Structure):
    _fields_ = [
        ("major", c_uint32),
        ("minor", c_uint32),
        ("context", c_void_p),
        ("deleter", c_void_p),
        ("flags", c_uint64),
        ("tensor", _DLTensor),
    ]


_DEVICES = {1: "the CPU", 2: "a CUDA device", 3: "the CPU", 10: "a ROCm device", 13: "a CUDA device"}
_HOST = (1, 3)  # kDLCPU, kDLCUDAHost
_DTYPE_CODES = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 5: "complex", 6: "bool"}
#: Whose elements may lie at an address that is no multiple of their size.
_WIDE = ("float16", "bfloat16", "float32", "float64", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (16, 32, 64)))
_READ_ONLY = 1

# Prototypes of our own: the functions of ctypes.pythonapi are shared with other packages.
_is_valid = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, c_char_p)(("PyCapsule_IsValid", ctypes.pythonapi))
_get_pointer = ctypes.PYFUNCTYPE(c_void_p, ctypes.py_object, c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
_new_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, c_void_p, c_char_p, c_void_p)(("PyCapsule_New", ctypes.pythonapi))


def _check_host(name: str, array: Array) -> None:
    try:
        device = int(array.__dlpack_device__()[0])
    except Exception as error:  # Whatever a foreign library raises.
        raise Error(f"expected {name} in the memory of the CPU: {error!r}") from None
    if device not in _HOST:
        where = _DEVICES.get(device, f"device type {device}")
        raise Error(f"expected {name} in the memory of the CPU; found an array on {where}: copy it to the CPU first")


def _capsule(name: str, array: Array, **options: Any) -> Any:
    try:
        try:
            return array.__dlpack__(max_version=(1, 0), **options)
        except TypeError:  # A library older than DLPack 1.0.
            return array.__dlpack__(**options)
    except Exception as error:  # Whatever a foreign library raises.
        raise Error(f"expected {name} as a strided array: {error!r}") from None


def from_dlpack(name: str, array: Array, **options: Any) -> View:
    """An array through DLPack, wherever it is; `options` are those of __dlpack__."""
    capsule = _capsule(name, array, **options)
    if _is_valid(capsule, b"dltensor_versioned"):
        managed = _DLManagedTensorVersioned.from_address(_get_pointer(capsule, b"dltensor_versioned"))
        if managed.major != 1:
            raise Error(f"expected {name} through DLPack 1; found version {managed.major}")
        tensor, readonly = managed.tensor, bool(managed.flags & _READ_ONLY)
    elif _is_valid(capsule, b"dltensor"):
        tensor, readonly = _DLTensor.from_address(_get_pointer(capsule, b"dltensor")), False
    else:
        raise Error(f"expected {name} as a DLPack capsule; found {type(capsule).__name__}")
    if tensor.lanes != 1:
        raise Error(f"expected {name} with plain elements; found vectors of {tensor.lanes}")
    kind = _DTYPE_CODES.get(tensor.code, f"type {tensor.code} of ")
    dtype = "bool" if kind == "bool" else f"{kind}{tensor.bits}"
    rank = tensor.ndim
    shape = tuple(tensor.shape[:rank])
    strides = tuple(tensor.strides[:rank]) if tensor.strides else row_major(shape)
    if rank < 0 or any(size < 0 for size in shape) or (not tensor.data and 0 not in shape):
        raise Error(f"expected {name} with elements in memory; found shape {shape} at address {tensor.data or 0}")
    # A capsule that nobody consumes frees its tensor when it goes; until then it is the owner.
    owner = (array, capsule)
    device = "CPU" if tensor.device_type in _HOST else _DEVICES.get(tensor.device_type, "another device")
    result = View((tensor.data or 0) + tensor.byte_offset, dtype, shape, strides, readonly, owner, device)
    if device != "CPU":
        return result
    if dtype in _WIDE and result.pointer % result.itemsize and 0 not in shape:
        return _from_numpy(name, as_numpy(result))  # Copied, since its elements are not aligned.
    return result


# --- DLPack, the other way -----------------------------------------------------------------------


class _DLManagedTensor(Structure):
    _fields_ = [("tensor", _DLTensor), ("context", c_void_p), ("deleter", c_void_p)]


#: What a capsule's destructor gets is no reference of its own.
_is_unused = ctypes.PYFUNCTYPE(ctypes.c_int, c_void_p, c_char_p)(("PyCapsule_IsValid", ctypes.pythonapi))
_unused_pointer = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
#: Tensors that others use, by address, with what they lie on.
_exported: dict[int, tuple[_DLManagedTensor, Any, Any]] = {}


@ctypes.CFUNCTYPE(None, c_void_p)
def _delete(address: int) -> None:
    _exported.pop(address, None)


@ctypes.PYFUNCTYPE(None, c_void_p)
def _drop(capsule: int) -> None:
    """A capsule that nobody has used."""
    if _is_unused(capsule, b"dltensor"):
        _exported.pop(_unused_pointer(capsule, b"dltensor") or 0, None)


def export_dlpack(owner: Any, pointer: int, dtype: np.dtype, shape: Sequence[int], device: int) -> Any:
    """A DLPack capsule of a row-major array on device 0 of a type; `owner` lives as long as it is used."""
    kinds = {"i": 0, "u": 1, "f": 2, "b": 6}
    code = 4 if dtype.name == "bfloat16" else kinds.get(dtype.kind, 1)
    extents = (c_int64 * len(shape))(*shape)
    tensor = _DLTensor(pointer, device, 0, len(shape), code, 8 * dtype.itemsize, 1, extents, None, 0)
    managed = _DLManagedTensor(tensor, None, ctypes.cast(_delete, c_void_p))
    address = ctypes.addressof(managed)
    _exported[address] = (managed, extents, owner)
    return _new_capsule(address, b"dltensor", ctypes.cast(_drop, c_void_p))


# --- numpy ---------------------------------------------------------------------------------------


def row_major(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of a buffer without gaps."""
    strides = [1] * len(shape)
    for axis in range(len(shape) - 1, 0, -1):
        strides[axis - 1] = strides[axis] * shape[axis]
    return tuple(strides)


def _from_numpy(name: str, array: np.ndarray) -> View:
    if not array.dtype.isnative:
        raise Error(f"expected {name} in the byte order of this machine; found {array.dtype.str}")
    size = array.dtype.itemsize
    dtype = array.dtype.name
    if any(stride % size for stride in array.strides) or not array.flags.aligned:
        if array.flags.writeable and array.base is None:
            raise Error(f"expected {name} with aligned elements")
        array = array.copy()
        array.flags.writeable = False  # Nothing written to the copy would reach the argument.
    strides = tuple(stride // size for stride in array.strides)
    return View(array.ctypes.data, dtype, array.shape, strides, not array.flags.writeable, array)


# --- What the functions use ----------------------------------------------------------------------


def view(name: str, array: Array, dtypes: Optional[Sequence[str]] = None) -> View:
    """An argument as a buffer; `dtypes` are those it may have."""
    if isinstance(array, View):
        result = array
    elif isinstance(array, np.ma.MaskedArray):
        raise Error(f"expected {name} without a mask; found a masked array: fill it first")
    elif isinstance(array, (np.ndarray, np.generic)):
        result = _from_numpy(name, np.asarray(array))
    elif hasattr(array, "__dlpack__") and hasattr(array, "__dlpack_device__"):
        _check_host(name, array)
        result = from_dlpack(name, array)
    else:
        raise Error(
            f"expected {name} to be an array (numpy, torch, JAX or any with __dlpack__); "
            f"found {type(array).__name__}"
        )
    if dtypes and result.dtype not in dtypes:
        raise Error(f"expected {name} of {' or '.join(dtypes)}; found {result.dtype}: convert it first")
    return result


def _overlaps_itself(found: View) -> bool:
    """Sorted by stride, each axis must step over all that the ones before it reach."""
    axes = sorted((abs(stride), size) for stride, size in zip(found.strides, found.shape) if size > 1)
    reach = 0
    for stride, size in axes:
        if stride <= reach and 0 not in found.shape:
            return True
        reach += stride * (size - 1)
    return False


def _bounds(found: View) -> tuple[int, int]:
    """The first byte and the one after the last."""
    if 0 in found.shape:
        return 0, 0
    reaches = [(size - 1) * stride for size, stride in zip(found.shape, found.strides)]
    low, high = sum(min(reach, 0) for reach in reaches), sum(max(reach, 0) for reach in reaches)
    return found.pointer + low * found.itemsize, found.pointer + (high + 1) * found.itemsize


def is_same(first: View, second: View) -> bool:
    """Whether two buffers are one and the same."""
    return (first.pointer, first.strides, first.dtype) == (second.pointer, second.strides, second.dtype)


def share_memory(first: View, second: View) -> bool:
    """Whether the bytes from the first to the last of two buffers meet."""
    (low, high), (start, end) = _bounds(first), _bounds(second)
    return low < end and start < high


def writable(name: str, array: Array, dtypes: Sequence[str], shape: Sequence[int]) -> View:
    """An array to write a result to."""
    result = view(name, array, dtypes)
    if library_of(array) == "jax" or result.readonly:
        raise Error(f"expected {name} to be writable; found a read-only array")
    if result.shape != tuple(shape):
        raise Error(f"expected {name} of shape {tuple(shape)}; found {result.shape}")
    if _overlaps_itself(result):
        raise Error(f"expected {name} without overlapping elements; found strides {result.strides}")
    return result


def library_of(array: Array) -> str:
    """The library that results for this argument belong to: numpy, torch or jax."""
    root = type(array).__module__.partition(".")[0]
    return {"torch": "torch", "jax": "jax", "jaxlib": "jax"}.get(root, "numpy")


def empty(library: str, shape: Sequence[int], dtype: str) -> Array:
    """Memory for a result, to be handed out by `finish`."""
    if library == "torch":
        torch = sys.modules["torch"]
        return torch.empty(tuple(shape), dtype=getattr(torch, dtype))
    return np.empty(tuple(shape), numpy_dtype(dtype))


def finish(library: str, array: Array) -> Array:
    """The result as an array of the library; JAX takes over numpy's memory where it can."""
    if library == "jax":
        return sys.modules["jax"].numpy.asarray(array)
    return array


def as_numpy(source: View) -> np.ndarray:
    """A view as a numpy array on the same memory."""
    dtype = numpy_dtype(source.dtype)
    if 0 in source.shape:
        return np.empty(source.shape, dtype)
    low = sum((size - 1) * min(stride, 0) for size, stride in zip(source.shape, source.strides))
    high = sum((size - 1) * max(stride, 0) for size, stride in zip(source.shape, source.strides))
    memory: Any = (ctypes.c_uint8 * ((high - low + 1) * dtype.itemsize)).from_address(source.pointer + low * dtype.itemsize)
    memory._owner = source.owner
    strides = [stride * dtype.itemsize for stride in source.strides]
    return np.ndarray(source.shape, dtype, memory, -low * dtype.itemsize, strides)


def numpy_dtype(name: str) -> np.dtype:
    """A dtype by name, of numpy or of ml_dtypes."""
    return np.dtype(getattr(ml_dtypes, name, None) or name)


class _ArrayInterface(Structure):
    """numpy's PyArrayInterface."""

    _fields_ = [
        ("two", ctypes.c_int),
        ("nd", ctypes.c_int),
        ("typekind", ctypes.c_char),
        ("itemsize", ctypes.c_int),
        ("flags", ctypes.c_int),
        ("shape", c_void_p),
        ("strides", c_void_p),
        ("data", c_void_p),
    ]


_DATA = _ArrayInterface.data.offset


def address_of(array: np.ndarray) -> int:
    """The address of the first element, many times quicker than through `array.ctypes`."""
    capsule = array.__array_struct__  # It holds what the pointer leads to.
    return c_void_p.from_address(_get_pointer(capsule, None) + _DATA).value or 0


def from_numpy(library: str, array: np.ndarray) -> Array:
    """A numpy array as one of the library, on the same memory where it can be."""
    if library != "torch":
        return finish(library, array)
    torch = sys.modules["torch"]
    dtype = getattr(torch, array.dtype.name, None)
    if array.dtype.kind != "V":
        return torch.from_numpy(array)
    bits = torch.from_numpy(array.view(np.uint8 if array.dtype.itemsize == 1 else np.int16))
    return bits if dtype is None else bits.view(dtype)


def dtype_name(dtype: Any, dtypes: Sequence[str] = FLOATS) -> str:
    """The name of a dtype given as text, or as numpy, torch or JAX write it."""
    name = str(dtype).removeprefix("torch.")
    if name not in dtypes:
        try:
            name = np.dtype(dtype).name
        except TypeError:
            pass
    if name not in dtypes:
        raise Error(f"expected dtype {' or '.join(dtypes)}; found {dtype}")
    return name
