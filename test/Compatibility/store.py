"""Stores what a release promises to its users: store.py BUILD VERSION, in the source tree, once for each release.

headers   copies of include/mx-c and include/mx-runtime
symbols   what each shared library exports, with symbol versions
bytecode  every op, type, attribute and enum value of the dialect, as bytecode and as text
code.ll   a compiled program, as a user has it in an object
layouts   packed codes and scales of every format, with the codes and values that they stand for

Programs in C are written by hand beside them. Once a release is out its folder is never changed; until then this is
run again when an interface changes. The tests of this folder read all of them.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import compatibility  # noqa: E402


def opt(build, *arguments, data=None):
    run = subprocess.run([f"{build}/bin/mx-opt", *arguments], input=data, capture_output=True, check=True)
    return run.stdout


def enum_values():
    """The enums of the dialect, with the words that stand for their values in text."""
    with open(f"{ROOT}/include/mx/Dialect/MX/IR/MXEnums.td", encoding="utf-8") as file:
        return re.findall(r'I32EnumCase<"\w+", \d+, "(\w+)">', file.read())


#: Defaults, which text leaves out, and what it spells otherwise.
UNSPELLED = ("finite", "nearest_even", "default", "side", "none", "fixed", "source", "linear")


def names():
    """Ops, attributes and types as they are spelled."""
    found = []
    for path in sorted(glob.glob(f"{ROOT}/include/mx/Dialect/MX/IR/*.td")):
        with open(path, encoding="utf-8") as file:
            found += ["mx." + name for name in re.findall(r'def \w+ : MX_\w*Op<"([\w.]+)"', file.read())]
    return found + ["!mx.scaled", "!mx.float", "#mx.hadamard", "#mx.recipe", "#mx.quantizer", "#mx.schedule"]


def store_bytecode(build, folder):
    os.makedirs(folder)
    text = ""
    for path in compatibility.SOURCES:
        name = os.path.splitext(os.path.basename(path))[0]
        with open(os.path.join(ROOT, path), "rb") as file:  # By stdin, for locations without a path.
            bytecode = opt(build, "-", "--emit-bytecode", data=file.read())
        with open(f"{folder}/{name}.mlirbc", "wb") as file:
            file.write(bytecode)
        printed = opt(build, "-", data=bytecode)
        with open(f"{folder}/{name}.mlir", "wb") as file:
            file.write(printed)
        text += printed.decode()
    missing = [word for word in names() + enum_values() if word not in text and word not in UNSPELLED]
    if missing:
        sys.exit(f"no stored file has {', '.join(missing)}: add them to test/Compatibility/Inputs")


def main():
    build, version = os.path.abspath(sys.argv[1]), sys.argv[2]
    folder = f"{HERE}/{version}"
    for part in ("include", "symbols", "bytecode"):  # Of a release that is not out yet; its programs stay.
        shutil.rmtree(f"{folder}/{part}", ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    for name in ("mx-c", "mx-runtime"):
        shutil.copytree(f"{ROOT}/include/{name}", f"{folder}/include/{name}")
    os.makedirs(f"{folder}/symbols")
    for library in compatibility.LIBRARIES:
        with open(f"{folder}/symbols/{library}", "w", encoding="ascii") as file:
            file.write("\n".join(compatibility.exports(f"{build}/lib/{library}")) + "\n")
    store_bytecode(build, f"{folder}/bytecode")
    product = f"{HERE}/Inputs/product.mlir"
    options = ["--recipe=mxfp8", "--target=cpu", "--emit=llvm", "--mcpu=x86-64", "-o", f"{folder}/code.ll"]
    subprocess.run([f"{build}/bin/mxc", "compile", product, *options], check=True)
    with open(f"{folder}/layouts.json", "w", encoding="ascii") as file:
        json.dump(compatibility.make_layouts(), file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
