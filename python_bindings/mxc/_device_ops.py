"""Operations on arrays on a GPU: kernels of `mxc generate`, compiled for each kind of arguments.

The bits are those of `_ops` on the CPU.
"""

from __future__ import annotations

import functools
import math
from typing import Any, Optional, Sequence, Union

from . import _device
from ._arrays import FLOATS, Array
from ._compile import Compiled, generate
from ._errors import Error
from ._formats import Format
from ._scaled import Scaled

_TYPES = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
_kernel = functools.lru_cache(maxsize=256)(generate)


def _line(kind: str, **options: object) -> str:
    """A line of a list of kernels; options that are None or False are left out."""
    words = [kind]
    for name, value in options.items():
        if value is None or value is False:
            continue
        word = "--" + name.strip("_").replace("_", "-")
        words.append(word if value is True else f"{word}='{value}'")
    return " ".join(words)


def _run(kind: str, options: dict[str, object], arguments: Sequence[Any], seed: int = 0) -> Any:
    kernel: Compiled = _kernel(_line(kind, **options))
    return kernel(*arguments, seed=seed)


def _extents(shape: Sequence[int]) -> tuple[Optional[int], int, int]:
    """Batch, if there is one, rows and columns of an array of rank 1 and more."""
    rows = shape[-2] if len(shape) > 1 else 1
    return math.prod(shape[:-2]) if len(shape) > 2 else None, rows, shape[-1]


def _flat(array: Array, shape: Sequence[int]) -> Array:
    """An array of rank 2 or 3."""
    batch, rows, columns = _extents(shape)
    wanted = (rows, columns) if batch is None else (batch, rows, columns)
    return array if tuple(array.shape) == wanted else _reshape(array, wanted)


def _reshape(array: Any, shape: Sequence[int]) -> Any:
    return array.reshape(tuple(shape))


def _float_type(array: Array) -> str:
    """MLIR's word for the elements of an array whose dtype is checked."""
    return _TYPES[str(array.dtype).removeprefix("torch.")]


def sign_options(signs: Union[str, Sequence[int]], stream: int) -> dict[str, object]:
    """The signs of a transform as a kernel's options."""
    if signs == "seed":
        return {"signs": "seed", "sign_stream": stream}
    return {"signs": signs if isinstance(signs, str) else ",".join(str(sign) for sign in signs)}


def _reshape_scaled(value: Scaled, shape: Sequence[int]) -> Scaled:
    if tuple(value.shape) == tuple(shape):
        return value
    form = value.format
    packed = _reshape(value.packed, form.packed_shape(shape))
    return Scaled(packed, _reshape(value.scale, form.scale_shape(shape)), value.tensor_scale, form, tuple(shape))


def quantize(x: Array, form: Format, transpose: bool, seed: int, hadamard: Optional[int], options: dict[str, Any]) -> Scaled:
    """mxc.quantize; `options` are those of the kernel as it spells them."""
    shape = list(_device.shape_of("x", x, FLOATS))
    batch, rows, columns = _extents(shape)
    if hadamard is not None and form.is_column_wise:
        raise Error(f"expected a format with blocks along the last axis for a transform on the GPU; found {form}")
    words = {
        "from": _float_type(x), "to": form, "batch": batch, "m": rows, "k": columns,
        "transposed": "only" if transpose else None, "hadamard": hadamard, **options,
    }  # fmt: skip
    result: Scaled = _run("quantize", words, [_flat(x, shape)], seed)
    if transpose:
        shape[-2:] = shape[:-3:-1]
    shape[-1] = result.shape[-1]
    return _reshape_scaled(result, shape)


def dequantize(x: Scaled, dtype: str) -> Array:
    """mxc.dequantize."""
    batch, rows, columns = _extents(x.shape)
    flat = _reshape_scaled(x, (rows, columns) if batch is None else (batch, rows, columns))
    words = {"from": x.format, "to": _TYPES[dtype], "batch": batch, "m": rows, "k": columns}
    return _reshape(_run("dequantize", words, [flat]), x.shape)


def hadamard(x: Array, size: int, signs: Union[str, Sequence[int]], seed: int, sign_stream: int) -> Array:
    """mxc.hadamard."""
    shape = _device.shape_of("x", x, FLOATS)
    batch, rows, columns = _extents(shape)
    words = {
        "from": _float_type(x), "batch": batch, "m": rows, "k": columns, "hadamard": size,
        **sign_options(signs, sign_stream),
    }  # fmt: skip
    return _reshape(_run("hadamard", words, [_flat(x, shape)], seed), shape)


def matmul(
    a: Union[Array, Scaled], b: Union[Array, Scaled], acc: Optional[Array], alpha: float, accumulate: str, dtype: str
) -> Array:
    """mxc.matmul, for operands of equal batch axes, or of none in b."""
    shapes = [value.shape if isinstance(value, Scaled) else _device.shape_of(name, value, FLOATS)
              for name, value in (("a", a), ("b", b))]  # fmt: skip
    left, right = (tuple(shape) for shape in shapes)
    if len(left) < 2 or len(right) < 2 or left[-1] != right[-1]:
        raise Error(f"expected a and b of rank 2 or more with the same last axis; found shapes {left} and {right}")
    if left[:-2] != right[:-2] and len(right) > 2:
        raise Error(f"expected equal batch axes on the GPU, or none in b; found shapes {left} and {right}")
    result = (*left[:-1], right[-2])
    if len(right) == 2:  # Rows of all batches are rows of one product.
        left = (math.prod(left[:-1]), left[-1])
    batch, rows, depth = _extents(left)
    words = {
        "_a": _spell(a), "_b": _spell(b), "batch": batch, "m": rows, "n": right[-2], "k": depth,
        "result": _TYPES[dtype], "accumulate": accumulate, "alpha": None if alpha == 1 else alpha, "acc": acc is not None,
    }  # fmt: skip
    arguments = [_operand(a, left), _operand(b, right)]
    if acc is not None:
        if tuple(acc.shape) != result:
            raise Error(f"expected acc of shape {result} on the GPU; found {tuple(acc.shape)}")
        arguments.append(_flat(acc, (*left[:-1], right[-2])))
    return _reshape(_run("gemm", words, arguments), result)


def _spell(operand: Union[Array, Scaled]) -> str:
    return str(operand.format) if isinstance(operand, Scaled) else _float_type(operand)


def _operand(value: Union[Array, Scaled], shape: Sequence[int]) -> Any:
    """An operand of rank 2 or 3."""
    batch, rows, columns = _extents(shape)
    wanted = (rows, columns) if batch is None else (batch, rows, columns)
    return _reshape_scaled(value, wanted) if isinstance(value, Scaled) else _flat(value, wanted)
