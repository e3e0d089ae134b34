"""Products of packed operands at random, by functions of one library whose rows, columns and K are dynamic, with their exact
sums and bounds."""

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tools", "dev"))
import gpu_calls
from products import FORMATS, bound, draw, tensor
from tools import CHIP, Folder, mxc_run


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
    """What a kernel is made for, at random, and the batch axes of half of its products; perhaps a schedule."""

    def __init__(self, rng, pair, schedule=None):
        self.pair, self.schedule = pair, schedule
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
        schedule = f", mx.schedule = {self.schedule}" if self.schedule else ""
        return (f"func.func @{name}({', '.join(arguments)}) -> {out} {{\n%e = tensor.empty(%m, %n) : {out}\n"
                f"%r = mx.packed.matmul {sides}k %k {acc}outs(%e : {out}) {{{formats}alpha = {self.alpha} : f32{schedule}}} -> {out}\nreturn %r : {out}\n}}\n")


class Case:
    """One product at random, of up to 70 rows and columns where there are batch axes."""

    def __init__(self, rng, form, is_batched, rows=(1, 7, 16, 40, 64, 65, 130), depths=(1, 31, 32, 64, 96, 200, 256, 520)):
        self.form, self.batch = form, form.batch if is_batched else ()
        self.m, self.n = (int(rng.choice(rows)) + int(rng.integers(0, 3)) for _ in range(2))
        self.k = int(rng.choice(depths)) + int(rng.integers(0, 2))
        self.kind = ("ordinary", "wild")[rng.integers(2)]
        if self.batch:
            self.m, self.n = min(self.m, 70), min(self.n, 70)

    def __str__(self):
        form = self.form
        return (f"{' x '.join(form.pair)} {self.batch}{'b' * form.batched_b} {self.m}x{self.n}x{self.k} {self.kind} {form.result} "
                f"alpha {form.alpha} acc {form.has_acc} {form.schedule or ''}")

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


def check_random(counter, rng, build, forms, per_form, **ranges):
    """Products of each form, a third of them batches; the worst share of the bound."""
    text = "".join(form.function(f"f{i}_{int(is_batched)}", form.batch if is_batched else ())
                   for i, form in enumerate(forms) for is_batched in (False, True))
    with Folder() as folder:  # of its own: what is loaded must not be written over
        gpu_calls.compile_library(folder, build, "products", "nvvm", text, "--emulate", CHIP)
        library = gpu_calls.open_library(folder, "products")
    worst = 0.0
    for number in range(per_form):
        for i, form in enumerate(forms):
            case = Case(rng, form, number % 3 == 2, **ranges)
            worst = max(worst, case.check(counter, case.call(rng, library, f"f{i}_{int(bool(case.batch))}")))
    print(f"{per_form * len(forms)} products at random, worst share of the bound: {worst:.3f}", flush=True)
