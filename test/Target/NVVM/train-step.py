"""The JAX MLP's train step under mxfp4_backward on a GPU, or with MX_TEST_EMULATE=1 on the emulator, of the chip of
--chip: every quantised operand has the bits of target cpu, which gets the input that the GPU had, every product keeps to
the model's, and the step's results are those of target cpu."""
# RUN: env MX_TEST_EMULATE=1 %python %s --chip=sm_90a
# RUN: env MX_TEST_EMULATE=1 %python %s --chip=sm_100a
# RUN: env MX_TEST_EMULATE=1 %python %s --chip=sm_120a

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Acceptance"))
from operands import Instrumented, as_floats, check_operands, matrix
from tools import EXAMPLES, Counter, Folder, mxc_quantize, mxc_run, run, same_bits

STEP, RECIPE, SEED = os.path.join(EXAMPLES, "jax_mlp_train"), "mxfp4_backward", 77
# Of the norm of a result: where an activation is another in its last bit, a code may be the next one.
TOLERANCE = 2e-2


def check_against_cpu(counter, folder, program, found):
    for number, operand in enumerate(program.operands):
        source, codes, scale = (found[f"out{i}"] for i in operand.results)
        options = [f"--format={operand.form}", f"--scale-rule={operand.rule}", f"--rounding={operand.rounding}", f"--seed={SEED}",
                   f"--stream={operand.stream}", f"--prescale={operand.prescale}"]
        if operand.hadamard:
            options += [f"--hadamard={operand.hadamard}", f"--sign-stream={operand.sign_stream}"]
        want = mxc_quantize(folder, matrix(as_floats(source)), "cpu", *options)
        counter.check(same_bits(matrix(codes).view(np.uint8), want["codes"]), f"operand {number}: codes")
        counter.check(same_bits(matrix(scale).view(np.uint8), want["scale"]), f"operand {number}: scales")


def main():
    counter, folder = Counter(), Folder()
    with np.load(STEP + ".npz") as data:
        inputs = {key: data[key] for key in data.files if key.startswith("arg")}
    run("mxc", "compile", STEP + ".mlir", f"--recipe={RECIPE}", "--stop-after=quantized", "-o", folder.path("q.mlir"))
    with open(folder.path("q.mlir"), encoding="utf-8") as file:
        program = Instrumented(file.read())
    counter.check(len(program.operands) >= 8 and len(program.products) >= 4, f"{len(program.operands)} operands")
    found = mxc_run(folder, folder.text("operands.mlir", program.program), inputs, "nvvm", f"--seed={SEED}")
    check_operands(counter, "nvvm", program, found, SEED)
    check_against_cpu(counter, folder, program, found)
    options = [f"--recipe={RECIPE}", f"--seed={SEED}"]
    want, found = (mxc_run(folder, STEP + ".mlir", inputs, target, *options) for target in ("cpu", "nvvm"))
    for name, array in want.items():
        error = np.linalg.norm(found[name].astype(np.float64) - array) / max(np.linalg.norm(array), 1e-30)
        counter.check(error <= TOLERANCE, f"{name}: {error:.1e} of its norm from target cpu")
    counter.finish("train step")


main()
