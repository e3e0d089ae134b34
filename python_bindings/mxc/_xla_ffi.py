"""Compiled programs as custom calls of XLA, on the C ABI of XLA's foreign function interface.

One handler serves all programs: the attribute `program` says which. XLA hands over the memory of
arguments and results, so a call takes no turn through Python objects for each array.
"""

from __future__ import annotations

import ctypes
import functools
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_size_t, c_void_p
from typing import Any, Callable

import numpy as np

from . import _arrays, _device
from ._compile import Compiled
from ._errors import Error

TARGET = "mxc_run"


class _Base(Structure):
    _fields_ = [("struct_size", c_size_t), ("type", c_int), ("next", c_void_p)]


class _Version(Structure):
    _fields_ = [("struct_size", c_size_t), ("extension", c_void_p), ("major", c_int), ("minor", c_int)]


class _Metadata(Structure):
    _fields_ = [("struct_size", c_size_t), ("version", _Version)]


class _MetadataExtension(Structure):
    _fields_ = [("base", _Base), ("metadata", POINTER(_Metadata))]


class _Buffer(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("extension", c_void_p),
        ("dtype", c_int),
        ("data", c_void_p),
        ("rank", c_int64),
        ("dims", POINTER(c_int64)),
    ]


class _Values(Structure):
    """Arguments and results."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("extension", c_void_p),
        ("size", c_int64),
        ("types", c_void_p),
        ("values", POINTER(POINTER(_Buffer))),
    ]


class _Scalar(Structure):
    _fields_ = [("dtype", c_int), ("value", POINTER(c_int64))]


class _Attributes(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("extension", c_void_p),
        ("size", c_int64),
        ("types", c_void_p),
        ("names", c_void_p),
        ("values", POINTER(POINTER(_Scalar))),
    ]


class _ErrorArguments(Structure):
    _fields_ = [("struct_size", c_size_t), ("extension", c_void_p), ("message", c_char_p), ("code", c_int)]


class _StreamArguments(Structure):
    _fields_ = [("struct_size", c_size_t), ("extension", c_void_p), ("context", c_void_p), ("stream", c_void_p)]


class _Api(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("extension", c_void_p),
        ("version", _Version),
        ("internal", c_void_p),
        ("create_error", CFUNCTYPE(c_void_p, POINTER(_ErrorArguments))),
        ("get_error_message", c_void_p),
        ("destroy_error", c_void_p),
        ("register_handler", c_void_p),
        ("get_stream", CFUNCTYPE(c_void_p, POINTER(_StreamArguments))),
    ]


class _Frame(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("extension", POINTER(_Base)),
        ("api", POINTER(_Api)),
        ("context", c_void_p),
        ("stage", c_int),
        ("arguments", _Values),
        ("results", _Values),
        ("attributes", _Attributes),
    ]


_METADATA, _EXECUTE, _INTERNAL = 1, 3, 13
_API_VERSION = (0, 1)
_DATA = _Buffer.data.offset

_programs: list["Program"] = []


class Program:
    """A compiled function whose last argument is the seed, as two words of 32 bits."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._layout: Any = None
        self.number = len(_programs)
        # XLA's executables name the program by its number for as long as the process lives.
        _programs.append(self)
        if compiled.target != "nvvm" or not compiled.is_on_device:
            self._prepare()

    def _prepare(self) -> None:
        """What a call on arrays of the CPU needs."""
        compiled = self.compiled
        call = compiled._call_for(on_device=False)
        self._function, self._layout = call.function, call.layout
        self._pointer_words = call.pointer_words
        # All arguments are tensors but for the seed, where the recipe asks for one.
        self._seed_word = call.scalars[0][1] if call.scalars else None
        results = compiled.signature.results
        sizes = [int(np.prod(value.shape, dtype=np.int64)) * call.result_parts[i][1].itemsize for i, value in enumerate(results)]
        start = call.layout.room // 8
        self._results = [(start + offset // 8, size) for offset, size in zip(call.layout.results, sizes)]

    def run(self, arguments: list[int], results: list[int]) -> None:
        """Addresses of arguments, the seed last, and of memory for results."""
        if self._layout is None:
            self._prepare()
        layout = self._layout
        words = layout.template.copy()
        base = words.ctypes.data
        words[layout.address_words] += base
        seed = arguments.pop()
        if self._seed_word is not None:
            words[self._seed_word] = c_int64.from_address(seed).value
        words[self._pointer_words] = np.repeat(np.array(arguments, np.int64), 2)
        self._function(base + 8 * layout.slots)
        self._hand_over(words.tolist(), results)

    def run_on_device(self, arguments: list[int], results: list[int], stream: int) -> None:
        """The same for arrays on the GPU; waits for what is before it on the stream where it needs the seed."""
        compiled = self.compiled
        seed = arguments.pop()
        buffers: list[Any] = [_arrays.View(pointer, "", (), (), True, None) for pointer in arguments]
        if compiled._seed_part is not None:
            buffers.insert(compiled._seed_part, _device.download(seed, np.zeros((), np.uint64), stream))
        for result, target in zip(compiled._call_for(on_device=True)(buffers, stream, True), results):
            _device.copy(_arrays.View(target, "", (), (), False, None), result)

    def _hand_over(self, room: list[int], results: list[int]) -> None:
        """Copies what the function has allocated to XLA's memory, and frees it."""
        allocated = set()
        for (word, size), target in zip(self._results, results):
            _copy(target, room[word + 1], size)
            allocated.add(room[word])
        for address in allocated:
            _free(address)


# Many short calls: giving up the interpreter's lock around each would cost more than they take.
_libc = ctypes.PyDLL(None)
_copy, _free = _libc.memcpy, _libc.free
_copy.argtypes, _copy.restype = [c_void_p, c_void_p, c_size_t], None
_free.argtypes, _free.restype = [c_void_p], None


def _handle(pointer: Any, execute: Callable[[_Frame], None]) -> int | None:
    frame = pointer.contents
    try:
        if frame.extension and frame.extension.contents.type == _METADATA:
            version = ctypes.cast(frame.extension, POINTER(_MetadataExtension)).contents.metadata.contents.version
            version.major, version.minor = _API_VERSION
        elif frame.stage == _EXECUTE:
            execute(frame)
    except BaseException as error:
        message = f"mxc: {type(error).__name__}: {error}".encode()
        arguments = _ErrorArguments(ctypes.sizeof(_ErrorArguments), None, message, _INTERNAL)
        return frame.api.contents.create_error(arguments)
    return None


def _execute(frame: _Frame) -> None:
    number = frame.attributes.values[0].contents.value[0]
    _programs[number].run(_addresses(frame.arguments), _addresses(frame.results))


def _execute_on_device(frame: _Frame) -> None:
    program = _programs[frame.attributes.values[0].contents.value[0]]
    if program.compiled.target != "nvvm":
        raise Error("expected arrays in the CPU's memory; found arrays on a GPU: use target='cuda', or "
                    "jax.device_put(x, jax.devices('cpu')[0])")  # fmt: skip
    wanted = _StreamArguments(ctypes.sizeof(_StreamArguments), None, frame.context, None)
    if frame.api.contents.get_stream(wanted):
        raise Error("XLA gives no stream for the call")
    program.run_on_device(_addresses(frame.arguments), _addresses(frame.results), wanted.stream or 0)


@CFUNCTYPE(c_void_p, POINTER(_Frame))
def _handler(pointer: Any) -> int | None:
    return _handle(pointer, _execute)


@CFUNCTYPE(c_void_p, POINTER(_Frame))
def _gpu_handler(pointer: Any) -> int | None:
    return _handle(pointer, _execute_on_device)


def _addresses(values: _Values) -> list[int]:
    """Where the elements of the buffers lie; XLA keeps the buffers in an array of their own."""
    if not values.size:
        return []
    buffers = _words(ctypes.cast(values.values, c_void_p).value, values.size)
    stride = int(buffers[1] - buffers[0]) if len(buffers) > 1 else 8
    if stride % 8 or (np.diff(buffers) != stride).any():
        return [c_int64.from_address(int(buffer) + _DATA).value for buffer in buffers]
    step = stride // 8
    return _words(int(buffers[0]) + _DATA, (len(buffers) - 1) * step + 1)[::step].tolist()


def _words(address: int, count: int) -> np.ndarray:
    return np.frombuffer((c_int64 * count).from_address(address), np.int64)


@functools.lru_cache(maxsize=None)
def register() -> None:
    """Makes the handlers known to JAX's platforms, once."""
    import jax

    jax.ffi.register_ffi_target(TARGET, jax.ffi.pycapsule(_handler), platform="cpu")
    for platform in ("CUDA", "ROCM"):
        jax.ffi.register_ffi_target(TARGET, jax.ffi.pycapsule(_gpu_handler), platform=platform)
