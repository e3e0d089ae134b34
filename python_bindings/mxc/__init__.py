"""Microscaled floating point: quantise arrays, compile programs with block-scaled products.

    import mxc
    q = mxc.quantize(x, "mxfp4")            # codes and scales of a numpy, torch or JAX array
    y = mxc.matmul(q, mxc.quantize(w, "mxfp4"))
    step = mxc.compile("step.mlir", recipe="mxfp4_backward", target="cpu")
    outputs = step(*arrays, seed=1)
"""

from ._compile import Compiled, Signature, compile, recipes
from ._device import DeviceArray
from ._errors import CompileError, Error
from ._formats import FORMATS, Element, Format
from ._ops import amax, cast, decode, dequantize, describe, hadamard, matmul, quantize, set_num_threads
from ._plot import Picture
from ._recipe import Hadamard, Operand, Product, Recipe
from ._scaled import Scaled
from ._values import Value

def __getattr__(name: str) -> object:
    """mxc.jax and mxc.torch, imported when first named: they need optional packages."""
    if name in ("jax", "torch"):
        import importlib

        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__version__ = "0.1.0"

__all__ = [
    "CompileError", "Compiled", "DeviceArray", "Element", "Error", "FORMATS", "Format", "Hadamard", "Operand", "Picture", "Product", "Recipe",
    "Scaled", "Signature", "Value", "amax", "cast", "compile",
    "decode", "dequantize", "describe", "hadamard", "matmul", "quantize", "recipes", "set_num_threads",
]
