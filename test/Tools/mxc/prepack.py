"""Constant weights go to the object in the order of the kernels, and the products keep their bits, on every target."""
# RUN: %python %s %t

import os
import re
import subprocess
import sys

import numpy as np


def module(rows, weights, mode, constant):
    """x · wᵀ and w · xᵀ; both have the weights in tiles where they are constant."""
    n, k = weights.shape
    kind, argument = f"tensor<{n}x{k}xf32>", "" if constant else f", %w: tensor<{n}x{k}xf32>"
    value = f'%w = arith.constant dense<"0x{weights.tobytes().hex()}"> : {kind}' if constant else ""
    return f"""func.func @main(%x: tensor<{rows}x{k}xf32>{argument}) -> (tensor<{rows}x{n}xf32>, tensor<{n}x{rows}xf32>) {{
  {value}
  %q = mx.quantize %w scale_rule floor : {kind} -> tensor<{n}x{k}x!mx.mxfp4>
  %0 = mx.matmul %x, %q accumulate {mode} : tensor<{rows}x{k}xf32>, tensor<{n}x{k}x!mx.mxfp4> -> tensor<{rows}x{n}xf32>
  %1 = mx.matmul %q, %x accumulate {mode} : tensor<{n}x{k}x!mx.mxfp4>, tensor<{rows}x{k}xf32> -> tensor<{n}x{rows}xf32>
  return %0, %1 : tensor<{rows}x{n}xf32>, tensor<{n}x{rows}xf32>
}}
"""


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MX_RUNTIME_TRACE": "1"})
    assert result.returncode == 0, result.stderr[:2000]
    return result


def results(folder, text, target, arrays):
    source, inputs, outputs = (os.path.join(folder, name) for name in ("main.mlir", "in.npz", "out.npz"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    np.savez(inputs, **{f"arg{i}": array for i, array in enumerate(arrays)})
    trace = run("mxc", "run", source, f"--target={target}", f"--inputs={inputs}", f"--outputs={outputs}").stderr
    lowered = run("mxc", "compile", source, f"--target={target}", "--stop-after=lowered", "-o", "-").stdout
    return dict(np.load(outputs)), lowered, trace


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(12)
    for rows, n, k in ((1, 33, 96), (5, 16, 320)):
        x = random.standard_normal((rows, k)).astype(np.float32)
        w = (random.standard_normal((n, k)) * np.exp2(random.integers(-9, 3, (n, k)))).astype(np.float32)
        tiles = f"memref<{-(-n // 16)}x{k // 8}x64xi8>"
        exact, lowered, trace = results(folder, module(rows, w, "exact", True), "cpu", [x])
        assert tiles in lowered, f"no {tiles} in the lowered module"
        for product in (f"1x{rows}x{n}x{k} b=tile_16x4", f"1x{n}x{rows}x{k} a=tile_16x4"):
            assert re.search(f"mx-runtime: matmul_exact[.][a-z0-9_]+ {product} ", trace), f"no {product} in {trace}"
        given, lowered, trace = results(folder, module(rows, w, "exact", False), "cpu", [x, w])
        assert tiles not in lowered and "tile_16x4" not in trace
        reference, _, _ = results(folder, module(rows, w, "exact", True), "reference", [x])
        near, _, _ = results(folder, module(rows, w, "default", True), "cpu", [x])
        for name, wanted in given.items():
            assert exact[name].tobytes() == wanted.tobytes() == reference[name].tobytes(), f"{rows} rows, {name}"
            assert np.allclose(near[name], wanted, rtol=1e-5, atol=1e-5 * np.abs(wanted).max()), f"{rows} rows, {name}"


main()
