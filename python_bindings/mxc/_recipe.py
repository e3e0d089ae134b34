"""Recipes as Python objects: the attributes #mx.operand, #mx.product, #mx.hadamard and #mx.recipe.

`str()` of each is MLIR's text, which the compiler reads as its own; docs/recipes.md says what the
keys mean, and a wrong combination is the compiler's error.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Optional, Sequence, Union

from . import _abi
from ._errors import Error
from ._formats import Format

Exclude = Union[str, Sequence[str]]


def _factor(what: str, value: float) -> str:
    """A number that reads as the same f32, with the point that MLIR asks for."""
    try:
        text = f"{float(value):.9g}"
    except (TypeError, ValueError):
        raise Error(f"expected {what} to be a number; found {value!r}") from None
    mantissa, mark, exponent = text.partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + mark + exponent


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\5C").replace('"', "\\22").replace("\n", "\\0A") + '"'


@dataclass(frozen=True)
class Operand:
    """How one operand of a product is quantised: `#mx.operand`.

    scale_rule : floor (default), ceil, rceil, even, quest; with float scales amax, headroom, four_over_six, ms_eden
    rounding : nearest_even, nearest_away, toward_zero, stochastic
    """

    format: Union[str, Format]
    scale_rule: Optional[str] = None
    rounding: str = "nearest_even"
    prescale: float = 1.0
    random_bits: int = 16
    scale_min_normal: bool = False

    def __post_init__(self) -> None:
        Format.parse(self.format)
        if self.scale_rule is not None:
            _abi.choose("scale_rule", self.scale_rule, _abi.SCALE_RULES)
        _abi.choose("rounding", self.rounding, _abi.ROUNDINGS)
        _factor("prescale", self.prescale)
        _abi.integer("random_bits", self.random_bits, 8, 24)

    def _keys(self) -> str:
        keys = [f"format = {Format.parse(self.format).mlir}"]
        if self.scale_rule is not None:
            keys.append(f"scale_rule = {self.scale_rule}")
        if self.prescale != 1.0:
            keys.append(f"prescale = {_factor('prescale', self.prescale)}")
        if self.rounding != "nearest_even":
            keys.append(f"rounding = {self.rounding}")
        if self.random_bits != 16:
            keys.append(f"random_bits = {self.random_bits}")
        if self.scale_min_normal:
            keys.append("scale_min_normal")
        return ", ".join(keys)

    def __str__(self) -> str:
        return f"#mx.operand<{self._keys()}>"


@dataclass(frozen=True)
class Hadamard:
    """A Hadamard transform of the contraction axis: `#mx.hadamard`.

    size : a power of two from 2 to 1024; signs : none, seed, or `size` numbers 1 and -1
    """

    size: int
    signs: Union[str, Sequence[int]] = "seed"

    def __post_init__(self) -> None:
        _abi.integer("the Hadamard size", self.size, 2, 1024)
        if isinstance(self.signs, str):
            _abi.choose("signs", self.signs, {"none": 0, "seed": 2})

    def _keys(self) -> str:
        if self.signs == "none":
            return f"size = {self.size}"
        signs = self.signs if isinstance(self.signs, str) else "[" + ", ".join(map(str, self.signs)) + "]"
        return f"size = {self.size}, signs = {signs}"

    def __str__(self) -> str:
        return f"#mx.hadamard<{self._keys()}>"


@dataclass(frozen=True)
class Product:
    """How the products of one role are rewritten: `#mx.product`.

    Operands are named by side (lhs, rhs), in forward products also by use (activation, weight), in
    backward ones as gradient and other. One that is not named stays float.
    """

    lhs: Optional[Operand] = None
    rhs: Optional[Operand] = None
    activation: Optional[Operand] = None
    weight: Optional[Operand] = None
    gradient: Optional[Operand] = None
    other: Optional[Operand] = None
    hadamard: Optional[Hadamard] = None
    alpha: float = 1.0
    accumulate: str = "default"

    def __post_init__(self) -> None:
        _factor("alpha", self.alpha)
        _abi.choose("accumulate", self.accumulate, _abi.ACCUMULATE)

    def _keys(self) -> str:
        names = ("lhs", "rhs", "activation", "weight", "gradient", "other", "hadamard")
        nested = [(name, getattr(self, name)) for name in names]
        keys = [f"{name} = {{{value._keys()}}}" for name, value in nested if value is not None]
        if self.alpha != 1.0:
            keys.append(f"alpha = {_factor('alpha', self.alpha)}")
        if self.accumulate != "default":
            keys.append(f"accumulate = {self.accumulate}")
        return ", ".join(keys)

    def __str__(self) -> str:
        return f"#mx.product<{self._keys()}>"


@dataclass(frozen=True)
class Recipe:
    """A recipe: a Product for each role, of which a missing one stays float: `#mx.recipe`.

    exclude : 'attention' (products of two batched operands) and glob patterns over location names
        and `mx.name`
    saved : source or packed: what backward products read of the forward ones' operands

    `str()` is the attribute; `save` writes the file that `--recipe=FILE` and `mxc.compile` take.
    """

    name: str
    forward: Optional[Product] = None
    dgrad: Optional[Product] = None
    wgrad: Optional[Product] = None
    exclude: Exclude = ()
    saved: str = "source"

    def __post_init__(self) -> None:
        _abi.choose("saved", self.saved, {"source": 0, "packed": 1})
        if isinstance(self.exclude, str):
            object.__setattr__(self, "exclude", (self.exclude,))
        if not isinstance(self.name, str):
            raise Error(f"expected name to be text; found {self.name!r}")
        if not isinstance(self.exclude, (list, tuple)) or not all(isinstance(word, str) for word in self.exclude):
            raise Error(f"expected exclude to be 'attention' and patterns; found {self.exclude!r}")
        for role in ("forward", "dgrad", "wgrad"):
            product = getattr(self, role)
            if product is not None and not isinstance(product, Product):
                raise Error(f"expected {role} to be an mxc.Product; found {product!r}")

    def __str__(self) -> str:
        keys = [f"name = {_quote(self.name)}"]
        for role in ("forward", "dgrad", "wgrad"):
            product = getattr(self, role)
            if product is not None:
                keys.append(f"{role} = {{{product._keys()}}}")
        if self.exclude:
            words = [word if word == "attention" else _quote(word) for word in self.exclude]
            keys.append(f"exclude = [{', '.join(words)}]")
        if self.saved != "source":
            keys.append(f"saved = {self.saved}")
        return f"#mx.recipe<{', '.join(keys)}>"

    @property
    def mlir(self) -> str:
        """The text of a recipe file."""
        return f"module attributes {{mx.recipe = {self}}} {{}}\n"

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Writes the recipe as an MLIR file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.mlir)
