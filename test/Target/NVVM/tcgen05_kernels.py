"""Kernels of the family tcgen05 as the compiler makes them, and operands of theirs."""

import re

import numpy as np

import model
from products import tensor
from tools import run


# Extents of results that take each schedule: blocks a cluster and a group, columns of a tile. The kernels take any.
RESULTS = {(1, 1, 128): (100, 300), (2, 1, 128): (130, 140), (2, 2, 128): (18944, 128), (2, 2, 256): (8192, 8192)}


def lower(folder, pair, m, n, k):
    """The program of one product, with its kernels in the llvm and nvvm dialects."""
    a, b, out = tensor((m, k), pair[0]), tensor((n, k), pair[1]), tensor((m, n), "f32")
    path = folder.text("p.mlir", f"func.func @main(%a: {a}, %b: {b}) -> {out} {{\n"
                       f"  %0 = mx.matmul %a, %b : {a}, {b} -> {out}\n  return %0 : {out}\n}}\n")
    return run("mxc", "compile", path, "--target=nvvm", "--chip=sm_100a", "--stop-after=lowered", "-o", "-").stdout


def extract(program, kernel):
    """A gpu.module with one kernel: its lines from the program."""
    lines = program.split("\n")
    first = next(i for i, line in enumerate(lines) if re.search(rf"llvm\.func @\w+_{kernel}\(", line))
    last = next(i for i in range(first, len(lines)) if lines[i] == "    }")
    shared = [line for line in lines if "llvm.mlir.global" in line and "shared_memory" in line]
    return "\n".join(["gpu.module @kernels {", *shared, *lines[first : last + 1], "}"])


def arrange(scales):
    """Rows of scales in tiles of 128 x 4: the layout of cuBLAS's documentation for block scaling."""
    rows, blocks = scales.shape
    columns = -(-blocks // 4) * 4
    padded = np.zeros((-(-rows // 128) * 128, columns), np.uint8)
    padded[:rows, :blocks] = scales
    tiles = np.zeros((padded.shape[0] // 128, columns // 4, 512), np.uint8)
    for row in range(padded.shape[0]):
        for column in range(columns):
            inside = row % 32 * 16 + row % 128 // 32 * 4 + column % 4
            tiles[row // 128, column // 4, inside] = padded[row, column]
    return tiles


def draw_mxfp4(rng, rows, k):
    """Codes two a byte, scales, values."""
    form = model.NAMED["mxfp4"]
    blocks = -(-k // 32)
    codes = np.zeros((rows, blocks * 32), np.uint8)
    codes[:, :k] = rng.integers(0, 16, (rows, k))
    scales = rng.integers(122, 133, (rows, blocks)).astype(np.uint8)
    values = form.element.values[codes] * np.repeat(np.ldexp(1.0, scales.astype(int) - 127), 32, 1)
    return codes[:, ::2] | codes[:, 1::2] << 4, scales, values


def mark(text, patterns):
    """Appends `// NAME` to the i-th line that has a pattern, for each (NAME, pattern, i)."""
    lines = text.split("\n")
    for name, pattern, i in patterns:
        places = [at for at, line in enumerate(lines) if pattern in line]
        lines[places[i]] += f" // {name}"
    return "\n".join(lines)
