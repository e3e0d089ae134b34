"""Bytecode that earlier releases wrote is read, verifies and gives the text that is stored beside it."""
# RUN: %python %s

import difflib
import glob
import subprocess
import sys

import compatibility


def read(path):
    run = subprocess.run(["mx-opt", path], capture_output=True, text=True)
    assert run.returncode == 0, f"{path}: {run.stderr}"
    return run.stdout


def main():
    count, failed = 0, 0
    for release in compatibility.releases():
        for path in sorted(glob.glob(f"{release}/bytecode/*.mlirbc")):
            with open(path.removesuffix("bc"), encoding="utf-8") as file:
                wanted = file.read()
            found = read(path)
            count += 1
            if found != wanted:
                failed += 1
                sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), found.splitlines(True), path, "today"))
            # Text that a release printed is read as well.
            assert read(path.removesuffix("bc")) == found, path
    print(f"{count} files, {failed} differ")
    sys.exit(1 if failed or not count else 0)


main()
