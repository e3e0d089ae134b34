#!/usr/bin/env python3
"""A JAX train step through every recipe on both targets: what a product becomes, what that costs in bits and what it
does to the gradients. `./dev demo` builds the tools and runs this."""

import argparse
import os
import re
import subprocess
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
STEP = os.path.join(HERE, "inputs", "jax_mlp_train")
RECIPES = ["none", "mxfp8", "nvfp4", "mxfp4_backward", "mxfp4_backward,rht=none",
           "mxfp4_backward,rounding=nearest_even"]
TARGETS = ["reference", "cpu"]
SEED = 1
# What the step returns: updated parameters p - 0.1·gradient, the loss, the gradient of x.
GRADIENTS = {"b1": ("out0", "arg0"), "b2": ("out1", "arg1"), "w1": ("out2", "arg2"), "w2": ("out3", "arg3"),
             "x": ("out5", None)}
BITS = {"mxfp4": 4.25, "mxfp6_e2m3": 6.25, "mxfp6_e3m2": 6.25, "mxfp8_e4m3": 8.25, "mxfp8_e5m2": 8.25, "mxint8": 8.25,
        "nvfp4": 4.5}


class Tools:
    def __init__(self, folder, scratch):
        self.mxc, self.scratch = os.path.join(folder, "mxc"), scratch

    def run(self, *arguments):
        command = [self.mxc, *arguments]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{result.stderr}")
        return result.stdout

    def ir(self, recipe, stage):
        path = os.path.join(self.scratch, "stage.mlir")
        self.run("compile", STEP + ".mlir", f"--recipe={recipe}", f"--stop-after={stage}", "-o", path)
        with open(path, encoding="utf-8") as file:
            return file.read()

    def results(self, program, recipe, target, inputs):
        path = os.path.join(self.scratch, "out.npz")
        self.run("run", program, f"--recipe={recipe}", f"--target={target}", f"--inputs={inputs}", f"--seed={SEED}",
                 f"--outputs={path}")
        with np.load(path) as data:
            return {name: data[name] for name in data.files}


def show_one_product(tools):
    """The wgrad of the second layer before and after."""
    print("One product of the train step, the gradient of w2 (dYᵀ·H), before:\n")
    lines = tools.ir("none", "imported").splitlines()
    at = next(i for i, line in enumerate(lines) if "linalg.generic" in line and '"reduction"' in line and "64x32xf32>, tensor<64x128" in line)
    print("\n".join(line[:150] for line in lines[at : at + 5]))
    print("\nand after --recipe=mxfp4_backward (Hadamard transform, stochastic rounding to MXFP4, product):\n")
    text = tools.ir("mxfp4_backward", "quantized").splitlines()
    at = next(i for i, line in enumerate(text) if "mx.matmul" in line and "tensor<32x128xf32>" in line)
    block = [line for line in text[max(0, at - 14) : at + 1] if "mx." in line or "linalg.transpose" in line]
    print("\n".join(line[:190] for line in block[-7:]), "\n")


def gradients(results, arrays):
    """Each gradient that the step formed, from its results."""
    return {name: results[out].astype(np.float64) if before is None
            else (arrays[before].astype(np.float64) - results[out]) / 0.1
            for name, (out, before) in GRADIENTS.items()}


def quantised_bytes(tools, recipe, inputs):
    """Bytes of codes and scales that differ between the targets, over all operands: the step stopped after
    quantisation, its packed operands returned. Sums are exact, the only ones that are the same on every target: an
    operand that a product feeds would otherwise show that product's last bit."""
    text = tools.ir(f"{recipe},accumulate=exact", "quantized")
    program, number = return_operands(text)
    if not number:
        return 0, 0
    path = os.path.join(tools.scratch, "operands.mlir")
    with open(path, "w", encoding="utf-8") as file:
        file.write(program)
    found = [tools.results(path, "none", target, inputs) for target in TARGETS]
    total = sum(array.nbytes for array in found[0].values())
    raw = [{name: np.frombuffer(array.tobytes(), np.uint8) for name, array in arrays.items()} for arrays in found]
    different = sum(np.count_nonzero(raw[0][name] != raw[1][name]) for name in raw[0])
    return total, different


def return_operands(text):
    """The function with its quantised operands, taken apart, as results instead of its own."""
    operands = re.findall(r"(%\w+) = mx\.quantize .*-> tensor<([^>]*)x!mx\.(\w+)>", text)
    lines, values, types = [], [], []
    for i, (value, shape, form) in enumerate(operands):
        sizes = [int(size) for size in shape.split("x")]
        block = 16 if form == "nvfp4" else 32
        blocks = "x".join(map(str, sizes[:-1] + [-(-sizes[-1] // block)]))
        parts = [f"tensor<{shape}xi8>", f"tensor<{blocks}xi8>"] + (["tensor<f32>"] if form == "nvfp4" else [])
        names = [f"%operand{i}_{j}" for j in range(len(parts))]
        lines.append(f"    {', '.join(names)} = mx.disassemble {value} : tensor<{shape}x!mx.{form}> -> {', '.join(parts)}")
        values += names
        types += parts
    signature = re.search(r"func\.func (?:public )?@main\((.*?)\) -> .* \{\n", text)
    head = f"func.func @main({signature.group(1)}) -> ({', '.join(types)}) {{\n"
    text = text[: signature.start()] + head + text[signature.end() :]
    tail = text.rindex("    return ")
    end = text.index("\n", tail)
    body = "\n".join(lines) + f"\n    return {', '.join(values)} : {', '.join(types)}"
    return text[:tail] + body + text[end:], len(operands)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="the folder of mxc")
    options = parser.parse_args()
    with np.load(STEP + ".npz") as data:
        arrays = {name: data[name] for name in data.files}
    with tempfile.TemporaryDirectory() as scratch:
        tools = Tools(options.bin, scratch)
        inputs = os.path.join(scratch, "in.npz")
        np.savez(inputs, **{name: value for name, value in arrays.items() if name.startswith("arg")})
        print("A train step of a two-layer MLP that JAX printed: 6 matrix products.\n")
        show_one_product(tools)
        table(tools, arrays, inputs)


def table(tools, arrays, inputs):
    exact = gradients(arrays, arrays)
    names = list(GRADIENTS)
    header = f"{'recipe':36} {'target':9} {'products':>8} {'bits/element':>12} " + " ".join(f"{'d' + n:>8}" for n in names)
    print(header + f" {'bytes that differ':>20}")
    print("-" * (len(header) + 21))
    failed = False
    for recipe in RECIPES:
        text = tools.ir(recipe, "quantized")
        rewritten = text.count("mx.matmul")
        forms = sorted(set(re.findall(r"mx\.quantize .*!mx\.(\w+)>", text)))
        bits = "/".join(f"{BITS[form]:g}" for form in forms) or "32"
        total, different = quantised_bytes(tools, recipe, inputs)
        failed |= different != 0
        for target in TARGETS:
            found = gradients(tools.results(STEP + ".mlir", recipe, target, inputs), arrays)
            errors = [np.linalg.norm(found[n] - exact[n]) / np.linalg.norm(exact[n]) for n in names]
            print(f"{recipe:36} {target:9} {rewritten:8} {bits:>12} " + " ".join(f"{e:8.1e}" for e in errors)
                  + f" {f'{different} of {total}':>20}")
    print("\nErrors are relative (L2) to the gradients that JAX computed in f32. The last column compares the quantised "
          "operands\nof both targets byte by byte.")
    if failed:
        raise SystemExit("the targets differ")


if __name__ == "__main__":
    main()
