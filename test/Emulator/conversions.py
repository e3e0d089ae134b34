"""cvt on the emulator against numpy and ml_dtypes: every nvvm.convert op of small floats, and the same instructions as inline PTX.
LLVM makes of each op the instruction that the emulator takes it for."""
# RUN: %python %s %mx_test_bin/emulate-kernel %llvm_tools

import os
import sys

import ml_dtypes
import numpy as np
from broken_kernels import launch
from kernels import assembly, small
from tools import Counter, Folder, run

THREADS = 1024
TYPES = {"e4m3": "f8E4M3FN", "e5m2": "f8E5M2", "e2m3": "f6E2M3FN", "e3m2": "f6E3M2FN", "e2m1": "f4E2M1FN", "ue8m0": "f8E8M0FNU"}
DTYPES = {"e4m3": ml_dtypes.float8_e4m3fn, "e5m2": ml_dtypes.float8_e5m2, "e2m3": ml_dtypes.float6_e2m3fn, "e3m2": ml_dtypes.float6_e3m2fn,
          "e2m1": ml_dtypes.float4_e2m1fn, "ue8m0": ml_dtypes.float8_e8m0fnu, "f16": np.float16, "bf16": ml_dtypes.bfloat16}
NAN = {"e4m3": 0x7F, "e5m2": 0x7F, "e2m3": 0x1F, "e3m2": 0x1F, "e2m1": 7, "f16": 0x7FFF, "bf16": 0x7FFF, "ue8m0": 0xFF}
WIDTH = {"e2m1": 4, "f16": 16, "bf16": 16}  # of others 8


def attributes(rounding=None, saturates=False, relu=False):
    parts = [f"rnd = #nvvm.fp_rnd_mode<{rounding}>"] if rounding else []
    parts += ["sat = #nvvm.sat_mode<satfinite>"] if saturates else []
    return "{" + ", ".join(parts + (["relu = true"] if relu else [])) + "}"


class Form:
    """An op, its instruction, the type of what the op gives, and the operands of both."""

    def __init__(self, op, operands, types, result, *, to, source="f32", rounding="rn", saturates=True, relu=False):
        self.op, self.operands, self.types, self.result = op, operands, types, result
        self.to, self.source, self.rounding, self.saturates, self.relu = to, source, rounding, saturates, relu

    def name(self):
        modifiers = [".relu" * self.relu, ".satfinite" * self.saturates]
        if self.rounding == "rn" and self.saturates and self.to[0] == "e":  # as the ISA orders them
            modifiers.reverse()
        return f"cvt.{self.rounding}{''.join(modifiers)}.{self.to}.{self.source}"


def forms():
    for relu in (False, True):
        for name, result in (("e4m3", "i16"), ("e5m2", "vector<2xi8>")):
            yield Form(f"nvvm.convert.f32x2.to.f8x2 %a, %b {attributes('rn', True, relu)} : {result} ({TYPES[name]})",
                       "ab", "ff", result, to=name + "x2", relu=relu)
            yield Form(f"nvvm.convert.f16x2.to.f8x2 %h {attributes(relu=relu)} : vector<2xf16> -> {result} ({TYPES[name]})",
                       "h", "r", result, to=name + "x2", source="f16x2", relu=relu)
        for name, result in (("e2m3", "vector<2xi8>"), ("e3m2", "i16")):
            yield Form(f"nvvm.convert.f32x2.to.f6x2 %a, %b {attributes(relu=relu)} : {result} ({TYPES[name]})",
                       "ab", "ff", result, to=name + "x2", relu=relu)
        yield Form(f"nvvm.convert.f32x2.to.f4x2 %a, %b {attributes(relu=relu)} : i8 (f4E2M1FN)", "ab", "ff", "i8", to="e2m1x2", relu=relu)
        for name, bits, result in (("e4m3", 8, "vector<4xi8>"), ("e5m2", 8, "vector<4xi8>"), ("e2m3", 6, "vector<4xi8>"),
                                   ("e3m2", 6, "vector<4xi8>"), ("e2m1", 4, "i16")):
            yield Form(f"nvvm.convert.f32x4.to.f{bits}x4 %v, %r {attributes(relu=relu)} : vector<4xf32> -> {result} ({TYPES[name]})",
                       "abefr", "ffffr", result, to=name + "x4", rounding="rs", relu=relu)
            source = "%n8" if name == "e2m1" else "%n"
            kind = "i8" if name == "e2m1" else "vector<2xi8>"
            yield Form(f"nvvm.convert.f{bits}x2.to.f16x2 {source} {attributes(relu=relu)} : {kind} ({TYPES[name]}) -> vector<2xf16>",
                       "8" if name == "e2m1" else "n", "h", "vector<2xf16>", to="f16x2", source=name + "x2", saturates=False, relu=relu)
        for name in ("f16", "bf16"):
            for rounding, saturates in (("rn", False), ("rn", True), ("rz", False), ("rz", True), ("rs", False), ("rs", True)):
                random = ", %r" if rounding == "rs" else ""
                yield Form(f"nvvm.convert.f32x2.to.{name}x2 %a, %b{random} {attributes(rounding, saturates, relu)} : vector<2x{name}>",
                           "abr" if random else "ab", "ffr" if random else "ff", f"vector<2x{name}>", to=name + "x2",
                           rounding=rounding, saturates=saturates, relu=relu)
    for rounding in ("rz", "rp"):
        for saturates in (False, True):
            common = {"to": "ue8m0x2", "rounding": rounding, "saturates": saturates}
            yield Form(f"nvvm.convert.f32x2.to.f8x2 %a, %b {attributes(rounding, saturates)} : i16 (f8E8M0FNU)", "ab", "ff", "i16", **common)
            yield Form(f"nvvm.convert.bf16x2.to.f8x2 %w {attributes(rounding, saturates)} : vector<2xbf16> -> i16 (f8E8M0FNU)",
                       "w", "r", "i16", source="bf16x2", **common)
    yield Form("nvvm.convert.f8x2.to.bf16x2 %n : vector<2xi8> (f8E8M0FNU) -> vector<2xbf16>", "n", "h", "vector<2xbf16>",
               to="bf16x2", source="ue8m0x2", saturates=False)


VALUES = {"a": ("%a", "f32"), "b": ("%b", "f32"), "e": ("%e", "f32"), "f": ("%f", "f32"), "r": ("%r", "i32"), "h": ("%r", "i32"),
          "w": ("%r", "i32"), "n": ("%n16", "i16"), "8": ("%n16", "i16")}


def as_assembly(form):
    """The instruction by itself, and its result's type; bytes have registers of their own."""
    names = [f"${i + 1}" for i in range(len(form.operands))]
    operands = "{" + ", ".join(names[:4]) + "}, " + names[4] if len(names) == 5 else ", ".join(names)
    text = f"{form.name()} $0, {operands};"
    if form.operands == "8":
        text = f"{{ .reg .b8 byte; cvt.u8.u16 byte, $1; {form.name()} $0, byte; }}"
    elif form.result == "i8":
        text = f"{{ .reg .b8 byte; {form.name()} byte, {operands}; cvt.u16.u8 $0, byte; }}"
    result = {"vector<4xi8>": "i32", "vector<2xf16>": "i32", "vector<2xbf16>": "i32"}.get(form.result, "i16")
    values = [VALUES[operand] for operand in form.operands]
    constraints = ",".join(["=r" if result == "i32" else "=h", *form.types])
    return assembly(text, constraints, ", ".join(value for value, _ in values), ", ".join(kind for _, kind in values), result), result


def kernel(all_forms, inline):
    lines = ["    %first = arith.muli %tid, %c8 : i32"]
    for i, name in enumerate("abefr"):
        lines.append(f"""    %i{i} = arith.constant {i} : i32
    %a{i} = arith.addi %first, %i{i} : i32
    %g{i} = llvm.getelementptr %in[%a{i}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %{name} = llvm.load %g{i} : !llvm.ptr<1> -> {"i32" if name == "r" else "f32"}""")
    lines.append("""    %n16 = arith.trunci %r : i32 to i16
    %n8 = arith.trunci %r : i32 to i8
    %n = llvm.bitcast %n16 : i16 to vector<2xi8>
    %h = llvm.bitcast %r : i32 to vector<2xf16>
    %w = llvm.bitcast %r : i32 to vector<2xbf16>
    %v0 = llvm.mlir.poison : vector<4xf32>""")
    for i, name in enumerate("abef"):
        lines.append(f"    %v{i + 1 if i < 3 else ''} = llvm.insertelement %{name}, %v{i}[%i{i} : i32] : vector<4xf32>")
    for i, form in enumerate(all_forms):
        text, result = as_assembly(form) if inline else (form.op, form.result)
        lines.append(f"    %o{i} = {text}")
        word = f"%o{i}"
        if result.startswith("vector"):
            bits = {"vector<2xi8>": "i16"}.get(result, "i32")
            lines.append(f"    %p{i} = llvm.bitcast %o{i} : {result} to {bits}")
            word, result = f"%p{i}", bits
        if result != "i32":
            lines.append(f"    %q{i} = arith.extui {word} : {result} to i32")
            word = f"%q{i}"
        lines.append(f"""    %k{i} = arith.constant {THREADS * i} : i32
    %s{i} = arith.addi %tid, %k{i} : i32
    %t{i} = llvm.getelementptr %out[%s{i}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store {word}, %t{i} : i32, !llvm.ptr<1>""")
    return small("\n".join(lines), "%in: !llvm.ptr<1>, %out: !llvm.ptr<1>")


def table(name):
    """What the codes of magnitudes are, ascending."""
    dtype = np.dtype(DTYPES[name])
    if WIDTH.get(name) == 16:
        values = np.arange(0x7C00 if name == "f16" else 0x7F80, dtype=np.uint16).view(dtype).astype(np.float64)
        return values
    values = np.arange(1 << (3 if name == "e2m1" else 5 if name in ("e2m3", "e3m2") else 7), dtype=np.uint8).view(dtype).astype(np.float64)
    return values[np.isfinite(values)]


def stochastic(name, x, random, bits, saturates):
    values = table(name)
    if not saturates:  # Inf is where the next number would be
        values = np.append(values, 2 * values[-1] - values[-2])
    magnitude = np.minimum(np.abs(x), values[-1])
    low = np.searchsorted(values, magnitude, side="right") - 1
    gap = np.diff(values, append=values[-1] + 1)[low]
    return low + (np.floor((magnitude - values[low]) / gap * 2.0**bits) + random >= 2.0**bits)


def toward_zero(name, x):
    return np.searchsorted(table(name), np.abs(x), side="right") - 1


def nearest(name, x, saturates):
    dtype = np.dtype(DTYPES[name])
    magnitude = np.minimum(np.abs(x), table(name)[-1]) if saturates else np.abs(x)
    with np.errstate(over="ignore"):
        rounded = magnitude.astype(np.float32).astype(dtype)
    return rounded.view(np.uint16 if dtype.itemsize == 2 else np.uint8).astype(np.int64)


def exponent(x, up, saturates):
    mantissa, power = np.frexp(np.abs(x))
    power = np.where(up & (mantissa > 0.5), power, power - 1)
    code = np.where(x == 0, 0, np.maximum(power + 127, 0))
    return np.where((code > 254) | np.isinf(x), 254 if saturates else 255, code)


def convert(form, name, x, random, bits):
    if name == "ue8m0":
        code = exponent(x, form.rounding == "rp", form.saturates)
    elif form.rounding == "rs":
        code = stochastic(name, x, random, bits, form.saturates)
    elif form.rounding == "rz":
        code = toward_zero(name, x)
    else:
        code = nearest(name, x, form.saturates)
    if name != "ue8m0":
        if WIDTH.get(name) == 16 and not form.saturates:
            code = np.where(np.isinf(x), len(table(name)), code)
        negative = np.signbit(x)
        top = {"e2m1": 3, "e2m3": 5, "e3m2": 5}.get(name, WIDTH.get(name, 8) - 1)
        code = np.where(negative, 0 if form.relu else code | 1 << top, code)
    return np.where(np.isnan(x), NAN[name], code)


def reverse(half):
    return np.array([int(f"{int(h):016b}"[::-1], 2) for h in half])


def want(form, words):
    """What each thread stores, from its words a, b, e, f and r."""
    name, count = form.to.rsplit("x", 1)
    count, width = int(count), WIDTH.get(name, 8)
    bits = words[:, 4].astype(np.int64)
    if form.source == "f32":
        operands = list(words[:, :count].view(np.float32).astype(np.float64).T)
    else:
        source = form.source.removesuffix("x2")
        wide = WIDTH.get(source, 8)
        codes = [bits >> shift & (1 << wide) - 1 for shift in (wide, 0)]
        if source in ("e2m3", "e3m2"):
            codes = [code & 63 for code in codes]
        operands = [code.astype(np.uint16 if wide == 16 else np.uint8).view(DTYPES[source]).astype(np.float64) for code in codes]
    halves = [bits >> 16 & 0xFFFF, bits & 0xFFFF]
    result = np.zeros(len(words), np.int64)
    for i, x in enumerate(operands):
        random, taken = halves[i // 2 if count == 4 else i], 16
        if name == "f16":
            random, taken = random & 0x1FFF, 13
        elif name == "e2m1":  # bytes 1 of both halves for a and b, bytes 0 for e and f
            random, taken = halves[i % 2] >> (8 if i < 2 else 0) & 0xFF, 8
        elif count == 4 and i % 2 == 0:
            random = reverse(random)
        result |= convert(form, name, x, random, taken) << width * (count - 1 - i)
    return result


def draw(rng):
    """Floats at, between and just beside the numbers of the formats, and of any exponent."""
    edges = np.concatenate([table(name) for name in ("e4m3", "e5m2", "e2m3", "e3m2", "e2m1")] + [table("f16")[::97]])
    edges = np.concatenate([edges, (edges[1:] + edges[:-1]) / 2, edges * 1.25]).astype(np.float32)
    special = np.array([0, np.inf, np.nan, 2.0**-149, 2.0**-127, 2.0**-126, 2.0**127, 3.4e38, 65504, 65519.9, 65520, 57344, 61440], np.float32)
    count = 4 * THREADS
    near = rng.choice(edges, count)
    near = np.where(rng.random(count) < 0.3, np.nextafter(near, np.float32(rng.choice([0, 1e9]))), near)
    anything = rng.integers(0, 1 << 32, count, dtype=np.uint32).view(np.float32)
    within = np.exp2(rng.uniform(-18, 17, count)).astype(np.float32)
    x = np.choose(rng.integers(0, 10, count), [near] * 4 + [within] * 4 + [anything, rng.choice(special, count)])
    x = np.where(rng.random(count) < 0.5, -x, x).astype(np.float32)
    words = np.zeros((THREADS, 8), np.uint32)
    words[:, :4] = x.reshape(THREADS, 4).view(np.uint32)
    words[:, 4] = rng.integers(0, 1 << 32, THREADS, dtype=np.uint32)
    return words


def check_results(counter, folder, all_forms, inline, words):
    with open(folder.path("in.bin"), "wb") as file:
        file.write(words.tobytes())
    result = launch(folder, kernel(all_forms, inline), [f"file:{folder.path('in.bin')}", f"zeros:{THREADS * len(all_forms)}"], THREADS)
    found = np.array(result.stdout.removeprefix("arg1:").split(), np.int64) & 0xFFFFFFFF
    counter.check(found.size == THREADS * len(all_forms), f"conversions: {result.stderr[:500]}")
    for form, row in zip(all_forms, found.reshape(-1, THREADS)):
        expected = want(form, words)
        wrong = np.flatnonzero(row != expected)
        counter.check(not wrong.size, f"{form.name()}: {[(hex(row[i]), hex(expected[i]), words[i, :5]) for i in wrong[:3]]}")


def check_instructions(counter, folder, all_forms):
    """The PTX of every op, by LLVM."""
    functions = "\n".join(f"""llvm.func @f{i}(%a: f32, %b: f32, %v: vector<4xf32>, %r: i32, %n: vector<2xi8>, %n8: i8, %h: vector<2xf16>, %w: vector<2xbf16>) -> {form.result} {{
  %x = {form.op}
  llvm.return %x : {form.result}
}}""" for i, form in enumerate(all_forms))
    path, tools = folder.text("forms.mlir", functions), sys.argv[2]
    run(os.path.join(tools, "mlir-translate"), "--mlir-to-llvmir", path, "-o", folder.path("forms.ll"))
    run(os.path.join(tools, "llc"), "-march=nvptx64", "-mcpu=sm_100a", "-mattr=+ptx87", folder.path("forms.ll"), "-o", folder.path("forms.ptx"))
    with open(folder.path("forms.ptx")) as file:
        text = file.read()
    for i, form in enumerate(all_forms):
        body = text.split(f"f{i}(\n", 2)[-1].split("ret;")[0]
        counter.check(form.name() in body.replace("\t", " "), f"{form.name()}: {body}")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(5)
    np.seterr(invalid="ignore")  # NaN of every kind
    all_forms = list(forms())
    with folder:
        check_instructions(counter, folder, all_forms)
        for inline in (False, True, False):
            check_results(counter, folder, all_forms, inline, draw(rng))
        for opcode in ("cvt.rn.e4m3x2.f32", "cvt.rs.satfinite.e4m3x2.f32", "cvt.rn.satfinite.ue8m0x2.f32", "cvt.rp.f16x2.f32"):
            text = small(f"    %f = arith.sitofp %tid : i32 to f32\n    %x = {assembly(opcode + ' $0, $1, $1;', '=h,f', '%f', 'f32', 'i16')}",
                         "%out: !llvm.ptr<1>")
            result = launch(folder, text, ["zeros:32"], 32)
            counter.check(result.returncode == 1 and f"does not know the instruction '{opcode}'" in result.stderr, f"{opcode}: {result.stderr}")
    counter.finish("conversions")


main()
