"""A compiled program leaks nothing, loops included: its object, linked with a C driver that frees what it returns,
runs twenty times under AddressSanitizer, which counts leaks at the end and watches every access of the driver's and
the allocator's memory."""
# RUN: %python %s %mx_obj

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from tools import EXAMPLES, Folder, run

CLANG = "/usr/lib/llvm-22/bin/clang"
SCAN = """func.func @main(%x: tensor<8x64xf32>, %w: tensor<64x64xf32>, %n: index) -> tensor<8x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<8x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<8x64xf32>) -> tensor<8x64xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> tensor<8x64xf32> {
    %y = linalg.matmul {mx.role = "dgrad"} ins(%h, %w : tensor<8x64xf32>, tensor<64x64xf32>) outs(%init : tensor<8x64xf32>) -> tensor<8x64xf32>
    %t = linalg.tanh ins(%y : tensor<8x64xf32>) outs(%empty : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.yield %t : tensor<8x64xf32>
  }
  return %r : tensor<8x64xf32>
}
"""


def memref(shape):
    extents = f", sizes[{len(shape)}], strides[{len(shape)}]" if shape else ""
    return f"struct {{ float *allocated, *aligned; int64_t offset{extents}; }}"


def driver(arguments, results):
    """Arguments and results are shapes; an argument may be an integer value (index or seed)."""
    lines = ["#include <stdint.h>", "#include <stdio.h>", "#include <stdlib.h>",
             "struct results { " + " ".join(memref(shape) + f" r{i};" for i, shape in enumerate(results)) + " };",
             "void _mlir_ciface_step();", "int main(void) {"]
    names = []
    for i, shape in enumerate(arguments):
        if isinstance(shape, int):
            names.append(f"(int64_t){shape}")
            continue
        count = 1
        for extent in shape:
            count *= extent
        strides = [1] * len(shape)
        for axis in range(len(shape) - 2, -1, -1):
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        lines += [f"  float *d{i} = malloc({count} * sizeof(float));",
                  f"  for (int k = 0; k < {count}; ++k) d{i}[k] = (float)(k * 7 % 13 - 6) / 8;",
                  f"  {memref(shape)} a{i} = {{d{i}, d{i}, 0, {{{', '.join(map(str, shape))}}}, {{{', '.join(map(str, strides))}}}}};"]
        names.append(f"&a{i}")
    single = len(results) == 1
    lines += ["  for (int run = 0; run < 20; ++run) {",
              "    struct results out;",
              f"    _mlir_ciface_step({'&out.r0' if single else '&out'}, {', '.join(names)});"]
    lines += [f"    free(out.r{i}.allocated);" for i in range(len(results))]
    lines += ["  }"] + [f"  free(d{i});" for i, shape in enumerate(arguments) if not isinstance(shape, int)]
    return "\n".join(lines + ['  puts("done");', "  return 0;", "}"]) + "\n"


def check(folder, obj, name, ir, recipe, target, arguments, results):
    program = folder.path("program.o")
    with open(ir, encoding="utf-8") as file:  # the driver has a main of its own
        step = folder.text("step.mlir", file.read().replace("@main(", "@step("))
    run("mxc", "compile", step, f"--recipe={recipe}", f"--target={target}", "--emit=obj", "-o", program)
    executable = folder.path("program")
    build = subprocess.run([CLANG, "-w", "-g", "-fsanitize=address", folder.text("driver.c", driver(arguments, results)), program,
                            f"-L{obj}/lib", "-lmx_runtime", f"-Wl,-rpath,{obj}/lib", "-lm", "-o", executable],
                           capture_output=True, text=True)
    if build.returncode != 0:
        raise SystemExit(build.stderr)
    result = subprocess.run([executable], capture_output=True, text=True,
                            env={**os.environ, "ASAN_OPTIONS": "detect_leaks=1", "OMP_NUM_THREADS": "1"})
    leaks = re.findall(r"(\d+) byte\(s\) leaked", result.stderr)
    print(f"{name}, {recipe}, {target}: exit status {result.returncode}, leaked bytes {leaks or 0}")
    return result.returncode == 0 and result.stdout == "done\n" and not leaks


def main():
    obj, passed, failed = sys.argv[1], 0, 0
    mlp = [(128,), (32,), (64, 128), (128, 32), (64, 64), (64, 32)]
    out = [(128,), (32,), (64, 128), (128, 32), (), (64, 64)]
    folder = Folder()
    with folder:
        scan = folder.text("scan.mlir", SCAN)
        for target in ("cpu", "reference"):
            for title, ir, recipe, arguments, results in (
                    ("train step", f"{EXAMPLES}/jax_mlp_train.mlir", "none", mlp, out),
                    ("train step", f"{EXAMPLES}/jax_mlp_train.mlir", "mxfp4_backward", mlp + [7], out),
                    ("scan", scan, "mxfp4_backward", [(8, 64), (64, 64), 3, 7], [(8, 64)]),
                    ("scan of no step", scan, "nvfp4", [(8, 64), (64, 64), 0], [(8, 64)])):
                good = check(folder, obj, title, ir, recipe, target, arguments, results)
                passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
