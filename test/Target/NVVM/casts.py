"""mx.cast of target nvvm on the emulator in the bits of target cpu: all bf16 and f16, and f32 at and beside what lies half-way between
numbers, to formats of up to 16 bits by every rounding, with and without cvt; of shapes, slices and rows that whole vectors of
elements fit and do not fit, empty ones among them. So do sums with a row and truncf and extf of small floats there."""
# RUN: env MX_TEST_EMULATE=1 %python %s

import itertools
import os
import sys

import ml_dtypes
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
import tools
from tools import Counter, Folder, mxc_run, run, same_bits

FORMATS = ["4, 3, fn", "5, 2, ieee", "3, 4, ieee", "3, 4, fn", "2, 5, finite", "5, 3, fn, unsigned", "4, 4, finite, unsigned", "8, 7, fn",
           "8, 7, ieee", "5, 10, ieee", "6, 9, fn", "7, 8, finite", "1, 6, finite", "0, 7, finite", "4, 0, fn", "3, 2, finite", "2, 1, finite",
           "1, 14, finite"]  # fmt: skip
COMMON = FORMATS[:3] + ["8, 7, ieee", "5, 10, ieee"]
NEAREST = ["nearest_even", "nearest_away", "toward_zero"]
STOCHASTIC = ["8", "16", "24"]
HALVES = {"bf16": ml_dtypes.bfloat16, "f16": np.float16}
DTYPES = {**HALVES, "f32": np.float32}


def tensor(shape, kind):
    return f"tensor<{''.join(f'{n}x' for n in shape)}{kind}>"


def get_storage(form):
    exponent, mantissa, *rest = (part.strip() for part in form.split(","))
    return "i8" if int(exponent) + int(mantissa) + ("unsigned" not in rest) <= 8 else "i16"


def write(given, kind, casts, taken="", shape=None):
    """A function that casts %x, or what `taken` makes of it, in each way: (format, rounding or number of random bits)."""
    shape = given if shape is None else shape
    value = "%y" if taken else "%x"
    dynamic = [f"%d{axis}" for axis, extent in enumerate(shape) if extent == "?"]
    body = [f"%c{axis} = arith.constant {axis} : index\n  %d{axis} = tensor.dim {value}, %c{axis} : {tensor(shape, kind)}"
            for axis, extent in enumerate(shape) if extent == "?"]  # fmt: skip
    types = [tensor(shape, get_storage(form)) for form, _ in casts]
    for i, ((form, rounding), out) in enumerate(zip(casts, types)):
        drawn = rounding in STOCHASTIC
        how = f"seed %seed rounding stochastic {{random_bits = {rounding} : i64, stream = 3 : i64, " if drawn else f"rounding {rounding} {{"
        body += [f"%e{i} = tensor.empty({', '.join(dynamic)}) : {out}",
                 f"%r{i} = mx.cast ins({value} : {tensor(shape, kind)}) outs(%e{i} : {out}) {how}format = !mx.float<{form}>}} -> {out}"]  # fmt: skip
    body += [f"return {', '.join(f'%r{i}' for i in range(len(casts)))} : {', '.join(types)}"]
    lines = "\n  ".join([taken] * bool(taken) + body)
    return f"func.func @main(%x: {tensor(given, kind)}, %seed: i64) -> ({', '.join(types)}) {{\n  {lines}\n}}\n"


def compare(counter, folder, ir, arrays, names, what, chips=("sm_90a",)):
    path = folder.text("casts.mlir", ir)
    expected = mxc_run(folder, path, arrays, "cpu")
    for chip in chips:
        tools.CHIP = f"--chip={chip}"
        found = mxc_run(folder, path, arrays, "nvvm")
        for i, name in enumerate(names):
            counter.check(same_bits(expected[f"out{i}"], found[f"out{i}"]), f"{chip}: {what} to {name}")


def compare_casts(counter, folder, x, kind, casts, given=None, taken="", shape=None, chips=("sm_90a",)):
    given = x.shape if given is None else given
    arrays = {"arg0": x, "arg1": np.int64(20261127)}
    compare(counter, folder, write(given, kind, casts, taken, shape), arrays, casts, f"{kind} {given} {taken}", chips)


def draw_f32(rng):
    """The upper 16 bits of every f32, with lower bits on, beside and far from what is half-way to the next bf16 or f16."""
    upper = np.arange(1 << 16, dtype=np.uint32) << 16
    lower = (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0x0FFF, 0x1000, 0x1001)
    return np.concatenate([upper | low for low in lower] + [rng.integers(0, 1 << 32, 10007, np.uint32)]).view(np.float32)


def check_values(counter, folder, rng):
    """As one dynamic axis, whose last elements are in no vector."""
    every = np.arange((1 << 16) + 5, dtype=np.uint32).astype(np.uint16)
    for kind, dtype in HALVES.items():
        formats = COMMON if kind == "f16" else FORMATS
        compare_casts(counter, folder, every.view(dtype), kind, list(itertools.product(formats, NEAREST)), "?")
        compare_casts(counter, folder, every.view(dtype), kind, list(itertools.product(COMMON, STOCHASTIC)), "?")
        compare_casts(counter, folder, every.view(dtype), kind, [(form, "nearest_even") for form in COMMON], "?", chips=("sm_80",))
    x = draw_f32(rng)
    compare_casts(counter, folder, x, "f32", list(itertools.product(COMMON, NEAREST)), "?")
    compare_casts(counter, folder, x, "f32", [(form, "nearest_even") for form in COMMON], "?", chips=("sm_80",))


def draw(rng, shape, kind):
    return (rng.standard_normal(shape) * np.exp2(rng.integers(-12, 12, shape))).astype(DTYPES[kind])


def check_shapes(counter, folder, rng):
    casts = [("4, 3, fn", "nearest_even"), ("8, 7, ieee", "nearest_even"), ("3, 4, ieee", "toward_zero"), ("5, 2, ieee", "16")]
    for kind, shape in zip(itertools.cycle(DTYPES), [(), (1,), (15,), (3, 5), (2, 3, 8), (0,), (4, 0)]):
        compare_casts(counter, folder, draw(rng, shape, kind), kind, casts)
        compare_casts(counter, folder, draw(rng, shape, kind), kind, casts, given="?" * len(shape))
    for kind, shape in (("bf16", (512, 512)), ("f32", (3, 300, 500)), ("f16", (524299,)), ("bf16", (513, 1021)), ("f32", (4, 131072))):
        compare_casts(counter, folder, draw(rng, shape, kind), kind, casts)
    for kind, given in (("bf16", ("?", 24)), ("f16", ("?", 20)), ("f32", ("?", 7)), ("f32", (2, "?", 8))):
        shape = tuple(37 if extent == "?" else extent for extent in given)
        compare_casts(counter, folder, draw(rng, shape, kind), kind, casts, given)


def check_slices(counter, folder, rng):
    """Of rows and columns, where vectors are aligned and where they are not."""
    for kind, given, shape, start in (("bf16", (520, 520), (512, 512), (4, 8)), ("bf16", (520, 520), (512, 512), (1, 4)), ("f32", (1100, 600), (1030, 512), (3, 1)),
                                      ("f16", (600, 513), (512, 512), (0, 0)), ("f32", (300000,), (262144,), (3,)), ("bf16", (600000,), (524291,), (8,))):  # fmt: skip
        parts = ", ".join(map(str, start)), ", ".join(map(str, shape)), ", ".join("1" * len(shape))
        taken = f"%y = tensor.extract_slice %x[{parts[0]}] [{parts[1]}] [{parts[2]}] : {tensor(given, kind)} to {tensor(shape, kind)}"
        compare_casts(counter, folder, draw(rng, given, kind), kind, [("4, 3, fn", "nearest_even"), ("3, 4, ieee", "8")], taken=taken, shape=shape)


def write_generic(inputs, out, maps, body):
    """A function of one elementwise op; inputs and out are (shape, type)."""
    order = ", ".join(f"d{axis}" for axis in range(len(out[0])))
    spelled = ", ".join(f"affine_map<({order}) -> ({', '.join(axes)})>" for axes in maps)
    kinds = ", ".join(['"parallel"'] * len(out[0]))
    names = ", ".join(f"%x{i}" for i in range(len(inputs)))
    types = [tensor(*given) for given in inputs]
    block = ", ".join(f"%a{i}: {kind}" for i, (_, kind) in enumerate(inputs))
    return f"""func.func @main({', '.join(f'%x{i}: {kind}' for i, kind in enumerate(types))}) -> {tensor(*out)} {{
  %e = tensor.empty() : {tensor(*out)}
  %r = linalg.generic {{indexing_maps = [{spelled}], iterator_types = [{kinds}]}} ins({names} : {', '.join(types)}) outs(%e : {tensor(*out)}) {{
  ^bb0({block}, %o: {out[1]}):
    {body}
  }} -> {tensor(*out)}
  return %r : {tensor(*out)}
}}
"""


def check_others(counter, folder, rng):
    """Elementwise ops of linalg: a row that all others add, columns, small floats."""
    add = "%y = arith.addf %a0, %a1 : f32\n    linalg.yield %y : f32"
    for rows, cols in ((512, 512), (515, 510), (400, 513)):
        for maps in ((("d0", "d1"), ("d1",), ("d0", "d1")), (("d0", "d1"), ("d0",), ("d0", "d1"))):
            other = (cols if maps[1] == ("d1",) else rows,)
            ir = write_generic([((rows, cols), "f32"), (other, "f32")], ((rows, cols), "f32"), maps, add)
            compare(counter, folder, ir, {"arg0": draw(rng, (rows, cols), "f32"), "arg1": draw(rng, other, "f32")}, ["f32"], f"sum {rows}x{cols} {maps[1]}")
    codes = np.arange(524288 + 3, dtype=np.uint32).astype(np.uint8)
    for small in ("f8E4M3FN", "f8E5M2"):
        for kind in DTYPES:
            ir = write_generic([(codes.shape, small)], (codes.shape, kind), (("d0",), ("d0",)), f"%y = arith.extf %a0 : {small} to {kind}\n    linalg.yield %y : {kind}")
            compare(counter, folder, ir, {"arg0": codes}, [kind], f"extf {small}")
            x = draw(rng, (262149,), kind)
            ir = write_generic([(x.shape, kind)], (x.shape, small), (("d0",), ("d0",)), f"%y = arith.truncf %a0 : {kind} to {small}\n    linalg.yield %y : {small}")
            compare(counter, folder, ir, {"arg0": x}, [small], f"truncf {kind}")


def check_code(counter, folder):
    """cvt where the chip has it, and vectors of 16 bytes."""
    ir = folder.text("code.mlir", write((1024, 1024), "bf16", [("4, 3, fn", "nearest_even")]))
    for chip, has_convert in (("sm_80", False), ("sm_89", True), ("sm_90a", True), ("sm_120", True)):
        ptx = run("mxc", "compile", ir, "--target=nvvm", f"--chip={chip}", "--emit=ptx", "-o", "-").stdout
        counter.check(("cvt.rn.satfinite.e4m3x2.f32" in ptx) == has_convert, f"{chip} {'has' if has_convert else 'lacks'} cvt")
        counter.check("ld.global.v4.b32" in ptx and "st.global.v2.b32" in ptx and "st.global.b8" not in ptx, f"{chip} has vectors")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(11)
    check_code(counter, folder)
    check_values(counter, folder, rng)
    check_shapes(counter, folder, rng)
    check_slices(counter, folder, rng)
    check_others(counter, folder, rng)
    counter.finish("casts")


main()
