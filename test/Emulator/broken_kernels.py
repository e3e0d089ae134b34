"""Breaks kernels at lines that end in marks, launches them on the emulator and looks where errors are told."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from tools import run

# What is said of what is read too early.
EARLY = ("without having waited for it", "never written")


def launch(folder, text, arguments, threads, shared=0, seed=0, blocks=1, cluster=1):
    path = folder.text("k.mlir", text)
    command = [sys.argv[1], path, f"--block={threads}", f"--shared={shared}", f"--grid={blocks}", f"--cluster={cluster}"]
    command += [f"--arg={argument}" for argument in arguments]
    return run(*command, check=False, env={"MX_EMULATOR_SEED": str(seed)})


def replace(mark, old, new):
    """Changes the line that ends in a mark."""

    def change(text):
        lines = text.split("\n")
        place = [i for i, line in enumerate(lines) if line.endswith(f"// {mark}")]
        assert len(place) == 1 and old in lines[place[0]], (mark, old)
        lines[place[0]] = lines[place[0]].replace(old, new)
        return "\n".join(lines)

    return change


def remove(mark):
    def change(text):
        return "\n".join("" if line.endswith(f"// {mark}") else line for line in text.split("\n"))

    return change


def find_lines(text, marks):
    marks = (marks,) if isinstance(marks, str) else marks
    return [i + 1 for i, line in enumerate(text.split("\n")) for mark in marks if line.endswith(f"// {mark}")]


def check_caught(counter, name, text, result, marks, said):
    said = (said,) if isinstance(said, str) else said
    # A deadlock lists all who wait.
    where = result.stderr if "deadlock" in result.stderr else result.stderr.split("\n")[0]
    places = [f"k.mlir:{line}:" in where for line in find_lines(text, marks)]
    good = result.returncode == 1 and any(places) and any(part in result.stderr for part in said)
    counter.check(good, f"{name}: status {result.returncode}, expected {said} at {find_lines(text, marks)}; {result.stderr}")
