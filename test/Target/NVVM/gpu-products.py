"""Products on a GPU, or with MX_TEST_EMULATE=1 on the emulator, keep the bound of docs/nvvm.md against exact sums: all pairs of standard formats and of floats with
them, ordinary and wild scales, tails, batches, alpha, acc, narrow results, NaN."""
# REQUIRES: gpu
# RUN: %python %s

import itertools
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
import model
from products import FLOATS, NAMES, SHAPES, bound, check, check_nan, draw_float, tensor
from tools import QUICK, Counter, Folder, mxc_run


def draw_rows(rng, rows, k, share, span):
    """MXFP4 operands of which a share of the rows have scales that span so many steps, and a few blocks of zeros with any scale."""
    form = model.NAMED["mxfp4"]
    codes = rng.integers(0, 16, (rows, k), dtype=np.uint8)
    scale = 127 + rng.integers(0, 4, (rows, k // 32))
    wide = rng.random(rows) < share
    scale[wide] = rng.integers(60, 190 - min(span, 100), (rows, 1))[wide] + rng.integers(0, span + 1, (rows, k // 32))[wide]
    codes[:, :32] *= rng.random((rows, 1)) < 0.9
    scale[:, 0][codes[:, :32].max(-1) == 0] = 250
    return codes, np.clip(scale, 0, 254), form.element.values[codes] * np.ldexp(1.0, np.repeat(np.clip(scale, 0, 254), 32, -1) - 127)


def check_fitting(counter, folder, rng):
    """MXFP4 rows that all fit bytes, of A few and with K a multiple of 256, so that B's codes are decoded on the way to the integer
    units, up to 2048 rows: exact sums, rounded once, in every mode (up to 256 rows only `exact`); scales of blocks of zeros are of
    no account."""
    shapes = (((1,), 8, 256), ((77,), 133, 512), ((300,), 264, 768), ((2, 3, 50), 40, 512), ((2048,), 24, 256), ((2049,), 24, 256))
    for (rows, n, k), result, dynamic in itertools.product(shapes, ("f32", "bf16", "f16"), (False, True)):
        if QUICK and (rows, result, dynamic) not in (((77,), "f32", True), ((300,), "bf16", False), ((2049,), "f16", True)):
            continue
        m, alpha = int(np.prod(rows)), 0.25
        (codes_a, scale_a, a), (codes_b, scale_b, b) = (draw_rows(rng, count, k, 0, 3) for count in (m, n))
        arrays = {"arg0_codes": codes_a.reshape(*rows, k), "arg0_scale": scale_a.reshape(*rows, k // 32), "arg1_codes": codes_b, "arg1_scale": scale_b}
        arrays = {name: array.astype(np.uint8) for name, array in arrays.items()}
        spelt = (*rows[:-1], "?") if dynamic else rows
        types = [tensor((*spelt, k), "mxfp4"), tensor((n, k), "mxfp4"), tensor((*spelt, n), result)]
        # Products are multiples of 2^-8 below 2^24 times that: f64 is exact, and rounds to f32 as the contract does.
        exact = (a @ b.T).astype(np.float32) * np.float32(alpha)
        for mode in ("exact", "default", "fast") if m > 256 else ("exact",):
            ir = folder.text("f.mlir", "func.func @main(%a: {0}, %b: {1}) -> {2} {{\n  %0 = mx.matmul %a, %b accumulate {3} {{alpha = {4} : f32}} : {0}, {1} -> {2}\n"
                             "  return %0 : {2}\n}}\n".format(*types, mode, alpha))
            found = mxc_run(folder, ir, arrays, "nvvm")["out0"]
            want = exact.view(np.uint32) if result == "f32" else exact.astype(np.float16).view(np.uint16)
            if result == "bf16":
                want = ((exact.view(np.uint32) + 0x7FFF + (exact.view(np.uint32) >> 16 & 1)) >> 16).astype(np.uint16)
            same = np.array_equal(found.view(want.dtype).reshape(m, n), want)
            counter.check(same, f"{rows} x {n} x {k} {result} {mode}, {'dynamic' if dynamic else 'static'} rows that fit")


def check_misfits(counter, folder, rng, worst):
    """Rows that the integer units do not take: few of few bands leave the sums exact; where they are more, floats keep the bound; NaN
    keeps to its rows either way."""
    for share, span in ((0.0, 3), (0.03, 7), (0.01, 28), (0.2, 11), (0.6, 7), (1.0, 12), (1.0, 28), (1.0, 29), (0.5, 90), (1.0, 254)):
        for (m, n, k), spoilt in (((400, 300, 288), 1), ((260, 70, 256), 9)):
            if QUICK and (span, m) not in ((7, 400), (28, 260), (90, 260)):
                continue
            (codes_a, scale_a, a), (codes_b, scale_b, b) = (draw_rows(rng, rows, k, share, span) for rows in (m, n))
            scale_a[:spoilt, 1], a[:spoilt] = 255, np.nan
            arrays = {"arg0_codes": codes_a, "arg0_scale": scale_a, "arg1_codes": codes_b, "arg1_scale": scale_b}
            arrays = {name: array.astype(np.uint8) for name, array in arrays.items()}
            types = [tensor((m, k), "mxfp4"), tensor((n, k), "mxfp4"), tensor((m, n), "f32")]
            found = {}
            for mode in ("exact", "default", "fast"):
                ir = folder.text("c.mlir", "func.func @main(%a: {0}, %b: {1}) -> {2} {{\n  %0 = mx.matmul %a, %b accumulate {3} : {0}, {1} -> {2}\n"
                                 "  return %0 : {2}\n}}\n".format(*types, mode))
                found[mode] = mxc_run(folder, ir, arrays, "nvvm")["out0"]
            what = f"{m}x{n}x{k}, {share:.0%} of the rows span {span} steps"
            exact, few = a[spoilt:] @ b.T, share <= 0.03 and span <= 7 and spoilt == 1
            inside = np.abs(a[spoilt:]) @ np.abs(b.T) < 2.0**127
            for mode in ("default", "fast"):
                counter.check((found[mode].view(np.uint32)[:spoilt] == 0x7FC00000).all(), f"{what}: NaN {mode}")
                limit = bound(a[spoilt:], b, exact, mode)
                if mode == "fast":  # a GPU's FP8 units cut what they add up, four times in 128 of K (docs/nvvm.md, Accuracy)
                    limit = limit + 4 * 33 * 2.0**-13 * (np.abs(a[spoilt:]) @ np.abs(b.T))
                ratio = float((np.abs(found[mode][spoilt:] - exact) / limit)[inside].max())
                counter.check(ratio <= 1, f"{what}: {ratio:.3g} of the bound, {mode}")
                # How soon `fast` takes floats depends on how many tiles a GPU has at a time.
                is_exact = np.array_equal(found[mode], found["exact"], equal_nan=True)
                counter.check(mode == "fast" or not few or is_exact, f"{what}: {mode} is exact")
                worst["misfits"] = max(worst.get("misfits", 0), ratio)


LOOPS = {"nn": ("mk", "kn"), "nt": ("mk", "nk"), "tn": ("km", "kn"), "tt": ("km", "nk")}
HEADS = (("bqhd", "bshd", "bhqs"), ("bshd", "bhqs", "bhdq"))


def check_linalg(counter, rng, folder, loops, extents, kinds, acc=False):
    """A linalg product of floats with its axes in the order of `loops`, against exact sums."""
    order = [x for x in loops[2]] + [x for x in extents if x not in loops[2]]
    maps = ", ".join(f"affine_map<({', '.join(order)}) -> ({', '.join(axes)})>" for axes in loops)
    shapes = [tuple(extents[x] for x in axes) for axes in loops]
    types = [tensor(shape, kind) for shape, kind in zip(shapes, kinds)]
    (array_a, a), (array_b, b) = (draw_float(rng, shape, kind, "ordinary") for shape, kind in zip(shapes[:2], kinds))
    array_c, c = draw_float(rng, shapes[2], kinds[2], "ordinary")
    wide = [f"%{x}w = arith.extf %{x} : {kind} to {kinds[2]}" if kind != kinds[2] else "" for x, kind in zip("xy", kinds)]
    x, y = ("%" + x + "w" * (kind != kinds[2]) for x, kind in zip("xy", kinds))
    iterators = ", ".join('"parallel"' if x in loops[2] else '"reduction"' for x in order)
    init = "%c" if acc else "%f"
    ir = folder.text("l.mlir", f"""func.func @main(%a: {types[0]}, %b: {types[1]}, %c: {types[2]}) -> {types[2]} {{
  %z = arith.constant 0.0 : {kinds[2]}
  %e = tensor.empty() : {types[2]}
  %f = linalg.fill ins(%z : {kinds[2]}) outs(%e : {types[2]}) -> {types[2]}
  %0 = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{iterators}]}} ins(%a, %b : {types[0]}, {types[1]}) outs({init} : {types[2]}) {{
  ^bb0(%x: {kinds[0]}, %y: {kinds[1]}, %s: {kinds[2]}):
    {wide[0]}
    {wide[1]}
    %p = arith.mulf {x}, {y} : {kinds[2]}
    %q = arith.addf %s, %p : {kinds[2]}
    linalg.yield %q : {kinds[2]}
  }} -> {types[2]}
  return %0 : {types[2]}
}}
""")
    found = mxc_run(folder, ir, {"arg0": array_a, "arg1": array_b, "arg2": array_c}, "nvvm")["out0"]
    if kinds[2] == "bf16":
        found = (found.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    exact = np.einsum(f"{loops[0]},{loops[1]}->{loops[2]}", a, b) + c * acc
    k = np.prod([extents[x] for x in order if x not in loops[2]])
    sums = np.einsum(f"{loops[0]},{loops[1]}->{loops[2]}", np.abs(a), np.abs(b)) + np.abs(c) * acc
    limit = (k + 32) * 2.0**-24 * sums + {"f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}[kinds[2]] * np.abs(exact) + 2.0**-25
    worst = float((np.abs(found.astype(np.float64) - exact) / limit).max())
    counter.check(worst <= 1, f"linalg {loops} {extents} {kinds} acc {acc}: {worst:.3g} of the bound")
    return worst


def check_linalg_products(counter, folder, rng):
    """bf16 and f16 on the tensor cores in every orientation, tiles in f32 for the others, heads in the middle."""
    worst = 0.0
    kinds_of = (("bf16", "bf16", "f32"), ("bf16", "bf16", "bf16"), ("f16", "f16", "f32"), ("f32", "f32", "f32"), ("bf16", "f32", "f32"))
    for kinds, (a, b) in itertools.product(kinds_of[::3] if QUICK else kinds_of, LOOPS.values()):
        for batch, (m, n, k) in (("", (136, 264, 72)), ("g", (40, 72, 200)), ("", (133, 77, 51))):
            extents = {"m": m, "n": n, "k": k, **({"g": 3} if batch else {})}
            worst = max(worst, check_linalg(counter, rng, folder, (batch + a, batch + b, batch + "mn"), extents, kinds, acc=m == 40))
    for loops in HEADS:
        extents = {"b": 2, "h": 3, "q": 48, "s": 40, "d": 16}
        for kinds in kinds_of[:4]:
            worst = max(worst, check_linalg(counter, rng, folder, loops, extents, kinds))
    worst = max(worst, check_linalg(counter, rng, folder, ("mk", "nk", "nm"), {"m": 40, "n": 72, "k": 64}, kinds_of[0]))
    return worst


FORMATS_OF_GEMV = {"mxfp4": [32, 96, 1111, 520, 4096], "nvfp4": [32, 96, 1081, 512]}


def check_few_rows(counter, folder, rng, worst):
    """Up to 64 rows of bf16 by 4-bit weights: the family gemv."""
    for weights, ks in FORMATS_OF_GEMV.items():
        for i, m in enumerate((1, 2, 7, 8, 9, 16, 17, 32, 33, 50, 64)):
            if QUICK and i % 4 != 2:
                continue
            k, n = ks[i % len(ks)], (1, 16, 70, 261, 1000)[i % 5]
            for kind in ("ordinary", "wild"):
                ratio = check(counter, folder, rng, ("bf16", weights), ((m, k), (n, k)), kind)
                worst["few rows"] = max(worst.get("few rows", 0), ratio)
    pair = ("bf16", "mxfp4")
    check(counter, folder, rng, pair, ((2, 3, 5, 256), (77, 256)), "ordinary", "bf16", alpha=1.7777778)
    check(counter, folder, rng, pair, ((20, 256), (77, 256)), "ordinary", "f16", alpha=-0.01)
    check(counter, folder, rng, ("bf16", "nvfp4"), ((20, 256), (77, 256)), "ordinary", acc=(20, 77))
    for weights in FORMATS_OF_GEMV:
        check_scales(counter, folder, weights)


def check_dynamic_rows(counter, folder, rng, worst):
    """A number of rows that the host learns from the call: gemv for 16 and for 64 at most, beyond another
    family, bf16_decode with tiles of 128 rows where they are few."""
    for i, (m, k, weights) in enumerate(itertools.product((1, 16, 17, 64, 65), (256, 505), ("mxfp4", "nvfp4"))):
        if QUICK and i % 3:
            continue
        ratio = check(counter, folder, rng, ("bf16", weights), ((m, k), (70, k)), "ordinary", dynamic_rows=True)
        worst["dynamic rows"] = max(worst.get("dynamic rows", 0), ratio)
    check(counter, folder, rng, ("bf16", "mxfp4"), ((70, 256), (17000, 256)), "ordinary", dynamic_rows=True)  # tiles of 256 rows
    for m in (70, 150):  # tiles that clusters share
        check(counter, folder, rng, ("bf16", "nvfp4"), ((m, 1024), (72, 1024)), "ordinary", "bf16", alpha=1.7777778, dynamic_rows=True)
    for m in (5, 80):
        check(counter, folder, rng, ("bf16", "mxfp4"), ((m, 256), (77, 256)), "wild", acc=(m, 77), dynamic_rows=True)
        check(counter, folder, rng, ("bf16", "nvfp4"), ((m, 3, 256), (77, 256)), "ordinary", "bf16", alpha=1.7777778, dynamic_rows=True)


def check_weights(counter, folder, rng, worst):
    """bf16 by 4-bit weights that stay packed: the family bf16_decode, with tiles of 64, 128 and 256 rows, of which clusters
    share few along a long K."""
    if not QUICK:  # rows that gemv would take by so few weights
        check(counter, folder, rng, ("bf16", "mxfp4"), ((50, 4096), (8200, 4096)), "wild")
    shapes = [(200, 130, 256), (70, 17000, 256), (130, 261, 768), (100, 400, 1280), (200, 78, 1536), (65, 1, 512)]
    for i, (weights, kind, shape) in enumerate(itertools.product(("mxfp4", "nvfp4"), ("ordinary", "wild"), shapes)):
        if QUICK and i % 7 != 3:
            continue
        m, n, k = shape
        ratio = check(counter, folder, rng, ("bf16", weights), ((m, k), (n, k)), kind)
        worst["packed weights"] = max(worst.get("packed weights", 0), ratio)
    check(counter, folder, rng, ("bf16", "nvfp4"), ((2, 3, 30, 256), (77, 256)), "ordinary", "bf16", alpha=1.7777778)
    for k in (512, 1024):
        check(counter, folder, rng, ("bf16", "mxfp4"), ((180, k), (78, k)), "ordinary", acc=(180, 78))
    check_scales(counter, folder, "mxfp4", m=70, blocks=8)


def check_packed_rows(counter, folder, rng, worst):
    """Few rows that are packed, by 4-bit weights: gemv and bf16_decode with rows made bf16, also of scales at the ends of E8M0's range."""
    shapes = [(1, 16, 96), (40, 70, 1111), (64, 261, 520), (70, 72, 1024), (128, 40, 300), (200, 130, 520)]
    for i, (rows, weights) in enumerate(itertools.product(NAMES, FORMATS_OF_GEMV)):
        for j, kind in enumerate(("ordinary", "wild", "extreme")):
            if QUICK and (i + 3 * j) % 7:
                continue
            m, n, k = shapes[(i + j) % len(shapes)]
            ratio = check(counter, folder, rng, (rows, weights), ((m, k), (n, k)), kind, dynamic_rows=(i + j) % 3 == 0)
            worst["packed rows"] = max(worst.get("packed rows", 0), ratio)
    check(counter, folder, rng, ("nvfp4", "nvfp4"), ((2, 3, 5, 256), (77, 256)), "ordinary", "bf16", alpha=1.7777778)
    check(counter, folder, rng, ("nvfp4", "nvfp4"), ((70, 1024), (77, 1024)), "ordinary", "bf16", alpha=1.7777778)  # tiles that clusters share
    for m in (20, 100):
        check(counter, folder, rng, ("mxfp4", "mxfp4"), ((m, 512), (77, 512)), "ordinary", acc=(m, 77))
    for rows in NAMES[:1] if QUICK else NAMES:
        check_codes_of_rows(counter, folder, rows)


def check_fp8_weights(counter, folder, rng, worst):
    """bf16 and packed rows by weights of E4M3 and E5M2 that stay packed: bf16_decode, also where clusters share tiles."""
    shapes = [(1, 40, 128), (64, 261, 300), (100, 17000, 128), (128, 72, 2048), (200, 130, 1111), (300, 8, 1024)]
    pairs = itertools.product(("bf16", "mxfp8_e4m3", "mxfp8_e5m2", "nvfp4"), ("mxfp8_e4m3", "mxfp8_e5m2"), ("ordinary", "wild", "extreme"))
    for i, (rows, weights, kind) in enumerate(pairs):
        if (rows, kind) == ("bf16", "extreme") or QUICK and i % 5 != 1:
            continue
        m, n, k = shapes[i % len(shapes)]
        ratio = check(counter, folder, rng, (rows, weights), ((m, k), (n, k)), kind, dynamic_rows=i % 4 == 0)
        worst["fp8 weights"] = max(worst.get("fp8 weights", 0), ratio)
    check(counter, folder, rng, ("mxfp8_e4m3", "mxfp8_e5m2"), ((2, 3, 5, 256), (77, 256)), "ordinary", "bf16", alpha=1.7777778)
    check(counter, folder, rng, ("bf16", "mxfp8_e4m3"), ((70, 256), (77, 256)), "ordinary", acc=(70, 77))
    for name in ("mxfp8_e4m3", "mxfp8_e5m2"):
        check_codes_of_weights(counter, folder, name)


def check_codes_of_weights(counter, folder, name):
    """Every code of a format with scales of every kind, one in each row of b, by one; the row's other scales are the same or 1."""
    numbers, k = model.NAMED[name].element.values, 256
    scales = np.array([0, 1, 60, 110, 112, 127, 128, 239, 240, 254, 255]) if QUICK else np.arange(256)
    code, scale, is_alone = (x.ravel() for x in np.meshgrid(np.arange(256), scales, [False, True]))
    codes, rows = np.zeros((len(code), k), np.uint8), np.where(is_alone, 127, scale)[:, None].repeat(k // 32, 1).astype(np.uint8)
    place = np.arange(len(code)) % 32 + 64
    codes[np.arange(len(code)), place], rows[:, 2] = code, scale
    x = np.full((2, k), 0x3F80, np.uint16)
    types = [f"tensor<2x{k}xbf16>", tensor((len(code), k), name), f"tensor<2x{len(code)}xf32>"]
    ir = folder.text("w.mlir", "func.func @main(%a: {0}, %b: {1}) -> {2} {{\n  %0 = mx.matmul %a, %b : {0}, {1} -> {2}\n  return %0 : {2}\n}}\n".format(*types))
    found = mxc_run(folder, ir, {"arg0": x, "arg1_codes": codes, "arg1_scale": rows}, "nvvm")["out0"]
    with np.errstate(over="ignore", invalid="ignore"):
        want = (numbers[code] * np.where(scale == 255, np.nan, np.ldexp(1.0, scale - 127))).astype(np.float32)
    # bf16 holds the sum of a number that is alone in its row but for what is below 2^-133.
    far = is_alone & (np.abs(want) < 2.0**-125)
    same = (found.view(np.uint32) == np.where(np.isnan(want), np.uint32(0x7FC00000), want.view(np.uint32))) | (found == want) | (far & (np.abs(found - want) <= 2.0**-134))
    counter.check(same.all(), f"every code of {name} in a row of weights: {np.unique(code[~same.all(0)])[:9]} {np.unique(scale[~same.all(0)])[:9]}")


def check_codes_of_rows(counter, folder, name):
    """Every code of a format with every scale, one in each row of a, by one."""
    form, k = model.NAMED[name], 256
    numbers = form.element.values
    scales = np.arange(256) if form.scale == "e8m0" else np.arange(128)
    if QUICK:
        scales = np.array([0, 1, 60, 127, 252, 254, 255])
    code, scale = (x.ravel() for x in np.meshgrid(np.arange(len(numbers)), scales))
    codes, rows = np.zeros((len(code), k), np.uint8), np.full((len(code), k // form.block[1]), 56 if form.tensor_scale else 127, np.uint8)
    codes[:, 3], rows[:, 0] = code, scale
    # Element 3 of a row of weights is 1: code 2.
    weights = {"arg1_codes": np.full((2, k), 2, np.uint8), "arg1_scale": np.full((2, k // 16), 56, np.uint8), "arg1_tensor_scale": np.float32(1)}
    arrays = {"arg0_codes": codes, "arg0_scale": rows, **weights, **({"arg0_tensor_scale": np.float32(1)} if form.tensor_scale else {})}
    types = [tensor((len(code), k), name), tensor((2, k), "nvfp4"), tensor((len(code), 2), "f32")]
    ir = folder.text("r.mlir", "func.func @main(%a: {0}, %b: {1}) -> {2} {{\n  %0 = mx.matmul %a, %b : {0}, {1} -> {2}\n  return %0 : {2}\n}}\n".format(*types))
    found = mxc_run(folder, ir, arrays, "nvvm")["out0"]
    with np.errstate(over="ignore", invalid="ignore"):
        factors = form.scale.values[scale] if form.tensor_scale else np.where(scale == 255, np.nan, np.ldexp(1.0, scale - 127))
        want = (numbers[code] * factors).astype(np.float32)
    counter.check(np.array_equal(found, np.stack([want] * 2, 1), equal_nan=True), f"every code of {name} with every scale in a row")


def check_scales(counter, folder, weights, m=1, blocks=1):
    """Every E2M1 code with every code of a scale, one in each row of constant weights, by one."""
    codes, scale = np.divmod(np.arange(16 * 256), 256)
    k = 32 * blocks
    x = np.zeros((m, k), np.uint16)
    x[:, 0] = 0x3F80
    one, count = (127, blocks) if weights == "mxfp4" else (0x38, 2 * blocks)
    scales = np.full((4096, count), one, np.uint8)
    scales[:, 0] = scale
    arrays = {"arg0": x, "arg1_codes": np.repeat(codes.astype(np.uint8)[:, None], k, 1), "arg1_scale": scales}
    if weights == "nvfp4":
        arrays["arg1_tensor_scale"] = np.float32(1)
    types = [f"tensor<{m}x{k}xbf16>", f"tensor<4096x{k}x!mx.{weights}>", f"tensor<{m}x4096xf32>"]
    ir = folder.text("s.mlir", "func.func @main(%a: {0}, %b: {1} {{mx.constant}}) -> {2} {{\n  %0 = mx.matmul %a, %b : {0}, {1} -> {2}\n"
                     "  return %0 : {2}\n}}\n".format(*types))
    found = mxc_run(folder, ir, arrays, "nvvm")["out0"]
    factors = np.ldexp(1.0, scale - 127) if weights == "mxfp4" else model.NAMED[weights].scale.values[scale]
    with np.errstate(over="ignore"):
        want = (model.NAMED[weights].element.values[codes] * factors).astype(np.float32)
    if weights == "mxfp4":
        want[scale == 255] = np.nan
    counter.check(all(np.array_equal(row, want, equal_nan=True) for row in found), f"every code of {weights} with every scale, {m} rows")


def main():
    counter, folder, rng = Counter(), Folder(), np.random.default_rng(5)
    worst = {}
    pairs = list(itertools.product(NAMES, NAMES)) + [(f, n) for f in FLOATS for n in NAMES] + [(n, f) for f in FLOATS for n in NAMES[:2]]
    for i, pair in enumerate(pairs):
        if QUICK and i % 12 != 5:
            continue
        for j, kind in enumerate(("ordinary", "wild")):
            m, n, k = SHAPES[(i + 2 * j) % len(SHAPES)]
            ratio = check(counter, folder, rng, pair, ((m, k), (n, k)), kind)
            worst[kind] = max(worst.get(kind, 0), ratio)
    pair = ("mxfp8_e4m3", "nvfp4")
    for result, alpha in (("bf16", 1.7777778), ("f16", 0.01), ("f32", -3.0)):
        check(counter, folder, rng, pair, ((33, 200), (77, 200)), "ordinary", result, alpha)
    check(counter, folder, rng, ("mxfp4", "mxfp4"), ((70, 96), (40, 96)), "ordinary", acc=(70, 40))
    for accumulate in ("fast", "default"):
        check(counter, folder, rng, ("f32", "mxfp4"), ((64, 4096), (96, 4096)), "ordinary", accumulate=accumulate)
    check(counter, folder, rng, ("bf16", "mxfp6_e3m2"), ((3, 2, 70, 96), (40, 96)), "ordinary")
    check(counter, folder, rng, ("mxfp4", "mxfp4"), ((3, 2, 70, 96), (40, 96)), "ordinary")
    check(counter, folder, rng, ("mxfp8_e5m2", "bf16"), ((3, 2, 70, 96), (3, 2, 40, 96)), "wild")
    check(counter, folder, rng, ("mxfp8_e4m3", "mxint8"), ((3, 70, 96), (3, 40, 96)), "ordinary", acc=(3, 70, 40))
    check_few_rows(counter, folder, rng, worst)
    check_dynamic_rows(counter, folder, rng, worst)
    check_weights(counter, folder, rng, worst)
    check_packed_rows(counter, folder, rng, worst)
    check_fp8_weights(counter, folder, rng, worst)
    worst["linalg"] = check_linalg_products(counter, folder, rng)
    check_nan(counter, folder, rng)
    check_misfits(counter, folder, rng, worst)
    check_fitting(counter, folder, rng)
    print("worst share of the bound:", {kind: round(value, 3) for kind, value in worst.items()})
    counter.finish("GPU products")


main()
