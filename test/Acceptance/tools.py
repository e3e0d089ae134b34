"""Running mxc and mx-opt from tests."""

import os
import subprocess
import sys
import tempfile

import numpy as np

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "inputs")
# MX_TEST_TARGETS=nvvm runs the programs here on a GPU, and with MX_TEST_EMULATE=1 on the emulator of one.
TARGETS = tuple(os.environ.get("MX_TEST_TARGETS", "reference,cpu").split(","))
# With the argument `quick`, programs that take long run a sample of their checks.
QUICK = "quick" in sys.argv[1:]
EMULATE = os.environ.get("MX_TEST_EMULATE") == "1"
# `--chip=NAME`: the chip of target nvvm.
CHIP = next((argument for argument in sys.argv[1:] if argument.startswith("--chip=")), None)


def run(*command, check=True, env=None):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                            env={**os.environ, **(env or {})})
    if check and result.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\nexit status {result.returncode}\n{result.stderr[-2000:]}")
    return result


class Folder(tempfile.TemporaryDirectory):
    def path(self, name):
        return os.path.join(self.name, name)

    def text(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)
        return self.path(name)


def nvvm_options(target):
    """Options of mxc run for the chip and the emulator that the test was called with."""
    if target != "nvvm":
        return ()
    return ("--emulate",) * EMULATE + ((CHIP,) if CHIP else ())


def mxc_run(folder, ir, arrays, target, *options, env=None):
    """Results of a module's main on arrays arg0…"""
    np.savez(folder.path("in.npz"), **arrays)
    options += nvvm_options(target)
    run("mxc", "run", ir, f"--target={target}", f"--inputs={folder.path('in.npz')}",
        f"--outputs={folder.path('out.npz')}", *options, env=env)
    with np.load(folder.path("out.npz")) as data:
        return {name: data[name] for name in data.files}


def mxc_quantize(folder, x, target, *options, env=None):
    np.save(folder.path("x.npy"), x)
    run("mxc", "quantize", folder.path("x.npy"), f"--target={target}", "-o", folder.path("q.npz"), *options, env=env)
    with np.load(folder.path("q.npz")) as data:
        return {name: data[name] for name in data.files}


def same_bits(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and a.tobytes() == b.tobytes()


class Counter:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED:", what)

    def finish(self, what):
        print(f"{what}: {self.passed} passed, {self.failed} failed")
        raise SystemExit(1 if self.failed or not self.passed else 0)
