"""The family tcgen05 on the emulator of sm_100a against exact sums: random legal pairs of formats, shapes with tails,
batches, alpha, acc and results. `tcgen05.py COUNT SEED` runs as many."""
# RUN: env MX_TEST_EMULATE=1 %python %s

import sys

import numpy as np
from products import check, check_nan, tensor
from tools import Counter, Folder, mxc_run, run

MX = ("mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2")
PAIRS = [(a, b) for a in MX for b in MX] + [("nvfp4", "nvfp4")] * 3
CHIPS = ("--chip=sm_100a", "--chip=sm_103a", "--chip=sm_110a")


def draw_case(rng, i):
    m, n = rng.choice((1, 7, 40, 127, 128, 129, 200, 300), 2)
    # Up to 12 stages of 128 bytes, so that the ring of 6 goes round.
    k = int(rng.choice((1, 16, 31, 33, 96, 128, 250, 520, 1111)))
    batch = [(), (), (), (2,), (2, 3)][rng.integers(5)]
    shape_a, shape_b = (*batch, int(m), k), (*batch, int(n), k)
    if batch and rng.random() < 0.5:
        shape_b = shape_b[len(batch):]
    alpha, acc = 1.0, None
    if rng.random() < 0.2:
        acc = (*batch, int(m), int(n))
    elif rng.random() < 0.5:
        alpha = float(rng.choice((1.7777778, -0.01)))
    result = "f32" if acc else str(rng.choice(("f32", "bf16", "f16")))
    kind = "wild" if rng.random() < 0.3 and result == "f32" else "ordinary"
    return PAIRS[i % len(PAIRS)], (shape_a, shape_b), kind, result, alpha, acc


def check_selection(counter, folder):
    """What the family does not take says why, and goes another way."""
    text = folder.text("s.mlir", "\n".join(
        f"func.func @f{i}(%a: {a}, %b: {b}) -> tensor<40x64xf32> {{\n"
        f"  %0 = mx.matmul %a, %b accumulate {how} : {a}, {b} -> tensor<40x64xf32>\n  return %0 : tensor<40x64xf32>\n}}"
        for i, (a, b, how) in enumerate(
            (tensor((40, 64), x), tensor((64, 64), y), how)
            for x, y, how in (("mxfp4", "mxfp4", "default"), ("nvfp4", "mxfp4", "default"), ("mxint8", "mxfp8_e4m3", "default"),
                              ("mxfp4", "mxfp4", "exact")))))
    said = run("mxc", "explain", text, "--chip=sm_100a").stdout
    for want in ("tcgen05 #mx.schedule", "both operands must have E8M0 scales", "sums in f32 are not exact"):
        counter.check(want in said, f"explain says '{want}': {said}")
    said = run("mxc", "explain", text, "--chip=sm_120a").stdout
    counter.check("chip sm_120a has no tcgen05; sm_100a has" in said, said)
    for chip in ("sm_100", "sm_101a"):
        result = run("mxc", "compile", text, "--target=nvvm", f"--chip={chip}", "--emit=ptx", "-o", folder.path("x.ptx"), check=False)
        good = result.returncode == 1 and chip in result.stderr and "sm_100a, sm_103a, sm_110a" in result.stderr
        counter.check(good, f"{chip}: {result.stderr}")


def check_long(counter, folder, rng):
    """More tiles than blocks: both accumulators, and the ring over the ends of tiles."""
    check(counter, folder, rng, ("mxfp4", "mxfp4"), ((400, 600), (390, 600)), "ordinary", options=CHIPS[:1])
    check(counter, folder, rng, ("nvfp4", "nvfp4"), ((300, 520), (500, 520)), "wild", options=CHIPS[:1], keeps_range=False)


def check_formats(counter, folder, rng):
    """Formats without a name: weights in tiles of 16 x 16, a scale for each of their rows; E8M0 scales of 16."""
    tiles, scales16 = "!mx.scaled<f4E2M1FN, f8E4M3FN, [16, 16], tensor_scale = f32>", "!mx.scaled<f4E2M1FN, f8E8M0FNU, [16]>"
    types = ["tensor<2x40x96xf32>", "tensor<2x70x96xf32>", "tensor<2x40x70xf32>"]
    arrays = {"arg0": rng.standard_normal((2, 40, 96)).astype(np.float32), "arg1": rng.standard_normal((2, 70, 96)).astype(np.float32)}
    for a, b, rule in (("!mx.nvfp4", tiles, "amax"), (scales16, scales16, "floor")):
        ir = folder.text("t.mlir", f"""func.func @main(%a: {types[0]}, %b: {types[1]}) -> {types[2]} {{
  %0 = mx.quantize %a scale_rule {rule} : {types[0]} -> tensor<2x40x96x{a}>
  %1 = mx.quantize %b scale_rule {rule} : {types[1]} -> tensor<2x70x96x{b}>
  %2 = mx.matmul %0, %1 : tensor<2x40x96x{a}>, tensor<2x70x96x{b}> -> {types[2]}
  return %2 : {types[2]}
}}
""")
        found, want = (mxc_run(folder, ir, arrays, target, *options)["out0"] for target, options in (("nvvm", CHIPS[:1]), ("cpu", ())))
        counter.check(np.abs(found - want).max() <= 1e-5 * np.abs(want).max(), f"{a} x {b}")
        counter.check("tcgen05 #mx" in run("mxc", "explain", ir, "--chip=sm_100a").stdout, f"{a} x {b} takes tcgen05")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 22
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(seed)
    worst = 0.0
    for i in range(count):
        pair, shapes, kind, result, alpha, acc = draw_case(rng, i)
        ratio = check(counter, folder, rng, pair, shapes, kind, result, alpha, acc, options=CHIPS[i % 3:][:1], keeps_range=False)
        worst = max(worst, ratio if result == "f32" else 0.0)
    check_long(counter, folder, rng)
    check_formats(counter, folder, rng)
    check_nan(counter, folder, rng, CHIPS[:1])
    check_selection(counter, folder)
    print(f"worst share of the bound of f32 results: {worst:.3f}")
    counter.finish("tcgen05")


main()
