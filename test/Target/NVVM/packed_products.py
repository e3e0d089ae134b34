"""Products of packed operands at random, by functions of one library whose rows, columns and K are dynamic, with their exact
sums and bounds."""

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tools", "dev"))
import gpu_calls
from products import FORMATS, bound, draw, tensor
from tools import CHIP, Folder, mxc_run, run


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


class Epilogue:
    """What follows a product: another operand is added or multiplied, then ReLU, in f32 and rounded to the result's type."""

    OPERANDS = {"bias": ("arith.addf", np.add, -1), "residual": ("arith.addf", np.add, None), "rows": ("arith.mulf", np.multiply, -2)}

    def __init__(self, name, result):
        self.name, self.result = name, result
        self.op, self.compute, self.axis = self.OPERANDS[name]
        self.kind = "f32" if self.axis else result

    def function(self, name, product, batch):
        """The function `name` of a product with one more operand, by the text of `product`, which has %r and %e of type `out`."""
        shape = ("?",) if self.axis else (*batch, "?", "?")
        axes = [f"d{i}" for i in range(len(batch) + 2)]
        every = f"affine_map<({', '.join(axes)}) -> ({', '.join(axes)})>"
        other = f"affine_map<({', '.join(axes)}) -> ({', '.join(axes[self.axis:][:1] if self.axis else axes)})>"
        out, operand = gpu_calls.tensor((*batch, "?", "?"), self.result), gpu_calls.tensor(shape, self.kind)
        widen = "".join(f"%{x}w = arith.extf %{x} : {kind} to f32\n" for x, kind in (("x", self.result), ("y", self.kind)) if kind != "f32")
        x, y = "%xw" if self.result != "f32" else "%x", "%yw" if self.kind != "f32" else "%y"
        last = "%u" if self.result == "f32" else "%v"
        narrow = f"%v = arith.truncf %u : f32 to {self.result}\n" if self.result != "f32" else ""
        loops = ", ".join(['"parallel"'] * len(axes))
        head, tail = product.replace("@product(", f"@{name}(%other: {operand}, ").split("return %r")
        return (f"{head}%z = arith.constant 0.0 : f32\n%s = linalg.generic {{indexing_maps = [{every}, {other}, {every}], iterator_types = [{loops}]}} "
                f"ins(%r, %other : {out}, {operand}) outs(%e : {out}) {{\n^bb0(%x: {self.result}, %y: {self.kind}, %o: {self.result}):\n{widen}"
                f"%t = {self.op} {x}, {y} : f32\n%u = arith.maximumf %t, %z : f32\n{narrow}linalg.yield {last} : {self.result}\n}} -> {out}\nreturn %s{tail}")

    def draw(self, rng, shape):
        other = rng.standard_normal((shape[self.axis],) if self.axis else shape).astype(np.float32)
        return round_to(other, self.kind)

    def apply(self, product, other):
        other = as_floats(other)
        with np.errstate(all="ignore"):
            return round_to(np.maximum(self.compute(as_floats(product), other[:, None] if self.axis == -2 else other), np.float32(0)), self.result)


class Form:
    """What a kernel is made for, at random, and the batch axes of half of its products; perhaps a schedule."""

    def __init__(self, rng, pair, schedule=None):
        self.pair, self.schedule = pair, schedule
        self.result = ("f32", "bf16", "f16")[rng.integers(3)]
        self.has_acc = rng.random() < 0.25
        self.alpha = 1.0 if self.has_acc else (1.0, 1.7777778, -0.01)[rng.integers(3)]
        self.batch, self.batched_b = ((3,), (2, 2))[rng.integers(2)], rng.random() < 0.5
        self.epilogue = Epilogue(str(rng.choice(list(Epilogue.OPERANDS))), self.result) if rng.random() < 0.5 else None

    def functions(self, name, batch):
        """The product alone, and with its epilogue as `name`e."""
        product = self.function("product", batch)
        behind = self.epilogue.function(f"{name}e", product, batch) if self.epilogue else ""
        return product.replace("@product(", f"@{name}(") + behind

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
                f"alpha {form.alpha} acc {form.has_acc} {form.epilogue.name if form.epilogue else ''} {form.schedule or ''}")

    def draw(self, rng):
        """Arrays of both operands by name, and the operand to add; keeps what to expect."""
        shapes = [self.batch + (self.m, self.k), (self.batch if self.form.batched_b else ()) + (self.n, self.k)]
        (arrays_a, self.a, scale_a), (arrays_b, self.b, scale_b) = (
            draw(rng, shape, kind, self.kind, f"arg{i}") for i, (shape, kind) in enumerate(zip(shapes, self.form.pair)))
        acc = round_to(rng.standard_normal(self.batch + (self.m, self.n)).astype(np.float32), self.form.result)
        self.acc = as_floats(acc).astype(np.float64) if self.form.has_acc else 0.0
        self.scales = (scale_a, scale_b)
        return {**arrays_a, **arrays_b}, acc

    def call(self, counter, rng, library, name):
        """The product by the function `name`; checks it with an epilogue, too."""
        arrays, acc = self.draw(rng)
        operands = []
        for i, kind in enumerate(self.form.pair):
            operands += [pack(arrays[f"arg{i}_codes"], FORMATS[kind]), arrays[f"arg{i}_scale"]]
            if FORMATS[kind].tensor_scale:
                operands.append(np.array(arrays[f"arg{i}_tensor_scale"]))
        operands, outs = operands + [self.k, self.m, self.n, acc], [(acc.shape, self.form.result)]
        found, epilogue = gpu_calls.call(library, name, operands, outs)[0], self.form.epilogue
        if epilogue:
            other = epilogue.draw(rng, acc.shape)
            behind = gpu_calls.call(library, f"{name}e", [other, *operands], outs)[0]
            counter.check(np.array_equal(as_floats(behind), as_floats(epilogue.apply(found, other)), equal_nan=True), f"{self}: what follows")
        return found

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
    """f32 of f32, f16 or bf16's bits."""
    return (array.astype(np.uint32) << 16).view(np.float32) if array.dtype == np.uint16 else array.astype(np.float32)


def round_to(array, kind):
    """f32 as numbers of `kind`, nearest even."""
    if kind == "bf16":
        bits = array.view(np.uint32)
        return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)
    return array.astype(gpu_calls.STORED[kind])


def check_random(counter, rng, build, forms, per_form, **ranges):
    """Products of each form, a third of them batches; the worst share of the bound."""
    text = "".join(form.functions(f"f{i}_{int(is_batched)}", form.batch if is_batched else ())
                   for i, form in enumerate(forms) for is_batched in (False, True))
    with Folder() as folder:  # of its own: what is loaded must not be written over
        gpu_calls.compile_library(folder, build, "products", "nvvm", text, "--emulate", CHIP)
        library = gpu_calls.open_library(folder, "products")
        said, fused = run("mxc", "explain", os.path.join(folder, "products.mlir"), CHIP).stdout, 2 * sum(bool(form.epilogue) for form in forms)
        counter.check(said.count(", then arith.") == fused, f"{fused} kernels compute what follows their products: {said}")
    worst = 0.0
    for number in range(per_form):
        for i, form in enumerate(forms):
            case = Case(rng, form, number % 3 == 2, **ranges)
            worst = max(worst, case.check(counter, case.call(counter, rng, library, f"f{i}_{int(bool(case.batch))}")))
    print(f"{per_form * len(forms)} products at random, worst share of the bound: {worst:.3f}", flush=True)
