"""Functions on one-dimensional memrefs, compiled with a pass of choice and upstream's lowerings, called through
ctypes."""

import ctypes
import os
import subprocess


class Library:
    """The functions compiled with a pass of choice."""

    def __init__(self, folder, name, passes, text, tool, libraries=()):
        llvm = "/usr/lib/llvm-22/bin"
        source, object_file, self.path = (os.path.join(folder, name + suffix) for suffix in (".mlir", ".o", ".so"))
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        lowering = ["--convert-scf-to-cf", "--convert-math-to-llvm", "--convert-arith-to-llvm", "--convert-index-to-llvm",
                    "--convert-cf-to-llvm", "--finalize-memref-to-llvm", "--convert-func-to-llvm", "--reconcile-unrealized-casts"]
        lowered = subprocess.run([tool, source, *passes, *lowering], check=True, capture_output=True).stdout
        ir = subprocess.run([f"{llvm}/mlir-translate", "--mlir-to-llvmir"], input=lowered, check=True, capture_output=True).stdout
        subprocess.run([f"{llvm}/llc", "-O1", "-filetype=obj", "-relocation-model=pic", "-o", object_file], input=ir, check=True)
        subprocess.run([f"{llvm}/clang", "-shared", object_file, *libraries, "-o", self.path], check=True)
        self.library = ctypes.CDLL(self.path)

    def run(self, name, values, scale, out):
        descriptors = [descriptor(array) for array in (values, scale, out)]
        getattr(self.library, f"_mlir_ciface_{name}")(*[ctypes.byref(d) for d in descriptors])
        return out


class Descriptor(ctypes.Structure):
    _fields_ = [(n, t) for n, t in (("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p), ("offset", ctypes.c_int64),
                                    ("size", ctypes.c_int64), ("stride", ctypes.c_int64))]


def descriptor(array):
    return Descriptor(array.ctypes.data, array.ctypes.data, 0, array.size, 1)
