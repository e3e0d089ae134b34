"""The C API of the compiler, as in include/mx-c/mx.h."""

from __future__ import annotations

import ctypes
import functools
import json
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_size_t, c_void_p
from dataclasses import dataclass
from typing import Any, Optional

from . import _library
from ._errors import CompileError

_Writer = CFUNCTYPE(None, c_void_p, POINTER(ctypes.c_char), c_size_t)
#: A compiled function, which takes the address of its slots.
Function = CFUNCTYPE(None, c_void_p)


class _Option(Structure):
    _fields_ = [("key", c_char_p), ("value", c_char_p)]


class _Options(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("options", POINTER(_Option)),
        ("option_count", c_size_t),
        ("progress", c_void_p),
        ("progress_user", c_void_p),
    ]


def _options(**options: Optional[str]) -> _Options:
    given = [_Option(key.encode(), value.encode()) for key, value in options.items() if value]
    return _Options(ctypes.sizeof(_Options), (_Option * len(given))(*given), len(given))


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """libmx_c, opened at the first use: it holds, or links, LLVM."""
    library = _library.load("libmx_c.so")
    program, executable = c_void_p, c_void_p
    signatures = {
        "mx_c_version": (c_int64, []),
        "mx_compiler_error": (c_char_p, []),
        "mx_list": (c_int, [c_char_p, _Writer, c_void_p]),
        "mx_program_parse": (program, [c_char_p, c_size_t, c_char_p, POINTER(_Options)]),
        "mx_program_generate": (program, [c_char_p, c_size_t, c_char_p, POINTER(_Options)]),
        "mx_program_destroy": (None, [program]),
        "mx_program_lower": (c_int, [program, c_char_p]),
        "mx_program_cancel": (None, [program]),
        "mx_program_remarks": (c_char_p, [program]),
        "mx_program_emit": (c_int, [program, c_char_p, _Writer, c_void_p]),
        "mx_program_signature": (c_int, [program, _Writer, c_void_p]),
        "mx_program_explain": (c_int, [program, _Writer, c_void_p]),
        "mx_program_jit": (executable, [program]),
        "mx_executable_destroy": (None, [executable]),
        "mx_executable_lookup": (c_void_p, [executable, c_char_p]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _check(result: Any) -> Any:
    """Raises what a call that failed has left in this thread."""
    if result:
        raise CompileError(library().mx_compiler_error().decode(errors="replace"))


def _collect(name: str, *arguments: Any) -> bytes:
    """What a function writes."""
    parts: list[bytes] = []
    writer = _Writer(lambda _, data, length: parts.append(ctypes.string_at(data, length)))
    _check(getattr(library(), name)(*arguments, writer, None))
    return b"".join(parts)


def names(what: str) -> list[str]:
    """The names of recipes, targets, chips or stages."""
    lines = _collect("mx_list", what.encode()).decode().splitlines()
    return [line.partition("\t")[0] for line in lines]


@dataclass(frozen=True)
class Source:
    """What a program is made of: MLIR, or a list of kernels as `mxc generate` takes it."""

    text: bytes
    name: str
    recipe: str
    target: str
    chip: Optional[str]
    is_list: bool = False


class Program:
    """A module on its way through the stages; used by one thread at a time, but for `cancel`."""

    def __init__(self, source: Source, on_device: bool = False) -> None:
        arrays = "device" if on_device else None
        options = _options(recipe=source.recipe, target=source.target, chip=source.chip, arrays=arrays)
        make = library().mx_program_generate if source.is_list else library().mx_program_parse
        self._handle = make(source.text, len(source.text), source.name.encode(), options)
        _check(not self._handle)

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            library().mx_program_destroy(self._handle)

    def lower(self, stage: str) -> None:
        _check(library().mx_program_lower(self._handle, stage.encode()))

    def cancel(self) -> None:
        library().mx_program_cancel(self._handle)

    def emit(self, kind: str) -> bytes:
        return _collect("mx_program_emit", self._handle, kind.encode())

    def signature(self) -> list[dict[str, Any]]:
        functions: list[dict[str, Any]] = json.loads(_collect("mx_program_signature", self._handle))["functions"]
        return functions

    def explain(self) -> list[dict[str, Any]]:
        lines = _collect("mx_program_explain", self._handle).splitlines()
        return [json.loads(line) for line in lines]

    def remarks(self) -> str:
        return str(library().mx_program_remarks(self._handle).decode(errors="replace"))

    def jit(self) -> "Executable":
        handle = library().mx_program_jit(self._handle)
        _check(not handle)
        return Executable(handle)


class Executable:
    """Functions of this process, which live as long as this object."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __del__(self) -> None:
        library().mx_executable_destroy(self._handle)

    def lookup(self, name: str) -> Any:
        address = library().mx_executable_lookup(self._handle, name.encode())
        _check(not address)
        return Function(address)
