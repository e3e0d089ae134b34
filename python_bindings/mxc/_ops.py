"""Operations on arrays: calls of the kernels in libmx_runtime.

Every function takes arrays of numpy (with ml_dtypes), torch or JAX in the memory of the CPU, with
any strides, and gives results of the same library. quantize, dequantize, hadamard and matmul take
row-major arrays in the memory of the first NVIDIA GPU, too, and give results there. Bits are those of docs/contract.md on every
machine and for every number of threads. What cannot be computed is an `mxc.Error`, a ValueError.
"""

from __future__ import annotations

import ctypes
from ctypes import byref, c_int64
from typing import Any, Optional, Sequence, Union

import numpy as np

from . import _abi, _arrays, _device, _device_ops, _library
from ._arrays import FLOATS, Array
from ._errors import Error
from ._formats import Element, Format
from ._scaled import Scaled

_UINT32_MAX = 2**32 - 1


# --- Attribute records ---------------------------------------------------------------------------


def _spec(
    rounding: str = "nearest_even", random_bits: int = 16, stream: int = 0, **fields: Any
) -> _abi.QuantizeSpec:
    return _abi.QuantizeSpec(
        version=_abi.VERSION,
        rounding=_abi.choose("rounding", rounding, _abi.ROUNDINGS),
        random_bits=_abi.integer("random_bits", random_bits, 8, 24),
        stream=_abi.integer("stream", stream, 0, _UINT32_MAX),
        **fields,
    )


def _format_fields(form: Format) -> dict[str, Any]:
    return {
        "element": form.element.code,
        "scale": form.scale.code,
        "block_rows": form.block_rows,
        "block_cols": form.block_cols,
        "has_tensor_scale": int(form.tensor_scale),
    }


def _set_hadamard(
    spec: _abi.QuantizeSpec, size: object, signs: Union[str, Sequence[int]], sign_stream: int
) -> None:
    spec.hadamard_size = _abi.integer("the Hadamard size", size, 2, 1024)
    spec.sign_stream = _abi.integer("sign_stream", sign_stream, 0, _UINT32_MAX)
    if isinstance(signs, str):
        spec.signs = _abi.choose("signs", signs, {"none": 0, "seed": 2})
        return
    spec.signs = _abi.SIGNS["fixed"]
    try:
        values = _abi.integers("signs", signs, -1, 1)
    except Error:
        values = []
    if len(values) != spec.hadamard_size or 0 in values:
        raise Error(f"expected signs to be 'none', 'seed' or {spec.hadamard_size} times 1 or -1; found {signs!r}")
    for position, value in enumerate(values):
        if value == -1:
            word = spec.sign_words[position // 64] | 1 << position % 64
            spec.sign_words[position // 64] = ctypes.c_int64(word).value


def _origin(origin: Optional[Sequence[int]], shape: Optional[Sequence[int]], rank: int) -> Optional[_abi.Origin]:
    if origin is None and shape is None:
        return None
    if origin is None or shape is None:
        raise Error(f"expected origin and whole_shape together, {rank} numbers each; found {origin} and {shape}")
    origin, shape = (
        _abi.integers(what, values, 0, 2**63 - 1) for what, values in (("origin", origin), ("whole_shape", shape))
    )
    if len(origin) != rank or len(shape) != rank:
        raise Error(f"expected origin and whole_shape of {rank} numbers each; found {origin} and {shape}")
    values = (c_int64 * (2 * rank - 1))(*origin, *shape[:-1])
    result = _abi.Origin(2 * rank - 1, values)
    result.owner = values
    return result


def _tensor(name: str, array: Optional[Array], dtypes: Optional[Sequence[str]] = None) -> Optional[_abi.Tensor]:
    return None if array is None else _arrays.view(name, array, dtypes).tensor()


# --- Quantisation --------------------------------------------------------------------------------


def quantize(
    x: Array,
    format: Union[str, Format] = "mxfp4",
    *,
    scale_rule: Optional[str] = None,
    rounding: str = "nearest_even",
    seed: int = 0,
    stream: int = 0,
    random_bits: int = 16,
    prescale: float = 1.0,
    scale_min_normal: bool = False,
    tensor_amax: Optional[float] = None,
    transpose: bool = False,
    hadamard: Optional[int] = None,
    signs: Union[str, Sequence[int]] = "seed",
    sign_stream: int = 0,
    origin: Optional[Sequence[int]] = None,
    whole_shape: Optional[Sequence[int]] = None,
) -> Scaled:
    """Quantises an array to a block-scaled format.

    x : float32, bfloat16 or float16 […, M, K] (or [K]), any strides
    format : a named form (mxfp4, mxfp6_e2m3, mxfp6_e3m2, mxfp8_e4m3, mxfp8_e5m2, mxint8, nvfp4), a
        type in MLIR's words (`!mx.scaled<f4E2M1FN, f8E8M0FNU, [32]>`) or an mxc.Format
    scale_rule : floor (default), ceil, rceil, even or quest with E8M0 scales; amax with float scales, with
        NVFP4 also headroom, four_over_six, ms_eden
    rounding : nearest_even, nearest_away, toward_zero or stochastic
    seed, stream, random_bits : of stochastic rounding and ms_eden: 64 bits, 32 bits; 8, 16 or 24 an element
    prescale : a factor on the elements before they are rounded (E8M0 scales only)
    scale_min_normal : float scales are at least their smallest normal number (pytorch/ao)
    tensor_amax : with nvfp4, replaces the largest magnitude of x
    transpose : quantise x with its last two axes swapped
    hadamard, signs, sign_stream : first transform groups of this size of the last axis (with blocks
        [B, 1] of the last but one), which is padded with zeros to a multiple; signs are 'none',
        'seed' or a sequence of 1 and -1
    origin, whole_shape : x is the tile at these indices of an array of this shape, and draws its
        random bits (both of the axes as stored: after `transpose`, and swapped for blocks [B, 1])

    Returns an mxc.Scaled with arrays of x's library. Raises mxc.Error (a ValueError).
    Source: OCP Microscaling Formats v1.0; arXiv 2509.25149 (NVFP4); arXiv 2502.20586 (stochastic
    rounding, Hadamard); docs/contract.md.
    """
    form = Format.parse(format)
    if _device.is_on_device(x):
        if tensor_amax is not None or origin is not None or whole_shape is not None:
            raise Error("expected no tensor_amax, origin and whole_shape for an array on a GPU: copy it to the CPU first")
        options = {
            "scale_rule": scale_rule, "rounding": rounding, "scale_min_normal": bool(scale_min_normal),
            "prescale": None if prescale == 1 else prescale,
        }  # fmt: skip
        if rounding == "stochastic" or scale_rule == "ms_eden":
            options.update(stream=stream, random_bits=random_bits)
        if hadamard is not None:
            options.update(_device_ops.sign_options(signs, sign_stream))
        return _device_ops.quantize(x, form, bool(transpose), seed, hadamard, options)
    source = _arrays.view("x", x, FLOATS)
    if not source.shape or len(source.shape) < 2 and (transpose or len(form.block) == 2):
        raise Error(f"expected x with the axes that {form} divides; found shape {source.shape}")
    rule = scale_rule if scale_rule is not None else "floor" if form.scale.is_e8m0 else "amax"
    spec = _spec(
        rounding,
        random_bits,
        stream,
        scale_rule=_abi.choose("scale_rule", rule, _abi.SCALE_RULES),
        prescale=_abi.f32_bits("prescale", prescale),
        scale_min_normal=_abi.flag("scale_min_normal", scale_min_normal),
        transpose=_abi.flag("transpose", transpose),
        **_format_fields(form),
    )
    shape = list(source.shape)
    if transpose:
        shape[-2:] = shape[:-3:-1]
    if hadamard is not None:
        _set_hadamard(spec, hadamard, signs, sign_stream)
        spec.pad_multiple = spec.hadamard_size
        blocked = -2 if form.is_column_wise else -1
        shape[blocked] += -shape[blocked] % spec.hadamard_size
    return _quantize_into(x, source, form, spec, shape, seed, tensor_amax, _origin(origin, whole_shape, len(shape)))


def _quantize_into(
    x: Array,
    source: _arrays.View,
    form: Format,
    spec: _abi.QuantizeSpec,
    shape: Sequence[int],
    seed: int,
    tensor_amax: Optional[float],
    origin: Optional[_abi.Origin],
) -> Scaled:
    library = _arrays.library_of(x)
    packed = _arrays.empty(library, form.packed_shape(shape), "uint8")
    scale = _arrays.empty(library, form.scale_shape(shape), "float32" if form.scale.name == "f32" else "uint8")
    tensor_scale = _arrays.empty(library, (), "float32") if form.tensor_scale else None
    amax = None
    if tensor_amax is not None:
        if not form.tensor_scale:
            raise Error(f"expected no tensor_amax with {form}, which has no tensor scale")
        amax = np.array(_abi.f32_bits("tensor_amax", tensor_amax), np.uint32).view(np.float32)
    _abi.call(
        _library.runtime(),
        "mx_quantize",
        byref(spec),
        source.tensor(),
        _tensor("tensor_amax", amax),
        _abi.seed_bits(seed),
        origin,
        _tensor("packed", packed),
        _tensor("scale", scale),
        _tensor("tensor_scale", tensor_scale),
    )
    packed, scale = _arrays.finish(library, packed), _arrays.finish(library, scale)
    if tensor_scale is not None:
        tensor_scale = _arrays.finish(library, tensor_scale)
    return Scaled(packed, scale, tensor_scale, form, tuple(shape))


def dequantize(x: Scaled, dtype: Any = "float32", *, out: Optional[Array] = None) -> Array:
    """The values of a scaled array, each rounded once to the result's type.

    x : mxc.Scaled of shape […, M, K]
    dtype : float32, bfloat16 or float16
    out : where to write them: an array of that shape, any strides, whose dtype counts

    Raises mxc.Error (a ValueError). Source: docs/contract.md, 13 and 20.
    """
    _check_scaled("x", x)
    if x.is_on_device:
        _no_out(out)
        return _device_ops.dequantize(x, _arrays.dtype_name(dtype))
    form = x.format
    parts = _parts(x)
    result = _Result(x.library, x.shape, dtype, out, parts)
    tensors = [None if part is None else part.tensor() for part in parts]
    _abi.call(_library.runtime(), "mx_dequantize", byref(_spec(**_format_fields(form))), *tensors, result.tensor)
    return result.finish()


def _parts(x: Scaled) -> list[Optional[_arrays.View]]:
    """Packed codes, scales and the tensor scale, or None for it."""
    named = (("packed", x.packed), ("scale", x.scale), ("tensor_scale", x.tensor_scale))
    return [None if array is None else _arrays.view(name, array) for name, array in named]


class _Result:
    """A float result: new memory, or the caller's `out`; through a copy where that shares memory with `sources`."""

    def __init__(
        self,
        library: str,
        shape: Sequence[int],
        dtype: Any,
        out: Optional[Array],
        sources: Sequence[Optional[_arrays.View]] = (),
    ) -> None:
        self.library = library
        self.target: Optional[_arrays.View] = None
        if out is None:
            self.array = _arrays.empty(library, shape, _arrays.dtype_name(dtype))
            self.tensor = _arrays.view("result", self.array).tensor()
        else:
            self.array = out
            self.library = "out"
            dtypes = FLOATS if dtype == "float32" else [_arrays.dtype_name(dtype)]
            target = _arrays.writable("out", out, dtypes, shape)
            if any(source is not None and _arrays.share_memory(target, source) for source in sources):
                self.target = target
                target = _arrays.view("result", np.empty(target.shape, _arrays.numpy_dtype(target.dtype)))
                self.written = target.owner
            self.tensor = target.tensor()

    def finish(self) -> Array:
        if self.target is not None:
            _arrays.as_numpy(self.target)[...] = self.written
        return _arrays.finish(self.library, self.array)


def _no_out(out: Optional[Array]) -> None:
    if out is not None:
        raise Error("expected no out for arrays on a GPU: the result is a new array")


def _check_scaled(name: str, x: object) -> None:
    if not isinstance(x, Scaled):
        raise Error(f"expected {name} to be an mxc.Scaled; found {type(x).__name__}")


# --- Elementwise ---------------------------------------------------------------------------------


def hadamard(
    x: Array,
    size: int,
    *,
    signs: Union[str, Sequence[int]] = "none",
    seed: int = 0,
    sign_stream: int = 0,
    out: Optional[Array] = None,
) -> Array:
    """x·diag(S)·H/√size along the last axis, in groups of `size`.

    x : float32, bfloat16 or float16 […, K], K a multiple of size
    size : a power of two from 2 to 1024
    signs : 'none', 'seed' (drawn from seed and sign_stream) or a sequence of 1 and -1
    out : float32 of x's shape

    Returns float32 […, K]. Raises mxc.Error (a ValueError). Source: docs/contract.md, 14 and 23.
    """
    if _device.is_on_device(x):
        _no_out(out)
        return _device_ops.hadamard(x, size, signs, seed, sign_stream)
    source = _arrays.view("x", x, FLOATS)
    spec = _spec()
    _set_hadamard(spec, size, signs, sign_stream)
    if not source.shape or source.shape[-1] % spec.hadamard_size:
        raise Error(f"expected the last axis of x to be a multiple of {spec.hadamard_size}; found shape {source.shape}")
    in_place = out is not None and _arrays.is_same(source, _arrays.view("out", out))
    result = _Result(_arrays.library_of(x), source.shape, "float32", out, [] if in_place else [source])
    _abi.call(_library.runtime(), "mx_hadamard", byref(spec), source.tensor(), _abi.seed_bits(seed), result.tensor)
    return result.finish()


def cast(
    x: Array,
    format: str,
    *,
    rounding: str = "nearest_even",
    seed: int = 0,
    stream: int = 0,
    random_bits: int = 16,
) -> Array:
    """x in a narrower float format, without a block scale.

    x : float32, bfloat16 or float16, any shape
    format : MLIR's word for it: f4E2M1FN, f6E2M3FN, f6E3M2FN, f8E4M3FN, f8E5M2, bf16, f16 or
        !mx.float<E, M>

    Returns codes, uint8 (uint16 above 8 bits), or bfloat16 or float16 numbers. Overflow saturates,
    but gives Inf in bf16, f16 and formats of kind ieee. Raises mxc.Error (a ValueError). Source:
    docs/contract.md, 15.
    """
    element = Element.parse(format)
    source = _arrays.view("x", x, FLOATS)
    dtype = {"bf16": "bfloat16", "f16": "float16"}.get(element.name) or ("uint8" if element.bits <= 8 else "uint16")
    library = _arrays.library_of(x)
    out = _arrays.empty(library, source.shape, dtype)
    spec = _spec(rounding, random_bits, stream, element=element.code)
    _abi.call(_library.runtime(), "mx_cast", byref(spec), source.tensor(), _abi.seed_bits(seed), None, _tensor("out", out))
    return _arrays.finish(library, out)


def decode(codes: Array, format: str, dtype: Any = "float32") -> Array:
    """The values of codes that `cast` wrote, in float32, bfloat16 or float16, of codes' shape."""
    element = Element.parse(format)
    source = _arrays.view("codes", codes, ["uint8" if element.bits <= 8 else "uint16"])
    result = _Result(_arrays.library_of(codes), source.shape, dtype, None)
    _abi.call(_library.runtime(), "mx_decode", element.code, source.tensor(), result.tensor)
    return result.finish()


def amax(x: Array) -> float:
    """The largest finite magnitude of x (float32, bfloat16 or float16), 0 if there is none."""
    out = np.zeros((), np.float32)
    _abi.call(_library.runtime(), "mx_amax", _arrays.view("x", x, FLOATS).tensor(), _tensor("out", out))
    return float(out)


# --- Products ------------------------------------------------------------------------------------


def matmul(
    a: Union[Array, Scaled],
    b: Union[Array, Scaled],
    acc: Optional[Array] = None,
    *,
    alpha: float = 1.0,
    accumulate: str = "default",
    bias: Optional[Array] = None,
    activation: str = "none",
    residual: Optional[Array] = None,
    dtype: Any = "float32",
    out: Optional[Array] = None,
) -> Array:
    """activation(alpha·a·bᵀ (+ acc) + bias) + residual: both operands have the contraction as their last axis.

    a : mxc.Scaled, or float32, bfloat16 or float16 […, M, K]
    b : alike […, N, K]; axes before the last two broadcast
    acc : of the result's type, broadcast to its shape; requires alpha = 1
    accumulate : 'default' (f32 quality), 'exact' (the real number, rounded once) or 'fast'
    bias, residual : float32, bfloat16 or float16, broadcast to the result's shape; in host memory only
    activation : 'none', 'relu', 'gelu', 'gelu_tanh' or 'silu', in float32 before the result is rounded
    dtype, out : the type of the result, or where to write it

    Returns float32, bfloat16 or float16 […, M, N]. Raises mxc.Error (a ValueError). Source:
    docs/contract.md, 25, and the bounds in mx-runtime/mx_runtime.h.
    """
    if any(value.is_on_device if isinstance(value, Scaled) else _device.is_on_device(value) for value in (a, b)):
        _no_out(out)
        if bias is not None or residual is not None or activation != "none":
            raise Error("expected no bias, activation or residual with arrays on a GPU; apply them to the result")
        return _device_ops.matmul(a, b, acc, alpha, accumulate, _arrays.dtype_name(dtype))
    left, right = _Operand("a", a), _Operand("b", b)
    if left.shape[-1] != right.shape[-1]:
        raise Error(f"expected a and b with the same last axis; found shapes {left.shape} and {right.shape}")
    try:
        batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    except ValueError:
        raise Error(f"expected batch axes that broadcast; found shapes {left.shape} and {right.shape}") from None
    shape = (*batch, left.shape[-2], right.shape[-2])
    library = left.library if left.library != "numpy" else right.library
    result = _Result(library, shape, dtype, out, [*left.views, *right.views])
    spec = _abi.MatmulSpec(
        version=_abi.VERSION,
        k=left.shape[-1],
        alpha=_abi.f32_bits("alpha", alpha),
        accumulate=_abi.choose("accumulate", accumulate, _abi.ACCUMULATE),
        **left.fields,
        **right.fields,
    )
    terms = [_addend(name, term, shape) for name, term in (("acc", acc), ("bias", bias), ("residual", residual))]
    addend, *rest = [ctypes.pointer(term.tensor()) if term else None for term in terms]
    epilogue = _abi.Epilogue(_abi.VERSION, _abi.choose("activation", activation, _abi.ACTIVATIONS), *rest)
    _abi.call(_library.runtime(), "mx_matmul_fused", byref(spec), left.record, right.record, addend, byref(epilogue),
              result.tensor)
    return result.finish()


def _addend(name: str, term: Optional[Array], shape: tuple[int, ...]) -> Optional[_arrays.View]:
    if term is None:
        return None
    source = _arrays.view(name, term, FLOATS)
    padded = (1,) * (len(shape) - len(source.shape)) + source.shape
    if len(padded) != len(shape) or any(have not in (1, want) for have, want in zip(padded, shape)):
        raise Error(f"expected {name} that broadcasts to shape {shape}; found shape {source.shape}")
    return source


class _Operand:
    """One side of a product: its record, shape and fields of the specification."""

    def __init__(self, name: str, value: Union[Array, Scaled]) -> None:
        self.fields: dict[str, int] = {}
        if isinstance(value, Scaled):
            if value.format.is_column_wise:
                raise Error(f"expected {name} with blocks along its last axis; found {value.format}: swap its axes")
            self.shape, self.library = value.shape, value.library
            self.fields = {f"{name}_{key}": number for key, number in _format_fields(value.format).items()}
            self.views = _parts(value)
        else:
            source = _arrays.view(name, value, FLOATS)
            self.shape, self.library = source.shape, _arrays.library_of(value)
            self.views = [source, None, None]
        if len(self.shape) < 2:
            raise Error(f"expected {name} of rank 2 or more; found shape {self.shape}")
        self.tensors = [None if view is None else view.tensor() for view in self.views]
        pointers = [None if tensor is None else ctypes.pointer(tensor) for tensor in self.tensors]
        self.record = _abi.Operand(*pointers)


# --- The library ---------------------------------------------------------------------------------


def set_num_threads(threads: int) -> None:
    """Threads for the calls that follow from this thread; 0: the default."""
    _library.runtime().mx_set_num_threads(_abi.integer("threads", threads, 0, 2**31 - 1))


def describe() -> str:
    """The instruction set and threads in use, and the kernel that each operation would run."""
    return str(_library.runtime().mx_runtime_describe().decode())
