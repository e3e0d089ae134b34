"""Element formats and block-scaled formats, spelled as in MLIR."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Sequence, Union

from ._abi import BLOCK_FULL
from ._errors import Error

_KINDS = {"ieee": 0, "fn": 1, "finite": 2}


@dataclass(frozen=True)
class Element:
    """A scalar format: of an element, or of a block's scale.

    `name` is MLIR's: `f4E2M1FN`, `i8`, `!mx.float<3, 2>`. `bits` is the width of a code.
    """

    name: str
    exponent: int
    mantissa: int
    kind: str = "finite"
    signed: bool = True

    @property
    def bits(self) -> int:
        return self.exponent + self.mantissa + self.signed

    @property
    def is_integer(self) -> bool:
        return self.name == "i8"

    @property
    def is_e8m0(self) -> bool:
        return self.name == "f8E8M0FNU"

    @property
    def code(self) -> int:
        """The MX_FORMAT word of mx_abi.h."""
        return (
            self.exponent
            | self.mantissa << 8
            | _KINDS[self.kind] << 16
            | self.signed << 20
            | self.is_integer << 21
            | self.is_e8m0 << 22
        )

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def parse(text: str) -> "Element":
        """The format that MLIR's spelling names."""
        known = _ELEMENTS.get(text.strip()) if isinstance(text, str) else None
        return known or _parse_mini_float(text)


_ELEMENTS = {
    element.name: element
    for element in (
        Element("f4E2M1FN", 2, 1),
        Element("f6E2M3FN", 2, 3),
        Element("f6E3M2FN", 3, 2),
        Element("f8E4M3FN", 4, 3, "fn"),
        Element("f8E5M2", 5, 2, "ieee"),
        Element("f8E8M0FNU", 8, 0, "fn", signed=False),
        Element("i8", 0, 7),
        Element("f16", 5, 10, "ieee"),
        Element("bf16", 8, 7, "ieee"),
        Element("f32", 8, 23, "ieee"),
    )
}
_MINI_FLOAT = re.compile(r"!mx\.float<\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*(ieee|fn|finite)\s*)?(,\s*unsigned\s*)?>")


def _parse_mini_float(text: str) -> Element:
    match = _MINI_FLOAT.fullmatch(text.strip()) if isinstance(text, str) else None
    if not match:
        raise Error(f"expected a format ({', '.join(_ELEMENTS)} or !mx.float<E, M>); found {text!r}")
    exponent, mantissa = int(match[1]), int(match[2])
    kind, unsigned = match[3] or "finite", bool(match[4])
    name = f"!mx.float<{exponent}, {mantissa}" + (f", {kind}" if kind != "finite" else "")
    element = Element(name + (", unsigned>" if unsigned else ">"), exponent, mantissa, kind, not unsigned)
    if exponent > 8 or not 1 <= element.bits <= 16:
        raise Error(f"expected !mx.float<E, M> with E up to 8 and 1 to 16 bits; found {text}")
    if kind == "ieee" and not (exponent and mantissa) or kind == "fn" and exponent + mantissa < 2:
        raise Error(f"kind {kind} has no codes for its NaN in {text}; expected kind finite")
    return element


_NO_ELEMENTS = ("f8E8M0FNU", "f16", "bf16", "f32")
_BYTE_FLOAT_SCALES = ("f8E4M3FN", "!mx.float<5, 3, fn, unsigned>")
_SCALES = ("f8E8M0FNU", *_BYTE_FLOAT_SCALES, "f32")


@dataclass(frozen=True)
class Format:
    """A block-scaled format, MLIR's `!mx.scaled<element, scale, block>`.

    `block` covers the trailing axes of an array: `(32,)` is 32 along the last axis, `(16, 16)` a
    tile, `(32, 1)` 32 along the last but one, and -1 (`full`) a whole axis. `tensor_scale` is
    NVFP4's second level, one float32 for the whole array.

    Source: OCP Microscaling Formats v1.0; NVFP4: arXiv 2509.25149.
    """

    element: Element
    scale: Element
    block: tuple[int, ...]
    tensor_scale: bool = False

    def __post_init__(self) -> None:
        for what, value in (("element", self.element), ("scale", self.scale)):
            if not isinstance(value, Element):
                raise Error(f"expected {what} to be an mxc.Element; found {value!r}")
        if not isinstance(self.block, tuple) or not all(isinstance(extent, int) for extent in self.block):
            raise Error(f"expected block to be a tuple of integers; found {self.block!r}")
        if self.element.name in _NO_ELEMENTS or not self.element.signed:
            raise Error(
                "expected an element f4E2M1FN, f6E2M3FN, f6E3M2FN, f8E4M3FN, f8E5M2, i8 or a signed "
                f"!mx.float; found {self.element}"
            )
        if self.scale.name not in _SCALES:
            raise Error(f"expected a scale {', '.join(_SCALES)}; found {self.scale}")
        if self.tensor_scale and self.scale.name not in _BYTE_FLOAT_SCALES:
            raise Error(f"expected a tensor scale only with {' or '.join(_BYTE_FLOAT_SCALES)}; found {self.scale}")
        if not 1 <= len(self.block) <= 2 or any(extent < 1 and extent != BLOCK_FULL for extent in self.block):
            raise Error(f"expected a block of one or two extents, each positive or -1 (full); found {self.block}")
        if len(self.block) == 2 and self.block[0] == 1:  # [1, c] is [c]
            object.__setattr__(self, "block", self.block[1:])

    @staticmethod
    def parse(text: Union[str, "Format"]) -> "Format":
        """A named form (`mxfp4`, `!mx.nvfp4`) or a type (`!mx.scaled<f4E2M1FN, f8E8M0FNU, [32]>`)."""
        if isinstance(text, Format):
            return text
        if not isinstance(text, str):
            raise Error(f"expected a format such as 'mxfp4'; found {text!r}")
        named = FORMATS.get(text.strip().removeprefix("!mx."))
        return named or _parse_scaled(text)

    @property
    def name(self) -> str:
        """The named form, or "" where the format has none."""
        return next((name for name, known in FORMATS.items() if known == self), "")

    @property
    def block_rows(self) -> int:
        return self.block[0] if len(self.block) == 2 else 1

    @property
    def block_cols(self) -> int:
        return self.block[-1]

    @property
    def is_column_wise(self) -> bool:
        """True for blocks [B, 1], which are stored as the transpose's [B]."""
        return len(self.block) == 2 and self.block[1] == 1

    def __str__(self) -> str:
        return self.name or self.mlir

    @property
    def mlir(self) -> str:
        """The type in MLIR."""
        if self.name:
            return f"!mx.{self.name}"
        block = ", ".join("full" if extent == BLOCK_FULL else str(extent) for extent in self.block)
        level = ", tensor_scale = f32" if self.tensor_scale else ""
        return f"!mx.scaled<{self.element}, {self.scale}, [{block}]{level}>"

    def stored_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The shape as stored: transposed for [B, 1]."""
        stored = list(shape)
        if self.is_column_wise:
            stored[-2:] = stored[:-3:-1]
        return tuple(stored)

    def packed_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The shape of the packed codes of an array: […, M, ceil(K / B), bytes]."""
        *rest, k = self.stored_shape(shape)
        block = self._row_block(k)
        bits = self.element.bits
        width = math.ceil(block * bits / 8) if bits in (4, 6) else block * (1 if bits <= 8 else 2)
        return (*rest, -(-k // block), width)

    def scale_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The shape of the scales of an array: […, ceil(M / rows), ceil(K / columns)]."""
        stored = list(self.stored_shape(shape))
        stored[-1] = -(-stored[-1] // self._row_block(stored[-1]))
        rows = 1 if self.is_column_wise else self.block_rows
        if len(stored) > 1:
            rows = max(stored[-2], 1) if rows == BLOCK_FULL else rows
            stored[-2] = -(-stored[-2] // rows)
        return tuple(stored)

    def _row_block(self, k: int) -> int:
        """The codes of a block along the stored last axis."""
        block = self.block[0] if self.is_column_wise else self.block_cols
        return max(k, 1) if block == BLOCK_FULL else block


def _named(element: str, scale: str = "f8E8M0FNU", block: int = 32, tensor_scale: bool = False) -> Format:
    return Format(_ELEMENTS[element], _ELEMENTS[scale], (block,), tensor_scale)


#: The formats that have a name, in the order of the documentation.
FORMATS = {
    "mxfp4": _named("f4E2M1FN"),
    "mxfp6_e2m3": _named("f6E2M3FN"),
    "mxfp6_e3m2": _named("f6E3M2FN"),
    "mxfp8_e4m3": _named("f8E4M3FN"),
    "mxfp8_e5m2": _named("f8E5M2"),
    "mxint8": _named("i8"),
    "nvfp4": _named("f4E2M1FN", "f8E4M3FN", 16, tensor_scale=True),
}

_SCALED = re.compile(r"!mx\.scaled<(.*),\s*\[([^\]]*)\]\s*(,\s*tensor_scale\s*=\s*f32\s*)?>", re.S)


def _parse_scaled(text: str) -> Format:
    match = _SCALED.fullmatch(text.strip())
    # The comma between element and scale is the one outside of angle brackets.
    parts = re.split(r",(?![^<]*>)", match[1]) if match else []
    if match is None or len(parts) != 2:
        raise Error(
            f"expected a format: {', '.join(FORMATS)}, or a type such as "
            f"!mx.scaled<f4E2M1FN, f8E8M0FNU, [32]>; found {text!r}"
        )
    extents = [extent.strip() for extent in match[2].split(",")]
    if len(extents) > 2 or not all(extent == "full" or (extent.isdigit() and int(extent)) for extent in extents):
        raise Error(f"expected a block of one or two extents, each a positive number or full; found [{match[2]}]")
    block = tuple(BLOCK_FULL if extent == "full" else int(extent) for extent in extents)
    return Format(Element.parse(parts[0]), Element.parse(parts[1]), block, bool(match[3]))
