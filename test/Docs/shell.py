"""Runs the ```python and ```sh blocks of a page of docs/ in order, in one folder, and looks for the lines printed after each.

A line of the page that ends in `…` is the beginning of one of the output."""

import os
import re
import subprocess
import sys
import tempfile


def lacks(line, output):
    if line.endswith("…"):
        return line[:-1] not in output
    return line not in output.splitlines()


def main():
    with open(os.path.join(sys.argv[1], "docs", sys.argv[2]), encoding="utf-8") as file:
        found = re.findall(r"^```(\w*)\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL)
    count, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for i, (language, body) in enumerate(found):
            if language not in ("python", "sh"):
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
    print(f"{sys.argv[2]}: {count - failed} passed, {failed} failed")
    sys.exit(1 if failed or not count else 0)


main()
