"""What torch-mlir does not lower to upstream's dialects, in ops that it does: sorts, running sums.

They are decompositions of what autograd leaves, so gradients are PyTorch's own.
"""

from __future__ import annotations

from typing import Any, Callable, Optional

import torch

_aten = torch.ops.aten


def _running(combine: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[..., torch.Tensor]:
    """Doubling steps: each adds what lies a distance before."""

    def running(x: torch.Tensor, dim: int, *, dtype: Optional[torch.dtype] = None) -> torch.Tensor:
        if dtype is None and not x.is_floating_point() and not x.is_complex():
            dtype = torch.int64
        x = x if dtype is None else x.to(dtype)
        if x.dim() == 0:
            return x.clone()
        size, distance = x.shape[dim], 1
        while distance < size:
            both = combine(x.narrow(dim, 0, size - distance), x.narrow(dim, distance, size - distance))
            x = torch.cat([x.narrow(dim, 0, distance), both], dim)
            distance *= 2
        return x.clone()

    return running


def _before(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Whether a comes before b where numbers rise; NaN comes last."""
    if not a.is_floating_point():
        return a < b
    return (a < b) | (torch.isnan(b) & ~torch.isnan(a))


def _sort(x: torch.Tensor, dim: int = -1, descending: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """A bitonic network on (padding, value, place), which order all elements, equal ones by place."""
    if x.dim() == 0 or x.shape[dim] < 2:
        return x.clone(), torch.zeros_like(x, dtype=torch.int64)
    rows = x.movedim(dim, -1)
    size = rows.shape[-1]
    width = 1 << (size - 1).bit_length()
    lead = list(rows.shape[:-1])
    values = torch.cat([rows, rows.new_zeros(lead + [width - size])], -1) if width > size else rows
    places = torch.arange(width).expand(lead + [width])
    block = 2
    while block <= width:
        distance = block // 2
        while distance:
            values, places = _exchange(values, places, size, block, distance, descending)
            distance //= 2
        block *= 2
    values, places = values[..., :size], places[..., :size]
    return values.movedim(-1, dim).clone(), places.movedim(-1, dim).clone()


def _exchange(
    values: torch.Tensor, places: torch.Tensor, size: int, block: int, distance: int, descending: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """One stage: compares elements at a distance; every other block falls."""
    shape = list(values.shape)
    split = shape[:-1] + [shape[-1] // (2 * distance), 2, distance]
    (va, vb), (pa, pb) = (part.reshape(split).unbind(-2) for part in (values, places))
    less, more = (_before(vb, va), _before(va, vb)) if descending else (_before(va, vb), _before(vb, va))
    first = less | (~more & (pa < pb))
    # Padding, whose places are behind all others, goes last.
    kept, other = pa < size, pb < size
    first = (kept & ~other) | (first & (kept == other))
    falls = (torch.arange(split[-3]) * (2 * distance) // block % 2 == 1).unsqueeze(-1)
    swap = first == falls
    result = []
    for a, b in ((va, vb), (pa, pb)):
        result.append(torch.stack([torch.where(swap, b, a), torch.where(swap, a, b)], -2).reshape(shape))
    return result[0], result[1]


def _stable_sort(
    x: torch.Tensor, *, stable: Optional[bool] = None, dim: int = -1, descending: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    return _sort(x, dim, descending)


def _topk(
    x: torch.Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True
) -> tuple[torch.Tensor, torch.Tensor]:
    values, places = _sort(x, dim, descending=largest)
    if x.dim() == 0:
        return values, places
    return values.narrow(dim, 0, k).clone(), places.narrow(dim, 0, k).clone()


def _from_front(op: Any) -> Callable[..., torch.Tensor]:
    """The op with its axis counted from the front: torch-mlir 20261001 crashes where it is not."""

    def counted(x: torch.Tensor, dim: int, *arguments: Any, **options: Any) -> Any:
        return NotImplemented if dim >= 0 else op(x, dim + max(x.dim(), 1), *arguments, **options)

    return counted


def table() -> dict[Any, Callable[..., Any]]:
    """For make_fx."""
    return {
        _aten.cumsum.default: _running(torch.add),
        _aten.cumprod.default: _running(torch.mul),
        _aten.sort.default: _sort,
        _aten.sort.stable: _stable_sort,
        _aten.topk.default: _topk,
        **{op: _from_front(op) for op in (_aten.scatter.src, _aten.scatter.value, _aten.scatter_add.default)},
    }
