#!/usr/bin/env python3
"""Kernels of target nvvm on the GPU of this machine: each family checked against target cpu, then timed in CUDA graphs beside a copy
and cuBLAS in graphs of their own.

`./dev bench gpu` runs it with the mxc of the build. On a machine without one: --prepare=FOLDER where mxc is, then
`python3 FOLDER/bench-gpu.py --run=FOLDER` there; it needs numpy, the CUDA driver and, for the peer, libcublas.
"""

import argparse
import ctypes
import ctypes.util
import json
import os
import re
import shutil
import sys

import cuda_driver
import gpu_calls
import numpy as np
from cuda_driver import Driver
from gpu_calls import STORED, call, compile_library, find_chip, find_problem, open_library, tensor

CALLS = 20  # of a graph
SECONDS = 0.3  # of graphs, for each case
PREFIX = "bench"
CACHE = 200 << 20  # bytes that no second-level cache holds
BITS = {"mxfp4": (32, 4), "mxfp8_e4m3": (32, 8), "nvfp4": (16, 4)}


class Case:
    """One kernel family at one shape: its code, what it takes, and the work it does. `extents` are those of the result that the
    code learns from the call; cold: no cache holds the operands of a call; constant: those that nothing writes."""

    def __init__(self, name, operands, out, body, setup="", tolerance=0.0, flops=0, peer=None, small=None, extents="", cold=False, constant=(), **about):
        self.name, self.operands, self.out, self.body, self.setup, self.extents = name, operands, out, body, setup, extents
        self.cold, self.constant = cold, constant
        self.tolerance, self.flops, self.peer, self.small, self.about = tolerance, flops, peer, small, about

    def spell(self, shape, kind, dynamic=1):
        """A type; the first extent of operands is dynamic if those of the result are."""
        return tensor(["?" if self.extents and i < dynamic else size for i, size in enumerate(shape)], kind)

    def function(self, name):
        arguments = ", ".join(f"%{x}: {self.spell(*kind)}" + " {mx.constant}" * (x in self.constant) for x, kind in self.operands)
        result = self.spell(*self.out, 2)
        return f"func.func @{name}({arguments}) -> {result} {{\n{self.setup}{self.body}return %r : {result}\n}}\n"

    def describe(self):
        size = sum(int(np.prod(shape)) * np.dtype(STORED[kind]).itemsize for shape, kind in [k for _, k in self.operands] + [self.out])
        return {"name": self.name, "operands": [kind for _, kind in self.operands], "out": self.out, "flops": self.flops, "bytes": size,
                "dynamic": bool(self.extents), "cold": self.cold, "tolerance": self.tolerance, "peer": self.peer, **self.about}


def packed(letter, rows, k, form):
    """Operands of packed rows, and how mx.packed.matmul names them."""
    if form not in BITS:
        return [(letter, ((rows, k), form))], f"{letter}(%{letter} : {tensor((rows, k), form)})", ""
    block, bits = BITS[form]
    kinds = [((rows, -(-k // block), block * bits // 8), "i8"), ((rows, -(-k // block)), "i8")] + [((), "f32")] * (form == "nvfp4")
    names = [letter, letter + "s", letter + "t"][: len(kinds)]
    text = f"{letter}({', '.join('%' + x for x in names)} : {', '.join(tensor(*kind) for kind in kinds)})"
    return list(zip(names, kinds)), text, f"{letter}_format = !mx.{form}, "


def product(a, b, m, n, k, result="bf16", small=None, accumulate="default", wide=None, dynamic=False):
    """wide: shares of the rows of a and b whose scales span 7 steps; dynamic: the code learns m and n from the call."""
    rows = ("?", "?") if dynamic else (m, n)
    left, right = packed("a", m, k, a)[0], packed("b", n, k, b)[0]
    (left_types, left_text, left_format), (right_types, right_text, right_format) = packed("a", rows[0], k, a), packed("b", rows[1], k, b)
    out = ((m, n), result)
    setup, extents = f"%k = arith.constant {k} : index\n", ""
    if dynamic:
        extents = "%m, %n"
        setup += "%c0 = arith.constant 0 : index\n" + "".join(
            f"%{extent} = tensor.dim %{types[0][0]}, %c0 : {tensor(*types[0][1])}\n" for extent, types in (("m", left_types), ("n", right_types)))
    body = (f"%e = tensor.empty({extents}) : {tensor(rows, result)}\n%r = mx.packed.matmul {left_text} {right_text} k %k outs(%e : {tensor(rows, result)}) "
            f"accumulate {accumulate} {{{left_format}{right_format}alpha = 1.0 : f32}} -> {tensor(rows, result)}\n")
    tolerance = 0.0 if accumulate == "exact" else {"f32": 1e-5, "bf16": 4e-3}[result]
    about = {"bits": {0: BITS[a][1]} if a in BITS else {}} | ({} if wide is None else {"wide": wide})
    about["bits"] |= {len(left): BITS[b][1]} if b in BITS else {}
    name = f"matmul {a} x {b} {m}x{n}x{k}" + ("" if wide is None else f" {wide[0]:.0%} and {wide[1]:.0%} wide rows") + f" {accumulate}" * (accumulate != "default") + " dynamic" * dynamic
    return Case(name, left + right, out, body, setup, tolerance, 2 * m * n * k, [m, n, k], small and product(a, b, *small, result, accumulate=accumulate, wide=wide),
                extents, m <= 256, [x for x, _ in right] if m <= 256 else (), m=m, n=n, k=k, formats=f"{a} x {b} -> {result}", **about)


def random_product(rng, a, b):
    """Of M up to 20000, checked at its own shape."""
    m = int(np.exp(rng.uniform(0, np.log(20001))))
    n, k = (int(x) for x in rng.integers(64, 8193, 2))
    case = product(a, b, m, n, k, dynamic=True)
    case.small = case
    return case


def random_cases(count, seed):
    rng = np.random.default_rng(seed)
    return [random_product(rng, *PAIRS[i % len(PAIRS)]) for i in range(count)]


def floats(kind, m, n, k, form="nt", result=None, small=None):
    """A linalg product; n: K is last in a, first in b; t: the other way. The small one has f32 results: on target cpu sums of
    bf16 are bf16."""
    result = result or kind
    a, b = ((m, k) if form[0] == "n" else (k, m)), ((k, n) if form[1] == "n" else (n, k))
    axes = ["(m, k)" if form[0] == "n" else "(k, m)", "(k, n)" if form[1] == "n" else "(n, k)", "(m, n)"]
    maps = ", ".join(f"affine_map<(m, n, k) -> {x}>" for x in axes)
    out = ((m, n), result)
    body = (f"%e = tensor.empty() : {tensor(*out)}\n%f = linalg.fill ins(%z : {result}) outs(%e : {tensor(*out)}) -> {tensor(*out)}\n"
            f"%r = linalg.matmul indexing_maps = [{maps}] ins(%a, %b : {tensor(a, kind)}, {tensor(b, kind)}) outs(%f : {tensor(*out)}) -> {tensor(*out)}\n")
    return Case(f"matmul {kind} x {kind} {form} {m}x{n}x{k}", [("a", (a, kind)), ("b", (b, kind))], out, body, f"%z = arith.constant 0.0 : {result}\n",
                {"f32": 1e-5, "bf16": 1e-2}[result], 2 * m * n * k, [m, n, k] if kind == "bf16" else None,
                small and floats(kind, *small, form, "f32"), m=m, n=n, k=k, formats=f"{kind} x {kind} -> {result}")


def quantize(rows, cols, quantizer, small=None):
    codes, scales = ((rows, cols // 32, 16), "i8"), ((rows, cols // 32), "i8")
    kinds = f"{tensor(*codes)}, {tensor(*scales)}"
    body = (f"%c = tensor.empty() : {tensor(*codes)}\n%s = tensor.empty() : {tensor(*scales)}\n"
            f"%r, %t = mx.packed.quantize ins(%x : {tensor((rows, cols), 'bf16')}) outs(%c, %s : {kinds}) {'seed %seed ' * ('stochastic' in quantizer)}"
            f"{{quantizers = [#mx.quantizer<format = !mx.mxfp4, {quantizer}>]}} -> {kinds}\n")
    return Case(f"quantize mxfp4 {quantizer.split(',')[0]} {rows}x{cols}", [("x", ((rows, cols), "bf16"))], codes, body, "%seed = arith.constant 7 : i64\n",
                small=small and quantize(*small, quantizer), m=rows, k=cols, formats="bf16 -> mxfp4")


def reduction(rows, cols, axis, small=None):
    x, out, to = ((rows, cols), "f32"), (((rows,), (cols,))[axis], "f32"), ("(i)", "(j)")[axis]
    kinds = ('"parallel", "reduction"', '"reduction", "parallel"')[axis]
    body = (f"%e = tensor.empty() : {tensor(*out)}\n%f = linalg.fill ins(%z : f32) outs(%e : {tensor(*out)}) -> {tensor(*out)}\n"
            f"%r = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> {to}>], iterator_types = [{kinds}]}} "
            f"ins(%x : {tensor(*x)}) outs(%f : {tensor(*out)}) {{\n^bb0(%p: f32, %o: f32):\n%q = arith.addf %p, %o : f32\nlinalg.yield %q : f32\n}} -> {tensor(*out)}\n")
    return Case(f"sum of {('rows', 'columns')[axis]} {rows}x{cols}", [("x", x)], out, body, "%z = arith.constant 0.0 : f32\n", 1e-5,
                small=small and reduction(*small, axis), m=rows, k=cols, formats="f32")


PAIRS = (("mxfp4", "mxfp4"), ("bf16", "mxfp4"), ("bf16", "nvfp4"), ("mxfp8_e4m3", "mxfp8_e4m3"))


def cases():
    small = (300, 136, 256)
    yield from (product("mxfp4", "mxfp4", n, n, n, small=small, accumulate="exact") for n in (8192, 4096))
    yield from (product("mxfp4", "mxfp4", n, n, n, small=small, wide=wide) for n in (8192, 4096)
               for wide in ((0.0, 0.0), (0.05, 0.0), (0.05, 0.05), (1.0, 1.0)))
    yield from (product("mxfp4", "mxfp4", n, n, n, small=small, accumulate=mode, wide=(1.0, 1.0)) for n in (8192, 4096) for mode in ("fast", "exact"))
    yield from (product("mxfp4", "mxfp4", *shape, small=small) for shape in ((1024, 8192, 8192), (4096, 14336, 4096)))
    yield from (product("bf16", "mxfp4", *shape, small=small) for shape in ((8192,) * 3, (4096,) * 3, (512, 4096, 4096)))
    yield from (product(a, b, 8192, 8192, 8192, small=small) for a, b in (("bf16", "nvfp4"), ("bf16", "mxfp8_e4m3"), ("mxfp8_e4m3", "mxfp8_e4m3"), ("nvfp4", "nvfp4")))
    yield from (product("bf16", "mxfp4", m, 8192, 8192, "f32", small=(m, 136, 256)) for m in (1, 16, 64, 256))
    yield from (floats("bf16", 8192, 8192, 8192, form, small=small) for form in ("nn", "nt", "tn", "tt"))
    yield floats("f32", 4096, 4096, 4096, "nn", small=small)
    yield quantize(16384, 16384, "rounding = nearest_even", small=(64, 256))
    yield quantize(16384, 16384, "rounding = stochastic, prescale = 0.75, hadamard = {size = 64, signs = seed}", small=(64, 256))
    yield from (reduction(16384, 4096, axis, small=(300, 500)) for axis in (0, 1))


# --- Where mxc is --------------------------------------------------------------------------------


def prepare(folder, build, chip, wanted, drawn):
    """Libraries of the functions for both targets, and cases.json."""
    chosen = [case for case in drawn or cases() if re.search(wanted, case.name)]
    if not chosen:
        sys.exit(f"bench-gpu: no case matches '{wanted}'")
    os.makedirs(folder, exist_ok=True)
    json.dump([{**case.describe(), "small": case.small.describe()} for case in chosen], open(os.path.join(folder, "cases.json"), "w", encoding="utf-8"))
    checks = "".join(case.small.function(f"check_{i}") for i, case in enumerate(chosen))
    compile_library(folder, build, "cpu", "cpu", checks)
    timed = "".join(case.function(f"time_{i}") for i, case in enumerate(chosen))
    compile_library(folder, build, "nvvm", "nvvm", checks + timed, f"--chip={chip}", f"--header={PREFIX}.h", f"--prefix={PREFIX}")
    for script in (__file__, gpu_calls.__file__, cuda_driver.__file__):
        shutil.copy(os.path.abspath(script), folder)


# --- Where the GPU is ----------------------------------------------------------------------------


def draw(rng, shape, kind, is_scale):
    """Elements, codes, or scales near 1 of E8M0 that span 3 steps; large arrays repeat themselves, since drawing takes longer than computing."""
    count = int(np.prod(shape))
    some = min(count, (1 << 22) - 3)
    if kind == "i8":
        # Without bit 0 no code of 8 bits is NaN.
        return np.resize(rng.integers(118, 122, some, np.uint8) if is_scale else rng.integers(0, 256, some, np.uint8) & 0xFE, shape)
    x = rng.standard_normal(some, dtype=np.float32)
    return np.resize((x.view(np.uint32) >> 16).astype(np.uint16) if kind == "bf16" else x.astype(STORED[kind]), shape)


def clear_tail(codes, k, bits):
    """The last block of a row is filled with zeros."""
    rows = codes.reshape(len(codes), -1)
    rows[:, -(-k * bits // 8):] = 0
    if k * bits % 8:
        rows[:, k * bits // 8] &= (1 << k * bits % 8) - 1


def make_inputs(case, seed):
    rng = np.random.default_rng(seed)
    arrays = [draw(rng, tuple(shape), kind, len(shape) == 2) for shape, kind in case["operands"]]
    for operand, bits in case.get("bits", {}).items():
        clear_tail(arrays[int(operand)], case["k"], bits)
    for share, x in zip(case.get("wide", ()), (x for x in arrays if x.ndim == 2)):  # scales
        rows = np.flatnonzero(rng.random(len(x)) < share)
        x[rows] = rng.integers(116, 124, (len(rows), x.shape[1]), np.uint8)
    return arrays


def widen(x, kind):
    return ((x.astype(np.uint32) << 16).view(np.float32) if kind == "bf16" else x).astype(np.float64)


def get_error(found, want, out, tolerance):
    """Of a result's norm; 0 for equal bits, inf for others where the tolerance is 0."""
    if tolerance == 0:
        return 0.0 if found.tobytes() == want.tobytes() else float("inf")
    found, want = widen(found, out[1]), widen(want, out[1])
    return float(np.linalg.norm(found - want) / max(np.linalg.norm(want), 1e-30))


class Operands:
    """A case's operands and room for its result in GPU memory, as its C function takes them: several copies of those that no cache
    is to hold."""

    def __init__(self, driver, case, arrays):
        self.driver, self.case = driver, case
        copies = -(-CACHE // sum(x.nbytes for x in arrays)) if case["cold"] else 1
        shape, kind = case["out"]
        self.result = np.empty(shape, STORED[kind])
        self.out = driver.allocate(self.result.nbytes)
        self.copies = [[driver.upload(x) for x in arrays] for _ in range(copies)]
        self.extents = [ctypes.c_int64(len(x)) for x in arrays if case["dynamic"] and x.ndim]
        self.workspace = 0

    def bind(self, library, name):
        """A function of the number of the call, which queues it."""
        function, size = getattr(library, f"{PREFIX}_{name}"), getattr(library, f"{PREFIX}_{name}_workspace_bytes")
        size.restype = ctypes.c_int64
        self.workspace = self.driver.allocate(size(*self.extents))
        def queue(i, stream):
            places = [ctypes.c_void_p(x) for x in (*self.copies[i % len(self.copies)], self.out)]
            if code := function(*places, *self.extents, ctypes.c_void_p(self.workspace), stream):
                explain = getattr(library, f"{PREFIX}_error_text")
                explain.restype = ctypes.c_char_p
                sys.exit(f"bench-gpu: {self.case['name']}: {explain(code).decode()}")
        return queue

    def free(self):
        self.driver.free(self.out, self.workspace, *(x for copy in self.copies for x in copy))


class GPU:
    """Cases and peers on the driver's first GPU."""

    def __init__(self, folder):
        self.driver = Driver()
        self.stream = self.driver.stream()
        self.library, self.reference = (open_library(folder, name) for name in ("nvvm", "cpu"))
        self.blas = self.open_blas()

    def open_blas(self):
        """cuBLAS and its handle for our stream, or nothing."""
        handle = ctypes.c_void_p()
        for library in ("libcublas.so.13", "libcublas.so.12", ctypes.util.find_library("cublas") or "libcublas.so"):
            try:
                blas = ctypes.CDLL(library)
            except OSError:
                continue
            if blas.cublasCreate_v2(ctypes.byref(handle)) == 0 and blas.cublasSetStream_v2(handle, self.stream) == 0:
                return blas, handle
        return None

    def check(self, i, case):
        """How far the result of a small case is from target cpu's."""
        inputs = make_inputs(case, i)
        operands = Operands(self.driver, {**case, "cold": False}, inputs)
        operands.bind(self.library, f"check_{i}")(0, self.stream)
        found = self.driver.download(operands.out, operands.result)
        operands.free()
        want = call(self.reference, f"check_{i}", inputs, [case["out"]])[0]
        return get_error(found, want, case["out"], case["tolerance"])

    def time(self, queue, seconds=SECONDS):
        """Milliseconds of a call, for each of some launches of a graph of CALLS; the first call of all may not be captured."""
        queue(0, self.stream)
        self.driver.call("cuCtxSynchronize")
        graph = self.driver.capture(self.stream, lambda: [queue(i, self.stream) for i in range(CALLS)])
        return self.driver.time(lambda: self.driver.launch(graph, self.stream), self.stream, seconds) / CALLS

    def time_case(self, i, case):
        operands = Operands(self.driver, case, make_inputs(case, i))
        times = self.time(operands.bind(self.library, f"time_{i}"))
        operands.free()
        return times

    def copy(self, size=1 << 30):
        """Bytes a second, read and written."""
        source, target = self.driver.allocate(size), self.driver.allocate(size)
        addresses = [ctypes.c_uint64(x) for x in (target, source)]
        queue = lambda: self.driver.call("cuMemcpyDtoDAsync_v2", *addresses, ctypes.c_size_t(size), self.stream)
        ms = float(np.median(self.driver.time(queue, self.stream, SECONDS)))
        self.driver.free(source, target)
        return 2 * size / ms * 1e3

    def bf16(self, m, n, k, cold):
        """Milliseconds of cuBLAS for normal bf16 [m, k] x [n, k], bf16 result; cold: weights that no cache holds."""
        rng = np.random.default_rng(0)
        weights = draw(rng, (n, k), "bf16", False)
        copies = [self.driver.upload(weights) for _ in range(-(-CACHE // weights.nbytes) if cold else 1)]
        a, c = self.driver.upload(draw(rng, (m, k), "bf16", False)), self.driver.allocate(2 * m * n)
        one, zero, (blas, handle) = ctypes.byref(ctypes.c_float(1)), ctypes.byref(ctypes.c_float(0)), self.blas
        bf16, f32, best = 14, 68, -1
        def queue(i, _):
            b = copies[i % len(copies)]
            if status := blas.cublasGemmEx(handle, 1, 0, n, m, k, one, ctypes.c_void_p(b), bf16, k, ctypes.c_void_p(a), bf16, k, zero, ctypes.c_void_p(c),
                                           bf16, n, f32, best):
                sys.exit(f"bench-gpu: cublasGemmEx: error {status}")
        ms = float(np.median(self.time(queue)))
        self.driver.free(a, c, *copies)
        return ms


def measure(folder, path):
    if problem := find_problem(folder):
        sys.exit(f"bench-gpu: there is no GPU to run on: {problem}")
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        all_cases = json.load(file)
    gpu = GPU(folder)
    chip, copy, peers = gpu.driver.name(), gpu.copy(), {}
    print(f"{chip}, copy {copy / 1e12:.2f} TB/s, cuBLAS {'there' if gpu.blas else 'not found and left out'}")
    records, failed = [], False
    for i, case in enumerate(all_cases):
        error = gpu.check(i, case["small"])
        record = {key: case[key] for key in ("name", "m", "n", "k", "formats") if key in case} | {"chip": chip, "error": error if np.isfinite(error) else "bits"}
        if error <= case["small"]["tolerance"]:
            times = gpu.time_case(i, case)
            low, middle, high = (float(f(times)) for f in (np.min, np.median, np.max))
            record |= {"ms": middle, "ms_min": low, "ms_max": high, "tflops": case["flops"] / middle / 1e9, "limit": "copy",
                       "fraction_of_limit": case["bytes"] / copy * 1e3 / middle}
            if case["peer"] and gpu.blas:
                shape = (*case["peer"], case["cold"])
                peers[shape] = peers.get(shape) or gpu.bf16(*shape)
                record["ratios"] = {"cublas bf16": peers[shape] / middle}
        else:
            failed = True
        records.append(record)
        print_line(record)
    if path:
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
        os.replace(path + ".part", path)
    sys.exit(1 if failed else 0)


def print_line(record):
    if "ms" not in record:
        return print(f"{record['name']:48} WRONG: {record['error']}, not timed")
    rate = f"{record['tflops']:8.1f} TFLOP/s" if record["tflops"] else " " * 16
    ratio = "".join(f", {value:.2f} of {name}" for name, value in record.get("ratios", {}).items())
    print(f"{record['name']:48} {record['ms']:8.4f} ms {rate}, {record['fraction_of_limit']:.2f} of the copy's rate{ratio}, error {record['error']:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", help="build folder with mxc")
    parser.add_argument("--chip", help="default: this machine's")
    parser.add_argument("--filter", default="", help="regular expression of names")
    parser.add_argument("--random", type=int, default=0, metavar="COUNT", help="products of random shapes, M to 20000, M and N dynamic, instead")
    parser.add_argument("--seed", type=int, default=0, help="of the random shapes")
    parser.add_argument("--json", help="file for one object a line")
    parser.add_argument("--prepare", metavar="FOLDER", help="compile into a folder, and do not run")
    parser.add_argument("--run", metavar="FOLDER", help="run what was prepared")
    options = parser.parse_args()
    folder = options.prepare or options.run or (options.build and os.path.join(options.build, "bench-gpu"))
    if not folder or not (options.build or options.run):
        parser.error("expected --build, or --run with a folder that --prepare made")
    if not options.run:
        build = os.path.abspath(options.build)
        prepare(folder, build, options.chip or find_chip(build), options.filter, random_cases(options.random, options.seed))
    if not options.prepare:
        measure(folder, options.json)
    return None


main()
