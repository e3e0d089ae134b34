"""Runs the Python blocks of a page of docs/ in order, and looks for the output printed after each."""

import contextlib
import io
import os
import re
import sys
import tempfile


def main():
    source = os.path.abspath(sys.argv[1])
    with open(os.path.join(source, "docs", sys.argv[2]), encoding="utf-8") as file:
        found = re.findall(r"^```(\w*)\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL)
    scope, count, failed = {}, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(source, "examples"), os.path.join(folder, "examples"))
        os.chdir(folder)
        for i, (language, body) in enumerate(found):
            if language != "python":
                continue
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(body, scope)
            shown = found[i + 1][1] if i + 1 < len(found) and found[i + 1][0] == "" else ""
            missing = [line for line in shown.splitlines() if line not in output.getvalue()]
            count += 1
            failed += bool(missing)
            for line in missing:
                print(f"{body}not in the output: {line}\n{output.getvalue()}")
        os.chdir(source)
    print(f"docs/{sys.argv[2]}: {count - failed} passed, {failed} failed")
    sys.exit(1 if failed or not count else 0)


main()
