"""Arrays in the memory of the first NVIDIA GPU, and the stream that work on them is queued on."""

from __future__ import annotations

import ctypes
import functools
import sys
import weakref
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_int64, c_uint8, c_void_p
from typing import Any, Iterable, Optional, Sequence

import numpy as np

from . import _arrays, _library
from ._errors import Error

_CUDA = 2  # kDLCUDA
_MANAGED = 13  # kDLCUDAManaged
#: CU_STREAM_PER_THREAD: the calling thread's own default stream.
THREAD_STREAM = 2


class _Scope(Structure):
    """mx_cuda_scope."""

    _fields_ = [("stream", c_void_p), ("active", c_int64), ("failed", c_int64), ("entered", c_int64)]


@functools.lru_cache(maxsize=None)
def _cuda() -> ctypes.CDLL:
    """libmx_cuda_runtime: the C ABI of mx-runtime/mx_cuda.h."""
    library = _library.load("libmx_cuda_runtime.so.0")
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "mx_cuda_available": (c_int, [POINTER(c_char_p)]),
        "mx_cuda_enter": (None, [POINTER(_Scope), c_void_p]),
        "mx_cuda_leave": (c_int, [POINTER(_Scope)]),
        "mx_cuda_last_error": (c_char_p, []),
        "mx_cuda_free": (None, [c_void_p]),
        "mx_cuda_copy": (None, [c_void_p, c_void_p, c_int64]),
        "mx_cuda_download": (None, [c_void_p, c_void_p, c_int64]),
        "mx_cuda_synchronize": (None, []),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _find_problem() -> Optional[str]:
    """Why there is no GPU, if there is none."""
    reason = c_char_p()
    if _cuda().mx_cuda_available(byref(reason)):
        return None
    return (reason.value or b"").decode().replace("--target=cpu", "target='cpu'")


def check_gpu() -> None:
    """Says what is missing where there is no GPU."""
    problem = _find_problem()
    if problem is not None:
        raise Error(f"target nvvm needs a GPU: {problem}")


class Stream:
    """Work inside `with` is queued on a stream; an error of the driver is an mxc.Error at its end."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self._scope = _Scope()

    def __enter__(self) -> "Stream":
        self._scope = _Scope()
        _cuda().mx_cuda_enter(byref(self._scope), self.handle)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if _cuda().mx_cuda_leave(byref(self._scope)) and kind is None:
            raise Error(f"on the GPU: {_cuda().mx_cuda_last_error().decode(errors='replace')}")


# --- Arguments -----------------------------------------------------------------------------------


def is_on_device(array: Any) -> bool:
    """Whether an array is in the memory of an NVIDIA GPU."""
    if isinstance(array, (np.ndarray, np.generic, int, float)):
        return False
    try:
        return int(array.__dlpack_device__()[0]) in (_CUDA, _MANAGED)
    except Exception:  # Whatever a foreign library raises: no array on a GPU.
        return False


def stream_of(arrays: Iterable[Any]) -> int:
    """torch's current stream where there is a tensor of torch, else the thread's own default stream."""
    for array in arrays:
        if _arrays.library_of(array) == "torch":
            return int(sys.modules["torch"].cuda.current_stream(0).cuda_stream)
        if isinstance(array, DeviceArray):
            return array.stream
    return THREAD_STREAM


def view(name: str, array: Any, stream: int) -> _arrays.View:
    """An array on the GPU as kernels take it, ready on `stream`."""
    if not is_on_device(array):
        raise Error(f"expected {name} on the GPU, as other arguments are; found an array in the memory of the CPU")
    device = int(array.__dlpack_device__()[1])
    if device:
        raise Error(f"expected {name} on the first GPU; found an array on GPU {device}")
    if _arrays.library_of(array) == "torch":
        array = array.contiguous()
    found = _arrays.from_dlpack(name, array, stream=stream or 1)  # DLPack's word for the default stream.
    dense = _arrays.row_major(found.shape)
    if any(size > 1 and have != want for size, have, want in zip(found.shape, found.strides, dense)):
        if 0 not in found.shape:
            raise Error(f"expected {name} row-major without gaps on the GPU; found strides {found.strides}")
    if found.pointer % 16 and 0 not in found.shape:
        raise Error(f"expected {name} aligned to 16 bytes on the GPU; found address 0x{found.pointer:x}: copy it first")
    return found


def shape_of(name: str, array: Any, dtypes: Sequence[str]) -> tuple[int, ...]:
    """The shape of an array of one of these dtypes, wherever it is."""
    if not is_on_device(array):
        return _arrays.view(name, array, dtypes).shape
    problem = _find_problem()
    if problem is not None:
        raise Error(f"expected {name} in the memory of the CPU; found an array on a CUDA device, but {problem}")
    found = view(name, array, stream_of([array]))
    if found.dtype not in dtypes:
        raise Error(f"expected {name} of {' or '.join(dtypes)}; found {found.dtype}: convert it first")
    return found.shape


def to_cpu(array: Any) -> Any:
    """A copy of an array on the GPU, of the same library."""
    if isinstance(array, DeviceArray):
        return array.numpy()
    if _arrays.library_of(array) == "torch":
        return array.cpu()
    if _arrays.library_of(array) == "jax":
        jax = sys.modules["jax"]
        return jax.device_put(array, jax.devices("cpu")[0])
    return array.get() if hasattr(array, "get") else np.asarray(array)  # CuPy's word for it.


# --- Results -------------------------------------------------------------------------------------


def _free(address: int, stream: int) -> None:
    scope = _Scope()
    _cuda().mx_cuda_enter(byref(scope), stream)
    _cuda().mx_cuda_free(address)
    _cuda().mx_cuda_leave(byref(scope))


class Memory:
    """Memory of the GPU that compiled code has allocated, given back in the order of its stream."""

    def __init__(self, address: int, stream: int) -> None:
        self.address, self.stream = address, stream
        weakref.finalize(self, _free, address, stream).atexit = False

    def array(self, pointer: int, dtype: np.dtype, shape: tuple[int, ...], strides: tuple[int, ...]) -> "DeviceArray":
        return DeviceArray(pointer, dtype, shape, self)


class DeviceArray:
    """A row-major array on the GPU, for libraries that take DLPack: torch.from_dlpack(x), cupy.from_dlpack(x).

    Narrow floats are their codes, uint8. `numpy()` copies it to the CPU.
    """

    def __init__(self, pointer: int, dtype: np.dtype, shape: tuple[int, ...], memory: Memory) -> None:
        self.pointer, self.dtype, self.shape, self._memory = pointer, dtype, shape, memory

    @property
    def stream(self) -> int:
        """The stream that the array is written on."""
        return self._memory.stream

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def numpy(self) -> np.ndarray:
        """A copy in the memory of the CPU."""
        return download(self.pointer, np.empty(self.shape, self.dtype), self.stream)

    def reshape(self, shape: Sequence[int]) -> "DeviceArray":
        """The same memory in another shape of as many elements."""
        if np.prod(shape, dtype=np.int64) != np.prod(self.shape, dtype=np.int64):
            raise Error(f"expected a shape of as many elements as {self.shape}; found {tuple(shape)}")
        return DeviceArray(self.pointer, self.dtype, tuple(shape), self._memory)

    def __dlpack_device__(self) -> tuple[int, int]:
        return _CUDA, 0

    def __dlpack__(self, *, stream: Optional[int] = None, **_: Any) -> Any:
        """A capsule; waits for the array unless it is wanted on the stream that it is written on."""
        if stream is None or (0 if stream == 1 else stream) != self.stream:
            with Stream(self.stream):
                _cuda().mx_cuda_synchronize()
        return _arrays.export_dlpack(self, self.pointer, self.dtype, self.shape, _CUDA)

    def __repr__(self) -> str:
        return f"mxc.DeviceArray({list(self.shape)}, {self.dtype.name})"


def download(pointer: int, target: np.ndarray, stream: int) -> np.ndarray:
    """Fills a row-major array from the GPU, once the work before on the stream is done."""
    with Stream(stream):
        _cuda().mx_cuda_download(target.ctypes.data, pointer, target.nbytes)
    return target


def copy(target: _arrays.View, source: DeviceArray) -> None:
    """Writes an array to a buffer of its size, on its stream."""
    with Stream(source.stream):
        _cuda().mx_cuda_copy(target.pointer, source.pointer, source.nbytes)


def give(library: str, array: DeviceArray) -> Any:
    """A result as an array of the library, on the same memory."""
    if library == "torch":
        torch = sys.modules["torch"]
        tensor = torch.from_dlpack(array)
        narrow = getattr(torch, array.dtype.name, None) if array.dtype.kind == "V" or array.dtype.itemsize == 1 else None
        return tensor if narrow is None or tensor.dtype == narrow else tensor.view(narrow)
    if library == "jax":
        return sys.modules["jax"].dlpack.from_dlpack(array)
    return array
