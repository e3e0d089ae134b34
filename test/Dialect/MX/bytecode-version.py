"""A file that a later major version wrote is refused; one of this version is read."""
# RUN: %python %s

import subprocess
import sys


def opt(data, *options):
    return subprocess.run(["mx-opt", *options], input=data, capture_output=True)


def main():
    ir = (b"func.func @f(%s: i64) -> i64 {\n  %0 = mx.derive_seed %s, %s\n  return %0 : i64\n}\n")
    written = opt(ir, "--emit-bytecode")
    assert written.returncode == 0 and opt(written.stdout).returncode == 0
    refused = 0
    # The version is two small numbers, each a byte (value * 2 + 1): 1.0 is 03 01. One such pair is the dialect's.
    for at in range(len(written.stdout) - 1):
        if written.stdout[at : at + 2] == b"\x03\x01":
            changed = bytearray(written.stdout)
            changed[at] = 0x0F
            result = opt(bytes(changed))
            assert result.returncode in (0, 1), result.returncode
            refused += b"expected bytecode of the mx dialect of version 1 at most, but found 7.0" in result.stderr
    print(f"{refused} files of version 7.0 refused")
    sys.exit(0 if refused == 1 else 1)


main()
