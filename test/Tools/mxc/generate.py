"""Generated kernels called as the C functions of one library, against the model of the numeric contract.

RUN: %python %s %t
"""

import ctypes
import os
import shutil
import sys

import ml_dtypes
import numpy as np
from Acceptance import model
from Acceptance.tools import Counter, run

F32 = np.float32
FLOATS = {"f32": F32, "bf16": ml_dtypes.bfloat16, "f16": np.float16}
# A precision of half a unit in the last place.
ROUNDING = {"f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}
GENERAL = {
    "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>": model.Format(model.E2M1),
    "!mx.scaled<f6E3M2FN, f8E8M0FNU, [16, 16]>": model.Format(model.E3M2, "e8m0", (16, 16)),
    "!mx.scaled<!mx.float<3, 4, ieee>, f32, [full]>": model.Format(model.Float(3, 4, "ieee"), "f32", (1, "full")),
    "!mx.scaled<!mx.float<5, 10, ieee>, f32, [7]>": model.Format(model.Float(5, 10, "ieee"), "f32", (1, 7)),
}
FORMATS = {**model.NAMED, **GENERAL}


def pack(codes, bits, block):
    """[rows, K] codes to [rows, blocks, bytes]: little-endian bit strings, and whole bytes from 7 bits on."""
    rows, k = codes.shape
    block = k if block == "full" else block
    width = bits if bits in (4, 6) else 8 * -(-bits // 8)
    padded = np.pad(codes.astype(np.uint64), ((0, 0), (0, -k % block))).reshape(rows, -1, block)
    string = padded[..., None] >> np.arange(width, dtype=np.uint64) & np.uint64(1)
    return np.packbits(string.reshape(*padded.shape[:2], -1).astype(np.uint8), axis=-1, bitorder="little")


def planes(q, fmt):
    """Packed codes, scales and tensor scale of a matrix of the model."""
    scale = q.scale.astype(F32 if fmt.scale == "f32" else np.uint8)
    tensor_scale = [np.array(q.tensor_scale, F32)] if fmt.tensor_scale else []
    return [pack(q.codes, fmt.element.bits, fmt.block[1]), scale] + tensor_scale


def stack(parts):
    """Planes of several matrices as those of a batch."""
    return [np.stack(plane) for plane in zip(*parts)]


class Library:
    def __init__(self, folder, lines, target):
        stem = os.path.join(folder, f"lib{target}")
        with open(stem + ".list", "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        run("mxc", "generate", f"--list={stem}.list", f"--target={target}", "-o", stem + ".so", f"--header={stem}.h",
            f"--keep-ir={stem}.mlir", "--prefix=k")
        run("mx-opt", stem + ".mlir", "-o", os.devnull)
        for language in ("c", "c++"):
            run("cc", "-Wall", "-Wextra", "-Wstrict-prototypes" if language == "c" else "-pedantic", "-Werror",
                "-fsyntax-only", "-x", language, stem + ".h")
        self.code = ctypes.CDLL(stem + ".so")
        self.code.k_error_text.restype = ctypes.c_char_p
        with open(stem + ".h", encoding="utf-8") as file:
            self.header = file.read()

    def workspace_bytes(self, name, extents):
        size = getattr(self.code, f"k_{name}_workspace_bytes")
        size.restype = ctypes.c_int64
        return size(*map(ctypes.c_int64, extents))

    def call(self, name, inputs, outputs, extents):
        """Fills the outputs; inputs are arrays, and a number for a seed."""
        workspace = np.empty(max(self.workspace_bytes(name, extents), 1), np.uint8)
        arguments = [ctypes.c_uint64(x) if isinstance(x, int) else np.ascontiguousarray(x) for x in inputs]
        arguments += [*outputs, *map(ctypes.c_int64, extents), workspace]
        pointers = [ctypes.c_void_p(x.ctypes.data) if isinstance(x, np.ndarray) else x for x in arguments]
        return getattr(self.code, f"k_{name}")(*pointers)


class Gemm:
    def __init__(self, name, a, b, m, n, k, *flags, result="f32", batch=None, alpha=1.0):
        self.name, self.a, self.b, self.flags, self.result, self.alpha = name, a, b, flags, result, alpha
        self.extents = {"batch": batch, "m": m, "n": n, "k": k}

    def line(self):
        words = [f"--{axis}={extent}" for axis, extent in self.extents.items() if extent]
        words += [f"--{flag}" for flag in self.flags] + ([f"--alpha={self.alpha}"] if self.alpha != 1 else [])
        name = f" --name={self.name}" if self.name else ""
        return f"gemm --a='{self.a}' --b='{self.b}' --result={self.result} {' '.join(words)}{name}"

    def operand(self, random, form, rows, k, transposed):
        """Planes as they are stored, values [rows, k], and the tensor scale."""
        x = (random.standard_normal((rows, k)) * 2.0 ** random.integers(-3, 4, (rows, 1))).astype(F32)
        if form in FLOATS:
            x = x.astype(FLOATS[form])
            return [x.T if transposed else x], x.astype(np.float64), None
        fmt = FORMATS[form]
        tiles = transposed and fmt.block[0] != 1
        q = model.quantize(x.T if tiles else x, fmt)
        return planes(q, fmt), q.values.T if tiles else q.values, q.tensor_scale

    def check(self, counter, library, random, m, n, k, batch=1):
        given = {"batch": batch, "m": m, "n": n, "k": k}
        passed = [given[axis] for axis in ("batch", "m", "n", "k") if self.extents[axis] == "dynamic"]
        matrices, expected, bound = [], [], []
        for _ in range(batch):
            a, x, scale_a = self.operand(random, self.a, m, k, "transpose-a" in self.flags)
            b, y, scale_b = self.operand(random, self.b, n, k, "transpose-b" in self.flags)
            acc = random.standard_normal((m, n)).astype(FLOATS[self.result])
            factor = self.alpha * float(scale_a or 1) * float(scale_b or 1)
            expected.append(x @ y.T * factor + ("acc" in self.flags) * acc.astype(np.float64))
            bound.append(np.abs(x) @ np.abs(y.T) * abs(factor))
            matrices.append(a + b + ([acc] if "acc" in self.flags else []))
        inputs = stack(matrices) if self.extents["batch"] else matrices[0]
        expected, bound = np.stack(expected), np.stack(bound)
        out = np.empty((batch, m, n), FLOATS[self.result])
        status = library.call(self.name, inputs, [out], passed)
        exact = "accumulate=exact" in self.flags
        slack = 0 if exact else (k + 4) * 2.0**-24 * bound
        slack = slack + (ROUNDING[self.result] + 3 * 2.0**-24) * np.abs(expected)
        good = status == 0 and np.all(np.abs(out.astype(np.float64) - expected) <= slack)
        counter.check(good, f"{self.line()} at {given}: status {status}")
        if exact and self.alpha == 1 and self.result == "f32":
            counter.check(np.array_equal(out, expected.astype(F32)), f"{self.line()}: exact")


class Quantize:
    def __init__(self, name, line, form, source="f32", transposed="no", batch=None, **options):
        self.name, self.text, self.form, self.source = name, line, form, source
        self.transposed, self.batch, self.options = transposed, batch, options

    def line(self):
        transposed = f" --transposed={self.transposed}" if self.transposed != "no" else ""
        return (f"quantize --from={self.source} --to='{self.form}' {self.text}{transposed} --name={self.name}"
                + (f" --batch={self.batch}" if self.batch else ""))

    def check(self, counter, library, random, shape, extents):
        x = (random.standard_normal(shape) * 2.0 ** random.integers(-9, 9, shape)).astype(FLOATS[self.source])
        fmt, options = FORMATS[self.form], dict(self.options)
        inputs = [x]
        if "amax_tensor" in options:
            inputs.append(np.array(options["amax_tensor"], F32))
        if "seed" in options:
            inputs.append(options["seed"])
        wide, stream = x.astype(F32), options.pop("stream", 0)
        expected = []
        if self.transposed != "only":
            expected += self.expect(wide, fmt, options, stream)
        if self.transposed != "no":
            expected += self.expect(wide.swapaxes(-1, -2), fmt, options, stream + (self.transposed == "also"))
        found = [np.full_like(part, 77, order="C") for part in expected]
        status = library.call(self.name, inputs, found, extents)
        good = status == 0 and all(a.tobytes() == b.tobytes() for a, b in zip(found, expected))
        counter.check(good, f"{self.line()} at {shape}: status {status}")

    @staticmethod
    def expect(x, fmt, options, stream):
        """Rows of a batch are those of one matrix."""
        q = model.quantize(x.reshape(-1, x.shape[-1]), fmt, stream=stream, **options)
        if x.ndim == 2:
            return planes(q, fmt)
        return [part.reshape(*x.shape[:-1], *part.shape[1:]) if part.ndim else part for part in planes(q, fmt)]


def gemms():
    yield Gemm("g_weights", "bf16", "mxfp4", "dynamic", 40, 96), [dict(m=m, n=40, k=96) for m in (1, 7, 33)]
    yield Gemm("g_left", "mxfp4", "bf16", "dynamic", 17, 100), [dict(m=5, n=17, k=100)]
    yield Gemm("g_exact", "mxfp4", "mxfp4", 9, 11, 64, "accumulate=exact"), [dict(m=9, n=11, k=64)]
    yield (Gemm("g_mixed", "mxfp8_e4m3", "mxfp6_e2m3", "dynamic", "dynamic", "dynamic", result="bf16"),
           [dict(m=3, n=4, k=5), dict(m=6, n=9, k=70)])
    yield Gemm("g_int8", "mxint8", "f16", 8, "dynamic", 64, "transpose-b", result="f16"), [dict(m=8, n=3, k=64)]
    yield Gemm("g_nvfp4", "nvfp4", "mxfp8_e5m2", "dynamic", 8, "dynamic", alpha=-1.5), [dict(m=4, n=8, k=40)]
    yield Gemm("g_acc", "f32", "mxfp6_e3m2", 5, "dynamic", 32, "acc", "transpose-a"), [dict(m=5, n=6, k=32)]
    yield (Gemm("g_batch", "mxfp4", "f32", "dynamic", 6, 40, batch="dynamic"), [dict(batch=3, m=4, n=6, k=40)])
    column, tile, full, wide = GENERAL
    yield (Gemm("g_column", column, "mxfp4", "dynamic", 4, 70, "transpose-a", "accumulate=fast"), [dict(m=8, n=4, k=70)])
    yield Gemm("g_tile", tile, full, 20, "dynamic", 40, "transpose-a"), [dict(m=20, n=3, k=40)]
    yield Gemm("g_wide", "f32", wide, 3, 4, "dynamic"), [dict(m=3, n=4, k=30)]


def quantizations():
    for form in model.NAMED:
        yield Quantize(f"q_{form}", "--m=dynamic --k=100", form), [((6, 100), [6])]
    yield (Quantize("q_rules", "--m=5 --k=dynamic --scale-rule=rceil --rounding=toward_zero", "mxfp8_e4m3", rule="rceil",
                    rounding="toward_zero"), [((5, 33), [33])])
    yield (Quantize("q_random", "--m=dynamic --k=dynamic --rounding=stochastic --random-bits=8 --stream=3 --prescale=0.75 "
                    "--hadamard=64 --signs=seed --sign-stream=2", "mxfp4", "bf16", rounding="stochastic", r=8, stream=3,
                    prescale=0.75, hadamard_size=64, sign_stream=2, seed=2**40 + 5), [((4, 70), [4, 70])])
    yield (Quantize("q_both", "--m=dynamic --k=96 --rounding=stochastic", "mxfp6_e2m3", transposed="also",
                    rounding="stochastic", seed=9), [((40, 96), [40])])
    yield (Quantize("q_batch", "--m=dynamic --k=33 --scale-rule=even", "mxfp4", "f16", transposed="only", batch=3,
                    rule="even"), [((3, 10, 33), [10])])
    yield (Quantize("q_amax", "--m=4 --k=48 --amax --scale-min-normal", "nvfp4", amax_tensor=3000.0, scale_min_normal=True),
           [((4, 48), [])])
    yield (Quantize("q_eden", "--m=dynamic --k=48 --scale-rule=ms_eden --stream=4", "nvfp4", rule="ms_eden", seed=6, stream=4),
           [((5, 48), [5])])
    for i, form in enumerate(GENERAL):
        if i:
            yield Quantize(f"q_general{i}", "--m=dynamic --k=56", form), [((18, 56), [18])]


OTHERS = ["dequantize --from=nvfp4 --m=dynamic --k=dynamic --name=d_nvfp4",
          "dequantize --from=mxfp6_e3m2 --to=f16 --m=3 --k=70 --name=d_f16",
          "hadamard --from=bf16 --m=dynamic --k=64 --hadamard=32 --name=h_plain",
          "hadamard --to=bf16 --m=2 --k=dynamic --hadamard=4 --signs=1,-1,-1,1 --name=h_fixed",
          "hadamard --m=2 --k=64 --hadamard=64 --signs=seed --sign-stream=1 --name=h_drawn"]


def check_others(counter, library, random):
    x = random.standard_normal((5, 40)).astype(F32)
    q = model.quantize(x, model.NAMED["nvfp4"])
    out = np.empty((5, 40), F32)
    library.call("d_nvfp4", planes(q, model.NAMED["nvfp4"]), [out], [5, 40])
    counter.check(np.array_equal(out, q.values.astype(F32) * F32(q.tensor_scale)), "dequantize nvfp4")
    q = model.quantize(random.standard_normal((3, 70)).astype(F32), model.NAMED["mxfp6_e3m2"])
    out = np.empty((3, 70), np.float16)
    library.call("d_f16", planes(q, model.NAMED["mxfp6_e3m2"]), [out], [])
    counter.check(np.array_equal(out, q.values.astype(np.float16)), "dequantize to f16")
    x = random.standard_normal((2, 64)).astype(ml_dtypes.bfloat16)
    out = np.empty((2, 64), F32)
    library.call("h_plain", [x], [out], [2])
    counter.check(np.array_equal(out, model.hadamard(x, 32, None)), "hadamard")
    out = np.empty((2, 64), ml_dtypes.bfloat16)
    library.call("h_fixed", [x.astype(F32)], [out], [64])
    signs = np.array([1, -1, -1, 1], F32)
    expected = model.hadamard(x, 4, np.tile(signs, 1)).astype(ml_dtypes.bfloat16)
    counter.check(np.array_equal(out, expected), "hadamard with fixed signs")
    out = np.empty((2, 64), F32)
    library.call("h_drawn", [x.astype(F32), 77], [out], [])
    counter.check(np.array_equal(out, model.hadamard(x, 64, model.sign_vector(64, 77, 1))), "hadamard with drawn signs")


SHAPES = ["gemm --a=f16 --b=mxfp4 --m=dynamic --n=dynamic --k=32", "gemm --a=f16 --b=mxfp4 --m=dynamic --n=6 --k=64",
          "gemm --a=f16 --b=mxfp4 --m=4 --n=6 --k=64"]


def check_dispatch(counter, library, random):
    """Extents go to the kernel that is made for them, and others nowhere."""
    order = [library.header.index(f" *   k_gemm_f16_mxfp4_{sizes}\n")
             for sizes in ("m4_n6_k64", "m_dynamic_n6_k64", "m_dynamic_n_dynamic_k32")]
    counter.check(order == sorted(order), "the kernel with fewer dynamic extents comes first")
    gemm = Gemm(None, "f16", "mxfp4", 0, 0, 0)
    for m, n, k, fits in ((4, 6, 64, True), (9, 6, 64, True), (9, 5, 32, True), (4, 5, 64, False), (4, 6, 63, False)):
        a, x, _ = gemm.operand(random, "f16", m, k, False)
        b, y, _ = gemm.operand(random, "mxfp4", n, k, False)
        out = np.zeros((m, n), F32)
        status = library.call("gemm_f16_mxfp4", a + b, [out], [m, n, k])
        size = library.workspace_bytes("gemm_f16_mxfp4", [m, n, k])
        if fits:
            close = np.abs(out - x @ y.T) <= k * 2.0**-23 * (np.abs(x) @ np.abs(y.T))
            counter.check(status == 0 and size >= 0 and close.all(), f"dispatch of {m}, {n}, {k}")
        else:
            text = library.code.k_error_text(status).decode()
            counter.check(status % 16 == 5 and size == -1 and "k_gemm_f16_mxfp4: no kernel" in text, f"no {m}, {n}, {k}")


def main():
    folder = sys.argv[1]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    counter, random = Counter(), np.random.default_rng(3)
    all_gemms, all_quantizations = list(gemms()), list(quantizations())
    lines = [kernel.line() for kernel, _ in all_gemms + all_quantizations] + OTHERS + SHAPES
    for target in ("cpu", "reference"):
        library = Library(folder, lines, target)
        for kernel, extents in all_gemms:
            for each in extents:
                kernel.check(counter, library, random, **each)
        for kernel, shapes in all_quantizations:
            for shape, extents in shapes:
                kernel.check(counter, library, random, shape, extents)
        check_others(counter, library, random)
        check_dispatch(counter, library, random)
    counter.finish("calls of generated kernels as the model says")


main()
