"""How JAX lowers, for this compiler, the primitives whose StableHLO jaxlib does not take to linalg.

Each is written in other primitives of JAX, under the name stack of the original.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence

import jax
import jax.numpy as jnp
from jax import lax
from jax._src.interpreters import mlir
from jax._src.lax import lax as lax_internal
from jax._src.lax import slicing
from jax.lax import GatherScatterMode

# --- Scatter: a window after the other, in the order of the indices ----------------------------------


def _window_starts(indices: jax.Array, numbers: Any, rank: int) -> jax.Array:
    """[windows, rank]: where each window starts in the operand."""
    batch = indices.shape[:-1]
    columns = [jnp.zeros(batch, indices.dtype)] * rank
    for k, dim in enumerate(numbers.scatter_dims_to_operand_dims):
        columns[dim] = indices[..., k]
    for dim, source in zip(numbers.operand_batching_dims, numbers.scatter_indices_batching_dims):
        columns[dim] = lax.broadcasted_iota(indices.dtype, batch, source)
    return jnp.stack(columns, -1).reshape(-1, rank)


def _elementwise(jaxpr: Any, constants: Sequence[Any]) -> Callable[[Any, Any], Any]:
    """The function of two elements that a scatter carries, on arrays."""
    if jaxpr is None:
        return lambda old, new: new

    def merge(old: jax.Array, new: jax.Array) -> jax.Array:
        one = jax.vmap(lambda a, b: jax.core.eval_jaxpr(jaxpr, constants, a, b)[0])
        return one(old.reshape(-1), new.reshape(-1)).reshape(old.shape)

    return merge


def _scatter(combine: Optional[Callable[[Any, Any], Any]]) -> Callable[..., jax.Array]:
    def scatter(
        operand: jax.Array,
        indices: jax.Array,
        updates: jax.Array,
        *,
        dimension_numbers: Any,
        mode: Any,
        update_jaxpr: Any = None,
        update_consts: Sequence[Any] = (),
        **_: Any,
    ) -> jax.Array:
        if 0 in updates.shape or 0 in operand.shape:
            return operand
        merge = combine or _elementwise(update_jaxpr, update_consts)
        rank, numbers = operand.ndim, dimension_numbers
        window_dims = numbers.update_window_dims
        order = [dim for dim in range(updates.ndim) if dim not in window_dims] + list(window_dims)
        missing = sorted((*numbers.inserted_window_dims, *numbers.operand_batching_dims))
        window = [updates.shape[dim] for dim in window_dims]
        for dim in missing:
            window.insert(dim, 1)
        values = updates.transpose(order).reshape(-1, *window)
        if jnp.issubdtype(indices.dtype, jnp.unsignedinteger):
            indices = indices.astype(jnp.int32)
        starts = _window_starts(indices, numbers, rank)
        last = jnp.array([size - width for size, width in zip(operand.shape, window)], starts.dtype)
        if mode == GatherScatterMode.CLIP:
            starts = jnp.clip(starts, 0, last)
        inside = jnp.all((starts >= 0) & (starts <= last), axis=1)

        def step(i: jax.Array, result: jax.Array) -> jax.Array:
            at = [lax.dynamic_index_in_dim(starts, i, keepdims=False)[dim] for dim in range(rank)]
            old = lax.dynamic_slice(result, at, window)
            new = merge(old, lax.dynamic_index_in_dim(values, i, keepdims=False))
            kept = lax.dynamic_index_in_dim(inside, i, keepdims=False)
            return lax.dynamic_update_slice(result, jnp.where(kept, new, old).astype(result.dtype), at)

        return lax.fori_loop(0, values.shape[0], step, operand)

    return scatter


# --- Sort: a bitonic network ----------------------------------------------------------------------


def _sort(*operands: jax.Array, dimension: int, is_stable: bool, num_keys: int) -> Sequence[jax.Array]:
    size = operands[0].shape[dimension]
    if size < 2:
        return operands
    width = 1 << (size - 1).bit_length()
    rows = [jnp.moveaxis(operand, dimension, -1) for operand in operands]
    shape = rows[0].shape[:-1]
    padding = [(0, 0)] * len(shape) + [(0, width - size)]
    rows = [jnp.pad(row, padding) for row in rows]
    # The position goes last among the keys, which makes the order total; padding sorts behind all.
    place = lax.broadcasted_iota(jnp.int32, (*shape, width), len(shape))
    keys = [(place >= size).astype(jnp.int32), *rows[:num_keys], place]
    rows = [*keys, *rows[num_keys:]]
    block = 2
    while block <= width:
        distance = block // 2
        while distance:
            rows = _exchange(rows, num_keys + 2, block, distance)
            distance //= 2
        block *= 2
    sorted_rows = rows[1 : 1 + num_keys] + rows[num_keys + 2 :]
    return [jnp.moveaxis(row[..., :size], -1, dimension) for row in sorted_rows]


def _exchange(rows: Sequence[jax.Array], num_keys: int, block: int, distance: int) -> list[jax.Array]:
    """One stage: compares elements at a distance; every other block descends."""
    lead, width = rows[0].shape[:-1], rows[0].shape[-1]
    split = [row.reshape(*lead, width // (2 * distance), 2, distance) for row in rows]
    low, high = [part[..., 0, :] for part in split], [part[..., 1, :] for part in split]
    pairs = [part for both in zip(high, low) for part in both]
    less = lax_internal._sort_lt_comparator(*pairs, num_keys=num_keys)
    start = lax.broadcasted_iota(jnp.int32, less.shape, less.ndim - 2) * (2 * distance)
    swap = less != ((start & block) != 0)
    result = []
    for a, b in zip(low, high):
        both = jnp.stack([jnp.where(swap, b, a), jnp.where(swap, a, b)], -2)
        result.append(both.reshape(*lead, width))
    return result


def _top_k(operand: jax.Array, *, k: int, axis: int = -1, **_: Any) -> Sequence[jax.Array]:
    axis %= operand.ndim
    falls = -operand if jnp.issubdtype(operand.dtype, jnp.floating) else ~operand
    place = lax.broadcasted_iota(jnp.int32, operand.shape, axis)
    _, values, places = lax.sort((falls, operand, place), dimension=axis, num_keys=1)
    return [lax.slice_in_dim(part, 0, k, axis=axis) for part in (values, places)]


# --- Running sums and their kind: doubling steps ---------------------------------------------------


def _cumulative(combine: Callable[[Any, Any], Any]) -> Callable[..., jax.Array]:
    def cumulative(x: jax.Array, *, axis: int, reverse: bool, **_: Any) -> jax.Array:
        size, distance = x.shape[axis], 1
        while distance < size:
            near, far = (distance, size), (0, size - distance)
            ends = (size - distance, size) if reverse else (0, distance)
            both = combine(lax.slice_in_dim(x, *far, axis=axis), lax.slice_in_dim(x, *near, axis=axis))
            rest = lax.slice_in_dim(x, *ends, axis=axis)
            x = lax.concatenate([both, rest] if reverse else [rest, both], axis)
            distance *= 2
        return x

    return cumulative


# --- Pad: gaps between elements, and negative edges, by reshapes and slices -----------------------


def _pad_in_steps(x: jax.Array, value: jax.Array, *, padding_config: Any) -> jax.Array:
    if 0 in x.shape:
        extents = zip(x.shape, padding_config)
        return jnp.full([low + high + size + max(size - 1, 0) * gap for size, (low, high, gap) in extents], value)
    for axis, (_, _, gap) in enumerate(padding_config):
        size = x.shape[axis]
        if gap and size > 1:
            x = jnp.expand_dims(x, axis + 1)
            fill = jnp.broadcast_to(value, x.shape[: axis + 1] + (gap,) + x.shape[axis + 2 :])
            x = lax.collapse(lax.concatenate([x, fill], axis + 1), axis, axis + 2)
            x = lax.slice_in_dim(x, 0, size + (size - 1) * gap, axis=axis)
    grown = lax.pad(x, value, [(max(low, 0), max(high, 0), 0) for low, high, _ in padding_config])
    starts = [max(-low, 0) for low, _, _ in padding_config]
    limits = [size - max(-high, 0) for size, (_, high, _) in zip(grown.shape, padding_config)]
    return lax.slice(grown, starts, [max(start, limit) for start, limit in zip(starts, limits)])


def _pad(ctx: Any, x: Any, value: Any, *, padding_config: Any) -> Any:
    simple = 0 not in ctx.avals_in[0].shape and all(low >= 0 and high >= 0 and gap == 0 for low, high, gap in padding_config)
    lower = lax_internal._pad_lower if simple else _rule(_pad_in_steps)
    return lower(ctx, x, value, padding_config=padding_config)


def _rule(fun: Callable[..., Any], multiple_results: bool = False) -> Any:
    return mlir.lower_fun(fun, multiple_results=multiple_results)


def rules() -> tuple[tuple[Any, Any], ...]:
    """Primitives and their rules, for LoweringParameters."""
    combine = {
        slicing.scatter_p: None,
        slicing.scatter_add_p: lax.add,
        slicing.scatter_sub_p: lax.sub,
        slicing.scatter_mul_p: lax.mul,
        slicing.scatter_min_p: lax.min,
        slicing.scatter_max_p: lax.max,
    }
    found = [(primitive, _rule(_scatter(function))) for primitive, function in combine.items()]
    cumulative = {
        lax.cumsum_p: lax.add,
        lax.cumprod_p: lax.mul,
        lax.cummax_p: lax.max,
        lax.cummin_p: lax.min,
        lax.cumlogsumexp_p: jnp.logaddexp,
    }
    found += [(primitive, _rule(_cumulative(function))) for primitive, function in cumulative.items()]
    found.append((lax.sort_p, _rule(_sort, multiple_results=True)))
    found.append((lax.top_k_p, _rule(_top_k, multiple_results=True)))
    found.append((lax.pad_p, _pad))
    return tuple(found)
