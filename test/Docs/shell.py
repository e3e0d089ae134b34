"""Runs the ```python and ```sh blocks of a page of docs/ in order, in one folder, and looks for the lines printed after each.

shell.py SOURCE PAGE [BUILD [FOLDER]]: with BUILD the folder has the source's examples/ and include/, and that build/; FOLDER is kept.
A line of the page that ends in `…` is the beginning of one of the output. Blocks that set things up with ./dev or pip
are not run."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile


def lacks(line, output):
    if line.endswith("…"):
        return line[:-1] not in output
    return line not in output.splitlines()


def prepare(source, build, folder):
    os.makedirs(folder, exist_ok=True)
    for target, name in ((build, "build"), (os.path.join(source, "examples"), "examples"),
                         (os.path.join(source, "include"), "include")):
        link = os.path.join(folder, name)
        if not os.path.islink(link):
            os.symlink(os.path.abspath(target), link)


def run_blocks(found, folder):
    count, failed = 0, 0
    for i, (language, body) in enumerate(found):
        if language not in ("python", "sh") or re.search(r"pip install|\./dev ", body):
            continue
        command = [sys.executable, "-c", body] if language == "python" else ["bash", "-ec", body]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        output = result.stdout + result.stderr
        shown = found[i + 1][1] if i + 1 < len(found) and found[i + 1][0] == "" else ""
        missing = [line for line in shown.splitlines() if lacks(line, output)]
        count += 1
        # A command whose output is shown may end with a status of its own.
        if missing or (result.returncode and not shown):
            failed += 1
            print(f"{body}not in the output: {missing}\n{output}")
    return count, failed


def main():
    source, page, *rest = sys.argv[1:]
    with open(os.path.join(source, "docs", page), encoding="utf-8") as file:
        found = re.findall(r"^```(\w*)\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL)
    with tempfile.TemporaryDirectory() if len(rest) < 2 else contextlib.nullcontext(rest[1]) as folder:
        if rest:
            prepare(source, rest[0], folder)
        count, failed = run_blocks(found, folder)
    print(f"{page}: {count - failed} passed, {failed} failed")
    sys.exit(1 if failed or not count else 0)


main()
