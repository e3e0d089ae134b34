"""Functions that mxc compiled into a library, called from Python, for bench-gpu.py and check-gpu.py."""

import ctypes
import os
import re
import shutil
import subprocess
import sys

import numpy as np

STORED = {"bf16": np.uint16, "f16": np.float16, "f32": np.float32, "i8": np.uint8, "i16": np.uint16}
RUNTIME = "libmx_cuda_runtime.so.0"


def tensor(shape, kind):
    return f"tensor<{'x'.join(map(str, shape))}{'x' * bool(shape)}{kind}>"


def wrap(array):
    """The memref of an array."""
    rank = array.ndim
    record = (ctypes.c_int64 * (3 + 2 * rank))()
    record[:3] = [array.ctypes.data, array.ctypes.data, 0]
    record[3:] = [*array.shape, *(s // array.itemsize for s in array.strides)]
    return record


def call(library, name, operands, outs):
    """The results, of the shapes and kinds `outs`, of a function of arrays and integers."""
    sizes = [3 + 2 * len(shape) for shape, _ in outs]
    record = (ctypes.c_int64 * sum(sizes))()
    getattr(library, "_mlir_ciface_" + name)(record, *(ctypes.c_int64(x) if isinstance(x, int) else wrap(x) for x in operands))
    results, start = [], 0
    for size, (shape, kind) in zip(sizes, outs):
        count = int(np.prod(shape)) * np.dtype(STORED[kind]).itemsize
        results.append(np.frombuffer((ctypes.c_char * count).from_address(record[start + 1]), STORED[kind]).reshape(shape))
        start += size
    return results


def run(command, folder):
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {' '.join(command)}: {result.stderr[-500:]}")


def llvm_folder(build):
    """Where the libraries of the LLVM that mxc was built with lie."""
    found = subprocess.run(["ldd", os.path.join(build, "bin", "mxc")], capture_output=True, text=True, check=True).stdout
    return os.path.dirname(re.search(r"libomp\.so\S* => (\S+)", found)[1])


def compile_library(folder, build, stem, target, text, *options):
    """STEM.so in the folder, with the code of a module for a target; libmx_cuda_runtime is beside it."""
    with open(os.path.join(folder, stem + ".mlir"), "w", encoding="utf-8") as file:
        file.write(text)
    run([os.path.join(build, "bin", "mxc"), "compile", stem + ".mlir", f"--target={target}", "--emit=obj", "-o", stem + ".o", *options], folder)
    if target == "nvvm":
        shutil.copy(os.path.join(build, "lib", RUNTIME), folder)
        libraries = ["./" + RUNTIME]
    else:
        shutil.copy(os.path.join(llvm_folder(build), "libomp.so.5"), folder)
        libraries = [os.path.join(build, "lib", "libmx_runtime.a"), "-L" + llvm_folder(build), "-lomp", "-lm"]
    run(["cc", "-shared", "-o", stem + ".so", stem + ".o", *libraries, "-Wl,-rpath,$ORIGIN"], folder)


def open_library(folder, stem):
    return ctypes.CDLL(os.path.join(os.path.abspath(folder), stem + ".so"))


def find_problem(folder):
    """Why there is no GPU to run on; empty if there is one."""
    runtime = ctypes.CDLL(os.path.join(os.path.abspath(folder), RUNTIME))
    reason = ctypes.c_char_p()
    return "" if runtime.mx_cuda_available(ctypes.byref(reason)) else (reason.value or b"no reason given").decode()


def find_chip(build):
    """The chip of this machine's GPU as mxc spells it, or the default's where there is none."""
    smi = shutil.which("nvidia-smi")
    found = smi and subprocess.run([smi, "--query-gpu=compute_cap", "--format=csv,noheader", "--id=0"], capture_output=True, text=True)
    if not found or found.returncode:
        return "sm_90a"
    name = "sm_" + found.stdout.strip().replace(".", "")
    listed = subprocess.run([os.path.join(build, "bin", "mxc"), "list", "chips"], capture_output=True, text=True, check=True).stdout
    chips = [line.split()[0] for line in listed.splitlines()]
    older = [chip for chip in chips if chip[-1] != "a" and int(chip[3:]) <= int(name[3:])]
    return next((chip for chip in (name + "a", name) if chip in chips), older[-1] if older else chips[0])
