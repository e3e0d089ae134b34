"""The shared libraries beside this file, opened when they are first needed."""

from __future__ import annotations

import ctypes
import functools
import os

_FOLDER = os.path.join(os.path.dirname(__file__), "lib")


def path(name: str) -> str:
    """The path of a library, such as `libmx_runtime.so.0`."""
    return os.path.join(_FOLDER, name)


def load(name: str) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(path(name))
    except OSError as error:
        raise ImportError(
            f"{error}; this installation of mxc is incomplete: install the wheel, "
            "or build it with ./dev build"
        ) from None


@functools.lru_cache(maxsize=None)
def runtime() -> ctypes.CDLL:
    """libmx_runtime: the kernels, with their plain C ABI (mx-runtime/mx_runtime.h)."""
    from . import _abi

    library = load("libmx_runtime.so.0")
    _abi.declare(library)
    return library
