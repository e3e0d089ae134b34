"""Products by mma.sync with block scales on the emulator of sm_120a: at random over all pairs of formats that the
instruction takes, shapes with tails, static and dynamic, batches, acc, alpha and results; within the bound of docs/nvvm.md.
A product of one block of E2M1 is exact. NaN and Inf spoil their rows and columns alone. `--rounds=N` runs more."""
# RUN: env MX_TEST_EMULATE=1 %python %s --chip=sm_120a

import itertools
import sys

import numpy as np
from products import UNNAMED, bound, draw, tensor
from tools import Counter, Folder, mxc_run, run

BYTES = ["mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2"]
E2M1_16, E2M1_64, E2M1_E4M3, E4M3_64 = UNNAMED
PAIRS = list(itertools.product(BYTES, BYTES)) + [("nvfp4", "nvfp4"), ("nvfp4", E2M1_E4M3), (E2M1_E4M3, E2M1_E4M3), (E2M1_16, E2M1_16),
                                                 ("mxfp4", E2M1_16), (E2M1_64, "mxfp4"), (E4M3_64, "mxfp6_e3m2")]
PER_PAIR, PAIRS_AT_ONCE = 7, 4  # products of a pair, which share a kernel; pairs of a program, one with static shapes, too


class Form:
    """What kernels are made for, at random."""

    def __init__(self, rng, pair):
        self.pair = pair
        self.result = ("f32", "bf16", "f16")[rng.integers(3)]
        self.has_acc = rng.random() < 0.25
        self.alpha = 1.0 if self.has_acc else (1.0, 1.7777778, -0.01)[rng.integers(3)]


class Case:
    """One product at random."""

    def __init__(self, rng, form, is_dynamic):
        self.pair, self.result, self.has_acc, self.alpha, self.is_dynamic = form.pair, form.result, form.has_acc, form.alpha, is_dynamic
        self.m, self.n = (int(rng.choice([1, 7, 16, 40, 64, 65, 130])) + int(rng.integers(0, 3)) for _ in range(2))
        self.k = int(rng.choice([1, 31, 32, 64, 96, 200, 256, 520])) + int(rng.integers(0, 2))
        self.batch = ((), (), (3,), (2, 2))[rng.integers(4)]
        self.batched_b = bool(self.batch) and rng.random() < 0.5
        self.kind = ("ordinary", "wild")[rng.integers(2)]
        if self.batch:
            self.m, self.n = min(self.m, 70), min(self.n, 70)

    def __str__(self):
        return (f"{' x '.join(self.pair)} {self.batch}{'b' * self.batched_b} {self.m}x{self.n}x{self.k} {self.kind} {self.result} "
                f"alpha {self.alpha} acc {self.has_acc} dynamic {self.is_dynamic}")

    def build(self, rng, number):
        """Arrays by name, arguments, the op and its result's type; keeps what to expect."""
        first = 3 * number
        shapes = [self.batch + (self.m, self.k), (self.batch if self.batched_b else ()) + (self.n, self.k)]
        arrays_a, self.a, scale_a = draw(rng, shapes[0], self.pair[0], self.kind, f"arg{first}")
        arrays_b, self.b, scale_b = draw(rng, shapes[1], self.pair[1], self.kind, f"arg{first + 1}")
        acc = rng.standard_normal(self.batch + (self.m, self.n)).astype({"f32": np.float32, "bf16": np.uint16, "f16": np.float16}[self.result])
        if self.result == "bf16":
            acc = (acc.astype(np.uint32) % 3 + 0x3F7F).astype(np.uint16)  # near one
        self.acc = as_floats(acc).astype(np.float64) if self.has_acc else 0.0
        self.scales = (scale_a, scale_b)
        shapes = [shape[:-2] + ("?", "?") if self.is_dynamic else shape for shape in shapes + [acc.shape]]
        types = [tensor(shape, name) for shape, name in zip(shapes, self.pair + (self.result,))]
        names = [f"%v{first + i}" for i in range(3)]
        arguments = [f"{name}: {kind}" for name, kind in zip(names, types)]
        extra, kinds = (f" acc {names[2]}", types) if self.has_acc else ("", types[:2])
        op = (f"%r{number} = mx.matmul {names[0]}, {names[1]}{extra} {{alpha = {self.alpha} : f32}} : {', '.join(kinds)} -> {types[2]}")
        return {**arrays_a, **arrays_b, f"arg{first + 2}": acc}, arguments, op, types[2]

    def check(self, counter, found):
        found = as_floats(found).astype(np.float64)
        with np.errstate(all="ignore"):
            product = self.a @ np.swapaxes(self.b, -1, -2)
            exact, factor = product + self.acc, abs(self.alpha * self.scales[0] * self.scales[1])
            want = exact * self.scales[0] * self.scales[1] * self.alpha
            step = {"f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}[self.result]
            limit = (bound(self.a, self.b, exact, "default") + self.k * 2.0**-149) * factor
            limit += 4 * 2.0**-24 * np.abs(want) + step * np.abs(want) + {"f32": 2.0**-149, "bf16": 2.0**-133, "f16": 2.0**-24}[self.result]
            # Sums on the way may leave f32's range.
            sums = np.abs(self.a) @ np.swapaxes(np.abs(self.b), -1, -2) + np.abs(self.acc)
            inside = (np.abs(want) < (3e38 if self.result != "f16" else 6.5e4)) & (sums * max(1, factor) < 2.0**127)
            error = np.where(inside, np.abs(found - want) / limit, 0.0)
        worst = float(error.max(initial=0.0))
        counter.check(found.shape == want.shape and worst <= 1, f"{self}: {worst:.3g} of the bound")
        return worst


def as_floats(array):
    return (array.astype(np.uint32) << 16).view(np.float32) if array.dtype == np.uint16 else array


def program(arguments, ops, types):
    body, results = "\n  ".join(ops), ", ".join(f"%r{i}" for i in range(len(ops)))
    return f"func.func @main({', '.join(arguments)}) -> ({', '.join(types)}) {{\n  {body}\n  return {results} : {', '.join(types)}\n}}\n"


def plain_case(rng, pair, m, n, k):
    case = Case(rng, Form(rng, pair), is_dynamic=False)
    case.m, case.n, case.k, case.batch, case.batched_b = m, n, k, (), False
    case.result, case.has_acc, case.alpha, case.kind = "f32", False, 1.0, "ordinary"
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
                           ("mxfp4", "mxfp4", " accumulate exact", "sums in f32 are not exact"), ("mxfp8_e4m3", E2M1_16, "", "odd multiple of 16")):
        a, b = tensor((40, 64), a), tensor((64, 64), b)
        path = folder.text("w.mlir", f"func.func @f(%a: {a}, %b: {b}) -> tensor<40x64xf32> {{\n"
                           f"  %0 = mx.matmul %a, %b{how} : {a}, {b} -> tensor<40x64xf32>\n  return %0 : tensor<40x64xf32>\n}}\n")
        said = run("mxc", "explain", path, "--chip=sm_120a").stdout
        counter.check(": portable" in said and "not mma_block_scale: " in said and why in said, said)


def run_cases(counter, folder, rng, cases):
    arrays, arguments, ops, types = {}, [], [], []
    for number, case in enumerate(cases):
        some, named, op, kind = case.build(rng, number)
        arrays.update(some)
        arguments += named
        ops.append(op)
        types.append(kind)
    ir = folder.text("p.mlir", program(arguments, ops, types))
    found = mxc_run(folder, ir, arrays, "nvvm")
    return max(case.check(counter, found[f"out{i}"]) for i, case in enumerate(cases))


def check_one_block(counter, folder, rng):
    """The sum of a block is rounded once."""
    for pair, k in ((("mxfp4", "mxfp4"), 32), (("nvfp4", "nvfp4"), 16), ((E2M1_16, E2M1_16), 16)):
        case = plain_case(rng, pair, 100, 70, k)
        arrays, arguments, op, kind = case.build(rng, 0)
        found = mxc_run(folder, folder.text("b.mlir", program(arguments, [op], [kind])), arrays, "nvvm")["out0"]
        want = (case.a @ case.b.T).astype(np.float32)
        for scale in case.scales:
            want = want * np.float32(scale)
        counter.check(np.array_equal(found, want), f"{case}: exact")


def check_nan(counter, folder, rng):
    """Elements that are NaN or Inf, and NaN scales of both types, where a row's and a column's tiles end."""
    for pair, element in ((("mxfp8_e5m2", "mxfp8_e4m3"), (0x7E, 0x7F)), (("mxfp4", "mxfp4"), None), (("nvfp4", "nvfp4"), None)):
        case = plain_case(rng, pair, 70, 40, 96)
        arrays, arguments, op, kind = case.build(rng, 0)
        nan = 0x7F if pair[0] == "nvfp4" else 0xFF
        arrays["arg0_scale"][69, -1] = nan
        arrays["arg1_scale"][11, 0] = nan
        want = np.zeros((70, 40), bool)
        want[69], want[:, 11] = True, True
        if element:
            arrays["arg0_codes"][3, 95], arrays["arg1_codes"][39, 0] = element
            want[3], want[:, 39] = True, True
        found = mxc_run(folder, folder.text("n.mlir", program(arguments, [op], [kind])), arrays, "nvvm")["out0"]
        counter.check((np.isnan(found) == want).all(), f"{pair}: rows of NaN")
        counter.check((found.view(np.uint32)[want] == 0x7FC00000).all(), f"{pair}: NaN is canonical")


def main():
    rounds = int(next((arg.split("=")[1] for arg in sys.argv if arg.startswith("--rounds=")), 1))
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(11)
    check_one_block(counter, folder, rng)
    check_nan(counter, folder, rng)
    check_selection(counter, folder)
    worst, count = 0.0, 0
    for start in range(0, len(PAIRS) * rounds, PAIRS_AT_ONCE):
        forms = [Form(rng, PAIRS[i % len(PAIRS)]) for i in range(start, start + PAIRS_AT_ONCE)]
        cases = [Case(rng, form, is_dynamic=i > 0 or form is not forms[start // PAIRS_AT_ONCE % PAIRS_AT_ONCE])
                 for form in forms for i in range(PER_PAIR)]
        worst, count = max(worst, run_cases(counter, folder, rng, cases)), count + len(cases)
    print(f"{count} cases at random, worst share of the bound: {worst:.3f}")
    counter.finish("products with block scales")


main()
