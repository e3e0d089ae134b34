"""Arguments and results of compiled functions: their types, and arrays that fit them."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Optional, Sequence

import numpy as np

from . import _arrays, _device
from ._errors import Error
from ._formats import Format
from ._scaled import Scaled

_INTEGERS = {"i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64"}
#: The names of dtypes that may hold an element type; results have the first one.
_DTYPES = {
    "f64": ("float64",),
    "f32": ("float32",),
    "f16": ("float16",),
    "bf16": ("bfloat16",),
    "i1": ("bool",),
    "index": ("int64",),
    **{name: (dtype, "u" + dtype) for name, dtype in _INTEGERS.items()},
    "f8E4M3FN": ("float8_e4m3fn", "uint8"),
    "f8E5M2": ("float8_e5m2", "uint8"),
    "f8E8M0FNU": ("float8_e8m0fnu", "uint8"),
    "f6E2M3FN": ("float6_e2m3fn", "uint8"),
    "f6E3M2FN": ("float6_e3m2fn", "uint8"),
    "f4E2M1FN": ("float4_e2m1fn", "uint8"),
}
_CODE_BITS = {"f6E2M3FN": 6, "f6E3M2FN": 6, "f4E2M1FN": 4, "i1": 1}


@dataclass(frozen=True)
class Value:
    """An argument or a result of a compiled function.

    type : in MLIR, `tensor<4x64xf32>`
    dtype : of the arrays that stand for it; "" for a block-scaled value
    shape : None for a scalar, -1 for an extent that is known at the call
    format : of a block-scaled value, which an mxc.Scaled stands for
    is_seed : whether it takes the seed of a call
    """

    type: str
    dtype: str
    shape: Optional[tuple[int, ...]]
    format: Optional[Format] = None
    is_seed: bool = False

    @staticmethod
    def read(what: str, record: dict[str, Any]) -> "Value":
        """From a record of mx_program_signature."""
        shape = None if record["shape"] is None else tuple(record["shape"])
        element, seed = record["element"], record.get("seed", False)
        if shape is not None and element.startswith(("!mx.scaled", "!mx.mx", "!mx.nv")):
            return Value(record["type"], "", shape, Format.parse(element))
        if element not in _DTYPES:
            raise Error(
                f"{what} has type {record['type']}, which no array can carry; expected a ranked tensor or a "
                f"scalar of {', '.join(_DTYPES)}, or a block-scaled tensor"
            )
        return Value(record["type"], _DTYPES[element][0], shape, None, seed)

    @property
    def rank(self) -> int:
        return len(self.shape or ())

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The names of the dtypes that an argument may have."""
        return next(names for names in _DTYPES.values() if names[0] == self.dtype)

    def parts(self) -> list["Value"]:
        """What it is passed as: a scaled value as codes, scales, tensor scale and extent."""
        if self.format is None:
            return [self]
        assert self.shape is not None
        scale = "float32" if self.format.scale.name == "f32" else "uint8"
        rank = len(self.shape)
        result = [Value("codes", "uint8", (-1,) * (rank + 1)), Value("scale", scale, (-1,) * rank)]
        if self.format.tensor_scale:
            result.append(Value("tensor scale", "float32", ()))
        if self.format.stored_shape(self.shape)[-1] == -1:
            result.append(Value("extent", "int64", None))
        return result

    def take(self, name: str, given: Any) -> list[np.ndarray]:
        """An argument as contiguous arrays, one for each part; nothing is copied that need not be."""
        if self.format is not None:
            return self._take_scaled(name, given)
        if not self.shape and isinstance(given, (int, float, bool, np.number, np.bool_)):
            return [self._take_number(name, given)]
        source = _arrays.view(name, given)
        self._check_dtype(name, source.dtype)
        self._check_shape(name, source.shape)
        array = _arrays.as_numpy(source) if not isinstance(given, np.ndarray) else source.owner
        if not array.flags.c_contiguous:
            array = np.ascontiguousarray(array)
        bits = self._code_bits
        if bits < 8 and array.size and int(array.view(np.uint8).max()) >> bits:
            raise Error(f"expected {name} with codes below {1 << bits} for {self.type}; found a larger one")
        return [array]

    def take_on_device(self, name: str, given: Any, stream: int) -> list[Any]:
        """An argument on the GPU as buffers, one for each part; numbers stay the host's."""
        if self.shape is None:
            return self.take(name, given)
        if self.format is not None:
            parts: list[Any] = list(self._scaled_parts(name, given))
            buffers: list[Any] = [_device.view(name, part, stream) for part in parts]
            return buffers + self._extent_part(given, len(parts))
        source = _device.view(name, given, stream)
        self._check_dtype(name, source.dtype)
        self._check_shape(name, source.shape)
        return [source]

    def _check_dtype(self, name: str, found: str) -> None:
        if found not in self.dtypes:
            raise Error(f"expected {name} of {' or '.join(self.dtypes)} for {self.type}; found {found}")

    @cached_property
    def _numpy_dtype(self) -> np.dtype:
        """The dtype that needs no other look at the elements."""
        return np.dtype("V0") if self.format is not None or self._code_bits < 8 else _arrays.numpy_dtype(self.dtype)

    @property
    def _code_bits(self) -> int:
        return next((bits for element, bits in _CODE_BITS.items() if _DTYPES[element][0] == self.dtype), 8)

    def fits(self, array: np.ndarray) -> bool:
        """Whether an array can be passed as it is: what calls in a loop have."""
        flags = array.flags
        return (
            array.dtype == self._numpy_dtype and array.shape == self.shape and flags.c_contiguous and flags.aligned
        )

    def _take_number(self, name: str, given: Any) -> np.ndarray:
        try:
            array = np.array(given, _arrays.numpy_dtype(self.dtype))
        except (OverflowError, TypeError, ValueError) as error:
            raise Error(f"expected {name} as a number for {self.type}: {error}") from None
        if not isinstance(given, (float, np.floating)) and array != given:
            raise Error(f"expected {name} as a number that fits {self.type}; found {given!r}")
        if isinstance(given, (float, np.floating)) and array.dtype.kind in "iub":
            raise Error(f"expected {name} as an integer for {self.type}; found {given!r}")
        return array

    def _check_shape(self, name: str, found: Sequence[int]) -> None:
        wanted = self.shape or ()
        if len(found) != len(wanted) or any(w not in (-1, f) for w, f in zip(wanted, found)):
            raise Error(f"expected {name} with the shape of {self.type}; found shape {tuple(found)}")

    def _scaled_parts(self, name: str, given: Any) -> list[Any]:
        """Codes, scales and a tensor scale."""
        assert self.format is not None
        if not isinstance(given, Scaled) or given.format != self.format:
            found = given.format if isinstance(given, Scaled) else type(given).__name__
            raise Error(f"expected {name} as an mxc.Scaled in {self.format} for {self.type}; found {found}")
        self._check_shape(name, given.shape)
        return [given.packed, given.scale] + ([given.tensor_scale] if self.format.tensor_scale else [])

    def _extent_part(self, given: Scaled, parts: int) -> list[np.ndarray]:
        """The extent of the blocked axis where it is a part."""
        assert self.format is not None
        return [np.array(self.format.stored_shape(given.shape)[-1], np.int64)] if len(self.parts()) > parts else []

    def _take_scaled(self, name: str, given: Any) -> list[np.ndarray]:
        parts = self._scaled_parts(name, given)
        arrays = [np.ascontiguousarray(_arrays.as_numpy(_arrays.view(name, part))) for part in parts]
        return arrays + self._extent_part(given, len(parts))

    def give(self, library: str, parts: Sequence[Any]) -> Any:
        """A result of a call, of the arrays that its parts came back as."""
        if self.format is None:
            if self.shape is None:
                return parts[0][()]
            return _give(library, parts[0])
        shape = self._stored_extents(parts)
        arrays = [_give(library, part) for part in parts[:3]]
        tensor_scale = arrays[2] if self.format.tensor_scale else None
        return Scaled(arrays[0], arrays[1], tensor_scale, self.format, shape)

    def _stored_extents(self, parts: Sequence[Any]) -> tuple[int, ...]:
        """The shape of a scaled result: dynamic extents from its parts."""
        assert self.shape is not None and self.format is not None
        stored = list(self.format.stored_shape(self.shape))
        for axis, extent in enumerate(stored):
            if extent == -1:
                stored[axis] = int(parts[-1]) if axis == len(stored) - 1 else parts[0].shape[axis]
        return self.format.stored_shape(stored)


def _give(library: str, part: Any) -> Any:
    return _device.give(library, part) if isinstance(part, _device.DeviceArray) else _arrays.from_numpy(library, part)


class Memory:
    """Memory that compiled code has allocated, freed with the last array on it."""

    _free = ctypes.CDLL(None).free
    _free.argtypes, _free.restype = [ctypes.c_void_p], None

    def __init__(self, address: int) -> None:
        self.address = address

    def __del__(self) -> None:
        self._free(self.address)

    def array(self, pointer: int, dtype: np.dtype, shape: tuple[int, ...], strides: tuple[int, ...]) -> np.ndarray:
        """A strided array on this memory; `strides` counts elements, none of them negative."""
        if 0 in shape:
            return np.empty(shape, dtype)
        itemsize, last = dtype.itemsize, 0
        for size, stride in zip(shape, strides):
            last += (size - 1) * stride
        block = _block_type((last + 1) * itemsize).from_address(pointer)
        block.memory = self  # The array keeps the block, and the block the memory.
        return np.ndarray(shape, dtype, block, 0, [stride * itemsize for stride in strides])


@lru_cache(maxsize=1024)
def _block_type(size: int) -> Any:
    return type("Block", (ctypes.c_char * size,), {})
