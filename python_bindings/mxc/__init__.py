"""Microscaled floating point: quantise arrays, compile programs with block-scaled products.

    import mxc
    q = mxc.quantize(x, "mxfp4")            # codes and scales of a numpy, torch or JAX array
    y = mxc.matmul(q, mxc.quantize(w, "mxfp4"))
    step = mxc.compile("step.mlir", recipe="mxfp4_backward", target="cpu")
    outputs = step(*arrays, seed=1)
"""

from ._compile import Compiled, Signature, compile, recipes
from ._errors import CompileError, Error
from ._formats import FORMATS, Element, Format
from ._ops import amax, cast, decode, dequantize, describe, hadamard, matmul, quantize, set_num_threads
from ._plot import Picture
from ._recipe import Hadamard, Operand, Product, Recipe
from ._scaled import Scaled
from ._values import Value

__version__ = "0.1.0"

__all__ = [
    "CompileError", "Compiled", "Element", "Error", "FORMATS", "Format", "Hadamard", "Operand", "Picture", "Product", "Recipe",
    "Scaled", "Signature", "Value", "amax", "cast", "compile",
    "decode", "dequantize", "describe", "hadamard", "matmul", "quantize", "recipes", "set_num_threads",
]
