#!/usr/bin/env python3
"""Checks what a formatter does not: header comments, budgets, leftovers, where assembly is made and the names of passes.

Prints one line per finding as `FILE:LINE: what`; exit status 1 if there is any. Generated files
and test inputs are left alone. `./dev test` runs it as test/Style/style.test.
"""

import argparse
import os
import re
import sys

FOLDERS = ["cmake", "docs", "examples", "include", "lib", "python_bindings", "runtime", "test", "tools"]
TOP = ["CMakeLists.txt", "README.md", "dev", ".ci/run"]
SOURCES = (".cpp", ".h", ".td", ".py")
TEXT = SOURCES + (".txt", ".md", ".cmake", ".in", ".mlir", ".test", ".inc", ".c")
HARD_LIMIT = 500
ASSEMBLY = "lib/Target/NVVM/Builder/"
# Spelled apart, so that this file passes its own check.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|un" r"implemented|st" r"ub)\b")
MACHINE = re.compile(r"(^|[^\w.%$}])/(home|root|work|Users|tmp)/\w")


def files(root):
    yield from (os.path.join(root, name) for name in TOP)
    for folder in FOLDERS:
        for path, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = [name for name in folders if name not in ("Inputs", "inputs", "__pycache__")]
            yield from (os.path.join(path, name) for name in sorted(names) if name.endswith(TEXT))


def check_header(path, lines):
    """The first line says what the file is; C++ files also name themselves."""
    name = os.path.basename(path)
    first = lines[0] if lines else ""
    if name.endswith((".cpp", ".h", ".td")) and name not in " ".join(lines[:2]):
        yield 1, f"expected a header comment that names {name}, but found: {first[:60]}"
    if name.endswith(".py") and not any(re.match(rf'r?"""|#===- {re.escape(name)} ', line) for line in lines[:20]):
        yield 1, "expected a docstring or header comment that says what the file does"


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield number, "tab"
        if line != line.rstrip() and not path.endswith((".md", ".mlir")):
            yield number, "space at the end of the line"
        if UNFINISHED.search(line):
            yield number, f"unfinished mark '{UNFINISHED.search(line).group()}'"
        if MACHINE.search(line):
            yield number, "path of one machine"
        if "InlineAsmOp::create" in line and ASSEMBLY not in path and path.endswith((".cpp", ".h")):
            yield number, f"inline assembly is made in {ASSEMBLY} only"


def check_length(path, lines):
    if path.endswith(SOURCES) and len(lines) > HARD_LIMIT:
        yield len(lines), f"{len(lines)} lines, expected at most {HARD_LIMIT}: split it by topic"


def check_passes(root):
    """A pass `mx-foo-bar` is defined in FooBar.cpp or MXFooBar.cpp and tested in mx-foo-bar.mlir."""
    known = {os.path.basename(path).lower() for path in files(root)}
    for path in files(root):
        if not path.endswith("Passes.td"):
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                match = re.search(r': Pass<"(mx-[\w-]+)"', line)
                if not match:
                    continue
                stem = match.group(1)[len("mx-"):].replace("-", "")
                if f"{stem}.cpp" not in known:
                    yield path, number, f"pass {match.group(1)} has no {stem}.cpp (in any case)"
                if not any(name.startswith(match.group(1)) for name in known if name.endswith((".mlir", ".test"))):
                    yield path, number, f"pass {match.group(1)} has no test {match.group(1)}*.mlir"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", default=os.path.join(os.path.dirname(__file__), "..", ".."))
    root = os.path.normpath(parser.parse_args().root)
    findings = list(check_passes(root))
    count = 0
    for path in files(root):
        count += 1
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for check in (check_header, check_lines, check_length):
            findings += [(path, number, text) for number, text in check(path, lines)]
    for path, number, text in findings:
        print(f"{os.path.relpath(path, root)}:{number}: {text}")
    print(f"{count} files, {len(findings)} findings")
    return 1 if findings or not count else 0


if __name__ == "__main__":
    sys.exit(main())
