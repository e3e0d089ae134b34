"""The family tcgen05 on the emulator of sm_100a against exact sums: random products of all legal pairs of formats by every
schedule, one and two blocks a group, with shapes with tails, batches, alpha, acc and results. `--per-pair=372` are 10044 in four
turns, in each of which the pairs have other schedules; with `--turn=0` to `--turn=3` each alone, side by side."""
# RUN: env MX_TEST_EMULATE=1 LD_LIBRARY_PATH=%mx_obj/test/emulated-cuda %python %s %mx_obj --chip=sm_100a

import itertools
import sys

import numpy as np
from packed_products import Form, check_random
from products import UNNAMED, check, check_nan, tensor
from tools import Counter, Folder, mxc_run, run

E2M1_16 = next(iter(UNNAMED))
MX = ("mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2")
PAIRS = list(itertools.product(MX, MX)) + [("nvfp4", "nvfp4"), (E2M1_16, E2M1_16)]
CHIPS = ("--chip=sm_100a", "--chip=sm_103a", "--chip=sm_110a")


def schedule(rows, columns, stages, cluster):
    return f'#mx.schedule<"tcgen05", tile = [{rows}, {columns}, 128], stages = {stages}, cluster = {cluster}>'


# One block and two a group, with accumulators that overlap and that do not.
SCHEDULES = [schedule(128, 128, 6, 1), schedule(128, 128, 6, 2), schedule(256, 128, 6, 2), schedule(256, 256, 5, 2)]


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
    """More tiles than blocks: both accumulators, and the ring over the ends of tiles; each chip."""
    check(counter, folder, rng, ("mxfp4", "mxfp4"), ((400, 600), (390, 600)), "ordinary", options=CHIPS[:1])
    check(counter, folder, rng, ("nvfp4", "nvfp4"), ((300, 520), (500, 520)), "wild", options=CHIPS[1:2], keeps_range=False)
    check(counter, folder, rng, ("mxfp8_e4m3", "mxfp4"), ((2, 130, 96), (2, 40, 96)), "ordinary", "bf16", options=CHIPS[2:])


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


def check_schedules(counter, folder):
    """Groups of two blocks, and of how many columns, where a result has tiles for all multiprocessors."""
    shapes = {(100, 8192): schedule(128, 128, 6, 1), (1024, 1024): schedule(128, 128, 6, 2), (18944, 128): schedule(256, 128, 6, 2),
              (8192, 8192): schedule(256, 256, 6, 2), (10240, 384): schedule(256, 128, 6, 2)}
    text = folder.text("s.mlir", "\n".join(
        f"func.func @f{m}_{n}(%a: {a}, %b: {b}) -> tensor<{m}x{n}xf32> {{\n"
        f"  %0 = mx.matmul %a, %b : {a}, {b} -> tensor<{m}x{n}xf32>\n  return %0 : tensor<{m}x{n}xf32>\n}}"
        for (m, n), a, b in ((shape, tensor((shape[0], 256), "mxfp4"), tensor((shape[1], 256), "mxfp4")) for shape in shapes)))
    said = [line for line in run("mxc", "explain", text, "--chip=sm_100a").stdout.split("\n") if "#mx.schedule" in line]
    counter.check(len(said) == len(shapes), said)
    for (shape, want), line in zip(shapes.items(), said):
        counter.check(want in line, f"{shape}: {line}, expected {want}")


def main():
    per_pair, only = (next((int(x.split("=")[1]) for x in sys.argv if x.startswith(name)), usual) for name, usual in (("--per-pair=", 8), ("--turn=", -1)))
    turns = -(-per_pair // 100)
    counter, folder = Counter(), Folder()
    for turn in range(turns) if only < 0 else [only]:
        rng = np.random.default_rng((8 + per_pair, turn))
        forms = [Form(rng, pair, SCHEDULES[(i + turn) % len(SCHEDULES)]) for i, pair in enumerate(PAIRS)]
        check_random(counter, rng, sys.argv[1], forms, per_pair // turns, rows=(1, 7, 40, 126, 128, 200, 255, 300),
                     depths=(1, 16, 31, 96, 128, 250, 520, 1111))
    if only >= 0:
        counter.finish(f"tcgen05, turn {only}")
    check_long(counter, folder, rng)
    check_formats(counter, folder, rng)
    check_nan(counter, folder, rng, CHIPS[:1])
    check_selection(counter, folder)
    check_schedules(counter, folder)
    counter.finish("tcgen05")


main()
