#!/usr/bin/env python3
"""A GPU against the emulator of its chip: quantised tensors, dequantised and transformed ones, casts and exact products have the
same bits, and sums of floats differ in their last bits at most. Prints how far apart they are.

`./dev bench gpu` runs it with the mxc of the build. On a machine without one: --prepare=FOLDER where mxc is, then
`python3 FOLDER/check-gpu.py --run=FOLDER` there; it needs numpy and the CUDA driver.
"""

import argparse
import json
import os
import re
import shutil
import sys

import gpu_calls
import numpy as np
from gpu_calls import STORED, call, compile_library, find_chip, find_problem, open_library

# Of the largest finite element, for sums that the tensor cores round in their own order: a narrow result may be the next one.
TOLERANCE = {"f32": 1e-4, "bf16": 2.0**-7, "f16": 2.0**-10}


def emulate(folder, build, chip, case, number):
    """What the emulator gives for a case, whose operands go to a file."""
    stem = os.path.join(folder, f"case{number}")
    arrays = {f"arg{i}": value for i, value in enumerate(case.values()) if not isinstance(value, int)}
    np.savez(stem + ".npz", **arrays)
    with open(stem + ".mlir", "w", encoding="utf-8") as file:
        file.write(case.function("main").replace("%seed: i64", "%seed: i64 {mx.seed}"))
    gpu_calls.run([os.path.join(build, "bin", "mxc"), "run", stem + ".mlir", "--target=nvvm", f"--chip={chip}", "--emulate", f"--inputs={stem}.npz",
                   f"--outputs={stem}.out.npz", f"--seed={next((v for v in case.values() if isinstance(v, int)), 0)}"], folder)


def prepare(folder, build, chip, wanted, options):
    """Operands and the emulator's results of each case, the library of all, and cases.json."""
    import gpu_cases

    chosen = [case for case in gpu_cases.cases() if re.search(wanted, case.name)]
    if not chosen:
        sys.exit(f"check-gpu: no case matches '{wanted}'")
    os.makedirs(folder, exist_ok=True)
    for number, case in enumerate(chosen):
        emulate(folder, build, chip, case, number)
    compile_library(folder, build, "cases", "nvvm", "".join(case.function(f"case{i}") for i, case in enumerate(chosen)), f"--chip={chip}", *options)
    table = [{"name": case.name, "outs": case.outs, "operands": [v if isinstance(v, int) else None for v in case.values()], "is_exact": case.is_exact}
             for case in chosen]
    with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as file:
        json.dump({"chip": chip, "cases": table}, file)
    for script in (os.path.abspath(__file__), os.path.abspath(gpu_calls.__file__)):
        shutil.copy(script, folder)


def as_floats(array, kind):
    return ((array.astype(np.uint32) << 16).view(np.float32) if kind == "bf16" else array).astype(np.float64)


def compare(case, found, wanted):
    """Whether a case is right, and a text that says how the results compare."""
    wanted = [array.reshape(shape).view(STORED[kind]) for array, (shape, kind) in zip(wanted, case["outs"])]
    if all(a.tobytes() == b.tobytes() for a, b in zip(found, wanted)):
        return True, "same bits"
    share = 100 * np.mean(np.concatenate([(a != b).ravel() for a, b in zip(found, wanted)]))
    kind = case["outs"][0][1]
    if kind == "i8":
        return False, f"{share:.1f} % of the bytes differ"
    a, b = as_floats(found[0], kind), as_floats(wanted[0], kind)
    with np.errstate(invalid="ignore"):  # Inf beside another is no difference, beside a number it is
        differences = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
    apart = float(differences.max() / np.abs(b[np.isfinite(b)]).max(initial=2.0**-149))
    return not case["is_exact"] and apart <= TOLERANCE[kind], f"{share:.1f} % of the elements differ, by at most {apart:.1e} of the largest"


def measure(folder, wanted):
    if problem := find_problem(folder):
        sys.exit(f"check-gpu: there is no GPU to run on: {problem}")
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        table = json.load(file)
    library, failed, passed = open_library(folder, "cases"), 0, 0
    for number, case in enumerate(table["cases"]):
        if not re.search(wanted, case["name"]):
            continue
        stem = os.path.join(folder, f"case{number}")
        with np.load(stem + ".npz") as inputs, np.load(stem + ".out.npz") as results:
            operands = [inputs[f"arg{i}"] if value is None else value for i, value in enumerate(case["operands"])]
            expected = [results[f"out{i}"] for i in range(len(case["outs"]))]
        good, text = compare(case, call(library, f"case{number}", operands, case["outs"]), expected)
        passed, failed = passed + good, failed + (not good)
        print(f"{'' if good else 'FAILED: '}{case['name']}: {text}")
    print(f"GPU and emulator of {table['chip']}: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", help="build folder with mxc")
    parser.add_argument("--chip", help="default: this machine's")
    parser.add_argument("--filter", default="", help="regular expression of names")
    parser.add_argument("--prepare", metavar="FOLDER", help="compile and emulate into a folder, and do not run")
    parser.add_argument("--run", metavar="FOLDER", help="run what was prepared")
    parser.add_argument("--emulated", action="store_true", help="prepare for the emulator's libcuda.so.1, which tests this program")
    options = parser.parse_args()
    folder = options.prepare or options.run or (options.build and os.path.join(options.build, "check-gpu"))
    if not folder or not (options.build or options.run):
        parser.error("expected --build, or --run with a folder that --prepare made")
    folder = os.path.abspath(folder)
    if not options.run:
        build = os.path.abspath(options.build)
        prepare(folder, build, options.chip or find_chip(build), options.filter, ["--emulate"] * options.emulated)
    if not options.prepare:
        measure(folder, options.filter)


main()
