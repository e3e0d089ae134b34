"""Runs the shell blocks of README.md, or of a page of docs/, that use build/bin or what those made, in one folder, and looks
for the output printed after each."""

import os
import re
import subprocess
import sys
import tempfile


def blocks(text):
    """(language, body) of every fenced block, in order."""
    return re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def run(command, folder):
    return subprocess.run(["bash", "-ec", command], cwd=folder, capture_output=True, text=True)


def main():
    source, build = sys.argv[1:3]
    page = os.path.join("docs", sys.argv[3]) if len(sys.argv) > 3 else "README.md"
    with open(os.path.join(source, page), encoding="utf-8") as file:
        found = blocks(file.read())
    count, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(build, os.path.join(folder, "build"))
        for name in ("examples", "include"):
            os.symlink(os.path.join(source, name), os.path.join(folder, name))
        for i, (language, body) in enumerate(found):
            if language != "sh" or body.lstrip().startswith("./dev"):
                continue
            result = run(body, folder)
            shown = found[i + 1][1] if i + 1 < len(found) and found[i + 1][0] == "" else ""
            missing = [line for line in shown.splitlines() if line.strip() not in result.stdout]
            count += 1
            if result.returncode or missing:
                failed += 1
                print(f"{body}{result.stderr}exit status {result.returncode}")
                print("".join(f"not in the output: {line}\n" for line in missing))
    print(f"{page}: {count - failed} passed, {failed} failed")
    sys.exit(1 if failed or not count else 0)


main()
