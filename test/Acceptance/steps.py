"""Train steps of front ends that are no MLP (Inputs/generate.py): attention, loops, several reduction axes, odd sizes,
a second derivative, bf16. Recipe `none` is held to what JAX computed. Under every other recipe each contraction is
rewritten or explained, and on both targets every quantised operand (in bits) and every product of the main function
equals the model's, which is given the operand as the program computed it."""
# RUN: %python %s

import glob
import os

import numpy as np
from operands import Instrumented, as_floats, check_operands
from tools import TARGETS, Counter, Folder, mxc_run, nvvm_options, run

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 77
RECIPES = ["mxfp8", "mxfp4_weights", "nvfp4", "mxfp4_backward", "mxfp4_backward,rht=none,rounding=nearest_even"]
CONTRACTIONS = {"attention": 5, "bfloat": 5, "double_backward": 7, "odd": 8, "scan": 6, "transformer": 41}
# What each role's operands may be; for mxfp8, E5M2 is dY.
FORMS = {"mxfp8": {"mxfp8_e4m3", "mxfp8_e5m2"}, "mxfp4_weights": {"mxfp4"}, "nvfp4": {"nvfp4"}, "mxfp4_backward": {"mxfp4"}}
RULES = {"mxfp8": "rceil", "mxfp4_weights": "floor", "nvfp4": "amax", "mxfp4_backward": "floor"}


def check_attributes(counter, where, recipe, operand):
    base = recipe.split(",")[0]
    stochastic = recipe == "mxfp4_backward"
    counter.check(operand.form in FORMS[base] and operand.rule == RULES[base], f"{where}: {operand.form} {operand.rule}")
    counter.check((operand.rounding == "stochastic") == stochastic, f"{where}: {operand.rounding}")
    counter.check(operand.prescale == (0.75 if stochastic else 1), f"{where}: prescale {operand.prescale}")
    counter.check(operand.hadamard == (64 if stochastic else 0), f"{where}: Hadamard {operand.hadamard}")
    counter.check(not stochastic or operand.sign_stream == operand.stream // 2, f"{where}: streams")


def check_step(counter, folder, name, ir, inputs):
    for recipe in RECIPES:
        where, base = f"{name} {recipe}", recipe.split(",")[0]
        compiled = run("mxc", "compile", ir, f"--recipe={recipe}", "--stop-after=quantized", "-o", folder.path("q.mlir"))
        with open(folder.path("q.mlir"), encoding="utf-8") as file:
            text = file.read()
        rewritten, explained = text.count("= mx.matmul "), compiled.stderr.count("remark: left as it is")
        counter.check(rewritten + explained == CONTRACTIONS[name], f"{where}: {rewritten} rewritten, {explained} explained")
        counter.check(recipe != "nvfp4" or explained == 0, f"{where}: {explained} left")
        output = mxc_run(folder, ir, inputs, "cpu", f"--recipe={recipe}", f"--seed={SEED}")
        finite = all(np.isfinite(as_floats(array)).all() for array in output.values())
        counter.check(finite, f"{where}: not finite")
        program = Instrumented(text)
        path = folder.text("operands.mlir", program.program)
        if not program.operands:
            continue
        for number, operand in enumerate(program.operands):
            check_attributes(counter, f"{where} operand {number}", recipe, operand)
        slow = name == "transformer" and base not in ("nvfp4", "mxfp4_backward")
        for target in ["cpu"] if slow else TARGETS:
            found = mxc_run(folder, path, inputs, target, f"--seed={SEED}")
            check_operands(counter, f"{where} {target}", program, found, SEED)


def main():
    counter = Counter()
    names = sorted(os.path.basename(path)[:-5] for path in glob.glob(f"{HERE}/Inputs/*.mlir"))
    counter.check(names == sorted(CONTRACTIONS), f"steps {names}")
    folder = Folder()
    with folder:
        for name in names:
            ir, arrays = f"{HERE}/Inputs/{name}.mlir", f"{HERE}/Inputs/{name}.npz"
            for target in TARGETS:
                result = run("mxc", "run", ir, f"--target={target}", f"--inputs={arrays}", f"--expect={arrays}",
                             "--rtol=1e-5", *nvvm_options(target), check=False)
                counter.check(result.returncode == 0, f"{name} none {target}: {result.stdout}")
            with np.load(arrays) as data:
                inputs = {key: data[key] for key in data.files if key.startswith("arg")}
            check_step(counter, folder, name, ir, inputs)
    counter.finish("steps equal to JAX and to the model")


main()
