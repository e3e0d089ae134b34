"""Block-scaled arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional, Sequence, Union

import numpy as np

from . import _abi, _arrays, _device, _library
from ._arrays import Array
from ._errors import Error
from ._formats import Format


@dataclass(frozen=True, eq=False)
class Scaled:
    """An array in a block-scaled format: codes, and a scale for each block of them.

    packed : uint8 […, M, ceil(K / B), bytes]
        The codes as kernels read them: 4-bit codes two a byte (element 2i low), 6-bit codes four in
        three bytes, others in one or two bytes. Blocks [B, 1] are stored as the transpose's [B].
    scale : uint8, or float32 for f32 scales […, ceil(M / rows), ceil(K / columns)]
        The codes of the block scales (E8M0: 2^(code - 127)).
    tensor_scale : float32 [] or None
        NVFP4's second level.
    format : Format
    shape : the shape […, M, K] of the array that this stands for.

    The arrays belong to the library that the quantised array came from.
    """

    packed: Array
    scale: Array
    tensor_scale: Optional[Array]
    format: Format
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.format, Format):
            raise Error(f"expected format to be an mxc.Format; found {self.format!r}")
        shape = tuple(_abi.integers("shape", self.shape, 0, 2**63 - 1))
        if len(shape) < (2 if len(self.format.block) == 2 else 1):
            raise Error(f"expected a shape with the axes of {self.format}'s block; found {shape}")
        object.__setattr__(self, "shape", shape)
        parts = [("packed", self.packed, "uint8", self.format.packed_shape(self.shape))]
        scale_dtype = "float32" if self.format.scale.name == "f32" else "uint8"
        parts.append(("scale", self.scale, scale_dtype, self.format.scale_shape(self.shape)))
        if self.format.tensor_scale:
            parts.append(("tensor_scale", self.tensor_scale, "float32", ()))
        elif self.tensor_scale is not None:
            raise Error(f"expected no tensor_scale with format {self.format}")
        for name, array, dtype, shape in parts:
            found = _device.shape_of(name, array, [dtype])
            if found != shape:
                raise Error(f"expected {name} of shape {shape} for {self.format} {self.shape}; found {found}")

    @staticmethod
    def from_codes(
        codes: Array, scale: Array, tensor_scale: Optional[Array] = None, *, format: Union[str, Format]
    ) -> "Scaled":
        """A scaled array from one code an element, as `codes` gives them.

        codes : uint8 or uint16 […, M, K]; scale and tensor_scale as in the class.
        Raises mxc.Error where shapes or dtypes do not fit the format.
        """
        form = Format.parse(format)
        source = _arrays.view("codes", codes, [_code_dtype(form)])
        if not source.shape or (form.is_column_wise and len(source.shape) < 2):
            raise Error(f"expected codes with the axes of {form}'s block; found shape {source.shape}")
        library = _arrays.library_of(codes)
        packed = _pack(form, _arrays.as_numpy(source), source.shape)
        out = _arrays.empty(library, packed.shape, "uint8")
        _arrays.as_numpy(_arrays.view("packed", out))[...] = packed
        return Scaled(_arrays.finish(library, out), scale, tensor_scale, form, source.shape)

    @cached_property
    def codes(self) -> Array:
        """One code an element: uint8 (uint16 for formats of more than 8 bits) […, M, K], on the CPU."""
        if self.is_on_device:
            return self.cpu().codes
        library = self.library
        codes = _unpack(self.format, _arrays.as_numpy(_arrays.view("packed", self.packed)), self.shape)
        out = _arrays.empty(library, self.shape, _code_dtype(self.format))
        _arrays.as_numpy(_arrays.view("codes", out))[...] = codes
        return _arrays.finish(library, out)

    @property
    def library(self) -> str:
        """The library of the arrays: numpy, torch or jax."""
        return _arrays.library_of(self.packed)

    @property
    def nbytes(self) -> int:
        """Bytes of codes and scales together."""
        shapes = [self.format.packed_shape(self.shape), self.format.scale_shape(self.shape)]
        packed, scales = (int(np.prod(shape)) for shape in shapes)
        scale_size = 4 if self.format.scale.name == "f32" else 1
        return packed + scales * scale_size + (0 if self.tensor_scale is None else 4)

    @property
    def is_on_device(self) -> bool:
        """Whether the arrays are in the memory of an NVIDIA GPU."""
        return _device.is_on_device(self.packed)

    def cpu(self) -> "Scaled":
        """The same in the memory of the CPU: itself, or a copy."""
        if not self.is_on_device:
            return self
        parts = [None if part is None else _device.to_cpu(part) for part in (self.packed, self.scale, self.tensor_scale)]
        return Scaled(parts[0], parts[1], parts[2], self.format, self.shape)

    def dequantize(self, dtype: Any = "float32", *, out: Optional[Array] = None) -> Array:
        """The values, as `mxc.dequantize`."""
        from ._ops import dequantize

        return dequantize(self, dtype, out=out)

    def plot(self) -> "Any":
        """A picture of the values over the format's grid and of the scales; see `mxc.Picture`."""
        from ._plot import plot

        return plot(self.cpu())

    def __repr__(self) -> str:
        from ._plot import summarize

        return summarize(self.cpu())


def _code_dtype(form: Format) -> str:
    return "uint8" if form.element.bits <= 8 else "uint16"


def _groups(form: Format) -> tuple[int, int]:
    """Codes and bytes that start together in packed rows."""
    bits = form.element.bits
    return {4: (2, 1), 6: (4, 3)}.get(bits, (1, 1 if bits <= 8 else 2))


def _pack(form: Format, codes: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Packed bytes of one code an element."""
    limit = form.element.bits
    if limit < 8 * codes.itemsize and codes.size and int(codes.max()) >> limit:
        raise Error(f"expected codes of {limit} bits for {form}; found 0x{int(codes.max()):x}")
    packed_shape = form.packed_shape(shape)
    *rest, blocks, width = packed_shape
    stored = codes.swapaxes(-1, -2) if form.is_column_wise else codes
    k, block = stored.shape[-1], form._row_block(stored.shape[-1])
    group_codes, group_bytes = _groups(form)
    padded = -(-block // group_codes) * group_codes
    room = np.zeros((*rest, blocks * block), codes.dtype)
    room[..., :k] = stored
    whole = np.zeros((*rest, blocks, padded), codes.dtype)
    whole[..., :block] = room.reshape(*rest, blocks, block)
    packed = np.empty((*rest, blocks, padded // group_codes * group_bytes), np.uint8)
    _convert("mx_pack_codes", form, whole, packed)
    return packed[..., :width]


def _unpack(form: Format, packed: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """One code an element of packed bytes."""
    *rest, blocks, width = packed.shape
    stored = form.stored_shape(shape)
    block = form._row_block(stored[-1])
    group_codes, group_bytes = _groups(form)
    padded = -(-width // group_bytes)
    whole = np.zeros((*rest, blocks, padded * group_bytes), np.uint8)
    whole[..., :width] = packed
    codes = np.empty((*rest, blocks, padded * group_codes), _code_dtype(form))
    _convert("mx_unpack_codes", form, whole, codes)
    codes = codes[..., :block].reshape(*rest, blocks * block)[..., : stored[-1]]
    return codes.swapaxes(-1, -2) if form.is_column_wise else codes


def _convert(function: str, form: Format, source: np.ndarray, result: np.ndarray) -> None:
    views = [_arrays.view("codes", array.reshape(-1)).tensor() for array in (source, result)]
    _abi.call(_library.runtime(), function, form.element.code, *views)
