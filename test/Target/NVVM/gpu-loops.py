"""Reductions and transposes on a GPU against numpy: rows, columns and everything, from one element to a million, several
axes, narrow inputs, products with vectors, squares and their tails."""
# REQUIRES: gpu
# RUN: %python %s

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from tools import Counter, Folder, mxc_run

SHAPES = [(1, 1), (3, 5), (7, 33), (100, 1000), (5, 20000), (1000, 3), (33000, 2), (257, 129), (2, 1 << 20)]
PERMUTATIONS = [((64, 96), (1, 0)), ((37, 53), (1, 0)), ((2, 48, 3, 32), (0, 2, 3, 1)), ((16, 32, 48), (2, 0, 1)),
                ((2, 16, 3, 64), (0, 2, 1, 3)), ((4096, 2048), (1, 0))]


def tensor(shape, kind):
    return f"tensor<{'x'.join(map(str, shape))}{'x' * bool(shape)}{kind}>"


def generic(name, inputs, loops, out, start, body):
    """A function of one generic; `inputs` and `out` are (shape, type, loops)."""
    order = ", ".join(loops)
    maps = ", ".join(f"affine_map<({order}) -> ({', '.join(axes)})>" for *_, axes in [*inputs, out])
    kinds = ", ".join('"parallel"' if x in out[2] else '"reduction"' for x in loops)
    types = [tensor(shape, kind) for shape, kind, _ in inputs]
    result = tensor(*out[:2])
    arguments = ", ".join(f"%a{i}: {kind}" for i, kind in enumerate(types))
    operands = ", ".join(f"%a{i}" for i in range(len(types)))
    block = ", ".join(f"%x{i}: {kind}" for i, (_, kind, _) in enumerate(inputs))
    return f"""func.func @{name}({arguments}) -> {result} {{
  %s = arith.constant {start} : {out[1]}
  %e = tensor.empty() : {result}
  %f = linalg.fill ins(%s : {out[1]}) outs(%e : {result}) -> {result}
  %r = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}} ins({operands} : {', '.join(types)}) outs(%f : {result}) {{
  ^bb0({block}, %o: {out[1]}):
    {body}
  }} -> {result}
  return %r : {result}
}}
"""


SUM = "%y = arith.addf %x0, %o : f32\n    linalg.yield %y : f32"
LARGEST = "%y = arith.maximumf %x0, %o : f32\n    linalg.yield %y : f32"
SQUARES = "%z = arith.mulf %x0, %x0 : f32\n    %y = arith.addf %z, %o : f32\n    linalg.yield %y : f32"
PRODUCT = "%z = arith.mulf %x0, %x1 : f32\n    %y = arith.addf %z, %o : f32\n    linalg.yield %y : f32"
WIDE = "%w = arith.extf %x0 : f16 to f32\n    %y = arith.addf %w, %o : f32\n    linalg.yield %y : f32"


def check(counter, folder, rng, what, inputs, loops, out, body, want, start="0.0"):
    """`want` gives the result of arrays of f64; sums may be off by their parts' rounding."""
    arrays = [rng.standard_normal(shape).astype({"f16": np.float16, "f32": np.float32}[kind]) for shape, kind, _ in inputs]
    ir = folder.text("l.mlir", generic("main", inputs, loops, out, start, body))
    found = mxc_run(folder, ir, {f"arg{i}": x for i, x in enumerate(arrays)}, "nvvm")["out0"]
    wide = [x.astype(np.float64) for x in arrays]
    limit = 2e-6 * (1 + want(*(np.abs(x) for x in wide))) if body != "linalg.yield %x0 : " + out[1] else 0
    error = np.abs(found - want(*wide))
    counter.check(found.shape == tuple(out[0]) and bool((error <= limit).all()), f"{what} of {inputs}: off by {error.max()}")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(6)
    for rows, cols in SHAPES:
        matrix, half = ((rows, cols), "f32", "ij"), ((rows, cols), "f16", "ij")
        by_row, by_column = ((rows,), "f32", "i"), ((cols,), "f32", "j")
        check(counter, folder, rng, "rows", [matrix], "ij", by_row, SUM, lambda x: x.sum(1))
        check(counter, folder, rng, "largest", [matrix], "ij", by_row, LARGEST, lambda x: x.max(1), "0xFF800000")
        check(counter, folder, rng, "columns", [half], "ij", by_column, WIDE, lambda x: x.sum(0) + 1.5, "1.5")
        check(counter, folder, rng, "all squares", [matrix], "ij", ((), "f32", ""), SQUARES, lambda x: (x * x).sum())
        check(counter, folder, rng, "vector", [matrix, ((cols,), "f32", "j")], "ij", by_row, PRODUCT, lambda x, v: x @ v)
    cube = ((60, 17, 45), "f32", "ijk")
    check(counter, folder, rng, "middle", [cube], "ijk", ((60, 45), "f32", "ik"), SUM, lambda x: x.sum(1))
    check(counter, folder, rng, "ends", [cube], "ijk", ((17,), "f32", "j"), SUM, lambda x: x.sum((0, 2)))
    check(counter, folder, rng, "swapped", [cube], "ijk", ((45, 17), "f32", "kj"), SUM, lambda x: x.sum(0).T)
    for shape, permutation in PERMUTATIONS:
        axes = "ijkl"[: len(shape)]
        moved = "".join(axes[p] for p in permutation)
        for kind in ("f32", "f16"):
            check(counter, folder, rng, "transpose", [(shape, kind, axes)], moved, (tuple(shape[p] for p in permutation), kind, moved),
                  "linalg.yield %x0 : " + kind, lambda x, permutation=permutation: x.transpose(permutation))
    counter.finish("GPU loops")


main()
