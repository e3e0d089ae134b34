"""Products by mma.sync with block scales on the emulator of sm_120a: at random over all pairs of formats that the
instruction takes, shapes with tails, batches, acc, alpha and results; within the bound of docs/nvvm.md. A product of one block
of E2M1 is exact. NaN and Inf spoil their rows and columns alone. `--per-pair=342` are 10260 products."""
# RUN: env MX_TEST_EMULATE=1 LD_LIBRARY_PATH=%mx_obj/test/emulated-cuda %python %s %mx_obj --chip=sm_120a

import itertools
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "tools", "dev"))
import gpu_calls
from products import FORMATS, UNNAMED, bound, draw, tensor
from tools import CHIP, Counter, Folder, mxc_run, run

BYTES = ["mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2"]
E2M1_16, E2M1_64, E2M1_E4M3, E4M3_64 = UNNAMED
PAIRS = list(itertools.product(BYTES, BYTES)) + [("nvfp4", "nvfp4"), ("nvfp4", E2M1_E4M3), (E2M1_E4M3, E2M1_E4M3), (E2M1_64, "mxfp4"),
                                                 (E4M3_64, "mxfp6_e3m2")]


def pack(codes, form):
    """Codes [..., k] as [..., blocks, bytes] (contract 12)."""
    bits, block = form.element.bits, form.block[1]
    blocks = -(-codes.shape[-1] // block)
    padded = np.zeros((*codes.shape[:-1], blocks * block), np.uint32)
    padded[..., : codes.shape[-1]] = codes
    group = {4: 2, 6: 4, 8: 1}[bits]
    parts = padded.reshape(*padded.shape[:-1], -1, group)
    words = sum(parts[..., i] << (bits * i) for i in range(group))
    data = np.stack([words >> (8 * i) & 0xFF for i in range(group * bits // 8)], -1)
    return data.astype(np.uint8).reshape(*codes.shape[:-1], blocks, block * bits // 8)


class Form:
    """What a kernel is made for, at random, and the batch axes of half of its products."""

    def __init__(self, rng, pair):
        self.pair = pair
        self.result = ("f32", "bf16", "f16")[rng.integers(3)]
        self.has_acc = rng.random() < 0.25
        self.alpha = 1.0 if self.has_acc else (1.0, 1.7777778, -0.01)[rng.integers(3)]
        self.batch, self.batched_b = ((3,), (2, 2))[rng.integers(2)], rng.random() < 0.5

    def function(self, name, batch):
        """A function of packed operands, dynamic but for the batch axes."""
        arguments, sides, formats = [], "", ""
        axis = len(batch)
        for letter, kind, axes in zip("ab", self.pair, (batch, batch if self.batched_b else ())):
            form, shape = FORMATS[kind], (*axes, "?", "?")
            types = [gpu_calls.tensor((*shape, form.block[1] * form.element.bits // 8), "i8"), gpu_calls.tensor(shape, "i8")]
            types += ["tensor<f32>"] * form.tensor_scale
            names = [f"%{letter}{i}" for i in range(len(types))]
            arguments += [f"{x}: {y}" for x, y in zip(names, types)]
            sides += f"{letter}({', '.join(names)} : {', '.join(types)}) "
            formats += f"{letter}_format = {tensor((), kind)[8:-1]}, "
        out = gpu_calls.tensor((*batch, "?", "?"), self.result)
        arguments += ["%k: index", f"%m: index, %n: index, %c: {out}"]
        acc = f"acc(%c : {out}) " * self.has_acc
        return (f"func.func @{name}({', '.join(arguments)}) -> {out} {{\n%e = tensor.empty(%m, %n) : {out}\n"
                f"%r = mx.packed.matmul {sides}k %k {acc}outs(%e : {out}) {{{formats}alpha = {self.alpha} : f32}} -> {out}\nreturn %r : {out}\n}}\n")


class Case:
    """One product at random."""

    def __init__(self, rng, form, is_batched):
        self.form, self.batch = form, form.batch if is_batched else ()
        self.m, self.n = (int(rng.choice([1, 7, 16, 40, 64, 65, 130])) + int(rng.integers(0, 3)) for _ in range(2))
        self.k = int(rng.choice([1, 31, 32, 64, 96, 200, 256, 520])) + int(rng.integers(0, 2))
        self.kind = ("ordinary", "wild")[rng.integers(2)]
        if self.batch:
            self.m, self.n = min(self.m, 70), min(self.n, 70)

    def __str__(self):
        form = self.form
        return (f"{' x '.join(form.pair)} {self.batch}{'b' * form.batched_b} {self.m}x{self.n}x{self.k} {self.kind} {form.result} "
                f"alpha {form.alpha} acc {form.has_acc}")

    def draw(self, rng):
        """Arrays of both operands by name, and the operand to add; keeps what to expect."""
        shapes = [self.batch + (self.m, self.k), (self.batch if self.form.batched_b else ()) + (self.n, self.k)]
        (arrays_a, self.a, scale_a), (arrays_b, self.b, scale_b) = (
            draw(rng, shape, kind, self.kind, f"arg{i}") for i, (shape, kind) in enumerate(zip(shapes, self.form.pair)))
        acc = rng.standard_normal(self.batch + (self.m, self.n)).astype(np.float32)
        if self.form.result == "bf16":
            acc = (acc.view(np.uint32) >> 16).astype(np.uint16)
        acc = acc.astype(gpu_calls.STORED[self.form.result])
        self.acc = as_floats(acc).astype(np.float64) if self.form.has_acc else 0.0
        self.scales = (scale_a, scale_b)
        return {**arrays_a, **arrays_b}, acc

    def call(self, rng, library, name):
        arrays, acc = self.draw(rng)
        operands = []
        for i, kind in enumerate(self.form.pair):
            operands += [pack(arrays[f"arg{i}_codes"], FORMATS[kind]), arrays[f"arg{i}_scale"]]
            if FORMATS[kind].tensor_scale:
                operands.append(np.array(arrays[f"arg{i}_tensor_scale"]))
        return gpu_calls.call(library, name, operands + [self.k, self.m, self.n, acc], [(acc.shape, self.form.result)])[0]

    def run(self, folder, arrays):
        """By mxc run, with static shapes, without acc."""
        types = [tensor(array.shape, kind) for array, kind in zip((self.a, self.b), self.form.pair)]
        out = tensor((*self.batch, self.m, self.n), self.form.result)
        ir = folder.text("p.mlir", f"func.func @main(%a: {types[0]}, %b: {types[1]}) -> {out} {{\n  %0 = mx.matmul %a, %b "
                         f"{{alpha = {self.form.alpha} : f32}} : {', '.join(types)} -> {out}\n  return %0 : {out}\n}}\n")
        return mxc_run(folder, ir, arrays, "nvvm")["out0"]

    def check(self, counter, found):
        found = as_floats(found).astype(np.float64)
        with np.errstate(all="ignore"):
            product = self.a @ np.swapaxes(self.b, -1, -2)
            exact, factor = product + self.acc, abs(self.form.alpha * self.scales[0] * self.scales[1])
            want = exact * self.scales[0] * self.scales[1] * self.form.alpha
            step = {"f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}[self.form.result]
            limit = (bound(self.a, self.b, exact, "default") + self.k * 2.0**-149) * factor
            limit += 4 * 2.0**-24 * np.abs(want) + step * np.abs(want) + {"f32": 2.0**-149, "bf16": 2.0**-133, "f16": 2.0**-24}[self.form.result]
            # Sums on the way may leave f32's range.
            sums = np.abs(self.a) @ np.swapaxes(np.abs(self.b), -1, -2) + np.abs(self.acc)
            inside = (np.abs(want) < (3e38 if self.form.result != "f16" else 6.5e4)) & (sums * max(1, factor) < 2.0**127)
            error = np.where(inside, np.abs(found - want) / limit, 0.0)
        worst = float(error.max(initial=0.0))
        counter.check(found.shape == want.shape and worst <= 1, f"{self}: {worst:.3g} of the bound")
        return worst


def as_floats(array):
    return (array.astype(np.uint32) << 16).view(np.float32) if array.dtype == np.uint16 else array


def plain_case(rng, pair, m, n, k):
    case = Case(rng, Form(rng, pair), is_batched=False)
    case.m, case.n, case.k, case.kind = m, n, k, "ordinary"
    case.form.result, case.form.has_acc, case.form.alpha = "f32", False, 1.0
    return case


def check_selection(counter, folder):
    """The family takes every pair on the chips that have the instruction, and says why not elsewhere."""
    kinds = [(tensor((40, 64), a), tensor((64, 64), b)) for a, b in PAIRS]
    text = "\n".join(f"func.func @f{i}(%a: {a}, %b: {b}) -> tensor<40x64xf32> {{\n  %0 = mx.matmul %a, %b : {a}, {b} -> tensor<40x64xf32>\n"
                     "  return %0 : tensor<40x64xf32>\n}" for i, (a, b) in enumerate(kinds))
    path = folder.text("s.mlir", text)
    for chip in ("sm_120a", "sm_121a"):
        said = run("mxc", "explain", path, f"--chip={chip}").stdout
        counter.check(said.count(": mma_block_scale #mx.schedule") == len(PAIRS), f"{chip}: {said}")
    said = run("mxc", "explain", path, "--chip=sm_120").stdout
    counter.check(said.count("chip sm_120 has no mma with block scales; sm_120a, sm_121a have") == len(PAIRS), said)
    for a, b, how, why in (("nvfp4", "mxfp4", "", "scales of one type"), ("mxint8", "mxfp4", "", "elements must be"),
                           ("mxfp4", "mxfp4", " accumulate exact", "sums in f32 are not exact"), ("mxfp4", E2M1_16, "", "a multiple of 32 with scales of f8E8M0FNU")):
        a, b = tensor((40, 64), a), tensor((64, 64), b)
        path = folder.text("w.mlir", f"func.func @f(%a: {a}, %b: {b}) -> tensor<40x64xf32> {{\n"
                           f"  %0 = mx.matmul %a, %b{how} : {a}, {b} -> tensor<40x64xf32>\n  return %0 : tensor<40x64xf32>\n}}\n")
        said = run("mxc", "explain", path, "--chip=sm_120a").stdout
        counter.check(": portable" in said and "not mma_block_scale: " in said and why in said, said)


def check_random(counter, folder, rng, build, per_pair):
    """Every pair's products share a kernel."""
    forms = [Form(rng, pair) for pair in PAIRS]
    text = "".join(form.function(f"f{i}_{int(is_batched)}", form.batch if is_batched else ())
                   for i, form in enumerate(forms) for is_batched in (False, True))
    gpu_calls.compile_library(folder.name, build, "products", "nvvm", text, "--emulate", CHIP)
    library = gpu_calls.open_library(folder.name, "products")
    worst = 0.0
    for number, (i, form) in itertools.product(range(per_pair), enumerate(forms)):
        case = Case(rng, form, is_batched=number % 3 == 2)
        worst = max(worst, case.check(counter, case.call(rng, library, f"f{i}_{int(bool(case.batch))}")))
    print(f"{per_pair * len(forms)} products at random, worst share of the bound: {worst:.3f}")


def check_static(counter, folder, rng):
    """Kernels that know how many blocks a row has: copies of 16 bytes and several scales at once."""
    for pair in (("mxfp4", "mxfp4"), ("nvfp4", "nvfp4"), ("mxfp8_e4m3", "mxfp6_e2m3"), ("mxfp6_e3m2", "mxfp4")):
        for m, n, k in ((70, 131, 256), (65, 64, 336), (200, 130, 160)):
            case = Case(rng, Form(rng, pair), is_batched=False)
            case.m, case.n, case.k, case.form.has_acc = m, n, k, False
            case.check(counter, case.run(folder, case.draw(rng)[0]))


def check_one_block(counter, folder, rng):
    """The sum of a block is rounded once."""
    for pair, k in ((("mxfp4", "mxfp4"), 32), (("nvfp4", "nvfp4"), 16)):
        case = plain_case(rng, pair, 100, 70, k)
        found = case.run(folder, case.draw(rng)[0])
        want = (case.a @ case.b.T).astype(np.float32)
        for scale in case.scales:
            want = want * np.float32(scale)
        counter.check(np.array_equal(found, want), f"{case}: exact")


def check_nan(counter, folder, rng):
    """Elements that are NaN or Inf, and NaN scales of both types, where a row's and a column's tiles end."""
    for pair, element in ((("mxfp8_e5m2", "mxfp8_e4m3"), (0x7E, 0x7F)), (("mxfp4", "mxfp4"), None), (("nvfp4", "nvfp4"), None)):
        case = plain_case(rng, pair, 70, 40, 96)
        arrays, _ = case.draw(rng)
        nan = 0x7F if pair[0] == "nvfp4" else 0xFF
        arrays["arg0_scale"][69, -1] = nan
        arrays["arg1_scale"][11, 0] = nan
        want = np.zeros((70, 40), bool)
        want[69], want[:, 11] = True, True
        if element:
            arrays["arg0_codes"][3, 95], arrays["arg1_codes"][39, 0] = element
            want[3], want[:, 39] = True, True
        found = case.run(folder, arrays)
        counter.check((np.isnan(found) == want).all(), f"{pair}: rows of NaN")
        counter.check((found.view(np.uint32)[want] == 0x7FC00000).all(), f"{pair}: NaN is canonical")


def main():
    per_pair = int(next((x.split("=")[1] for x in sys.argv if x.startswith("--per-pair=")), 7))
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(11 + per_pair)
    check_one_block(counter, folder, rng)
    check_nan(counter, folder, rng)
    check_selection(counter, folder)
    check_static(counter, folder, rng)
    check_random(counter, folder, rng, sys.argv[1], per_pair)
    counter.finish("products with block scales")


main()
