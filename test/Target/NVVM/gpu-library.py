"""C functions on arrays in GPU memory give what the same functions of target cpu give: on streams of the caller, from a
CUDA graph, from several threads, with temporaries in the caller's workspace, and errors that are codes. With MX_TEST_EMULATE=1
and the emulator's libcuda.so.1 (LD_LIBRARY_PATH) without a GPU."""
# REQUIRES: gpu
# RUN: %python %s %mx_lib

import ctypes
import os
import re
import sys
import threading

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, *parts) for parts in (("..", "..", "Acceptance"), ("..", "..", "..", "tools", "dev"))]
from cuda_driver import Driver
from tools import EMULATE, Counter, Folder, nvvm_options, run

LIBRARIES = sys.argv[1]
NUMPY = {"float": np.float32, "uint8_t": np.uint8, "uint16_t": np.uint16, "int64_t": np.int64, "uint64_t": np.uint64}
EXTENTS = {"m": 37, "k": 320, "batch": 3, "x_d0": 29, "n": 64}

KERNELS = """
quantize --to=mxfp4 --m=dynamic --k=320 --rounding=stochastic --name=stochastic
quantize --to=mxfp4 --m=dynamic --k=320 --hadamard=64 --signs=seed --rounding=stochastic --transposed=also --name=both
quantize --from=bf16 --to=nvfp4 --m=dynamic --k=320 --name=two_level
quantize --to=mxfp8_e4m3 --m=dynamic --k=dynamic --batch=dynamic --scale-rule=rceil --name=batched
dequantize --from=nvfp4 --m=dynamic --k=320 --name=floats
hadamard --m=dynamic --k=320 --hadamard=32 --signs=seed --name=transform
gemm --a=mxfp4 --b=mxfp4 --m=dynamic --n=64 --k=320 --accumulate=exact --name=exact
gemm --a=mxfp4 --b=mxfp4 --m=37 --n=64 --k=320 --name=folded
gemm --a=bf16 --b=mxfp4 --m=5 --n=64 --k=320 --name=few_rows
gemm --a=f32 --b=mxfp8_e4m3 --m=37 --n=64 --k=320 --name=three_parts
"""

# A constant weight, and a loop that ends by the data.
MODULE = """
func.func @layer(%x: tensor<?x64xf32> {mx.name = "x"}) -> tensor<?x128xf32> {
  %w = arith.constant dense<0.25> : tensor<64x128xf32>
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty(%m) : tensor<?x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x128xf32>) -> tensor<?x128xf32>
  %y = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x128xf32>)
         outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}
func.func @halve(%x: tensor<8xf32>) -> (tensor<8xf32>, i32) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %start = arith.constant 0 : i32
  %limit = arith.constant 1.0 : f32
  %half = arith.constant dense<0.5> : tensor<8xf32>
  %y, %n = scf.while (%a = %x, %i = %start) : (tensor<8xf32>, i32) -> (tensor<8xf32>, i32) {
    %first = tensor.extract %a[%c0] : tensor<8xf32>
    %more = arith.cmpf ogt, %first, %limit : f32
    scf.condition(%more) %a, %i : tensor<8xf32>, i32
  } do {
  ^bb0(%a: tensor<8xf32>, %i: i32):
    %b = arith.mulf %a, %half : tensor<8xf32>
    %j = arith.addi %i, %one : i32
    scf.yield %b, %j : tensor<8xf32>, i32
  }
  return %y, %n : tensor<8xf32>, i32
}
"""
EXACT = {"stochastic", "both", "two_level", "batched", "floats", "transform", "exact", "folded", "halve"}


class Function:
    """A function as its header declares it: C types, and the shapes that the comment gives."""

    def __init__(self, comment, name):
        self.name, self.parameters = name, []
        for line in comment.splitlines():
            match = re.match(r" \*   (\w+) +(in  |out ) +(uint64_t: seed|[a-z0-9_]+)(?: \[(.*?)\])?", line)
            if match:
                self.parameters.append((match[1], match[2].strip(), match[3].split(":")[0], match[4]))
        self.extents = [name for name, _, kind, _ in self.parameters if kind == "extent"]

    def values(self):
        return [parameter for parameter in self.parameters if parameter[2] != "extent"]


class Library:
    """One build of a module: header, functions, codes of errors."""

    def __init__(self, folder, stem, target, options, source):
        header, code = folder.path(f"{stem}_{target}.h"), folder.path(f"{stem}_{target}.o")
        run("mxc", *source, f"--target={target}", *nvvm_options(target), *options, "--prefix=t", "-o", code, f"--header={header}")
        runtime = "mx_cuda_runtime" if target == "nvvm" else "mx_runtime"
        shared = folder.path(f"{stem}_{target}.so")
        run("cc", "-shared", code, f"-L{LIBRARIES}", f"-l{runtime}", f"-Wl,-rpath,{LIBRARIES}", "-o", shared)
        self.library = ctypes.CDLL(shared)
        with open(header, encoding="utf-8") as file:
            text = file.read()
        self.functions = [Function(body, name[2:]) for name, body in re.findall(r"/\* (t_\w+):\n(.*?)\*/", text, re.DOTALL)
                          if "calls the first of these" not in body]
        self.library.t_error_text.restype = ctypes.c_char_p

    def workspace(self, function, extents):
        size = getattr(self.library, f"t_{function.name}_workspace_bytes")
        size.restype = ctypes.c_int64
        return size(*(ctypes.c_int64(extents[name]) for name in function.extents))

    def call(self, function, arguments, places):
        return getattr(self.library, f"t_{function.name}")(*arguments, *places)

    def text(self, code):
        return self.library.t_error_text(code).decode()


def shape_of(text, extents):
    text = re.sub(r"ceil\(([^()]+|\([^()]*\)) / (\d+)\)", r"(-(-(\1) // \2))", text or "")
    return tuple(int(part) for part in eval(f"[{text}]", {"floor": int}, dict(extents)))


def draw(rng, kind, shape, name):
    if name.endswith("_scale") and kind == "uint8_t":
        return rng.integers(125, 128, shape).astype(np.uint8) if "nv" not in name else rng.integers(40, 60, shape).astype(np.uint8)
    if kind == "uint8_t":
        return rng.integers(0, 126, shape).astype(np.uint8)
    values = rng.standard_normal(shape).astype(np.float32) * 7
    return (values.view(np.uint32) >> 16).astype(np.uint16) if kind == "uint16_t" else np.abs(values).astype(NUMPY[kind]) + 1


class Case:
    """One function with its arguments."""

    def __init__(self, function, rng, extents):
        self.function, self.extents = function, extents
        self.arrays, self.results, self.order = {}, {}, []
        for name, way, kind, shape in function.values():
            if kind == "uint64_t":
                self.order.append(ctypes.c_uint64(0x1234567890ABCDEF))
            elif way == "in":
                scale_name = "nv" + name if "nvfp4" in function.name or function.name == "floats" else name
                self.arrays[name] = np.asarray(draw(rng, kind, shape_of(shape, extents), scale_name))
                self.order.append(name)
            else:
                dtype = np.int32 if kind == "int32_t" else NUMPY[kind]
                self.results[name] = np.zeros(() if shape is None else shape_of(shape, extents), dtype)
                self.order.append(name)
        self.scalars = {name for name, way, _, shape in function.values() if way == "out" and shape is None}

    def pass_all(self, places):
        numbers = [ctypes.c_int64(self.extents[name]) for name in self.function.extents]
        return [ctypes.c_void_p(places[item]) if isinstance(item, str) else item for item in self.order] + numbers

    def on_host(self, library):
        found = {name: array.copy() for name, array in self.results.items()}
        places = {name: array.ctypes.data for name, array in {**self.arrays, **found}.items()}
        work = np.zeros(max(library.workspace(self.function, self.extents), 1), np.uint8)
        code = library.call(self.function, self.pass_all(places), [ctypes.c_void_p(work.ctypes.data)])
        assert code == 0, library.text(code)
        return found


class OnDevice:
    """A case with its arrays on the GPU."""

    def __init__(self, case, library, driver):
        self.case, self.library, self.driver = case, library, driver
        # A number that comes back is the host's.
        self.numbers = {name: case.results[name].copy() for name in case.scalars}
        self.places = {name: driver.upload(array) for name, array in {**case.arrays, **case.results}.items()}
        arguments = {**self.places, **{name: array.ctypes.data for name, array in self.numbers.items()}}
        self.arguments = case.pass_all(arguments)
        self.size = library.workspace(case.function, case.extents)
        self.work = driver.allocate(self.size)
        self.clear()

    def clear(self):
        self.driver.fill(self.work, self.size, 0xFF)
        for name, array in self.case.results.items():
            self.driver.fill(self.places[name], array.nbytes, 0xEE)
        self.driver.call("cuCtxSynchronize")

    def call(self, stream):
        return self.library.call(self.case.function, self.arguments, [ctypes.c_void_p(self.work), stream])

    def results(self):
        found = {name: self.driver.download(self.places[name], array) for name, array in self.case.results.items()}
        return {**found, **self.numbers}


def agree(name, found, wanted):
    for key, value in wanted.items():
        if name in EXACT or value.dtype != np.float32:
            if found[key].tobytes() != value.tobytes():
                return False
        elif not np.allclose(found[key], value, rtol=1e-5, atol=1e-3 * np.abs(value).max()):
            return False
    return True


def check(counter, driver, device, host, extents):
    rng = np.random.default_rng(1)
    for function, twin in zip(device.functions, host.functions):
        case = Case(twin, rng, extents)
        wanted = case.on_host(host)
        name = function.name
        run_one(counter, driver, OnDevice(case, device, driver), name, wanted)


def run_one(counter, driver, on, name, wanted):
    stream = driver.stream()
    code = on.call(stream)
    counter.check(code == 0, f"{name}: {on.library.text(code)}")
    counter.check(agree(name, on.results(), wanted), f"{name} on a stream")
    on.clear()
    counter.check(on.call(None) == 0 and agree(name, on.results(), wanted), f"{name} on the default stream")
    if name != "halve":  # which waits for its data
        on.clear()
        graph = driver.capture(stream, lambda: counter.check(on.call(stream) == 0, f"{name}: captured"))
        driver.launch(graph, stream)
        counter.check(agree(name, on.results(), wanted), f"{name} in a graph")
    errors(counter, on, name)


def errors(counter, on, name):
    before = list(on.arguments)
    for wrong, kind in ((8, 6), (None, 1)):
        on.arguments[0] = ctypes.c_void_p(None if wrong is None else before[0].value + wrong)
        code = on.call(None)
        counter.check(code % 16 == kind, f"{name}: code {code} for an address with {wrong}")
    on.arguments = before


def threads(counter, driver, device, host, extents):
    """Four threads, each with its stream and workspace."""
    function = next(each for each in device.functions if each.name == "exact")
    case = Case(function, np.random.default_rng(2), extents)
    wanted = case.on_host(host)
    problems = []

    def work():
        try:
            driver.enter()
            on, stream = OnDevice(case, device, driver), driver.stream()
            for _ in range(2 if EMULATE else 20):
                assert on.call(stream) == 0
            assert agree("exact", on.results(), wanted)
        except Exception as error:
            problems.append(repr(error))

    group = [threading.Thread(target=work) for _ in range(4)]
    for thread in group:
        thread.start()
    for thread in group:
        thread.join()
    counter.check(not problems, f"four threads: {problems}")


def main():
    counter, driver = Counter(), Driver()
    folder = Folder()
    listed = folder.text("kernels.list", KERNELS)
    module = folder.text("module.mlir", MODULE)
    for stem, options, source in (
        ("kernels", [], ("generate", f"--list={listed}")),
        ("weights", ["--recipe=mxfp4_weights"], ("compile", module)),
        ("plain", ["--recipe=none"], ("compile", module)),
    ):
        device, host = (Library(folder, stem, target, options, source) for target in ("nvvm", "cpu"))
        check(counter, driver, device, host, EXTENTS)
        if stem == "kernels":
            threads(counter, driver, device, host, EXTENTS)
    counter.finish("functions on GPU arrays")


main()
