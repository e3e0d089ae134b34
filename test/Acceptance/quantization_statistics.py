"""mxc run --statistics against counts by the model: clipped, flushed, scales at their clamp, exponents, cosine. Results
are the same bits with and without it."""
# RUN: %python %s

import json

import numpy as np
from model import E2M1, E4M3, F32, NAMED, Format, quantize
from tools import TARGETS, Counter, Folder, mxc_run, run

SHAPE = (24, 80)
MODULE = """
func.func @main(%x: tensor<24x80xf32>, %w: tensor<16x80xf32>) -> tensor<24x16xf32> {{
  %0 = mx.quantize %x {attributes} : tensor<24x80xf32> -> tensor<24x80x{format}>
  %1 = mx.quantize %w {{stream = 1 : i64}} : tensor<16x80xf32> -> tensor<16x80x!mx.mxfp8_e4m3>
  %2 = mx.matmul %0, %1 : tensor<24x80x{format}>, tensor<16x80x!mx.mxfp8_e4m3> -> tensor<24x16xf32>
  return %2 : tensor<24x16xf32>
}}
"""
# The same three times: counts are three times as many, and the cosine is the same.
LOOP = """
func.func @main(%x: tensor<24x80xf32>) -> tensor<24x80xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%y = %x) -> tensor<24x80xf32> {
    %0 = mx.quantize %x : tensor<24x80xf32> -> tensor<24x80x!mx.mxfp4>
    %1 = mx.dequantize %0 : tensor<24x80x!mx.mxfp4> -> tensor<24x80xf32>
    %2 = linalg.add ins(%1, %y : tensor<24x80xf32>, tensor<24x80xf32>) outs(%y : tensor<24x80xf32>) -> tensor<24x80xf32>
    scf.yield %2 : tensor<24x80xf32>
  }
  return %r : tensor<24x80xf32>
}
"""
CASES = [  # type, attributes, model
    ("!mx.mxfp4", "", NAMED["mxfp4"], {}),
    ("!mx.mxfp4", "{prescale = 0.75 : f32}", NAMED["mxfp4"], {"prescale": 0.75}),
    ("!mx.mxint8", "scale_rule floor", NAMED["mxint8"], {}),
    ("!mx.nvfp4", "", NAMED["nvfp4"], {}),
    ("!mx.scaled<f4E2M1FN, f8E4M3FN, [16, 16], tensor_scale = f32>", "", Format(E2M1, E4M3, (16, 16), True), {}),
]


def blocks_of(x, block):
    rows, cols = -(-x.shape[0] // block[0]), -(-x.shape[1] // block[1])
    padded = np.pad(np.abs(x), ((0, rows * block[0] - x.shape[0]), (0, cols * block[1] - x.shape[1])))
    return padded.reshape(rows, block[0], cols, block[1]).max((1, 3))


def expected(x, form, options):
    q = quantize(x, form, **options)
    values = q.values.astype(F32) * (q.tensor_scale or F32(1))
    largest = np.abs(form.element.values[np.isfinite(form.element.values)]).max()
    if form.element.integer:
        largest = 127 / 64
    magnitude = np.abs(form.element.values[q.codes])
    scaled = np.abs(x * F32(options.get("prescale", 1)))
    amax = blocks_of(x, form.block)
    top = 254 if form.scale == "e8m0" else 0x7E
    fields, counts = np.unique(amax.view(np.uint32) >> 23, return_counts=True)
    x64, v64 = x.astype(np.float64), values.astype(np.float64)
    return {
        "elements": x.size, "clipped": int(((magnitude == largest) & (scaled > np.abs(values))).sum()),
        "flushed": int(((magnitude == 0) & (x != 0)).sum()), "blocks": amax.size,
        "scales_at_clamp": int(((q.scale == top) | ((q.scale == 0) & (amax != 0))).sum()),
        "amax_exponents": {str(int(f) - 127): int(c) for f, c in zip(fields, counts)},
        "cosine": (x64 * v64).sum() / np.sqrt((x64**2).sum() * (v64**2).sum()),
    }


def check_loop(counter, folder, x):
    want = expected(x, NAMED["mxfp4"], {})
    ir = folder.text("loop.mlir", LOOP)
    for target in TARGETS:
        found = folder.path("statistics.json")
        with_counts = mxc_run(folder, ir, {"arg0": x}, target, f"--statistics={found}")
        without = mxc_run(folder, ir, {"arg0": x}, target)
        counter.check(np.array_equal(with_counts["out0"], without["out0"]), f"loop {target}: counting changes results")
        with open(found, encoding="utf-8") as file:
            row = json.load(file)[0]
        for key, value in want.items():
            if key == "amax_exponents":
                good = row[key] == {exponent: 3 * count for exponent, count in value.items()}
            else:
                good = abs(row[key] - value) < 1e-12 if key == "cosine" else row[key] == 3 * value
            counter.check(good, f"loop {target}: {key} is {row[key]}, expected of 3 iterations of {value}")


def main():
    rng = np.random.default_rng(3)
    x = (rng.standard_normal(SHAPE) * np.exp2(rng.integers(-6, 7, (SHAPE[0], 1)))).astype(F32)
    x[3] = 0
    x[4, :32] = F32(1e-41)
    x[5, 32:64] *= F32(2.0**120)
    w = rng.standard_normal((16, 80)).astype(F32)
    inputs = {"arg0": x, "arg1": w}
    counter = Counter()
    folder = Folder()
    with folder:
        check_loop(counter, folder, x)
        for form, attributes, model, options in CASES:
            case = dict(inputs)
            if "nvfp4" in form or "tensor_scale" in form:
                case["arg0"] = np.where(np.abs(x) > 2.0**100, F32(0), x)
            ir = folder.text("product.mlir", MODULE.format(format=form, attributes=attributes))
            want = expected(case["arg0"], model, options)
            for target in TARGETS:
                found = folder.path("statistics.json")
                with_counts = mxc_run(folder, ir, case, target, f"--statistics={found}")
                with open(found, encoding="utf-8") as file:
                    rows = json.load(file)
                name = f"{form} {attributes} {target}"
                counter.check(len(rows) == 2 and rows[0]["name"].startswith("product 0 lhs"), f"{name}: {rows[0]['name']}")
                for key, value in want.items():
                    good = abs(rows[0][key] - value) < 1e-12 if key == "cosine" else rows[0][key] == value
                    counter.check(good, f"{name}: {key} is {rows[0][key]}, expected {value}")
                without = mxc_run(folder, ir, case, target)
                same = with_counts.keys() == without.keys() and all(
                    np.array_equal(with_counts[k], without[k]) for k in without)
                counter.check(same, f"{name}: counting changes results")
        bad = run("mxc", "run", ir, "--statistics=/nowhere/x.json", f"--inputs={folder.path('in.npz')}", check=False)
        counter.check(bad.returncode == 1 and "/nowhere/x.json" in bad.stderr, f"unwritable: {bad.stderr}")
    counter.finish("statistics as the model counts")


main()
