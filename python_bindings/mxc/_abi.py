"""The C ABI of the kernels, as in include/mx-runtime/mx_abi.h and mx_runtime.h."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_uint64, c_void_p

from ._errors import Error

VERSION = 1
BLOCK_FULL = -1

DTYPES = {"float32": 0, "bfloat16": 1, "float16": 2, "uint8": 3, "uint16": 4}
ROUNDINGS = {"nearest_even": 0, "nearest_away": 1, "toward_zero": 2, "stochastic": 3}
SCALE_RULES = {"floor": 0, "ceil": 1, "rceil": 2, "even": 3, "amax": 4, "four_over_six": 5, "quest": 6, "ms_eden": 7,
               "headroom": 8}
ACCUMULATE = {"default": 0, "exact": 1, "fast": 2}
ACTIVATIONS = {"none": 0, "relu": 1, "gelu": 2, "gelu_tanh": 3, "silu": 4}
SIGNS = {"none": 0, "fixed": 1, "seed": 2}


class Tensor(Structure):
    """mx_tensor; the arrays it points to belong to the caller."""

    _fields_ = [
        ("data", c_void_p),
        ("dtype", c_int64),
        ("rank", c_int64),
        ("sizes", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
    ]


class Origin(Structure):
    """mx_origin."""

    _fields_ = [("count", c_int64), ("values", POINTER(c_int64))]


class QuantizeSpec(Structure):
    """mx_quantize_spec."""

    _fields_ = [
        (name, c_int64)
        for name in (
            "version element scale block_rows block_cols has_tensor_scale scale_rule rounding "
            "random_bits prescale stream scale_min_normal transpose pad_cols pad_multiple "
            "hadamard_size signs sign_stream"
        ).split()
    ] + [("sign_words", c_int64 * 16)]


class MatmulSpec(Structure):
    """mx_matmul_spec."""

    _fields_ = [
        (name, c_int64)
        for name in (
            "version a_element a_scale a_block_rows a_block_cols a_has_tensor_scale "
            "b_element b_scale b_block_rows b_block_cols b_has_tensor_scale k alpha accumulate"
        ).split()
    ]


class Operand(Structure):
    """mx_operand."""

    _fields_ = [("codes", POINTER(Tensor)), ("scale", POINTER(Tensor)), ("tensor_scale", POINTER(Tensor))]


class Epilogue(Structure):
    """mx_epilogue."""

    _fields_ = [("version", c_int64), ("activation", c_int64), ("bias", POINTER(Tensor)), ("residual", POINTER(Tensor))]


def declare(library: ctypes.CDLL) -> None:
    """Types of the functions that this package calls; all but the last two return a mx_status."""
    tensor, spec, origin = POINTER(Tensor), POINTER(QuantizeSpec), POINTER(Origin)
    signatures = {
        "mx_quantize": [spec, tensor, tensor, c_uint64, origin, tensor, tensor, tensor],
        "mx_dequantize": [spec, tensor, tensor, tensor, tensor],
        "mx_hadamard": [spec, tensor, c_uint64, tensor],
        "mx_cast": [spec, tensor, c_uint64, origin, tensor],
        "mx_decode": [c_int64, tensor, tensor],
        "mx_amax": [tensor, tensor],
        "mx_matmul_fused": [
            POINTER(MatmulSpec), POINTER(Operand), POINTER(Operand), tensor, POINTER(Epilogue), tensor
        ],
        "mx_pack_codes": [c_int64, tensor, tensor],
        "mx_unpack_codes": [c_int64, tensor, tensor],
    }
    for name, arguments in signatures.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = c_int
    library.mx_last_error.restype = c_char_p
    library.mx_runtime_describe.restype = c_char_p
    library.mx_set_num_threads.argtypes = [c_int64]
    library.mx_set_num_threads.restype = None


def call(library: ctypes.CDLL, name: str, *arguments: object) -> None:
    """Calls a function of the ABI; what it refuses is an Error with its text."""
    if getattr(library, name)(*arguments):
        raise Error(f"{name[3:]}: {library.mx_last_error().decode()}")


def choose(what: str, value: str, choices: dict[str, int]) -> int:
    """The number of a word."""
    try:
        return choices[value]
    except (KeyError, TypeError):
        raise Error(f"expected {what} to be {', '.join(choices)}; found {value!r}") from None


def f32_bits(what: str, value: float) -> int:
    """The bits of a number as f32, in the low word."""
    try:
        return int.from_bytes(ctypes.c_float(value), "little")
    except TypeError:
        raise Error(f"expected {what} to be a number; found {value!r}") from None


def flag(what: str, value: object) -> int:
    """A truth value as 0 or 1."""
    if isinstance(value, (bool, int)) or type(value).__name__ in ("bool_", "bool"):  # numpy's too
        if value in (0, 1):
            return int(value)  # type: ignore[call-overload]
    raise Error(f"expected {what} to be True or False; found {value!r}")


def integers(what: str, values: object, low: int, high: int) -> list[int]:
    """A sequence of integers."""
    try:
        return [integer(what, value, low, high) for value in values]  # type: ignore[attr-defined]
    except TypeError:
        raise Error(f"expected {what} to be integers; found {values!r}") from None


def integer(what: str, value: object, low: int, high: int) -> int:
    """An integer in [low, high]; numpy's integers are integers too."""
    try:
        number = int(value.__index__())  # type: ignore[attr-defined]
    except (AttributeError, TypeError):
        raise Error(f"expected {what} to be an integer; found {value!r}") from None
    if not low <= number <= high:
        raise Error(f"expected {what} to be an integer from {low} to {high}; found {number}")
    return number


def seed_bits(value: object) -> int:
    """A seed as 64 bits; negative ones are an i64's."""
    return integer("seed", value, -(2**63), 2**64 - 1) & (2**64 - 1)
