"""Products by mma.sync with block scales on the emulator of sm_120a: at random over all pairs of formats that the
instruction takes, shapes with tails, batches, acc, alpha and results; within the bound of docs/nvvm.md. A product of one block
of E2M1 is exact. NaN and Inf spoil their rows and columns alone. `--per-pair=342` are 10260 products."""
# RUN: env MX_TEST_EMULATE=1 LD_LIBRARY_PATH=%mx_obj/test/emulated-cuda %python %s %mx_obj --chip=sm_120a

import itertools
import sys

import numpy as np
from packed_products import Case, Form, check_random
from products import UNNAMED, tensor
from tools import Counter, Folder, run

BYTES = ["mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2"]
E2M1_16, E2M1_64, E2M1_E4M3, E4M3_64 = UNNAMED
PAIRS = list(itertools.product(BYTES, BYTES)) + [("nvfp4", "nvfp4"), ("nvfp4", E2M1_E4M3), (E2M1_E4M3, E2M1_E4M3), (E2M1_64, "mxfp4"),
                                                 (E4M3_64, "mxfp6_e3m2")]


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
        family = "portable" if how else "gemv"  # few rows by E2M1 weights
        counter.check(f": {family}" in said and "not mma_block_scale: " in said and why in said, said)


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
    # Every pair's products share a kernel.
    check_random(counter, rng, sys.argv[1], [Form(rng, pair) for pair in PAIRS], per_pair)
    counter.finish("products with block scales")


main()
