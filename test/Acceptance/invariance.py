"""The same bits whatever the tile, the shard, the number of threads or the orientation; other bits for every call
and iteration, and the same ones again for the same seed."""
# RUN: %python %s

import model
import numpy as np
from tools import TARGETS, Counter, Folder, mxc_quantize, mxc_run, run, same_bits

F32 = np.float32
SR = 'seed %s rounding stochastic {prescale = 0.75 : f32, stream = 6 : i64}'


def shards(counter, folder, rng):
    """Halves along each axis, with their origin and the whole tensor's extents."""
    x = rng.standard_normal((2, 10, 128)).astype(F32)
    whole = ("func.func @main(%x: tensor<2x10x128xf32>, %s: i64 {mx.seed}) -> tensor<2x10x128xf32> {\n"
             f"  %q = mx.quantize %x {SR} : tensor<2x10x128xf32> -> tensor<2x10x128x!mx.mxfp4>\n"
             "  %d = mx.dequantize %q : tensor<2x10x128x!mx.mxfp4> -> tensor<2x10x128xf32>\n"
             "  return %d : tensor<2x10x128xf32>\n}\n")
    for target in TARGETS:
        want = mxc_run(folder, folder.text("w.mlir", whole), {"arg0": x}, target, "--seed=77")["out0"]
        q = model.quantize(x.reshape(20, 128), model.NAMED["mxfp4"], rounding="stochastic", prescale=0.75, seed=77, stream=6)
        counter.check(np.array_equal(want.reshape(20, 128), q.values.astype(F32)), f"{target}: whole tensor as the model")
        for axis, cut in ((0, 1), (1, 3), (2, 64)):
            for part in (slice(0, cut), slice(cut, None)):
                index = [slice(None)] * 3
                index[axis] = part
                shard = np.ascontiguousarray(x[tuple(index)])
                t = "x".join(map(str, shard.shape))
                origin = [0, 0, 0]
                origin[axis] = part.start or 0
                ir = (f"func.func @main(%x: tensor<{t}xf32>, %s: i64 {{mx.seed}}) -> tensor<{t}xf32> {{\n"
                      + "".join(f"  %o{i} = arith.constant {o} : index\n" for i, o in enumerate(origin))
                      + "  %e0 = arith.constant 2 : index\n  %e1 = arith.constant 10 : index\n"
                      f"  %q = mx.quantize %x {SR.replace('seed %s', 'seed %s origin[%o0, %o1, %o2] extents[%e0, %e1]')}"
                      f" : tensor<{t}xf32> -> tensor<{t}x!mx.mxfp4>\n"
                      f"  %d = mx.dequantize %q : tensor<{t}x!mx.mxfp4> -> tensor<{t}xf32>\n"
                      f"  return %d : tensor<{t}xf32>\n}}\n")
                found = mxc_run(folder, folder.text("s.mlir", ir), {"arg0": shard}, target, "--seed=77")["out0"]
                counter.check(same_bits(found, np.ascontiguousarray(want[tuple(index)])), f"{target}: shard of axis {axis}")


def global_amax(counter, folder, rng):
    """NVFP4 shards that share the whole tensor's amax."""
    x = (rng.standard_normal((8, 64)) * np.linspace(0.1, 9, 8)[:, None]).astype(F32)
    ir = ("func.func @main(%x: tensor<4x64xf32>, %a: tensor<f32>) -> tensor<4x64xf32> {\n"
          "  %q = mx.quantize %x amax %a : tensor<4x64xf32>, tensor<f32> -> tensor<4x64x!mx.nvfp4>\n"
          "  %d = mx.dequantize %q : tensor<4x64x!mx.nvfp4> -> tensor<4x64xf32>\n  return %d : tensor<4x64xf32>\n}\n")
    amax_ir = ("func.func @main(%x: tensor<8x64xf32>) -> tensor<f32> {\n"
               "  %a = mx.amax %x : tensor<8x64xf32> -> tensor<f32>\n  return %a : tensor<f32>\n}\n")
    for target in TARGETS:
        want = mxc_quantize(folder, x, target, "--format=nvfp4")["dequantized"]
        amax = mxc_run(folder, folder.text("a.mlir", amax_ir), {"arg0": x}, target)["out0"]
        counter.check(float(amax) == float(np.abs(x).max()), f"{target}: amax")
        for half in (slice(0, 4), slice(4, 8)):
            found = mxc_run(folder, folder.text("n.mlir", ir), {"arg0": x[half], "arg1": amax}, target)["out0"]
            counter.check(same_bits(found, want[half]), f"{target}: NVFP4 shard with the global amax")


def eden_shards(counter, folder, rng):
    """Halves that share the whole tensor's amax draw the whole tensor's bits for their scales."""
    x = rng.standard_normal((8, 128)).astype(F32)
    amax = np.abs(x).max()
    q = model.quantize(x, model.NAMED["nvfp4"], rule="ms_eden", seed=21, stream=6)
    want = q.values.astype(F32) * q.tensor_scale
    for rows, cols in ((slice(0, 3), slice(0, 128)), (slice(3, 8), slice(0, 128)), (slice(0, 8), slice(64, 128))):
        shard = np.ascontiguousarray(x[rows, cols])
        t = "x".join(map(str, shard.shape))
        ir = (f"func.func @main(%x: tensor<{t}xf32>, %a: tensor<f32>, %s: i64 {{mx.seed}}) -> tensor<{t}xf32> {{\n"
              f"  %r = arith.constant {rows.start} : index\n  %c = arith.constant {cols.start} : index\n"
              "  %e = arith.constant 8 : index\n"
              "  %q = mx.quantize %x amax %a seed %s origin[%r, %c] extents[%e] scale_rule ms_eden {stream = 6 : i64}"
              f" : tensor<{t}xf32>, tensor<f32> -> tensor<{t}x!mx.nvfp4>\n"
              f"  %d = mx.dequantize %q : tensor<{t}x!mx.nvfp4> -> tensor<{t}xf32>\n"
              f"  return %d : tensor<{t}xf32>\n}}\n")
        for target in TARGETS:
            found = mxc_run(folder, folder.text("e.mlir", ir), {"arg0": shard, "arg1": amax}, target, "--seed=21")["out0"]
            counter.check(same_bits(found, want[rows, cols].copy()), f"{target}: ms_eden shard {rows} {cols}")


SCHEDULE = """module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%%root: !transform.any_op) {
    %%q = transform.structured.match ops{["%(op)s"]} in %%root : (!transform.any_op) -> !transform.any_op
    %%t, %%l:%(loops)d = transform.structured.tile_using_for %%q tile_sizes %(sizes)s : (!transform.any_op) -> (%(types)s)
    transform.yield
  }
"""


def tiled(folder, text, op, sizes):
    """The module with every `op` tiled by a transform schedule, the schedule gone."""
    loops = sum(1 for size in sizes if size)
    types = ", ".join(["!transform.any_op"] * (loops + 1))
    schedule = SCHEDULE % {"op": op, "loops": loops, "sizes": list(sizes), "types": types}
    return scheduled(folder, text, schedule)


REDUCTION = """module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%%root: !transform.any_op) {
    %%m = transform.structured.match ops{["mx.matmul"]} in %%root : (!transform.any_op) -> !transform.any_op
    %%f, %%t, %%c, %%l = transform.structured.tile_reduction_using_for %%m by tile_sizes = %(sizes)s
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
"""


def reductions(counter, folder, rng):
    """Tiles along the contraction: partial sums of f32 quality, alpha and tensor scales applied once."""
    x, w = rng.standard_normal((2, 9, 200)).astype(F32), rng.standard_normal((2, 7, 200)).astype(F32)
    acc = rng.standard_normal((2, 9, 7)).astype(F32)
    for a, b, extra, alpha, result in (("mxfp4", "nvfp4", "", 1.7777778, "f32"), ("nvfp4", "nvfp4", "", 0.5, "bf16"),
                                       ("mxint8", "mxfp8_e5m2", "acc %acc ", 1.0, "f32")):
        types = f"tensor<2x9x200x!mx.{a}>, tensor<2x7x200x!mx.{b}>" + (", tensor<2x9x7xf32>" if extra else "")
        text = ("func.func @main(%x: tensor<2x9x200xf32>, %w: tensor<2x7x200xf32>, %acc: tensor<2x9x7xf32>) -> "
                f"tensor<2x9x7x{result}> {{\n"
                f"  %a = mx.quantize %x : tensor<2x9x200xf32> -> tensor<2x9x200x!mx.{a}>\n"
                f"  %b = mx.quantize %w : tensor<2x7x200xf32> -> tensor<2x7x200x!mx.{b}>\n"
                f"  %d = mx.matmul %a, %b {extra}{{alpha = {alpha} : f32}} : {types} -> tensor<2x9x7x{result}>\n"
                f"  return %d : tensor<2x9x7x{result}>\n}}\n")
        arrays = {"arg0": x, "arg1": w, "arg2": acc}
        whole = floats(mxc_run(folder, folder.text("w.mlir", text), arrays, "reference")["out0"])
        for blocks in (1, 2, 5):
            tile = scheduled(folder, text, REDUCTION % {"sizes": [0, 0, 0, blocks]})
            counter.check(tile.count("scf.for") == 1 and "mx.matmul" in tile, f"tiles of {blocks} blocks: {tile}")
            for target in TARGETS:
                found = floats(mxc_run(folder, folder.text("t.mlir", tile), arrays, target)["out0"])
                error = np.abs(found - whole).max() / np.abs(whole).max()
                counter.check(error < (2**-8 if result == "bf16" else 2e-6), f"{target} {a} {b} {blocks}: {error}")


def floats(array):
    return (array.astype(np.uint32) << 16).view(F32) if array.dtype == np.uint16 else array


def scheduled(folder, text, schedule):
    """The module rewritten by a transform schedule, the schedule gone."""
    source = folder.text("tile.mlir", schedule + text + "}\n")
    out = run("mx-opt", source, "--transform-interpreter", "--canonicalize", "--cse").stdout
    inner = out[out.index("func.func") :]
    inner = inner[: inner.index("module attributes")] if "module attributes" in inner else inner[: inner.index("transform.named_sequence")] if "transform.named_sequence" in inner else inner.rstrip()[:-1]
    head = "\n".join(line for line in out.splitlines() if line.startswith("#"))
    return head + "\n" + inner


def tiles(counter, folder, rng):
    x, w = rng.standard_normal((10, 100)).astype(F32), rng.standard_normal((6, 100)).astype(F32)
    for form, sizes in (("mxfp4", (3, 1)), ("nvfp4", (4, 2)), ("mxfp8_e4m3", (0, 2)), ("mxint8", (10, 0))):
        quantise = (f"func.func @main(%x: tensor<10x100xf32>, %s: i64 {{mx.seed}}) -> tensor<10x100xf32> {{\n"
                    f"  %q = mx.quantize %x seed %s rounding stochastic {{stream = 6 : i64}} : tensor<10x100xf32> -> tensor<10x100x!mx.{form}>\n"
                    f"  %d = mx.dequantize %q : tensor<10x100x!mx.{form}> -> tensor<10x100xf32>\n"
                    "  return %d : tensor<10x100xf32>\n}\n")
        whole = mxc_run(folder, folder.text("w.mlir", quantise), {"arg0": x}, "reference", "--seed=3")["out0"]
        for op in ("mx.quantize", "mx.dequantize"):
            text = folder.text("t.mlir", tiled(folder, quantise, op, sizes))
            for target in TARGETS:
                found = mxc_run(folder, text, {"arg0": x}, target, "--seed=3")["out0"]
                counter.check(same_bits(found, whole), f"{target}: {op} of {form} in tiles {sizes}")
    multiply = ("func.func @main(%x: tensor<10x100xf32>, %w: tensor<6x100xf32>) -> tensor<10x6xf32> {\n"
                "  %a = mx.quantize %x : tensor<10x100xf32> -> tensor<10x100x!mx.mxfp4>\n"
                "  %b = mx.quantize %w : tensor<6x100xf32> -> tensor<6x100x!mx.nvfp4>\n"
                "  %d = mx.matmul %a, %b accumulate exact : tensor<10x100x!mx.mxfp4>, tensor<6x100x!mx.nvfp4> -> tensor<10x6xf32>\n"
                "  return %d : tensor<10x6xf32>\n}\n")
    whole = mxc_run(folder, folder.text("w.mlir", multiply), {"arg0": x, "arg1": w}, "reference")["out0"]
    for sizes in ((3, 0), (4, 5), (0, 2)):
        text = folder.text("t.mlir", tiled(folder, multiply, "mx.matmul", sizes))
        for target in TARGETS:
            found = mxc_run(folder, text, {"arg0": x, "arg1": w}, target)["out0"]
            counter.check(same_bits(found, whole), f"{target}: mx.matmul in tiles {sizes}")


def threads(counter, folder, rng):
    x = rng.standard_normal((67, 300)).astype(F32)
    options = ["--format=mxfp4", "--rounding=stochastic", "--seed=5", "--hadamard=64"]
    found = [mxc_quantize(folder, x, "cpu", *options, env={"OMP_NUM_THREADS": str(n)}) for n in (1, 2)]
    counter.check(all(same_bits(found[0][k], found[1][k]) for k in found[0]), "1 against 2 threads")


def transposed(counter, folder, rng):
    """x quantised along its columns is xᵀ quantised along its rows, also from one read of x."""
    x = rng.standard_normal((96, 40)).astype(F32)
    column = "!mx.scaled<f4E2M1FN, f8E8M0FNU, [32, 1]>"
    ir = ("func.func @main(%x: tensor<96x40xf32>, %s: i64 {mx.seed}) -> (tensor<96x40xf32>, tensor<96x40xf32>) {\n"
          f"  %q = mx.quantize %x {SR} : tensor<96x40xf32> -> tensor<96x40x{column}>\n"
          "  %r = mx.quantize %x : tensor<96x40xf32> -> tensor<96x40x!mx.mxfp4>\n"
          f"  %d = mx.dequantize %q : tensor<96x40x{column}> -> tensor<96x40xf32>\n"
          "  %e = mx.dequantize %r : tensor<96x40x!mx.mxfp4> -> tensor<96x40xf32>\n"
          "  return %d, %e : tensor<96x40xf32>, tensor<96x40xf32>\n}\n")
    options = dict(rounding="stochastic", prescale=0.75, seed=8, stream=6)
    want = model.quantize(np.ascontiguousarray(x.T), model.NAMED["mxfp4"], **options).values.T.astype(F32)
    rows = model.quantize(x, model.NAMED["mxfp4"]).values.astype(F32)
    for target in TARGETS:
        out = mxc_run(folder, folder.text("t.mlir", ir), {"arg0": x}, target, "--seed=8")
        counter.check(np.array_equal(out["out0"], want), f"{target}: columns are the transpose's rows")
        counter.check(np.array_equal(out["out1"], rows), f"{target}: rows beside columns")


def executions(counter, folder, rng):
    """Iterations and call sites draw different bits; a rerun draws the same."""
    x, w = rng.standard_normal((32, 64)).astype(F32), rng.standard_normal((64, 32)).astype(F32)
    recipe = ("module attributes {mx.recipe = #mx.recipe<name = \"sr\", forward = {"
              "lhs = {format = !mx.mxfp4, prescale = 0.75, rounding = stochastic},"
              "rhs = {format = !mx.mxfp4, prescale = 0.75, rounding = stochastic},"
              "hadamard = {size = 32, signs = seed}, alpha = 1.7777778}>} {}\n")
    ir = """func.func private @product(%x: tensor<32x64xf32>, %w: tensor<64x32xf32>) -> tensor<32x32xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<32x32xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<32x32xf32>) -> tensor<32x32xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<32x64xf32>, tensor<64x32xf32>) outs(%init : tensor<32x32xf32>) -> tensor<32x32xf32>
  return %0 : tensor<32x32xf32>
}
func.func @main(%x: tensor<32x64xf32>, %w: tensor<64x32xf32>) -> (tensor<32x32xf32>, tensor<32x32xf32>, tensor<3x32x32xf32>) {
  %0 = func.call @product(%x, %w) : (tensor<32x64xf32>, tensor<64x32xf32>) -> tensor<32x32xf32>
  %1 = func.call @product(%x, %w) : (tensor<32x64xf32>, tensor<64x32xf32>) -> tensor<32x32xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %empty = tensor.empty() : tensor<3x32x32xf32>
  %2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%all = %empty) -> tensor<3x32x32xf32> {
    %p = func.call @product(%x, %w) : (tensor<32x64xf32>, tensor<64x32xf32>) -> tensor<32x32xf32>
    %next = tensor.insert_slice %p into %all[%i, 0, 0] [1, 32, 32] [1, 1, 1] : tensor<32x32xf32> into tensor<3x32x32xf32>
    scf.yield %next : tensor<3x32x32xf32>
  }
  return %0, %1, %2 : tensor<32x32xf32>, tensor<32x32xf32>, tensor<3x32x32xf32>
}
"""
    path, recipe_path = folder.text("e.mlir", ir), folder.text("sr.mlir", recipe)
    runs = {}
    for target in TARGETS:
        for seed in (1, 1, 2):
            out = mxc_run(folder, path, {"arg0": x, "arg1": w}, target, f"--recipe={recipe_path}", f"--seed={seed}")
            products = [out["out0"], out["out1"], *out["out2"]]
            different = all(not np.array_equal(a, b) for i, a in enumerate(products) for b in products[:i])
            counter.check(different, f"{target}: two executions share bits")
            close = all(np.abs(p - x @ w).max() < 0.9 * np.abs(x @ w).max() for p in products)
            counter.check(close, f"{target}: the products are far off")
            key = (target, seed)
            if key in runs:
                counter.check(all(same_bits(a, b) for a, b in zip(products, runs[key])), f"{target}: a rerun differs")
            runs[key] = products
    counter.check(all(same_bits(a, b) for a, b in zip(runs["reference", 1], runs["cpu", 1])), "targets differ")
    counter.check(not np.array_equal(runs["cpu", 1][0], runs["cpu", 2][0]), "another seed gives the same bits")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(11)
    with folder:
        for test in (shards, tiles, reductions, global_amax, eden_shards, threads, transposed, executions):
            test(counter, folder, rng)
    counter.finish("invariances")


main()
