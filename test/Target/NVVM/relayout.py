"""Scales to tiles of 128 x 4 and back on the emulator, for odd extents, batches and dynamic extents: the bytes of target cpu
and of the reference, and of cuBLAS's formula. To tiles is one kernel of the family relayout, on every kind of chip."""
# RUN: env MX_TEST_EMULATE=1 %python %s

import os
import re
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from tcgen05_kernels import arrange
from tools import Counter, Folder, mxc_run, run, same_bits

SHAPES = [(1, 1), (3, 5), (128, 4), (127, 3), (129, 9), (300, 19), (2, 130, 7), (2, 3, 33, 1), (3, 256, 8)]
CHIPS = ("sm_80", "sm_90a", "sm_100a", "sm_120a")


def write(shape, is_dynamic):
    """main(scales) -> tiles of them, and scales of the tiles."""
    rank = len(shape)
    tiled = (*shape[:-2], -(-shape[-2] // 128), -(-shape[-1] // 4), 512)
    sizes = ["?"] * rank if is_dynamic else [str(extent) for extent in shape]
    x = f"tensor<{'x'.join(sizes)}xi8>"
    out = f"tensor<{'x'.join(['?'] * rank if is_dynamic else map(str, tiled[:-1]))}x512xi8>"
    lines = []
    for axis in range(rank):
        lines += [f"%c{axis} = arith.constant {axis} : index", f"%d{axis} = tensor.dim %x, %c{axis} : {x}"]
    for axis, part in ((rank - 2, 128), (rank - 1, 4)):
        lines += [f"%p{axis} = arith.constant {part} : index", f"%t{axis} = arith.ceildivui %d{axis}, %p{axis} : index"]
    batch = [f"%d{axis}" for axis in range(rank - 2)]
    extents, tiles = ([*batch, f"%{kind}{rank - 2}", f"%{kind}{rank - 1}"] if is_dynamic else [] for kind in "dt")
    lines += [f"%e = tensor.empty({', '.join(tiles)}) : {out}", f"%f = tensor.empty({', '.join(extents)}) : {x}",
              f"%r = mx.packed.relayout ins(%x : {x}) outs(%e : {out}) linear to tile_128x4 -> {out}",
              f"%b = mx.packed.relayout ins(%r : {out}) outs(%f : {x}) tile_128x4 to linear -> {x}"]  # fmt: skip
    body = "\n  ".join(lines)
    return f"func.func @main(%x: {x}) -> ({out}, {x}) {{\n  {body}\n  return %r, %b : {out}, {x}\n}}\n"


def arrange_all(scales):
    items = scales.reshape(-1, *scales.shape[-2:])
    tiles = np.stack([arrange(item) for item in items])
    return tiles.reshape(*scales.shape[:-2], *tiles.shape[1:])


def check(counter, folder, rng, shape, is_dynamic):
    ir = folder.text("r.mlir", write(shape, is_dynamic))
    scales = rng.integers(1, 256, shape).astype(np.uint8)
    want = arrange_all(scales)
    for target in ("reference", "cpu", "nvvm"):
        found = mxc_run(folder, ir, {"arg0": scales}, target)
        counter.check(same_bits(found["out0"].view(np.uint8), want), f"{target}: tiles of {shape}, {is_dynamic=}")
        counter.check(same_bits(found["out1"].view(np.uint8), scales), f"{target}: back from tiles of {shape}, {is_dynamic=}")


def check_launches(counter, folder, chip):
    """The family takes the way to tiles; the way back is a plain kernel, which has no launch yet."""
    for is_dynamic in (False, True):
        ir = folder.text("l.mlir", write((2, 130, 7), is_dynamic))
        text = run("mxc", "compile", ir, "--target=nvvm", f"--chip={chip}", "--stop-after=lowered", "-o", "-").stdout
        launches = re.findall(r"gpu\.launch_func +@\w+::@(\w+)", text)
        counter.check(launches == ["mx_relayout_tiles"], f"{chip}, {is_dynamic=}: launches of {launches}")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(7)
    for shape in SHAPES:
        for is_dynamic in (False, True):
            check(counter, folder, rng, shape, is_dynamic)
    for chip in CHIPS:
        check_launches(counter, folder, chip)
    counter.finish("scales in tiles")


main()
