"""mxc.compile on the examples: what JAX computed, what `mxc run` computes, recipes as objects, saved files."""
# RUN: %python %s %examples %t

import ctypes
import inspect
import os
import pickle
import subprocess
import sys

import mxc
import numpy as np
from checks import refused, same

EXAMPLES, SCRATCH = sys.argv[1:]
STEP = os.path.join(EXAMPLES, "inputs", "jax_mlp_train.mlir")
ARRAYS = dict(np.load(STEP.replace(".mlir", ".npz")))
INPUTS = [ARRAYS[f"arg{i}"] for i in range(6)]


def bits(results):
    return [np.asarray(result).tobytes() for result in results]


def against_jax():
    for target in ("cpu", "reference"):
        step = mxc.compile(STEP, target=target)
        results = step(*INPUTS)
        assert isinstance(results, tuple) and len(results) == len(step.signature.results) == 6
        for i, result in enumerate(results):
            np.testing.assert_allclose(result, ARRAYS[f"out{i}"], rtol=1e-5, atol=1e-6, err_msg=f"{target} out{i}")
            assert result.shape == ARRAYS[f"out{i}"].shape and result.flags.writeable
    frozen = [array.copy() for array in INPUTS]
    for array in frozen:
        array.flags.writeable = False
    assert bits(step(*frozen)) == bits(results) == bits(step(*INPUTS))


def against_the_tool():
    """The same bits as `mxc run` with the same seed, and other bits with another one."""
    step = mxc.compile(STEP, "mxfp4_backward", seed=7)
    found = step(*INPUTS)
    file = SCRATCH + ".npz"
    command = ["mxc", "run", STEP, "--recipe=mxfp4_backward", "--target=cpu", "--seed=7", "--outputs", file]
    subprocess.run([*command, "--inputs", STEP.replace(".mlir", ".npz")], check=True, capture_output=True)
    with np.load(file) as expected:
        for i, result in enumerate(found):
            same(result, expected[f"out{i}"], f"out{i}")
    assert bits(step(*INPUTS, seed=7)) == bits(found) != bits(step(*INPUTS, seed=8))
    assert bits(step(*INPUTS, seed=-1)) == bits(step(*INPUTS, seed=2**64 - 1))
    lines = step.explain().splitlines()
    assert sum("!mx.mxfp4 x !mx.mxfp4" in line for line in lines) == 4, lines
    assert sum(line.endswith(": float") for line in lines) == 2, lines
    assert any("remark: left as it is: recipe 'mxfp4_backward' keeps forward" in line for line in lines), lines
    assert "jax_mlp_train.mlir:" in lines[0]


def recipes():
    """A recipe as an object, as its text and as a file does what the built-in one of the same content does."""
    operand = mxc.Operand("mxfp4", prescale=0.75, rounding="stochastic")
    product = mxc.Product(lhs=operand, rhs=operand, hadamard=mxc.Hadamard(64), alpha=1.7777778)
    recipe = mxc.Recipe("mxfp4_backward", dgrad=product, wgrad=product, exclude=["attention", "*head*"])
    recipe.save(SCRATCH + ".recipe.mlir")
    expected = mxc.compile(STEP, "mxfp4_backward").ir("packed")
    for other in (recipe, str(recipe), SCRATCH + ".recipe.mlir"):
        assert mxc.compile(STEP, other).ir("packed") == expected, other
    e4m3, e5m2 = (mxc.Operand(f"mxfp8_{name}", scale_rule="rceil") for name in ("e4m3", "e5m2"))
    backward = mxc.Product(gradient=e5m2, other=e4m3)
    mxfp8 = mxc.Recipe("mxfp8", forward=mxc.Product(lhs=e4m3, rhs=e4m3), dgrad=backward, wgrad=backward)
    weights = mxc.Recipe("mxfp4_weights", forward=mxc.Product(weight=mxc.Operand("mxfp4")))
    for recipe in (mxfp8, weights):
        assert mxc.compile(STEP, recipe).ir() == mxc.compile(STEP, recipe.name).ir(), recipe.name
    assert {"none", "mxfp8", "mxfp4_backward"} <= set(mxc.recipes())
    mixed = mxc.Recipe("a", forward=mxc.Product(lhs=e4m3, weight=e4m3))
    refused("named 'lhs' and 'rhs'", call=lambda: mxc.compile(STEP, mixed), error=mxc.CompileError)
    refused("scale_rule floor", call=lambda: mxc.compile(STEP, mxc.Recipe("a", forward=mxc.Product(
        lhs=mxc.Operand("mxfp4", scale_rule="amax")))), error=mxc.CompileError)


def saved():
    step = mxc.compile(STEP, "mxfp8")
    for name in ("step.mlir", "step.ll", "step.o", "step.so"):
        step.save(SCRATCH + name)
    step.save(SCRATCH + "packed.mlir", stage="packed")
    with open(SCRATCH + "packed.mlir", encoding="utf-8") as file:
        assert file.read() == step.ir("packed") and "mx.packed.matmul" in step.ir()
    assert bits(mxc.compile(SCRATCH + "packed.mlir")(*INPUTS)) == bits(step(*INPUTS))
    with open(SCRATCH + "step.o", "rb") as file:
        assert file.read(4) == b"\x7fELF"
    assert ctypes.CDLL(SCRATCH + "step.so")._mlir_ciface_main
    refused(".mlir", ".cubin", call=lambda: step.save(SCRATCH + ".exe"))
    refused("target nvvm", call=lambda: step.save(SCRATCH + ".ptx"))
    refused("stage", "'object'", call=lambda: step.ir("object"))
    device = mxc.compile(STEP, "mxfp8", "nvvm", chip="sm_90a")
    device.save(SCRATCH + "step.ptx")
    with open(SCRATCH + "step.ptx", encoding="utf-8") as file:
        assert ".target sm_90a" in file.read()
    assert "bf16_decode" in device.explain()


def described():
    stages = []
    step = mxc.compile(STEP, "nvfp4", progress=stages.append)
    assert stages == ["imported", "quantized", "packed", "lowered", "llvm", "code"]
    assert str(step.signature).startswith("(tensor<128xf32>, tensor<32xf32>, ")
    assert step.signature.arguments[2].shape == (64, 128) and step.signature.arguments[2].dtype == "float32"
    assert list(inspect.signature(step).parameters) == [f"arg{i}" for i in range(6)] + ["seed"]
    assert repr(step).startswith("mxc.Compiled(main(tensor<128xf32>") and "nvfp4" in repr(step)
    assert bits(pickle.loads(pickle.dumps(step))(*INPUTS)) == bits(step(*INPUTS))


for test in (against_jax, against_the_tool, recipes, saved, described):
    test()
