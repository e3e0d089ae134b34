"""Elementwise ops behind products, which the product's kernel computes as it stores, on the emulator: every family, bias,
residual, mask, a factor of rows, ReLU, GELU, SiLU, alpha, results of every type, tails and batches. The bits are those of the
same ops as kernels of their own, which they are where the product is read elsewhere, too; target cpu is near."""
# RUN: env MX_TEST_EMULATE=1 %python %s

import numpy as np
from products import FLOATS, draw, tensor
from tools import Counter, Folder, mxc_run, run, same_bits

ALL = {1: "(i) -> (i)", 2: "(i, j) -> (i, j)", 3: "(b, i, j) -> (b, i, j)"}
MAPS = {  # of what is read besides the product, by the rank of the result
    "bias": {2: ("(i, j) -> (j)", (1,)), 3: ("(b, i, j) -> (b, 0, j)", (0, None, 2))},
    "whole": {2: ("(i, j) -> (i, j)", (0, 1)), 3: ("(b, i, j) -> (b, i, j)", (0, 1, 2))},
    "row": {2: ("(i, j) -> (i)", (0,)), 3: ("(b, i, j) -> (b, i)", (0, 1))},
    "matrix": {2: ("(i, j) -> (i, j)", (0, 1)), 3: ("(b, i, j) -> (i, j)", (1, 2))},
    "one": {2: ("(i, j) -> ()", ()), 3: ("(b, i, j) -> ()", ())},
}


class Code:
    """A body in f32."""

    def __init__(self):
        self.lines, self.count = [], 0

    def op(self, text, kind="f32"):
        self.count += 1
        self.lines.append(f"%v{self.count} = {text} : {kind}")
        return f"%v{self.count}"

    def constant(self, value):
        return self.op(f"arith.constant {value:e}")

    def call(self, name, *operands):
        return self.op(f"{name} {', '.join(operands)}")

    def widen(self, value, kind):
        return value if kind == "f32" else self.op(f"arith.extf {value}", f"{kind} to f32")

    def narrow(self, value, kind):
        return value if kind == "f32" else self.op(f"arith.truncf {value}", f"f32 to {kind}")

    def gelu(self, x):
        cube = self.call("arith.mulf", self.call("arith.mulf", x, x), x)
        inner = self.call("arith.addf", x, self.call("arith.mulf", cube, self.constant(0.044715)))
        tanh = self.call("math.tanh", self.call("arith.mulf", inner, self.constant(0.7978846)))
        return self.call("arith.mulf", self.call("arith.mulf", x, self.constant(0.5)), self.call("arith.addf", tanh, self.constant(1.0)))

    def silu(self, x):
        power = self.call("math.exp", self.op(f"arith.negf {x}"))
        return self.call("arith.divf", x, self.call("arith.addf", power, self.constant(1.0)))

    def relu(self, x):
        return self.call("arith.maximumf", x, self.constant(0.0))


def add(code, x, bias):
    return code.call("arith.addf", x, bias)


def mask(code, x, keep):
    return code.op(f"arith.select {code.op(f'arith.cmpi ne, {keep}, %none', 'i8')}, {x}, {code.constant(-1e9)}")


def causal(code, x):
    row, column = (code.op(f"linalg.index {i}", "index") for i in (code.rank - 2, code.rank - 1))
    return code.op(f"arith.select {code.op(f'arith.cmpi sge, {row}, {column}', 'index')}, {x}, {code.constant(-3.0)}")


# Each form: what it reads (place, type), and its body.
FORMS = {
    "bias": ([("bias", "f32")], add),
    "relu": ([("bias", "bf16")], lambda c, x, b: c.relu(add(c, x, b))),
    "gelu": ([("bias", "f32"), ("whole", "bf16")], lambda c, x, b, r: add(c, c.gelu(add(c, x, b)), r)),
    "silu": ([("whole", "f32")], lambda c, x, g: c.call("arith.mulf", c.silu(x), g)),
    "mask": ([("matrix", "i8")], mask),
    "scale": ([("row", "f32"), ("one", "f16")], lambda c, x, r, s: add(c, c.call("arith.mulf", x, r), s)),
    "causal": ([], causal),
    "cast": ([], lambda c, x: x),
}


class Form:
    """An epilogue, with the types of the product and of its own result."""

    def __init__(self, name, product, result, shape, alpha):
        self.name, self.product, self.result, self.shape, self.alpha = name, product, result, shape, alpha
        self.places, self.body = FORMS[name]

    def draw(self, rng):
        for place, kind in self.places:
            shape = tuple(1 if axis is None else self.shape[axis] for axis in MAPS[place][len(self.shape)][1])
            array = rng.integers(0, 2, shape).astype(np.int8) if kind == "i8" else draw(rng, shape or (1,), kind, "ordinary", "x")[0]["x"]
            yield array.reshape(shape), f"tensor<{''.join(f'{extent}x' for extent in shape)}{kind}>"

    def write(self, number, operands):
        """The ops on the product %p`number` and operands (name, type); the result is %r`number`."""
        code, rank = Code(), len(self.shape)
        code.rank = rank
        names, kinds = ["%x"] + [f"%y{i}" for i in range(len(operands))], [self.product] + [kind for _, kind in self.places]
        values = [name if kind == "i8" else code.widen(name, kind) for name, kind in zip(names, kinds)]
        done = code.narrow(self.body(code, *values), self.result)
        maps = [ALL[rank]] + [MAPS[place][rank][0] for place, _ in self.places] + [ALL[rank]]
        out = tensor(self.shape, self.result)
        inputs, types = (", ".join(x) for x in zip((f"%p{number}", tensor(self.shape, self.product)), *operands))
        arguments = ", ".join(f"{name}: {kind}" for name, kind in zip(names + ["%o"], kinds + [self.result]))
        loops = ", ".join(['"parallel"'] * rank)
        return (f"  %e{number} = tensor.empty() : {out}\n  %r{number} = linalg.generic {{indexing_maps = "
                f"[{', '.join(f'affine_map<{m}>' for m in maps)}], iterator_types = [{loops}]}} ins({inputs} : {types}) outs(%e{number} : {out}) {{\n"
                f"  ^bb0({arguments}):\n    " + "\n    ".join(code.lines) + f"\n    linalg.yield {done} : {self.result}\n  }} -> {out}\n")


class Case:
    """Products of one pair of operands, each with its epilogue."""

    def __init__(self, forms, pair, shapes, family, chip="sm_90a", kind="ordinary", accumulate="default"):
        self.forms = forms.split()
        self.pair, self.shapes, self.family, self.chip, self.kind, self.accumulate = pair, shapes, family, chip, kind, accumulate

    def __str__(self):
        return f"{' x '.join(self.pair)} {self.shapes} {self.family} {self.kind} {self.accumulate}"

    def is_float(self):
        return set(self.pair) <= set(FLOATS)

    def product(self, number, form, types):
        """%p`number`: equal products differ by alpha or, of floats, by their second operand, else they were one."""
        out = tensor(form.shape, form.product)
        if self.is_float():
            batch = "b, " * (len(form.shape) - 2)
            maps = ", ".join(f"affine_map<({batch}m, n, k) -> ({batch}{axes})>" for axes in ("m, k", "n, k", "m, n"))
            op = f"linalg.{'batch_' * bool(batch)}matmul indexing_maps = [{maps}]"
            return (f"  %z{number} = arith.constant 0.0 : f32\n  %f{number} = tensor.empty() : {out}\n"
                    f"  %i{number} = linalg.fill ins(%z{number} : f32) outs(%f{number} : {out}) -> {out}\n"
                    f"  %p{number} = {op} ins(%a, %b{number} : {', '.join(types)}) outs(%i{number} : {out}) -> {out}\n")
        return (f"  %p{number} = mx.matmul %a, %b accumulate {self.accumulate} {{alpha = {form.alpha} : f32}} : {', '.join(types)} -> {out}\n")

    def write(self, forms, others, is_fused):
        """main(a, b, what the epilogues read) -> their results, and the products where they are not to be fused."""
        types = [tensor(shape, name) for shape, name in zip(self.shapes, self.pair)]
        arguments, body, results = [f"%a: {types[0]}", f"%b: {types[1]}"], "  %none = arith.constant 0 : i8\n", []
        number = 2
        for i, (form, arrays) in enumerate(zip(forms, others)):
            operands = [(f"%arg{number + j}", kind) for j, (_, kind) in enumerate(arrays)]
            number += len(operands)
            arguments += [f"{name}: {kind}" for name, kind in operands]
            if self.is_float():
                arguments.append(f"%b{i}: {types[1]}")
                number += 1
            body += self.product(i, form, types) + form.write(i, operands)
            results.append((f"%r{i}", tensor(form.shape, form.result)))
        if not is_fused:
            results += [(f"%p{i}", tensor(form.shape, form.product)) for i, form in enumerate(forms)]
        names, kinds = (", ".join(x) for x in zip(*results))
        return f"func.func @main({', '.join(arguments)}) -> ({kinds}) {{\n{body}  return {names} : {kinds}\n}}\n"

    def draw_forms(self, rng, names):
        rows, cols = self.shapes[0][-2], self.shapes[1][-2]
        shape = (*self.shapes[0][:-2], rows, cols)
        for i, name in enumerate(names):
            product, result = ("f32" if self.is_float() else str(rng.choice(FLOATS))), str(rng.choice(FLOATS))
            if i == 0 and not self.is_float():  # a narrow product, a wide result
                product, result = "bf16", "f32"
            if name == "cast":
                product, result = "f32" if self.is_float() else "f16", "bf16"
            yield Form(name, product, result, shape, 1.0 + 0.125 * i)

    def check(self, counter, folder, rng):
        forms = list(self.draw_forms(rng, self.forms))
        others = [list(form.draw(rng)) for form in forms]
        arrays, number = {}, 2
        for i, (shape, name) in enumerate(zip(self.shapes, self.pair)):
            arrays.update(draw(rng, shape, name, self.kind, f"arg{i}")[0])
        for read in others:
            if self.is_float():
                read = read + [(draw(rng, self.shapes[1], self.pair[1], self.kind, "b")[0]["b"], None)]
            for array, _ in read:
                arrays[f"arg{number}"] = array
                number += 1
        fused, apart = (folder.text(f"{name}.mlir", self.write(forms, others, name == "fused")) for name in ("fused", "apart"))
        self.check_kernels(counter, fused, apart, len(forms))
        chip = (f"--chip={self.chip}",)
        found, want = (mxc_run(folder, ir, arrays, "nvvm", *chip) for ir in (fused, apart))
        near = mxc_run(folder, fused, arrays, "cpu")
        for i, form in enumerate(forms):
            got, what = found[f"out{i}"], f"{self} {form.name} {form.product} -> {form.result}"
            counter.check(same_bits(got, want[f"out{i}"]), what)
            if self.kind == "ordinary":
                a, b = (as_floats(x) for x in (got, near[f"out{i}"]))
                inside = np.abs(b) < 6e4
                largest = np.abs(b[inside]).max(initial=1.0)
                counter.check(np.abs(a[inside] - b[inside]).max(initial=0) <= 0.02 * largest, f"{what}: near target cpu")

    def check_kernels(self, counter, fused, apart, count):
        texts = [run("mxc", "compile", ir, "--target=nvvm", f"--chip={self.chip}", "--stop-after=lowered", "-o", "-").stdout for ir in (fused, apart)]
        counter.check("linalg.generic" not in texts[0], f"{self}: ops that are not in a kernel")
        launches = [line for line in texts[0].splitlines() if "gpu.launch_func" in line and f"@mx_{self.family}" in line]
        counter.check(len({line.split("::")[0] for line in launches}) == count, f"{self}: a kernel of the family for each")
        said = run("mxc", "explain", fused, f"--chip={self.chip}").stdout
        counter.check(said.count(", then arith.") + said.count(", then linalg.index") == count, f"{self}: {said}")
        counter.check("_epilogue_" not in texts[1] and texts[1].count("linalg.generic") == count, f"{self}: read elsewhere, too")


def as_floats(array):
    if array.dtype.itemsize == 2 and array.dtype != np.float16:
        return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float32)


CASES = [
    Case("bias gelu scale", ("mxfp4", "mxfp4"), ((70, 96), (41, 96)), "s8_fold", accumulate="exact"),
    Case("gelu causal", ("mxfp4", "mxfp4"), ((150, 160), (70, 160)), "s8_fold", kind="wild", accumulate="exact"),
    Case("relu mask", ("mxfp4", "mxfp4"), ((260, 200), (70, 200)), "s8_fold", kind="wild"),
    Case("bias relu mask", ("mxfp4", "mxfp4"), ((60, 200), (130, 200)), "gemv", kind="wild"),
    Case("bias gelu mask", ("mxfp8_e5m2", "nvfp4"), ((70, 1024), (72, 1024)), "bf16_decode"),
    Case("relu gelu silu cast", ("bf16", "mxfp4"), ((130, 64), (264, 64)), "bf16_fold"),
    Case("bias gelu mask", ("bf16", "mxfp4"), ((130, 256), (264, 256)), "bf16_decode"),
    Case("bias silu scale cast", ("bf16", "mxfp4"), ((70, 1024), (72, 1024)), "bf16_decode"),
    Case("bias gelu mask scale", ("mxfp8_e4m3", "mxfp6_e2m3"), ((2, 40, 96), (2, 33, 96)), "bf16_fold"),
    Case("bias relu gelu mask scale", ("bf16", "nvfp4"), ((5, 128), (75, 128)), "gemv"),
    Case("relu gelu mask cast", ("bf16", "bf16"), ((2, 72, 64), (2, 136, 64)), "bf16_fold"),
    Case("bias gelu silu causal cast", ("f32", "f32"), ((70, 40), (66, 40)), "tiled"),
    Case("bias mask scale causal", ("f32", "f32"), ((3, 21, 19), (3, 35, 19)), "tiled"),
    Case("bias gelu silu cast", ("mxfp4", "mxfp4"), ((130, 200), (136, 200)), "tcgen05", "sm_100a"),
    Case("gelu mask scale causal", ("nvfp4", "nvfp4"), ((2, 40, 96), (2, 37, 96)), "tcgen05", "sm_103a", "wild"),
    Case("relu gelu causal", ("mxfp4", "mxfp4"), ((130, 96), (136, 96)), "block_scale", "sm_120a"),
    Case("bias silu mask scale", ("mxfp8_e4m3", "mxfp4"), ((2, 40, 96), (2, 37, 96)), "block_scale", "sm_121a", "wild"),
]


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(5)
    for case in CASES:
        case.check(counter, folder, rng)
    counter.finish("epilogues")


main()
