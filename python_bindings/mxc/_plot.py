"""What a scaled array holds, in a line and as a picture."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from . import _arrays

_BLUE, _GRAY = "#2b6cb0", "#555"
_WIDTH, _HEIGHT, _MARGIN = 640, 200, 40


def _values(array: Any) -> np.ndarray:
    """An array of any library as float32 in numpy."""
    return _arrays.as_numpy(_arrays.view("array", array)).astype(np.float32)


def scale_exponents(scaled: Any) -> np.ndarray:
    """⌊log2⌋ of every block's scale that is a positive number."""
    from ._ops import decode

    scale = scaled.scale
    if scaled.format.scale.name != "f32":
        scale = decode(scale, scaled.format.scale.name)
    values = _values(scale)
    values = values[np.isfinite(values) & (values > 0)]
    exponents: np.ndarray = np.floor(np.log2(values)).astype(int)
    return exponents


def summarize(scaled: Any) -> str:
    exponents = scale_exponents(scaled)
    shape = "x".join(map(str, scaled.shape))
    text = f"mxc.Scaled({shape} {scaled.format}, {scaled.nbytes} bytes"
    if exponents.size:
        text += f", block scales 2^{exponents.min()}…2^{exponents.max()}"
    if scaled.tensor_scale is not None:
        text += f", tensor scale {float(_values(scaled.tensor_scale)):.6g}"
    return text + ("" if scaled.library == "numpy" else f", {scaled.library}") + ")"


@dataclass(frozen=True)
class Picture:
    """An SVG. Notebooks show it; `save` writes it to a file."""

    svg: str

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Writes the SVG to a file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"mxc.Picture({len(self.svg)} bytes of SVG; .save('picture.svg') writes it)"


def _bars(top: int, title: str, labels: Sequence[str], counts: Sequence[int]) -> list[str]:
    """One bar chart, its upper edge at `top`."""
    highest, step = max(max(counts), 1), (_WIDTH - 2 * _MARGIN) / len(counts)
    base, every = top + _HEIGHT - _MARGIN, max(1, len(labels) * 40 // (_WIDTH - 2 * _MARGIN))
    parts = [f'<text x="{_MARGIN}" y="{top + 20}" font-size="14" fill="#111">{title}</text>']
    for position, (label, count) in enumerate(zip(labels, counts)):
        height = (_HEIGHT - _MARGIN - 34) * count / highest
        x = _MARGIN + position * step
        parts.append(
            f'<rect x="{x:.1f}" y="{base - height:.1f}" width="{max(step - 1, 0.5):.1f}" '
            f'height="{height:.1f}" fill="{_BLUE}"><title>{label}: {count}</title></rect>'
        )
        if position % every == 0:
            parts.append(
                f'<text x="{x + step / 2:.1f}" y="{base + 14}" font-size="10" text-anchor="middle" '
                f'fill="{_GRAY}">{label}</text>'
            )
    return parts


def plot(scaled: Any) -> Picture:
    """How often each value of the element's grid occurs, and each exponent of the block scales."""
    from ._ops import decode

    codes, counts = np.unique(_values(scaled.codes).astype(int), return_counts=True)
    dtype = np.uint8 if scaled.format.element.bits <= 8 else np.uint16
    numbers = np.asarray(decode(codes.astype(dtype), scaled.format.element.name))
    merged: dict[float, int] = {}
    for number, count in zip(numbers.tolist(), counts.tolist()):
        merged[number] = merged.get(number, 0) + count
    grid = sorted(merged.items()) or [(0.0, 0)]
    parts = _bars(0, f"{scaled!r}: elements by value", [f"{n:g}" for n, _ in grid], [c for _, c in grid])
    exponents = scale_exponents(scaled)
    low, high = (int(exponents.min()), int(exponents.max())) if exponents.size else (0, 0)
    heights = [int((exponents == exponent).sum()) for exponent in range(low, high + 1)]
    parts += _bars(_HEIGHT, "blocks by scale", [f"2^{e}" for e in range(low, high + 1)], heights)
    header = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{2 * _HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {2 * _HEIGHT}" font-family="sans-serif">'
        f'<rect width="100%" height="100%" fill="white"/>'
    )
    return Picture(header + "".join(parts) + "</svg>\n")
