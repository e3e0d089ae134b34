"""Wrong programs, options and files: each gives exit status 1, one specific error, and no output file."""
# RUN: %python %s

import os
import re

import numpy as np
from tools import EXAMPLES, Counter, Folder, run

F32 = np.float32
IR = f"{EXAMPLES}/torch_mm.linalg.mlir"
NPZ = f"{EXAMPLES}/torch_mm.npz"
HEAD = "func.func @main(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {\n"
TAIL = "\n  return %x : tensor<4x64xf32>\n}\n"


def programs():
    """IR that must be refused, with the error's text."""
    body = lambda text: HEAD + "  " + text + TAIL
    q = "tensor<4x64x!mx.mxfp4>"
    quantised = f"%q = mx.quantize %x : tensor<4x64xf32> -> {q}\n  "
    # What stands in the way must be used, or it is dead code that nobody looks at.
    used = lambda text, kind: (f"func.func @main(%x: tensor<4x64xf32>) -> {kind} {{\n  {quantised}{text}\n  return %r : {kind}\n}}\n")
    yield "no MLIR", "hello\n", r"error: custom op 'hello' is unknown"
    yield "unfinished", HEAD, r"error: expected operation name in quotes|error:"
    yield "unknown format", body("%q = mx.quantize %x : tensor<4x64xf32> -> tensor<4x64x!mx.mxfp5>"), r"unknown type 'mxfp5'"
    yield "no seed", body(f"%q = mx.quantize %x rounding stochastic : tensor<4x64xf32> -> {q}"), r"expected a seed for stochastic rounding"
    yield "unknown rounding", body(f"%q = mx.quantize %x rounding up : tensor<4x64xf32> -> {q}"), r"rounding of an element"
    yield "wrong rule", body("%q = mx.quantize %x scale_rule floor : tensor<4x64xf32> -> tensor<4x64x!mx.nvfp4>"), r"expected scale_rule amax for a float scale"
    yield "even on i8", body("%q = mx.quantize %x scale_rule even : tensor<4x64xf32> -> tensor<4x64x!mx.mxint8>"), r"which have no mantissa width"
    yield "prescale", body("%q = mx.quantize %x {prescale = 0.75 : f32} : tensor<4x64xf32> -> tensor<4x64x!mx.nvfp4>"), r"expected prescale 1 with a float scale"
    yield "random bits", body(f"%q = mx.quantize %x {{random_bits = 5 : i64}} : tensor<4x64xf32> -> {q}"), r"expected random_bits 8, 16 or 24, but found 5"
    yield "shape", body("%q = mx.quantize %x : tensor<4x64xf32> -> tensor<4x32x!mx.mxfp4>"), r"expected a result of shape 4x64"
    yield "two floats", body("%m = mx.matmul %x, %x : tensor<4x64xf32>, tensor<4x64xf32> -> tensor<4x4xf32>"), r"use linalg.matmul"
    yield "K of a product", body(quantised + f"%y = tensor.empty() : tensor<4x32xf32>\n  %m = mx.matmul %q, %y : {q}, tensor<4x32xf32> -> tensor<4x4xf32>"), r"expected one contraction extent"
    yield "Hadamard size", body("%o = tensor.empty() : tensor<4x64xf32>\n  %h = mx.hadamard ins(%x : tensor<4x64xf32>) outs(%o : tensor<4x64xf32>) transform <size = 48> -> tensor<4x64xf32>"), r"power of two from 2 to 1024, but found 48"
    yield "Hadamard tail", body("%o = tensor.empty() : tensor<4x64xf32>\n  %h = mx.hadamard ins(%x : tensor<4x64xf32>) outs(%o : tensor<4x64xf32>) transform <size = 128> -> tensor<4x64xf32>"), r"multiple of the size 128"
    yield "unaligned slice", used(f"%r = tensor.extract_slice %q[0, 13] [4, 32] [1, 1] : {q} to tensor<4x32x!mx.mxfp4>", "tensor<4x32x!mx.mxfp4>"), r"but found offset 13"
    yield "linalg on scaled", used("%e = tensor.empty() : tensor<64x4x!mx.mxfp4>\n  %r = linalg.transpose ins(%q : tensor<4x64x!mx.mxfp4>) outs(%e : tensor<64x4x!mx.mxfp4>) permutation = [1, 0]", "tensor<64x4x!mx.mxfp4>"), r"expected .*linalg.transpose"
    yield "reshape of scaled", used(f"%r = tensor.collapse_shape %q [[0, 1]] : {q} into tensor<256x!mx.mxfp4>", "tensor<256x!mx.mxfp4>"), r"expected .*tensor.collapse_shape"
    yield "vector of scaled", "func.func @main(%x: vector<4x!mx.mxfp4>) { return }\n", r"error:"
    yield "memref of scaled", "func.func @main(%x: memref<4x!mx.mxfp4>) { return }\n", r"error:"
    yield "f64 input", "func.func @main(%x: tensor<4x64xf64>) -> tensor<4x64xf64> {\n  %q = mx.quantize %x : tensor<4x64xf64> -> tensor<4x64x!mx.mxfp4>\n  return %x : tensor<4x64xf64>\n}\n", r"f32, bf16 or f16"
    yield "role", HEAD.replace("{\n", "attributes {mx.role = \"back\"} {\n") + TAIL, r'"forward", "dgrad" or "wgrad"'
    yield "seed type", "func.func @main(%x: tensor<4x64xf32>, %s: f32 {mx.seed}) -> tensor<4x64xf32> {" + TAIL, r"mx.seed"
    yield "unsupported op", "func.func @main(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {\n  %0 = \"stablehlo.add\"(%x, %x) : (tensor<4x64xf32>, tensor<4x64xf32>) -> tensor<4x64xf32>\n  return %0 : tensor<4x64xf32>\n}\n", r"stablehlo"


def recipes():
    operand = "{format = !mx.mxfp4}"
    yield "typo", f'forward = {{lhs = {operand}}}, dgard = {{lhs = {operand}}}', r"unknown key 'dgard'"
    yield "operand typo", "forward = {lhs = {format = !mx.mxfp4, roundin = stochastic}}", r"unknown key 'roundin'"
    yield "no format", "forward = {lhs = {rounding = stochastic}}", r"expected key 'format'"
    yield "not a format", "forward = {lhs = {format = f32}}", r"expected a block-scaled format"
    yield "rule of NVFP4", "forward = {lhs = {format = !mx.nvfp4, scale_rule = even}}", r"expected scale_rule amax"
    yield "weight in wgrad", f"wgrad = {{weight = {operand}}}", r"which only forward products have"
    yield "alpha", f"forward = {{lhs = {operand}, alpha = 0}}", r"finite alpha other than 0"
    yield "empty product", "forward = {alpha = 2.0}", r"expected lhs or rhs"
    yield "fixed signs", f"forward = {{lhs = {operand}, hadamard = {{size = 4, signs = [1]}}}}", r"expected 4 fixed signs"
    yield "exclude", f"forward = {{lhs = {operand}}}, exclude = [heads]", r"expected attention or a quoted pattern"


def arrays():
    x, w = np.zeros((32, 64), F32), np.zeros((64, 48), F32)
    yield "missing argument", dict(arg0=x), r"arg1"
    yield "extra argument", dict(arg0=x, arg1=w, arg2=w), r"arg2"
    yield "wrong shape", dict(arg0=x[:31], arg1=w), r"31|shape"
    yield "wrong rank", dict(arg0=x.reshape(-1), arg1=w), r"rank|shape"
    yield "f64 array", dict(arg0=x.astype(np.float64), arg1=w), r"f8|float64|f64"
    yield "integer array", dict(arg0=x.astype(np.int32), arg1=w), r"i4|int32|i32"
    yield "complex array", dict(arg0=x.astype(np.complex64), arg1=w), r"c8|complex"
    yield "string array", dict(arg0=np.array(["a"]), arg1=w), r"arg0"


class Refusals:
    def __init__(self):
        self.counter, self.folder, self.seen = Counter(), Folder(), set()

    def expect(self, what, pattern, *command, output=None):
        result = run(*command, check=False)
        text = result.stderr + result.stdout
        good = result.returncode == 1 and re.search(pattern, text) and "error" in text
        good = good and "PLEASE submit a bug report" not in text and "Stack dump" not in text
        self.counter.check(good, f"{what}: exit status {result.returncode}, {text[:600]!r}")
        if output:
            left = [name for name in os.listdir(os.path.dirname(output)) if name.startswith(os.path.basename(output))]
            self.counter.check(not left, f"{what}: left {left}")
            for name in left:
                os.remove(os.path.join(os.path.dirname(output), name))
        self.seen.add(what)

    def compile_all(self):
        out = self.folder.path("out.mlir")
        for what, text, pattern in programs():
            self.expect("program: " + what, pattern, "mxc", "compile", self.folder.text("p.mlir", text), "--target=cpu",
                        "--stop-after=lowered", "-o", out, output=out)
        for what, text, pattern in recipes():
            path = self.folder.text("r.mlir", f'module attributes {{mx.recipe = #mx.recipe<name = "r", {text}>}} {{}}\n')
            self.expect("recipe: " + what, pattern, "mxc", "compile", IR, f"--recipe={path}", "-o", out, output=out)
        self.expect("recipe file without a recipe", r"mx.recipe", "mxc", "compile", IR,
                    "--recipe=" + self.folder.text("e.mlir", "module {}\n"), "-o", out, output=out)

    def options(self):
        out = self.folder.path("out.mlir")
        compile_with = lambda what, pattern, *o: self.expect(what, pattern, "mxc", "compile", IR, *o, "-o", out, output=out)
        compile_with("unknown recipe", r"expected a built-in recipe .*'mxfp5'", "--recipe=mxfp5")
        compile_with("override key", r"expected a recipe override", "--recipe=nvfp4,colour=red")
        compile_with("override value", r"expected recipe override rht=", "--recipe=nvfp4,rht=5")
        compile_with("override rounding", r"expected recipe override rounding=", "--recipe=nvfp4,rounding=up")
        compile_with("override rule", r"expected scale_rule amax", "--recipe=nvfp4,scale_rule=floor")
        compile_with("unknown target", r"reference.*cpu|tpu", "--target=tpu")
        compile_with("unknown stage", r"imported|later", "--target=cpu", "--stop-after=later")
        compile_with("unknown emission", r"mlir|ptx", "--target=cpu", "--emit=wasm")
        compile_with("unknown flag", r"colour", "--colour=red")
        self.expect("unknown subcommand", r"dance", "mxc", "dance")
        self.expect("no input", r"error", "mxc", "compile")
        self.expect("missing file", r"nowhere.mlir", "mxc", "compile", self.folder.path("nowhere.mlir"), "-o", out, output=out)
        self.expect("read-only output", r"proc", "mxc", "compile", IR, "-o", "/proc/out.mlir")
        self.expect("output in no folder", r"nowhere", "mxc", "compile", IR, "-o", self.folder.path("nowhere/out.mlir"))
        self.expect("unknown list", r"colours", "mxc", "list", "colours")

    def arrays(self):
        out = self.folder.path("out.npz")
        go = lambda what, pattern, *o: self.expect(what, pattern, "mxc", "run", IR, "--target=cpu", *o, f"--outputs={out}", output=out)
        for what, data, pattern in arrays():
            np.savez(self.folder.path("in.npz"), **data)
            go("arrays: " + what, pattern, f"--inputs={self.folder.path('in.npz')}")
        with open(NPZ, "rb") as file:
            whole = file.read()
        for what, data in (("truncated", whole[: len(whole) // 2]), ("empty", b""), ("no archive", b"hello" * 50)):
            path = self.folder.path("bad.npz")
            with open(path, "wb") as file:
                file.write(data)
            go("npz: " + what, r"bad.npz", f"--inputs={path}")
        go("npz: missing", r"nowhere.npz", f"--inputs={self.folder.path('nowhere.npz')}")
        go("entry", r"start", f"--inputs={NPZ}", "--entry=start")
        np.savez(self.folder.path("e.npz"), out0=np.zeros((3, 3), F32))
        go("expected shape", r"out0", f"--inputs={NPZ}", f"--expect={self.folder.path('e.npz')}")
        go("tolerance", r"often|rtol", f"--inputs={NPZ}", "--rtol=often")
        self.npy(out)

    def npy(self, out):
        x = self.folder.path("x.npy")
        np.save(x, np.zeros((4, 64), F32))
        go = lambda what, pattern, *o: self.expect("quantize: " + what, pattern, "mxc", "quantize", *o, "-o", out, output=out)
        go("no format", r"format", x)
        go("unknown format", r"mxfp5", x, "--format=mxfp5")
        go("plain type", r"f32", x, "--format=f32")
        go("rule", r"amax", x, "--format=mxfp4", "--scale-rule=amax")
        go("unknown rule", r"roof", x, "--format=mxfp4", "--scale-rule=roof")
        go("unknown rounding", r"up", x, "--format=mxfp4", "--rounding=up")
        go("random bits", r"12", x, "--format=mxfp4", "--rounding=stochastic", "--random-bits=12")
        go("Hadamard", r"48", x, "--format=mxfp4", "--hadamard=48")
        go("prescale", r"prescale", x, "--format=nvfp4", "--prescale=0.5")
        go("missing file", r"nowhere", self.folder.path("nowhere.npy"), "--format=mxfp4")
        np.save(x, np.zeros((4, 64)))
        go("f64 array", r"f64|f8|float64", x, "--format=mxfp4")
        with open(x, "wb") as file:
            file.write(b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (4, 64), }")
        go("truncated", r"x.npy", x, "--format=mxfp4")

    def wrong_results(self):
        with np.load(NPZ) as data:
            good = {name: data[name] for name in data.files}
        path = self.folder.path("w.npz")
        np.savez(path, **{**good, "out0": good["out0"] + F32(1)})
        self.expect("results beyond rtol", r"out0", "mxc", "run", IR, "--target=cpu", f"--inputs={NPZ}", f"--expect={path}")
        x = good["arg0"].copy()
        x[0, 0] = np.nan
        np.savez(path, **{**good, "arg0": x})
        self.expect("NaN that should not be", r"out0|NaN", "mxc", "run", IR, "--target=cpu", f"--inputs={path}", f"--expect={path}")


def main():
    refusals = Refusals()
    with refusals.folder:
        refusals.compile_all()
        refusals.options()
        refusals.arrays()
        refusals.wrong_results()
    refusals.counter.check(len(refusals.seen) >= 60, f"only {len(refusals.seen)} cases")
    print(f"{len(refusals.seen)} distinct cases")
    refusals.counter.finish("refusals")


main()
