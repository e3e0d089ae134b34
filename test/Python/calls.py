"""Calls of compiled functions: every type, layout and mistake; donated arguments; several functions."""
# RUN: %python %s

import ml_dtypes
import mxc
import numpy as np
from checks import bits_of, normal, refused, same

F32 = np.float32
TWICE = """
func.func @main(%a: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %b = arith.addf %a, %a : tensor<?x?xf32>
  return %b : tensor<?x?xf32>
}
"""


def identity(*types):
    names = [f"%a{i}" for i in range(len(types))]
    listed = ", ".join(types)
    arguments = ", ".join(f"{name}: {type}" for name, type in zip(names, types))
    return f"func.func @main({arguments}) -> ({listed}) {{\n  return {', '.join(names)} : {listed}\n}}\n"


def every_type():
    types = {
        "f64": np.float64, "f32": F32, "f16": np.float16, "bf16": ml_dtypes.bfloat16, "i1": np.bool_, "i8": np.int8,
        "i16": np.int16, "i32": np.int32, "i64": np.int64, "index": np.int64, "f8E4M3FN": ml_dtypes.float8_e4m3fn,
        "f8E5M2": ml_dtypes.float8_e5m2, "f4E2M1FN": ml_dtypes.float4_e2m1fn,
    }
    for name, dtype in types.items():
        x = (np.arange(6).reshape(2, 3) % 2).astype(dtype)
        shaped = [f"tensor<2x3x{name}>"] if name != "index" else ["tensor<2x3xindex>"]
        small = name.startswith(("f8", "f4"))
        copy = mxc.compile(identity(*shaped, f"tensor<{name}>", *([] if small else [name])))
        numbers = [x[0, 1]] * (1 if small else 2)
        results = copy(x, *(np.asarray(number) for number in numbers))
        same(results[0], x, name)
        for number in results[1:]:
            assert number == x[0, 1] and np.asarray(number).dtype == x.dtype, name
    copy = mxc.compile(identity("f32", "i32", "tensor<f32>", "i64"))
    assert copy(1.5, -3, 2, 2**40) == (1.5, -3, 2, 2**40)
    assert mxc.compile(identity("i32"))(np.uint32(5)) == 5
    assert mxc.compile("func.func @f() {\n return\n}\n")() is None
    refused("integer", call=lambda: mxc.compile(identity("i32"))(1.5))
    refused("i8", "300", call=lambda: mxc.compile(identity("i8"))(300))
    refused("codes below 16", call=lambda: mxc.compile(identity("tensor<2xf4E2M1FN>"))(np.array([1, 16], np.uint8)))
    refused("tensor<2xcomplex<f32>>", "no array can carry", call=lambda: mxc.compile(identity("tensor<2xcomplex<f32>>")))


def layouts():
    twice = mxc.compile(TWICE)
    x = normal((12, 30))
    for what, y in {"contiguous": x, "transposed": x.T, "reversed": x[::-1, ::-1], "every third": x[:, ::3],
                    "broadcast": np.broadcast_to(x[:1], (6, 30)), "empty": x[:0], "no columns": x[:, :0],
                    "unaligned": np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(F32).reshape(12, 30)}.items():
        before = y.copy()
        same(twice(y), y + y, what)
        same(np.ascontiguousarray(y), np.ascontiguousarray(before), f"{what}: the argument")
    result = twice(x)
    del twice
    same(result, x + x, "results outlive their function")


def mistakes():
    f = mxc.compile(identity("tensor<2x3xf32>", "tensor<?xi32>"))
    x, n = np.zeros((2, 3), F32), np.zeros(4, np.int32)
    refused("expected 2 arguments", "found 1", call=lambda: f(x))
    refused("argument 0", "tensor<2x3xf32>", "(3, 2)", call=lambda: f(x.T, n))
    refused("argument 1", "tensor<?xi32>", "(4, 1)", call=lambda: f(x, n[:, None]))
    refused("argument 0 of float32", "float64", call=lambda: f(x.astype(np.float64), n))
    refused("argument 1 of int32 or uint32", "int64", call=lambda: f(x, n.astype(np.int64)))
    refused("argument 0 to be an array", "list", call=lambda: f([1.0], n))
    refused("argument 0", "array", call=lambda: f(None, n))
    refused("seed", "'a'", call=lambda: f(x, n, seed="a"))

    class Elsewhere:
        def __dlpack_device__(self):
            return (2, 0)

        def __dlpack__(self, **options):
            raise AssertionError("never asked")

    refused("the CPU", "CUDA", call=lambda: f(Elsewhere(), n))
    refused("'gpu'", "reference, cpu, nvvm", call=lambda: mxc.compile(TWICE, target="gpu"))
    refused("sm_1", "sm_90a", call=lambda: mxc.compile(TWICE, target="nvvm", chip="sm_1"))
    refused("expected a built-in recipe", "'mine'", call=lambda: mxc.compile(TWICE, "mine"), error=mxc.CompileError)
    refused("recipe", "int", call=lambda: mxc.compile(TWICE, 3))
    refused("no/such/file.mlir", call=lambda: mxc.compile("no/such/file.mlir"))
    refused("ir", "int", call=lambda: mxc.compile(3))
    text = refused("<string>:2:", "error", call=lambda: mxc.compile("func.func @f() {\n  nonsense\n}\n"), error=mxc.CompileError)
    assert text.splitlines() == mxc.CompileError(text).diagnostics
    refused("error", call=lambda: mxc.compile(b"\xff\xfe\x00 \n"), error=mxc.CompileError)
    refused("expected entry", "there is none", call=lambda: mxc.compile("module {}\n"))


def dynamic_extents():
    """Extents that the program takes to be equal must be: of arguments, of what follows from them, of numbers."""
    text = """
    func.func @main(%x: tensor<?x?xf32>, %w: tensor<?x?xf32>, %v: tensor<?x5xf32>) -> tensor<?x5xf32> {
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %m = tensor.dim %x, %c0 : tensor<?x?xf32>
      %n = tensor.dim %w, %c1 : tensor<?x?xf32>
      %e = tensor.empty(%m, %n) : tensor<?x?xf32>
      %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
      %0 = linalg.matmul ins(%x, %w : tensor<?x?xf32>, tensor<?x?xf32>) outs(%i : tensor<?x?xf32>) -> tensor<?x?xf32>
      %f = tensor.empty(%m) : tensor<?x5xf32>
      %j = linalg.fill ins(%zero : f32) outs(%f : tensor<?x5xf32>) -> tensor<?x5xf32>
      %1 = linalg.matmul ins(%0, %v : tensor<?x?xf32>, tensor<?x5xf32>) outs(%j : tensor<?x5xf32>) -> tensor<?x5xf32>
      return %1 : tensor<?x5xf32>
    }
    """
    x, w, v = normal((3, 64)), normal((64, 7)), normal((7, 5))
    for recipe in ("none", "mxfp8"):
        f = mxc.compile(text, recipe)
        np.testing.assert_allclose(f(x, w, v), x @ w @ v, atol=12 if recipe == "mxfp8" else 1e-3)
        refused("axis 1 of argument 0 (64)", "axis 0 of argument 1 (32)", call=lambda: f(x, w[:32], v))
        refused("axis 1 of argument 1 (7)", "axis 0 of argument 2 (6)", call=lambda: f(x, w, v[:6]))
    add = mxc.compile("func.func @main(%a: tensor<?xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {\n"
                      "  %c = tensor.cast %b : tensor<4xf32> to tensor<?xf32>\n"
                      "  %d = arith.addf %a, %c : tensor<?xf32>\n"
                      "  %e = tensor.cast %d : tensor<?xf32> to tensor<4xf32>\n  return %e : tensor<4xf32>\n}\n")
    refused("4", "axis 0 of argument 0 (5)", call=lambda: add(np.ones(5, F32), np.ones(4, F32)))
    same(add(np.ones(4, F32), np.ones(4, F32)), np.full(4, 2, F32), "a number")


def seeds():
    """The seed is no argument of a call, wherever the function has it."""
    text = """
    func.func @main(%x: tensor<1x32xf32>, %seed: i64 {mx.seed}, %n: i32) -> (tensor<1x32xf32>, i64, i32) {
      %q = mx.quantize %x seed %seed rounding stochastic : tensor<1x32xf32> -> tensor<1x32x!mx.mxfp4>
      %d = mx.dequantize %q : tensor<1x32x!mx.mxfp4> -> tensor<1x32xf32>
      return %d, %seed, %n : tensor<1x32xf32>, i64, i32
    }
    """
    f, x = mxc.compile(text, seed=5), normal((1, 32))
    for seed, options in ((5, {}), (2**63, {"seed": 2**63}), (-1, {"seed": -1})):
        values, found, number = f(x, 3, **options)
        assert int(found) % 2**64 == seed % 2**64 and number == 3
        same(values, mxc.quantize(x, rounding="stochastic", seed=seed).dequantize(), f"seed {seed}")
    add = mxc.compile("func.func @f(%s: i64 {mx.seed}, %a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {\n"
                      "  %c = arith.addf %a, %b : tensor<?xf32>\n  return %c : tensor<?xf32>\n}\n")
    same(add(x[0], x[0]), x[0] + x[0], "seed first")
    refused("axis 0 of argument 0 (32), axis 0 of argument 1 (31)", call=lambda: add(x[0], x[0, :31]))
    refused("seed", "i64", call=lambda: mxc.compile("func.func @f(%s: i32 {mx.seed}) {\n  return\n}\n"))


def several_functions():
    text = TWICE.replace("@main", "@two") + TWICE.replace("@main", "@double")
    refused("two, double", "'main'", call=lambda: mxc.compile(text))
    refused("two, double", "'none'", call=lambda: mxc.compile(text, entry="none"))
    x = normal((2, 2))
    same(mxc.compile(text, entry="double")(x), x + x, "entry")


def scaled_values():
    """Block-scaled arguments and results, static and dynamic."""
    for form in ("mxfp4", "nvfp4", "mxfp6_e2m3", "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>"):
        element = mxc.Format.parse(form).mlir
        for shape, extents in (((4, 64), "4x64x"), ((3, 50), "?x?x"), ((3, 50), "?x50x"), ((4, 64), "4x?x")):
            q = mxc.quantize(normal(shape), form)
            copy = mxc.compile(identity(f"tensor<{extents}{element}>"))
            result = copy(q)
            assert isinstance(result, mxc.Scaled) and result.shape == shape and result.format == q.format
            assert bits_of(result) == bits_of(q), (form, extents)
    q = mxc.quantize(normal((4, 64)))
    copy = mxc.compile(identity("tensor<4x64x!mx.mxfp4>"))
    refused("mxc.Scaled in mxfp4", "ndarray", call=lambda: copy(normal((4, 64))))
    refused("mxc.Scaled in mxfp4", "nvfp4", call=lambda: copy(mxc.quantize(normal((4, 64)), "nvfp4")))
    refused("(8, 64)", call=lambda: copy(mxc.quantize(normal((8, 64)))))


def donation():
    f = mxc.compile(identity("tensor<4xf32>", "tensor<4xf32>", "tensor<2xf32>").replace(
        "return %a0, %a1", "%s = arith.addf %a0, %a1 : tensor<4xf32>\n  return %s, %a0"), donate=(1, 0))
    x, y, z = np.arange(4, dtype=F32), np.ones(4, F32), np.zeros(2, F32)
    first, second, third = f(x, y, z)
    assert first is y and second is x and third is not z
    same(y, np.arange(4, dtype=F32) + 1, "the sum, in place of the second argument")
    same(x, np.arange(4, dtype=F32), "the first argument")
    strided = np.zeros(8, F32)[::2]
    f(x, strided, z)
    same(np.ascontiguousarray(strided), x, "donated with strides")
    frozen = np.ones(4, F32)
    frozen.flags.writeable = False
    refused("donated", "writable", call=lambda: f(frozen, y, z))
    refused("type tensor<3xf32>", call=lambda: mxc.compile(
        "func.func @f(%a: tensor<3xf32>) -> tensor<2xf32> {\n %b = tensor.empty() : tensor<2xf32>\n"
        " return %b : tensor<2xf32>\n}\n", donate=(0,)))
    refused("donate", call=lambda: mxc.compile(TWICE, donate=(4,)))


for test in (every_type, layouts, mistakes, dynamic_extents, seeds, several_functions, scaled_values, donation):
    test()
