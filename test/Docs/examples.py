"""Feeds every ```mlir block of README.md and docs/ to mx-opt."""

import glob
import os
import re
import subprocess
import sys


def main():
    root = sys.argv[1]
    pages = [os.path.join(root, "README.md"), os.path.join(root, "runtime", "README.md")]
    pages += sorted(glob.glob(os.path.join(root, "docs", "**", "*.md"), recursive=True))
    count, failed = 0, 0
    for page in pages:
        with open(page, encoding="utf-8") as file:
            text = file.read()
        for match in re.finditer(r"^```mlir\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            result = subprocess.run(["mx-opt", "-"], input=match.group(1), capture_output=True, text=True)
            count += 1
            if result.returncode != 0:
                failed += 1
                line = text[: match.start()].count("\n") + 1
                print(f"{os.path.relpath(page, root)}:{line}: the example does not run\n{result.stderr}")
    print(f"examples: {count - failed} passed, {failed} failed")
    sys.exit(1 if failed or not count else 0)


main()
