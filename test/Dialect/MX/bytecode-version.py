"""A file that a later major version wrote is refused; one of this version is read."""
# RUN: %python %s

import subprocess
import sys


def opt(data, *options):
    return subprocess.run(["mx-opt", *options], input=data, capture_output=True, timeout=20)


def main():
    ir = (b"func.func @f(%s: i64) -> i64 {\n  %0 = mx.derive_seed %s, %s\n  return %0 : i64\n}\n")
    written = opt(ir, "--emit-bytecode")
    assert written.returncode == 0 and opt(written.stdout).returncode == 0
    # The version, 1.1, is a section of two bytes that hold small numbers as value * 2 + 1.
    at = written.stdout.index(b"\x05\x03\x03")
    changed = bytearray(written.stdout)
    changed[at + 1] = 7 * 2 + 1
    result = opt(bytes(changed))
    refused = result.returncode == 1 and b"of version 1 at most, but found 7.1" in result.stderr
    print("version 7.1:", result.stderr.decode())
    sys.exit(0 if refused else 1)


main()
