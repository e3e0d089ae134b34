"""Plain C functions called through their header, against `mxc run` of the same program, bit for bit."""
# RUN: %python %s %examples %S/../../Acceptance/Inputs %t

import ctypes
import os
import re
import subprocess
import sys

import ml_dtypes
import numpy as np

TYPES = {"float": np.float32, "double": np.float64, "uint8_t": np.uint8, "uint16_t": np.uint16, "uint64_t": np.uint64,
         "int8_t": np.int8, "int16_t": np.int16, "int32_t": np.int32, "int64_t": np.int64}
failed = []


def check(what, holds):
    if not holds:
        failed.append(what)
        print(f"failed: {what}")


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


class Library:
    """A compiled program. Its header says what each function takes."""

    def __init__(self, folder, source, *options):
        stem = os.path.join(folder, "made")
        run("mxc", "compile", source, "-o", stem + ".so", f"--header={stem}.h", "--prefix=made", *options)
        run("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", stem + ".h")
        run("clang++-22", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++", stem + ".h")
        # A copy of its own for each: the loader knows a library by its file.
        unique = f"{stem}-{len(os.listdir(folder))}.so"
        os.rename(stem + ".so", unique)
        self.library = ctypes.CDLL(unique)
        with open(stem + ".h", encoding="utf-8") as file:
            self.header = file.read()
        self.error_text = self.library.made_error_text
        self.error_text.restype = ctypes.c_char_p

    def parameters(self, name):
        comment = re.search(rf"/\* {name}:\n(.*?) \*/", self.header, re.DOTALL).group(1)
        return re.findall(r"^ \*   (\w+) +(in|out|scratch) +(\w+)(?: \[(.*?)\])?", comment, re.MULTILINE)

    def call(self, name, arrays, extents=None, workspace=True):
        """Results by name, or the error code; `arrays` has numbers for scalars."""
        extents = extents or {}
        ceil = lambda x: -int(-x // 1)
        arguments, results = [], {}
        size = getattr(self.library, name + "_workspace_bytes")
        size.restype = ctypes.c_int64
        bytes_needed = size(*[ctypes.c_int64(value) for value in extents.values()])
        self.workspace = np.zeros(max(bytes_needed, 0) + 1, np.uint8)
        for parameter, direction, kind, shape in self.parameters(name):
            if direction == "scratch":
                # At an odd address: any alignment will do.
                arguments.append(ctypes.c_void_p(self.workspace.ctypes.data + 1 if workspace else None))
            elif kind == "extent":
                arguments.append(ctypes.c_int64(extents[parameter]))
            elif direction == "out":
                dims = [eval(dim, {"ceil": ceil}, dict(extents)) for dim in shape.split(", ") if dim]
                results[parameter] = np.empty(dims, TYPES[kind])
                arguments.append(ctypes.c_void_p(results[parameter].ctypes.data))
            elif isinstance(arrays[parameter], np.ndarray):
                arguments.append(ctypes.c_void_p(arrays[parameter].ctypes.data))
            else:
                arguments.append(getattr(ctypes, "c_" + kind.replace("_t", ""))(arrays[parameter]))
        status = getattr(self.library, name)(*arguments)
        return results if status == 0 else status


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def same(a, b):
    return a.dtype.itemsize == b.dtype.itemsize and a.shape == b.shape and a.tobytes() == b.tobytes()


def compare(folder, source, arrays, *options, seed=None, extents=None, entry="main"):
    """Each result of the C function is that of `mxc run`."""
    inputs, outputs = os.path.join(folder, "in.npz"), os.path.join(folder, "out.npz")
    np.savez(inputs, **arrays)
    run("mxc", "run", source, f"--inputs={inputs}", f"--outputs={outputs}", f"--entry={entry}",
        *([f"--seed={seed}"] if seed is not None else []), *options)
    library = Library(folder, source, *options)
    given = {**arrays, "seed": seed}
    found = library.call(f"made_{entry}", given, extents)
    what = f"{os.path.basename(source)} {' '.join(options)}"
    if not isinstance(found, dict):
        check(f"{what}: {library.error_text(found)}", False)
        return library
    for name, expected in np.load(outputs).items():
        check(f"{what}: {name}", same(found[name], expected))
    return library


def pack4(codes, block=32):
    """One code a byte to two, block by block with zeros at the end (contract 12)."""
    *batch, cols = codes.shape
    padded = np.zeros((*batch, -(-cols // block) * block), np.uint8)
    padded[..., :cols] = codes
    return (padded[..., ::2] | padded[..., 1::2] << 4).reshape(*batch, -1, block // 2)


PRODUCT = """func.func @main(%x: tensor<?x?xf32>, %w: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %w, %c1 : tensor<?x?xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty(%m, %n) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x?xf32>) -> tensor<?x?xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<?x?xf32>, tensor<?x?xf32>) outs(%init : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
"""


def test_dynamic(folder, random):
    source = write(folder, "dynamic.mlir", PRODUCT)
    for m, k, n in ((5, 70, 3), (1, 1, 1), (0, 64, 2), (33, 32, 17)):
        arrays = {"arg0": random.standard_normal((m, k), np.float32), "arg1": random.standard_normal((k, n), np.float32)}
        extents = {"arg0_d0": m, "arg0_d1": k, "arg1_d1": n}
        library = compare(folder, source, arrays, "--recipe=nvfp4", "--target=cpu", extents=extents)
    status = library.call("made_main", arrays, {**extents, "arg0_d1": -1})
    check("a negative extent", status % 16 == 2 and library.error_text(status) == b"made_main: arg0_d1 is negative")
    status = library.call("made_main", arrays, extents, workspace=False)
    check("no workspace", status % 16 == 1 and library.error_text(status) == b"made_main: workspace is a null pointer")


SCALED = """func.func @main(%a: tensor<?x?x!mx.mxfp4>, %b: tensor<?x?x!mx.mxfp4>) -> (tensor<?x?xf32>, tensor<?x?x!mx.nvfp4>) {
  %0 = mx.matmul %a, %b : tensor<?x?x!mx.mxfp4>, tensor<?x?x!mx.mxfp4> -> tensor<?x?xf32>
  %1 = mx.quantize %0 scale_rule amax : tensor<?x?xf32> -> tensor<?x?x!mx.nvfp4>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?x!mx.nvfp4>
}
"""


def test_scaled(folder, random):
    """Packed codes and scales as arguments and results; `mxc run` has one code a byte."""
    source = write(folder, "scaled.mlir", SCALED)
    m, k, n = 5, 70, 37
    inputs, outputs = os.path.join(folder, "in.npz"), os.path.join(folder, "out.npz")
    arrays = {}
    for name, rows in (("arg0", m), ("arg1", n)):
        arrays[name + "_codes"] = random.integers(0, 16, (rows, k), np.uint8)
        arrays[name + "_scale"] = random.integers(120, 130, (rows, -(-k // 32)), np.uint8)
    np.savez(inputs, **arrays)
    run("mxc", "run", source, f"--inputs={inputs}", f"--outputs={outputs}", "--target=cpu")
    library = Library(folder, source, "--target=cpu")
    check("the header names the format", "packed codes of arg0: tensor<?x?x!mx.mxfp4>" in library.header)
    found = library.call("made_main", {**arrays, "arg0_codes": pack4(arrays["arg0_codes"]),
                                       "arg1_codes": pack4(arrays["arg1_codes"])},
                         {"arg0_d0": m, "arg0_d1": k, "arg1_d0": n})
    expected = dict(np.load(outputs))
    expected["out1_codes"] = pack4(expected["out1_codes"], block=16)
    for name, array in expected.items():
        check(f"scaled: {name}", same(found[name], array))


TYPES_OF_ALL_KINDS = """func.func @main(%i: i32 {mx.name = "int"}, %f: f32, %b: i1, %h: bf16, %n: index, %x: tensor<3xf16>, %t: tensor<2xi1>,
    %q: tensor<4xf8E4M3FN>, %s: tensor<f64>, %d: f64)
    -> (i32, f32, i1, bf16, index, tensor<3xf16>, tensor<2xi1>, tensor<4xf8E4M3FN>, tensor<f64>, f64, tensor<?xf32>) {
  %empty = tensor.empty(%n) : tensor<?xf32>
  %splat = linalg.fill ins(%f : f32) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  return %i, %f, %b, %h, %n, %x, %t, %q, %s, %d, %splat
    : i32, f32, i1, bf16, index, tensor<3xf16>, tensor<2xi1>, tensor<4xf8E4M3FN>, tensor<f64>, f64, tensor<?xf32>
}
"""


def test_types(folder):
    library = Library(folder, write(folder, "types.mlir", TYPES_OF_ALL_KINDS), "--target=cpu")
    arrays = {"int_": -7, "arg1": 2.5, "arg2": 1, "arg3": 0x3FC0, "arg4": 3, "arg5": np.array([1, -2, 3], np.float16),
              "arg6": np.array([0, 1], np.uint8), "arg7": np.array([1, 2, 3, 0x7F], np.uint8),
              "arg8": np.array(0.1), "arg9": 1e300}
    # The extent of the last result is an argument.
    found = library.call("made_main", arrays, {"arg4": 3})
    for result, argument in enumerate(["int_", *[f"arg{i}" for i in range(1, 10)]]):
        expected = np.asarray(arrays[argument])
        check(f"types: out{result} of {argument}", found[f"out{result}"].tobytes() == expected.astype(
            found[f"out{result}"].dtype if expected.dtype.kind in "if" and not isinstance(arrays[argument], np.ndarray)
            else expected.dtype).tobytes())
    check("types: a splat", same(found["out10"], np.full(3, 2.5, np.float32)))


ASSERTION = """func.func @main(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?xf32>
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %equal = arith.cmpi eq, %m, %n : index
  cf.assert %equal, "x and y must be of one length"
  %empty = tensor.empty(%m) : tensor<?xf32>
  %0 = scf.for %i = %c0 to %m step %c0_1 iter_args(%z = %empty) -> tensor<?xf32> {
    %a = tensor.extract %x[%i] : tensor<?xf32>
    %b = tensor.extract %y[%i] : tensor<?xf32>
    %sum = arith.addf %a, %b : f32
    %next = tensor.insert %sum into %z[%i] : tensor<?xf32>
    scf.yield %next : tensor<?xf32>
  }
  return %0 : tensor<?xf32>
}
""".replace("%c0_1", "%c1").replace("  %m =", "  %c1 = arith.constant 1 : index\n  %m =", 1)


def test_assertion(folder):
    """A failed assertion is an error code, and the next call works."""
    library = Library(folder, write(folder, "assertion.mlir", ASSERTION), "--target=reference")
    arrays = {"arg0": np.arange(5, dtype=np.float32), "arg1": np.ones(5, np.float32)}
    status = library.call("made_main", arrays, {"arg0_d0": 5, "arg1_d0": 4})
    check("an assertion", status % 16 == 3 and library.error_text(status) == b"made: x and y must be of one length")
    found = library.call("made_main", arrays, {"arg0_d0": 5, "arg1_d0": 5})
    check("after an assertion", same(found["out0"], np.arange(5, dtype=np.float32) + 1))


CALLS = """func.func @twice(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = arith.addf %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @main(%x: tensor<4xf32>, %n: tensor<index>) -> (tensor<4xf32>, f32, tensor<4xf32>) {
  %0 = func.call @twice(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = func.call @twice(%0) {no_inline} : (tensor<4xf32>) -> tensor<4xf32>
  %extent = tensor.extract %n[] : tensor<index>
  %one = arith.constant 1.0 : f32
  %zero = arith.constant dense<0.0> : tensor<f32>
  %empty = tensor.empty(%extent) : tensor<?xf32>
  %ones = linalg.fill ins(%one : f32) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.reduce { arith.addf } ins(%ones : tensor<?xf32>) outs(%zero : tensor<f32>) dimensions = [0]
  %count = tensor.extract %sum[] : tensor<f32>
  return %1, %count, %x : tensor<4xf32>, f32, tensor<4xf32>
}
"""


def test_calls(folder):
    """A public function that calls another, with a temporary whose size is data: from the heap, and freed."""
    arrays = {"arg0": np.array([1, -2, 3, 0.5], np.float32), "arg1": np.array(1000, np.int64)}
    library = Library(folder, write(folder, "calls.mlir", CALLS), "--target=reference")
    found = library.call("made_main", arrays)
    check("a call", np.array_equal(found["out0"], 4 * arrays["arg0"]) and np.array_equal(found["out2"], arrays["arg0"]))
    check("a size that is data", found["out1"] == 1000)
    check("the header tells of the heap", library.header.count("taken from the heap") == 1)
    check("the other one", np.array_equal(library.call("made_twice", arrays)["out0"], 2 * arrays["arg0"]))
    test_leaks(library, arrays)


BFLOAT = """func.func @main(%x: tensor<?xf32>, %y: tensor<?xf64>) -> (tensor<?xbf16>, tensor<?xbf16>) {
  %0 = arith.truncf %x : tensor<?xf32> to tensor<?xbf16>
  %1 = arith.truncf %y : tensor<?xf64> to tensor<?xbf16>
  return %0, %1 : tensor<?xbf16>, tensor<?xbf16>
}
"""


def test_bfloat(folder, random):
    """A CPU without bf16: the object has the conversions that LLVM calls and that libgcc 12 has not."""
    library = Library(folder, write(folder, "bfloat.mlir", BFLOAT), "--target=reference", "--mcpu=x86-64")
    n = 1 << 18
    wide = random.integers(0, 1 << 32, n, np.uint32).view(np.float32)
    # Halfway between two bf16 numbers and a little beside it, where rounding to f32 first goes wrong.
    halves = ((random.integers(0x0080, 0x7F00, n).astype(np.uint32) << 16) | 0x8000).view(np.float32).astype(np.float64)
    halves *= random.choice([-1, 1], n) * random.choice([1, 1 + 2**-40, 1 - 2**-40], n)
    found = library.call("made_main", {"arg0": wide, "arg1": halves}, {"arg0_d0": n, "arg1_d0": n})
    numbers = ~np.isnan(wide)
    check("f32 to bf16", np.array_equal(found["out0"][numbers], wide[numbers].astype(ml_dtypes.bfloat16).view(np.uint16)))
    check("NaN to bf16", np.isnan(found["out0"].view(ml_dtypes.bfloat16)[~numbers].astype(np.float32)).all())
    # The nearest bf16, ties to even, of a number written as an integer times a power of two.
    fraction, exponent = np.frexp(halves)
    rounded = np.ldexp(np.rint(fraction * 256), exponent - 8).astype(np.float32)
    check("f64 to bf16", np.array_equal(found["out1"], (rounded.view(np.uint32) >> 16).astype(np.uint16)))


def test_leaks(library, arrays):
    """Fifty more calls leave the heap as it was; a leak would show in every round."""
    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keep".split()]

    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = Info
    used = []
    for _ in range(5):
        for _ in range(50):
            library.call("made_main", arrays)
        info = mallinfo()
        used.append(info.uordblks + info.hblkhd)
    check(f"no leak: {used}", min(after - before for before, after in zip(used[1:], used[2:])) < 1000)


def test_programs(folder, examples, inputs):
    train = os.path.join(examples, "inputs", "jax_mlp_train")
    arrays = {name: array for name, array in np.load(train + ".npz").items() if name.startswith("arg")}
    for target, recipe in (("cpu", "mxfp4_backward"), ("cpu", "none"), ("reference", "mxfp8")):
        library = compare(folder, train + ".mlir", arrays, f"--target={target}", f"--recipe={recipe}",
                seed=7 if recipe == "mxfp4_backward" else None)
        check("temporaries lie in the workspace", "heap" not in library.header)
        if target == "cpu" and recipe == "none":
            test_leaks(library, arrays)
    for name in ("scan", "bfloat"):
        path = os.path.join(inputs, name)
        arrays = {name: array for name, array in np.load(path + ".npz").items() if name.startswith("arg")}
        library = compare(folder, path + ".mlir", arrays, "--target=cpu", "--recipe=mxfp4_backward", seed=3)
        test_leaks(library, {**arrays, "seed": 3})


def main():
    examples, inputs, folder = sys.argv[1:4]
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(5)
    test_dynamic(folder, random)
    test_scaled(folder, random)
    test_types(folder)
    test_assertion(folder)
    test_bfloat(folder, random)
    test_calls(folder)
    test_programs(folder, examples, inputs)
    sys.exit(1 if failed else 0)


main()
