"""Every chip of the target table: a module with every kernel family becomes PTX in a process of its own, since LLVM ends
the process on what a chip lacks; one chip of each generation: a train step under every recipe, too, and ptxas, where there
is one, takes all without a spilled register or a serialised wgmma."""
# RUN: %python %s %ptxas

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from tools import EXAMPLES, Counter, Folder, run

ASSEMBLED = ("sm_80", "sm_90a", "sm_100a", "sm_120a")

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

BLOCK_SCALED = """
func.func @main(%a: tensor<?x520x!mx.nvfp4>, %b: tensor<261x520x!mx.nvfp4>, %x: tensor<?x520x!mx.mxfp8_e4m3>, %y: tensor<262x520x!mx.mxfp6_e3m2>,
                %z: tensor<262x520x!mx.mxfp4>, %acc: tensor<?x262xf32>) -> (tensor<?x261xbf16>, tensor<?x262xf32>, tensor<?x262xf16>) {
  %0 = mx.matmul %a, %b {alpha = 1.7777778 : f32} : tensor<?x520x!mx.nvfp4>, tensor<261x520x!mx.nvfp4> -> tensor<?x261xbf16>
  %1 = mx.matmul %x, %y acc %acc : tensor<?x520x!mx.mxfp8_e4m3>, tensor<262x520x!mx.mxfp6_e3m2>, tensor<?x262xf32> -> tensor<?x262xf32>
  %2 = mx.matmul %x, %z : tensor<?x520x!mx.mxfp8_e4m3>, tensor<262x520x!mx.mxfp4> -> tensor<?x262xf16>
  return %0, %1, %2 : tensor<?x261xbf16>, tensor<?x262xf32>, tensor<?x262xf16>
}
"""

FLOAT_PRODUCTS = """
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mk = affine_map<(m, n, k) -> (m, k)>
#km = affine_map<(m, n, k) -> (k, m)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @main(%a: tensor<136x264x{0}>, %b: tensor<264x72x{0}>, %at: tensor<264x136x{0}>, %bt: tensor<72x264x{0}>, %any: tensor<?x264x{0}>, %acc: tensor<136x72xf32>)
    -> (tensor<136x72x{0}>, tensor<136x72xf32>, tensor<136x72xf32>, tensor<136x72xf32>, tensor<?x72xf32>) {{
  %zero = arith.constant 0.0 : f32
  %narrow = arith.constant 0.0 : {0}
  %c0 = arith.constant 0 : index
  %m = tensor.dim %any, %c0 : tensor<?x264x{0}>
  %x = tensor.empty() : tensor<136x72x{0}>
  %y = tensor.empty() : tensor<136x72xf32>
  %z = tensor.empty(%m) : tensor<?x72xf32>
  %fx = linalg.fill ins(%narrow : {0}) outs(%x : tensor<136x72x{0}>) -> tensor<136x72x{0}>
  %fy = linalg.fill ins(%zero : f32) outs(%y : tensor<136x72xf32>) -> tensor<136x72xf32>
  %fz = linalg.fill ins(%zero : f32) outs(%z : tensor<?x72xf32>) -> tensor<?x72xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<136x264x{0}>, tensor<264x72x{0}>) outs(%fx : tensor<136x72x{0}>) -> tensor<136x72x{0}>
  %1 = linalg.matmul indexing_maps = [#km, #kn, #mn] ins(%at, %b : tensor<264x136x{0}>, tensor<264x72x{0}>) outs(%fy : tensor<136x72xf32>) -> tensor<136x72xf32>
  %2 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %bt : tensor<136x264x{0}>, tensor<72x264x{0}>) outs(%acc : tensor<136x72xf32>) -> tensor<136x72xf32>
  %3 = linalg.matmul indexing_maps = [#km, #nk, #mn] ins(%at, %bt : tensor<264x136x{0}>, tensor<72x264x{0}>) outs(%fy : tensor<136x72xf32>) -> tensor<136x72xf32>
  %4 = linalg.matmul ins(%any, %b : tensor<?x264x{0}>, tensor<264x72x{0}>) outs(%fz : tensor<?x72xf32>) -> tensor<?x72xf32>
  return %0, %1, %2, %3, %4 : tensor<136x72x{0}>, tensor<136x72xf32>, tensor<136x72xf32>, tensor<136x72xf32>, tensor<?x72xf32>
}}
"""

LOOPS = """
#all = affine_map<(i, j) -> (i, j)>
#other = affine_map<(i, j) -> (j, i)>
#rows = affine_map<(i, j) -> (i)>
#columns = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>
func.func @main(%x: tensor<1024x2048x{0}>, %r: tensor<1024xf32>, %c: tensor<2048xf32>, %s: tensor<f32>)
    -> (tensor<2048x1024x{0}>, tensor<1024xf32>, tensor<2048xf32>, tensor<f32>) {{
  %e = tensor.empty() : tensor<2048x1024x{0}>
  %0 = linalg.generic {{indexing_maps = [#other, #all], iterator_types = ["parallel", "parallel"]}} ins(%x : tensor<1024x2048x{0}>) outs(%e : tensor<2048x1024x{0}>) {{
  ^bb0(%a: {0}, %o: {0}):
    %1 = arith.mulf %a, %a : {0}
    linalg.yield %1 : {0}
  }} -> tensor<2048x1024x{0}>
  %2 = linalg.generic {{indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]}} ins(%x : tensor<1024x2048x{0}>) outs(%r : tensor<1024xf32>) {{
  ^bb0(%a: {0}, %o: f32):
    {1}
    %v = arith.maximumf %w, %o : f32
    linalg.yield %v : f32
  }} -> tensor<1024xf32>
  %3 = linalg.generic {{indexing_maps = [#all, #columns], iterator_types = ["reduction", "parallel"]}} ins(%x : tensor<1024x2048x{0}>) outs(%c : tensor<2048xf32>) {{
  ^bb0(%a: {0}, %o: f32):
    {1}
    %v = arith.addf %w, %o : f32
    linalg.yield %v : f32
  }} -> tensor<2048xf32>
  %4 = linalg.generic {{indexing_maps = [#all, #none], iterator_types = ["reduction", "reduction"]}} ins(%x : tensor<1024x2048x{0}>) outs(%s : tensor<f32>) {{
  ^bb0(%a: {0}, %o: f32):
    {1}
    %v = arith.addf %w, %o : f32
    linalg.yield %v : f32
  }} -> tensor<f32>
  return %0, %2, %3, %4 : tensor<2048x1024x{0}>, tensor<1024xf32>, tensor<2048xf32>, tensor<f32>
}}
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
    cases += [(folder.text(f"float_products_{kind}.mlir", FLOAT_PRODUCTS.format(kind)), "none") for kind in ("f32", "bf16", "f16")]
    widen = {"bf16": "%w = arith.extf %a : bf16 to f32", "f32": "%w = arith.addf %a, %a : f32"}
    cases += [(folder.text(f"loops_{kind}.mlir", LOOPS.format(kind, text)), "none") for kind, text in widen.items()]
    for rows, n, k, weights, kind in ((1, 8192, 8192, "mxfp4", "f32"), (20, 261, 512, "nvfp4", "bf16"), (33, 77, 520, "mxfp4", "f16"),
                                      (64, 8192, 8192, "nvfp4", "f32"), (49, 8192, 4096, "mxfp4", "bf16")):
        text = FEW_ROWS.format(rows=rows, n=n, k=k, weights=weights, type=kind)
        cases.append((folder.text(f"few_rows_{rows}.mlir", text), "none"))
    steps = [(step, recipe) for recipe in ("none", "mxfp8", "nvfp4", "mxfp4_weights", "mxfp4_backward")]
    scaled = (folder.text("block_scaled.mlir", BLOCK_SCALED), "none")
    for chip in chips:
        # Chips that multiply with block scales; to others these are products like those of floats.
        for source, recipe in cases + steps * (chip in ASSEMBLED) + [scaled] * (int(re.sub(r"\D", "", chip)) >= 100):
            path = emit(counter, folder, source, chip, recipe)
            if path and ptxas and chip in ASSEMBLED:
                assemble(counter, ptxas, path, chip, f"{os.path.basename(source)} {recipe} for {chip}")
    if not ptxas:
        print("note: no ptxas, so PTX is not assembled")
    counter.finish("NVVM compile")


main()
