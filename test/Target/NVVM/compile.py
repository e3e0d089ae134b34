"""Every chip of the target table: a train step under every recipe and a module with every kernel family become PTX in
a process of their own, since LLVM ends the process on what a chip lacks; ptxas, where there is one, takes them without
a spilled register or a serialised wgmma."""
# RUN: %python %s %ptxas

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from tools import EXAMPLES, Counter, Folder, run

PRODUCT = """
func.func @main(%a: tensor<?x520xf32>, %b: tensor<261x520x{type}>) -> tensor<?x261x{type}> {{
  %0 = mx.quantize %a : tensor<?x520xf32> -> tensor<?x520x!mx.mxfp4>
  %1 = mx.quantize %b : tensor<261x520x{type}> -> tensor<261x520x!mx.mxfp4>
  %2 = mx.matmul %0, %1 {{alpha = 1.7777778 : f32}} : tensor<?x520x!mx.mxfp4>, tensor<261x520x!mx.mxfp4> -> tensor<?x261x{type}>
  return %2 : tensor<?x261x{type}>
}}
"""

FLOATS = """
func.func @main(%a: tensor<?x520xf32>, %x: tensor<?x520xbf16>, %b: tensor<261x520xf32>, %acc: tensor<?x261xf32>)
    -> (tensor<?x261xf32>, tensor<?x261xbf16>, tensor<?x261xf32>, tensor<?x261xf16>) {
  %0 = mx.quantize %a scale_rule floor : tensor<?x520xf32> -> tensor<?x520x!mx.mxint8>
  %1 = mx.quantize %b scale_rule floor : tensor<261x520xf32> -> tensor<261x520x!mx.mxfp6_e2m3>
  %2 = mx.quantize %b scale_rule amax : tensor<261x520xf32> -> tensor<261x520x!mx.nvfp4>
  %3 = mx.quantize %b scale_rule floor : tensor<261x520xf32> -> tensor<261x520x!mx.mxfp8_e5m2>
  %4 = mx.matmul %0, %1 {alpha = 1.7777778 : f32} : tensor<?x520x!mx.mxint8>, tensor<261x520x!mx.mxfp6_e2m3> -> tensor<?x261xf32>
  %5 = mx.matmul %x, %3 : tensor<?x520xbf16>, tensor<261x520x!mx.mxfp8_e5m2> -> tensor<?x261xbf16>
  %6 = mx.matmul %a, %2 acc %acc : tensor<?x520xf32>, tensor<261x520x!mx.nvfp4>, tensor<?x261xf32> -> tensor<?x261xf32>
  %7 = mx.matmul %x, %2 accumulate fast : tensor<?x520xbf16>, tensor<261x520x!mx.nvfp4> -> tensor<?x261xf16>
  return %4, %5, %6, %7 : tensor<?x261xf32>, tensor<?x261xbf16>, tensor<?x261xf32>, tensor<?x261xf16>
}
"""

FEW_ROWS = """
func.func @main(%x: tensor<{rows}x{k}xbf16>, %w: tensor<{n}x{k}x!mx.{weights}>) -> tensor<{rows}x{n}x{type}> {{
  %0 = mx.matmul %x, %w : tensor<{rows}x{k}xbf16>, tensor<{n}x{k}x!mx.{weights}> -> tensor<{rows}x{n}x{type}>
  return %0 : tensor<{rows}x{n}x{type}>
}}
"""


def emit(counter, folder, source, chip, recipe):
    path = folder.path("out.ptx")
    result = run("mxc", "compile", source, f"--recipe={recipe}", "--target=nvvm", f"--chip={chip}", "--emit=ptx", "-o", path,
                 check=False)
    what = f"{os.path.basename(source)} {recipe} for {chip}"
    counter.check(result.returncode == 0, f"{what}: {result.stderr[-300:]}")
    if result.returncode != 0:
        return None
    with open(path, encoding="utf-8") as file:
        text = file.read()
    counter.check(f".target {chip}" in text and ".entry" in text and "__nv_" not in text, f"{what}: PTX")
    return path


def assemble(counter, ptxas, path, chip, what):
    result = subprocess.run([ptxas, "-v", f"-arch={chip}", path, "-o", os.devnull], capture_output=True, text=True)
    counter.check(result.returncode == 0, f"{what}: ptxas: {result.stderr[-300:]}")
    spills = [line for line in result.stderr.splitlines() if re.search(r"[1-9]\d* bytes spill", line)]
    counter.check(not spills, f"{what}: {spills[:1]}")
    counter.check("C7510" not in result.stderr and "serialized" not in result.stderr, f"{what}: serialised wgmma")


def main():
    ptxas = shutil.which(sys.argv[1])
    counter, folder = Counter(), Folder()
    chips = [line.split()[0] for line in run("mxc", "list", "chips").stdout.splitlines()]
    step = os.path.join(EXAMPLES, "jax_mlp_train.mlir")
    cases = [(folder.text(f"product_{kind}.mlir", PRODUCT.format(type=kind)), "none") for kind in ("f32", "bf16", "f16")]
    cases.append((folder.text("floats.mlir", FLOATS), "none"))
    for rows, n, k, weights, kind in ((1, 8192, 8192, "mxfp4", "f32"), (20, 261, 512, "nvfp4", "bf16"), (33, 77, 520, "mxfp4", "f16"),
                                      (64, 8192, 8192, "nvfp4", "f32")):
        text = FEW_ROWS.format(rows=rows, n=n, k=k, weights=weights, type=kind)
        cases.append((folder.text(f"few_rows_{rows}.mlir", text), "none"))
    cases += [(step, recipe) for recipe in ("none", "mxfp8", "nvfp4", "mxfp4_weights", "mxfp4_backward")]
    for chip in chips:
        for source, recipe in cases:
            path = emit(counter, folder, source, chip, recipe)
            if path and ptxas:
                assemble(counter, ptxas, path, chip, f"{os.path.basename(source)} {recipe} for {chip}")
    if not ptxas:
        print("note: no ptxas, so PTX is not assembled")
    counter.finish("NVVM compile")


main()
