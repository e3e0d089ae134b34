"""Every kernel family with every format that it takes becomes PTX for every chip, in a process of its own for each, by the
families that the chip has; ptxas takes those of sm_90a, with a sample of all quantisations, and none may spill. With
--table, or --table=CHIP,CHIP, ptxas takes all, a larger sample on each chip, and the table of registers, spilled bytes
and shared memory is printed, one line a kernel."""
# RUN: %python %s %ptxas

import itertools
import os
import re
import shutil
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, *parts) for parts in (("..", "..", "Acceptance"), ("..", "..", "..", "tools", "dev"))]
import gpu_cases
from tools import Counter, Folder, run

BLOCKS = {name: block for name, (block, _) in gpu_cases.FORMATS.items()}
FP8 = ("mxfp8_e4m3", "mxfp8_e5m2")
QUANTIZED = [name for name in BLOCKS if name != "nvfp4"]
HOPPER, TENSOR_MEMORY, BLOCK_SCALE = {"sm_90a"}, {"sm_100a", "sm_103a", "sm_110a"}, {"sm_120a", "sm_121a"}
HADAMARD = "{}, hadamard = {{size = {}, signs = seed}}, sign_stream = 9"


def make_quantizers(rng):
    for name in QUANTIZED:
        yield gpu_cases.quantize(rng, (64, 320), "bf16", name, "scale_rule = floor"), {r"mx_quantize_bf16_\w+_quantize": None}
        for kind in ("bf16", "f32"):
            kernels = {rf"mx_quantize_{kind}_\w+_quantize": None}
            yield gpu_cases.quantize(rng, (64, 320), kind, name, f"scale_rule = rceil, {gpu_cases.STOCHASTIC}", True), kernels
    for size in (16, 32, 64):
        yield gpu_cases.quantize(rng, (96, 512), "f16", "mxfp4", HADAMARD.format(gpu_cases.STOCHASTIC, size)), {r"mx_quantize_f16_\w+_quantize": None}
    for size, kind in itertools.product((32, 64, 128, 1024), ("bf16", "f16")):  # by rings
        yield gpu_cases.quantize(rng, (5, 2048), kind, "mxfp4", HADAMARD.format(gpu_cases.STOCHASTIC, size)), {rf"mx_quantize_{kind}_\w+_quantize": None}


FORM_ROUNDINGS = ("nearest_even", "nearest_away", "toward_zero", *(f"stochastic, stream = 3, random_bits = {bits}" for bits in (8, 16, 24)))
FORMS = list(itertools.product(BLOCKS, FORM_ROUNDINGS, (0, 16, 64, 128, 256, 1024), ("bf16", "f16", "f32"), ((False,), (True,), (False, True))))


def make_form(name, rounding, size, kind, ways):
    """A quantisation of a square, each transposed or not, from one read."""
    block, bits = gpu_cases.FORMATS[name]
    factor = ", prescale = 0.75" * ("stochastic" in rounding and name != "nvfp4")
    transform = f", hadamard = {{size = {size}, signs = seed}}, sign_stream = 9" if size else ""
    options = f"scale_rule = {'amax' if name == 'nvfp4' else 'floor'}, rounding = {rounding}{factor}{transform}"
    quantizers = ", ".join(f"#mx.quantizer<format = !mx.{name}, {options}{', transpose' * way}>" for way in ways)
    blocks = 1024 // block
    outs = ([((1024, blocks, block * bits // 8), "i8"), ((1024, blocks), "i8")] + [((), "f32")] * (name == "nvfp4")) * len(ways)
    types = ", ".join(gpu_cases.tensor(*out) for out in outs)
    body = (f"%r:{len(outs)} = mx.packed.quantize ins(%x : {gpu_cases.tensor((1024, 1024), kind)}) outs({', '.join(f'%e{i}' for i in range(len(outs)))} : {types}) "
            f"{'seed %seed ' * ('seed' in options or 'stochastic' in options)}{{quantizers = [{quantizers}]}} -> {types}\n")  # fmt: skip
    return gpu_cases.Case("", {"x": (np.zeros((1024, 1024), gpu_cases.STORED[kind]), kind), "seed": gpu_cases.SEED}, outs, body)


def make_unpacked(rng):
    """dequantize and hadamard."""
    for case in gpu_cases.elementwise(rng):
        if case.name.startswith(("dequantize", "hadamard")):
            yield case


class DynamicRows:
    """A product of an operand %a whose number of rows, no other extent, the code learns from the call."""

    def __init__(self, rows, case):
        self.rows, self.case = rows, case

    def function(self, name):
        text = self.case.function(name).replace(f"tensor<{self.rows}x", "tensor<?x").replace("tensor.empty() :", "tensor.empty(%m) :")
        a, kind = self.case.operands["a"]
        kind = gpu_cases.tensor(("?", *a.shape[1:]), kind)
        return text.replace("{\n", f"{{\n%c0 = arith.constant 0 : index\n%m = tensor.dim %a, %c0 : {kind}\n", 1)


class DynamicWeights:
    """A product by packed weights %b whose number of rows, no other extent, the code learns from the call."""

    def __init__(self, rows, case):
        self.rows, self.case = rows, case

    def function(self, name):
        text = self.case.function(name).replace(f"tensor<{self.rows}x", "tensor<?x").replace(f"x{self.rows}x", "x?x")
        codes = self.case.operands["b"][0]
        kind = gpu_cases.tensor(("?", *codes.shape[1:]), "i8")
        text = text.replace("tensor.empty() :", "tensor.empty(%n) :")
        return text.replace("{\n", f"{{\n%c0 = arith.constant 0 : index\n%n = tensor.dim %b, %c0 : {kind}\n", 1)


def make_products(rng):
    def product(a, b, kernels, rows=200, **options):
        return gpu_cases.product(rng, rows, 136, 256, (a, b), **options), kernels

    for name in BLOCKS:
        special = {"mxfp4": "mx_s8_fold_f32_even_floats_packed128x256_multiply", "nvfp4": "mx_bf16_decode_nvfp4_f32_128x256_even_scaled_multiply"}
        special |= {fp8: f"mx_bf16_decode_{fp8}_f32_128x256_even_factors_multiply" for fp8 in FP8}
        yield product(name, name, {special.get(name, f"mx_bf16_fold_{name}_{name}_f32_even_multiply"): HOPPER}, rows=300)
        if name != "mxint8":
            kernels = {rf"mx_tcgen05_{name}_{name}_f16_even_cluster2\w+_multiply": TENSOR_MEMORY, rf"mx_block_scale_{name}_{name}_f16_\w+_product": BLOCK_SCALE}
            yield product(name, name, kernels, result="f16")
    yield gpu_cases.product(rng, 4096, 4096, 256, ("mxfp6_e2m3", "mxfp4"), result="bf16"), {
        r"mx_block_scale_\w+_128_product": BLOCK_SCALE, r"mx_tcgen05_mxfp6_e2m3_mxfp4_bf16_even_pair256\w+_multiply": TENSOR_MEMORY}
    for name in BLOCKS:
        if name != "mxint8":
            for rows, columns, kernel in ((8192, 8192, "pair256"), (18944, 128, "pair128")):
                yield gpu_cases.product(rng, rows, columns, 256, (name, name), result="bf16"), {
                    rf"mx_tcgen05_{name}_{name}_bf16_even_{kernel}\w+_multiply": TENSOR_MEMORY}
    for accumulate, floats in (("exact", ""), ("default", "_floats")):
        for result, form in (("f32", "even"), ("bf16", "aligned")):
            kernels = {f"mx_s8_fold_{result}_{form}{floats}_packed128x256_{kernel}": HOPPER for kernel in ("multiply", "multiply_packed")}
            yield product("mxfp4", "mxfp4", {} if (accumulate, result) == ("default", "f32") else kernels, 300, accumulate=accumulate, result=result)
    yield gpu_cases.product(rng, 200, 136, 288, ("mxfp4", "mxfp4"), accumulate="exact"), {"mx_s8_fold_f32_even_multiply": HOPPER}
    yield gpu_cases.product(rng, 2056, 136, 256, ("mxfp4", "mxfp4"), result="bf16"), {"mx_s8_fold_bf16_aligned_floats_multiply": HOPPER}
    for result, form in (("f32", "even"), ("bf16", "aligned")):
        yield product("mxfp4", "mxfp4", {f"mx_s8_fold_{result}_{form}_fast_packed128x256_multiply": HOPPER}, 300, accumulate="fast", result=result)
        # Few tiles of a long K.
        yield gpu_cases.product(rng, 200, 136, 1024, ("mxfp8_e4m3", "mxint8"), result=result), {
            rf"mx_bf16_fold_mxfp8_e4m3_mxint8_{result}_{form}_split_{kernel}": HOPPER for kernel in ("multiply", "reduce")}
    yield gpu_cases.epilogue(rng, 200, 136, 1024, ("mxfp8_e4m3", "mxint8")), {r"mx_bf16_fold_mxfp8_e4m3_mxint8_f32_even_split_epilogue_\w+_multiply": HOPPER}
    yield gpu_cases.epilogue(rng, 300, 136, 256, ("mxfp4", "mxfp4"), accumulate="fast"), {r"mx_s8_fold_f32_even_epilogue_\w+_fast_packed128x256_multiply": HOPPER}
    for name in BLOCKS:
        yield product("f16", name, {f"mx_bf16_fold_f16x2_{name}_f32_even_multiply": HOPPER})
        if name not in ("mxfp4", "nvfp4", *FP8):
            yield product("bf16", name, {f"mx_bf16_fold_bf16_{name}_bf16_aligned_multiply": HOPPER}, result="bf16")
        elif name in FP8:
            yield gpu_cases.product(rng, 200, 136, 264, ("bf16", name), result="bf16"), {f"mx_bf16_decode_{name}_bf16_256x264_aligned_multiply": HOPPER}
            for rows, tile in ((5, 64), (100, 128), (200, 256)):
                yield gpu_cases.product(rng, rows, 136, 1024, ("bf16", name), result="bf16"), {
                    rf"mx_bf16_decode_{name}_bf16_{tile}x1024_aligned_split_{kernel}": HOPPER for kernel in ("multiply", "reduce")}
            kernels = {f"mx_bf16_decode_{name}_f32_{rows}x384_even_factors_multiply": HOPPER for rows in (128, 256)} | {"mx_bf16_mxfp8_e4m3_384_rows": HOPPER}
            yield DynamicRows(100, gpu_cases.product(rng, 100, 8192, 384, ("mxfp8_e4m3", name))), kernels if name == "mxfp8_e4m3" else {}
            yield gpu_cases.product(rng, 4096, 4096, 256, ("bf16", name), result="f16"), {f"mx_bf16_decode_{name}_f16_256x256_aligned_multiply": HOPPER}
        else:
            yield product("bf16", name, {f"mx_bf16_decode_{name}_bf16_256x256_aligned_multiply": HOPPER}, result="bf16")
            yield gpu_cases.product(rng, 4096, 4096, 256, ("bf16", name), result="f16"), {f"mx_bf16_decode_{name}_f16_256x256_aligned_multiply": HOPPER}
            for rows, tile in ((100, 128), (200, 256)):
                yield gpu_cases.product(rng, rows, 136, 1024, ("bf16", name), result="bf16"), {
                    rf"mx_bf16_decode_{name}_bf16_{tile}x1024_aligned_split_{kernel}": HOPPER for kernel in ("multiply", "reduce")}
            yield product("bf16", name, {rf"mx_gemv_{name}_f32_5x256_16x\d+_gemv": None}, rows=5)
            yield DynamicWeights(72, gpu_cases.product(rng, 64, 72, 8192, ("bf16", name))), {rf"mx_gemv_{name}_f32_64x8192_64x\d_gemv": None}
            kernels = {rf"mx_gemv_{name}_f32_to{rows}x512_64x\d+_even_gemv": HOPPER for rows in (16, 64)} | {
                f"mx_bf16_decode_{name}_f32_{rows}x512_even_multiply": HOPPER for rows in (128, 256)}
            yield DynamicRows(100, gpu_cases.product(rng, 100, 8192, 512, ("bf16", name))), kernels
    for a, b, kernel in (("f16", "mxfp4", "bf16_fold_f16x2_mxfp4_f32_even"), ("bf16", "mxfp4", "bf16_decode_mxfp4_f32_256x256_even")):
        yield gpu_cases.epilogue(rng, 200, 136, 256, (a, b)), {rf"mx_{kernel}_epilogue_\w+_multiply": HOPPER}
    kernels = {rf"mx_s8_fold_f32_even_epilogue_[0-9a-f]+_packed128x256_{kernel}": HOPPER for kernel in ("multiply", "multiply_packed")}
    yield gpu_cases.epilogue(rng, 200, 136, 256, ("mxfp4", "mxfp4"), accumulate="exact"), kernels
    kernels = {r"mx_tcgen05_\w+_f32_even_cluster2_epilogue_\w+_multiply": TENSOR_MEMORY, r"mx_block_scale_\w+_f32_\w+_epilogue_\w+_product": BLOCK_SCALE}
    yield gpu_cases.epilogue(rng, 200, 136, 256, ("nvfp4", "nvfp4")), kernels
    yield gpu_cases.floats(rng, 136, 264, 72, ("bf16", "bf16"), "nn"), {"mx_bf16_fold_bf16_bf16t_f32_even_128_multiply": HOPPER}
    yield gpu_cases.floats(rng, 136, 264, 72, ("f32", "f32"), "nn"), {"mx_tiled_f32_f32t_f32_64_even_product": None}


def make_packed_rows(rng):
    """Few rows that are packed, by packed weights: bf16 is made of them first."""
    for rows, tile in ((100, 128), (200, 256)):  # scales of a row begin anywhere
        yield gpu_cases.product(rng, rows, 136, 1056, ("mxfp4", "mxfp4"), result="bf16"), {
            f"mx_bf16_decode_mxfp4_bf16_{tile}x1056_aligned_split_factors_multiply": HOPPER}
    for name in BLOCKS:
        suffix = "scaled" if name == "nvfp4" else "factors"
        other = "mxfp4" if name == "nvfp4" else "nvfp4"  # no unit takes both
        case = gpu_cases.product(rng, 5, 136, 512, (name, other))
        if name not in ("mxfp4", "nvfp4"):  # whose rows meet the same kernel
            yield case, {f"mx_bf16_{name}_512_rows": None}
            continue
        yield case, {rf"mx_gemv_{other}_f32_5x512_16x\d+_{suffix}_gemv": None, f"mx_bf16_{name}_512_rows": None}
        for rows, tile in ((100, 128), (200, 256)):
            yield gpu_cases.product(rng, rows, 136, 1024, (name, other), result="bf16"), {
                rf"mx_bf16_decode_{other}_bf16_{tile}x1024_aligned_split_{suffix}_{kernel}": HOPPER for kernel in ("multiply", "reduce")}
    kernels = {rf"mx_gemv_mxfp4_f32_to{rows}x8448_64x\d+_even_factors_gemv": HOPPER for rows in (16, 64)} | {
        "mx_bf16_decode_mxfp4_f32_128x8448_even_split_factors_multiply": HOPPER, "mx_s8_fold_f32_even_floats_packed256x8448_multiply_packed": HOPPER,
        "mx_bf16_mxfp4_8448_rows": HOPPER}
    yield DynamicRows(100, gpu_cases.product(rng, 100, 8192, 8448, ("mxfp4", "mxfp4"))), kernels
    yield gpu_cases.product(rng, 64, 8192, 8192, ("mxfp4", "mxfp4"), result="bf16"), {
        f"mx_bf16_decode_mxfp4_bf16_64x8192_aligned_split_factors_{kernel}": HOPPER for kernel in ("multiply", "reduce")} | {"mx_bf16_mxfp4_8192_rows": HOPPER}


def make_cases():
    """Cases, each with regular expressions of the kernels that it has, and their chips (all: None)."""
    rng = np.random.default_rng(1)
    yield from make_quantizers(rng)
    yield from make_products(rng)
    yield from make_packed_rows(rng)
    yield gpu_cases.relayout(rng, (2, 130, 19)), {"mx_relayout_tiles": None}


def write_functions(folder, cases, chip):
    return folder.text(f"{chip}-{len(cases)}.mlir", "".join(case.function(f"f{i}") for i, case in enumerate(cases)))


def write_source(folder, cases, chip):
    """The module of what some family of the chip takes, and the kernels that it must have, with how many."""
    wanted, there = {}, []
    for case, kernels in cases:
        taken = [chips is None or chip in chips for chips in kernels.values()]
        for pattern, is_taken in zip(kernels, taken):
            wanted[pattern] = wanted.get(pattern, 0) + is_taken
        if any(taken):
            there.append(case)
    return write_functions(folder, there, chip), wanted


def count_kernels(entries, pattern):
    return sum(bool(re.fullmatch(pattern, entry)) for entry in entries)


def check_chip(counter, folder, source, wanted, chip):
    """The PTX of a chip's kernels."""
    path = folder.path(f"{chip}.ptx")
    result = run("mxc", "compile", source, "--target=nvvm", f"--chip={chip}", "--emit=ptx", "-o", path, check=False)
    counter.check(result.returncode == 0, f"{chip}: {result.stderr[-300:]}")
    if result.returncode:
        return None
    with open(path, encoding="utf-8") as file:
        entries = re.findall(r"\.entry (\w+)\(", file.read())
    counter.check(len(entries) == len(set(entries)), f"{chip}: kernels with equal names")
    for pattern, number in wanted.items():
        found = count_kernels(entries, pattern)
        counter.check(found == number, f"{chip}: {found} of {number} kernels {pattern}")
    return path


def assemble(counter, ptxas, path, chip):
    """Registers, spilled bytes and static shared memory of each kernel."""
    result = subprocess.run([ptxas, "-v", f"-arch={chip}", path, "-o", os.devnull], capture_output=True, text=True)
    counter.check(result.returncode == 0, f"{chip}: ptxas: {result.stderr[-300:]}")
    counter.check("C7510" not in result.stderr and "serialized" not in result.stderr, f"{chip}: serialised wgmma")
    kernels = {}
    for name, text in re.findall(r"Compiling entry function '(\w+)'(.*?)(?=Compiling entry|\Z)", result.stderr, re.DOTALL):
        spills = sum(int(count) for count in re.findall(r"(\d+) bytes spill", text))
        counter.check(spills == 0, f"{chip}: {name} spills {spills} bytes")
        shared = re.search(r"(\d+) bytes smem", text)
        kernels[name] = int(re.search(r"Used (\d+) registers", text)[1]), spills, int(shared[1]) if shared else 0
    return kernels


def read_dynamic(source, chip):
    """Bytes of dynamic shared memory that launches ask for, by kernel."""
    text = run("mxc", "compile", source, "--target=nvvm", f"--chip={chip}", "--stop-after=lowered", "-o", "-").stdout
    return {name: int(count) for name, count in re.findall(r"gpu\.launch_func .*?::@(\w+) .*dynamic_shared_memory_size %c(\d+)_i32", text)}


def print_table(counter, source, kernels, chip, limit):
    dynamic = read_dynamic(source, chip)
    for name, (registers, spills, static) in sorted(kernels.items()):
        shared = static + dynamic.get(name, 0)
        counter.check(shared <= limit and registers <= 255, f"{chip}: {name}: {registers} registers, {shared} bytes of shared memory")
        print(f"{chip:8} {name:60} {registers:4} registers {spills:3} spilled {shared:7} of {limit} bytes shared")


def main():
    ptxas = shutil.which(next((x for x in sys.argv[1:] if not x.startswith("-")), "ptxas"))
    table = next((x for x in sys.argv[1:] if x.startswith("--table")), "")
    counter, folder, cases = Counter(), Folder(), list(make_cases())
    # Kernels of chips with the same conversions are the same text: other chips differ in ptxas alone.
    unpacked = list(make_unpacked(np.random.default_rng(2)))
    forms = unpacked + [make_form(*form) for form in FORMS[:: 11 if table else 97]]
    for line in run("mxc", "list", "chips").stdout.splitlines():
        chip, limit = line.split()[0], int(re.search(r"(\d+) K", line)[1]) << 10
        if table not in ("", "--table") and chip not in table.split("=")[1].split(","):
            continue
        is_assembled = table or chip == "sm_90a"
        for source, wanted in (write_source(folder, cases, chip), (write_functions(folder, forms if is_assembled else unpacked, chip), {})):
            path = check_chip(counter, folder, source, wanted, chip)
            if path and ptxas and is_assembled:
                kernels = assemble(counter, ptxas, path, chip)
                if table:
                    print_table(counter, source, kernels, chip, limit)
    counter.finish("kernel families")


main()
